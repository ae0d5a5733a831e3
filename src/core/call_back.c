#include "core/call_back.h"

#include <glib.h>
#include <string.h>

static bool is_said(const char *value)
{
	return value && value[strspn(value, " \t\r\n")];
}

char *call_back_greeting(enum call_back_kind kind, const char *company, const char *about)
{
	GString *s = g_string_new("Thank you for calling. ");

	if (!is_said(company))
		company = "a recruiting team";
	if (kind == CALL_BACK_STRANGER || kind == CALL_BACK_WITHHELD) {
		g_string_append_printf(s, "This is an automated line of %s, which calls people about jobs.", company);
		return g_string_free(s, FALSE);
	}
	g_string_append_printf(s, "This is %s. We called you about %s. ", company, is_said(about) ? about : "a job");
	if (kind == CALL_BACK_RESUMES)
		g_string_append(s, "This is an automated line. Press 0 for a person, or 9 to never be called again.");
	else
		g_string_append(s, "There is nothing left for you to answer.");
	return g_string_free(s, FALSE);
}

char *call_back_question(enum call_back_kind kind, bool person)
{
	switch (kind) {
	case CALL_BACK_OVER:
	case CALL_BACK_STRANGER:
		return g_strdup("To never be called by us, press 9. For a person, press 0. Otherwise you may hang up.");
	case CALL_BACK_WITHHELD:
		return g_strconcat("Your number is withheld, so we cannot take it off our list. To opt out, call again and "
				   "show your number.",
				   person ? " For a person, press 0." : "", NULL);
	case CALL_BACK_RESUMES:
	case CALL_BACK_END:
		break;
	}
	return NULL;
}

char *call_back_nobody(void)
{
	return g_strdup("Nobody can take your call now.");
}

char *call_back_farewell(void)
{
	return g_strdup("Thank you. Goodbye.");
}
