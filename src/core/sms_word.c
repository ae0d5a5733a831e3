#include "core/sms_word.h"

#include <glib.h>
#include <string.h>

static const struct {
	const char *text;
	enum sms_word word;
} words[] = {
	{ "STOP", SMS_STOP },	{ "STOPALL", SMS_STOP }, { "UNSUBSCRIBE", SMS_STOP }, { "CANCEL", SMS_STOP },
	{ "END", SMS_STOP },	{ "QUIT", SMS_STOP },	 { "REVOKE", SMS_STOP },      { "OPTOUT", SMS_STOP },
	{ "OPT OUT", SMS_STOP }, { "OPT-OUT", SMS_STOP }, { "START", SMS_START },     { "UNSTOP", SMS_START },
	{ "HELP", SMS_HELP },	{ "INFO", SMS_HELP },
};

enum sms_word sms_word(const char *text)
{
	static const char around[] = " \t\r\n.,!?;:\"'()";
	g_autofree char *upper = NULL;
	size_t n;

	text += strspn(text, around);
	n = strlen(text);
	while (n > 0 && strchr(around, text[n - 1]))
		n--;
	upper = g_ascii_strup(text, (gssize)n);
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(words[i].text, upper) == 0)
			return words[i].word;
	return SMS_NO_WORD;
}
