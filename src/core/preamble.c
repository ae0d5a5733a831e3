#include "core/preamble.h"

#include <glib.h>
#include <string.h>

#define COMPANY "{{companyName}}"
#define NUMBER	"{{callbackNumber}}"

static const char usual[] = "This is an automated call from " COMPANY ". You can call us back at " NUMBER ". "
			    "Press 0 for a person, or 9 to never be called again.";

bool preamble_check(const char *words, char why[PREAMBLE_WHY_SIZE])
{
	if (strlen(words) > PREAMBLE_MAX) {
		g_snprintf(why, PREAMBLE_WHY_SIZE, "is longer than %d bytes", PREAMBLE_MAX);
		return false;
	}
	for (const char *at = words; (at = strstr(at, "{{")); at++)
		if (!g_str_has_prefix(at, COMPANY) && !g_str_has_prefix(at, NUMBER)) {
			g_snprintf(why, PREAMBLE_WHY_SIZE, "holds the field \"%.40s\", known are " COMPANY " and " NUMBER, at);
			return false;
		}
	return true;
}

char *preamble_text(const char *words, const char *company, const char *callback_number)
{
	GString *s = g_string_new(words[0] ? words : usual);

	/* In this order: a company's name is data, and may not bring fields of its own. */
	g_string_replace(s, NUMBER, callback_number, 0);
	g_string_replace(s, COMPANY, company, 0);
	return g_string_free(s, FALSE);
}
