#include "core/asides.h"

#include <glib.h>
#include <string.h>

static const struct {
	const char *with_job, *without;
} reasons[PURPOSE_END] = {
	[PURPOSE_SCHEDULE] = { "to arrange a meeting about the position of %s", "to arrange a meeting about a job" },
	[PURPOSE_ONLINE_INTERVIEW] = { "to arrange an online interview for the position of %s",
				       "to arrange an online interview for a job" },
	[PURPOSE_INTEREST_CHECK] = { "to ask about interest in the position of %s", "to ask about interest in a job" },
	[PURPOSE_ASSESSMENT_REMINDER] = { "with a reminder of the assessment for the position of %s",
					  "with a reminder of an assessment for a job" },
};

static bool is_said(const char *value)
{
	return value && value[strspn(value, " \t\r\n")];
}

char *aside_introduction(enum purpose p, const struct template_values *values)
{
	const char *company = values->of[TEMPLATE_COMPANY_NAME], *job = values->of[TEMPLATE_JOB_TITLE];
	g_autoptr(GString) s = g_string_new(NULL);

	g_string_append_printf(s, "This is %s, calling ", is_said(company) ? company : "a recruiting team");
	if (is_said(job))
		g_string_append_printf(s, reasons[p].with_job, job);
	else
		g_string_append(s, reasons[p].without);
	g_string_append_c(s, '.');
	return g_strdup(s->str);
}

/* "3 1 2, 5 5 5, 0 1 4 2": threes, and four at the end. */
static char *in_groups(const char *digits)
{
	GString *s = g_string_new(NULL);
	size_t n = strlen(digits);

	for (size_t i = 0; i < n; i++) {
		bool group = i > 0 && n - i >= 4 && (n - i - 4) % 3 == 0;

		if (i > 0)
			g_string_append(s, group ? ", " : " ");
		g_string_append_c(s, digits[i]);
	}
	return g_string_free(s, FALSE);
}

char *aside_call_back(const char *e164)
{
	const char *digits = e164 + strspn(e164, "+");
	bool american = digits[0] == '1' && strlen(digits) == 11;
	g_autofree char *said = in_groups(american ? digits + 1 : digits);

	return g_strdup_printf("Please call us back at %s%s. Again: %s%s.", american ? "" : "plus ", said,
			       american ? "" : "plus ", said);
}
