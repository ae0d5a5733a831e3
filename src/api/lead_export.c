#include "api/lead_export.h"

#include "api/lead_json.h"
#include "base/clock.h"
#include "base/sheet.h"

#include <string.h>

static const char *const types[] = {
	[LEADS_JSON] = "application/json",
	[LEADS_CSV] = "text/csv",
	[LEADS_NDJSON] = "application/x-ndjson",
};

const char *lead_form_type(enum lead_form form)
{
	return form == LEADS_CSV ? "text/csv; charset=utf-8" : types[form];
}

/* The weight of a media range, 0 to 1; 1 without one. */
static double weight_of(const char *range)
{
	const char *q = strchr(range, ';');

	for (; q; q = strchr(q, ';')) {
		q++;
		q += strspn(q, " \t");
		if (g_ascii_strncasecmp(q, "q=", 2) == 0)
			return CLAMP(g_ascii_strtod(q + 2, NULL), 0, 1);
	}
	return 1;
}

enum lead_form lead_form_wanted(const char *accept)
{
	g_auto(GStrv) ranges = g_strsplit(accept ? accept : "", ",", 32);
	enum lead_form best = LEADS_JSON;
	double most = 0;

	for (char **r = ranges; *r; r++) {
		const char *name = g_strchug(*r);
		size_t n = strcspn(name, "; \t");
		double q = weight_of(name);

		for (enum lead_form f = LEADS_JSON; f <= LEADS_NDJSON; f++)
			if (strlen(types[f]) == n && g_ascii_strncasecmp(types[f], name, n) == 0 && q > most) {
				best = f;
				most = q;
			}
	}
	return best;
}

void lead_export_head(GString *out, enum lead_form form, bool with_submission)
{
	if (form == LEADS_CSV) {
		g_string_append(out, "leadId,firstName,lastName,email,phone,status,flowStatus,");
		g_string_append(out, with_submission ? "assessmentSubmitted,addedAt" : "addedAt");
		sheet_put_end(out);
	}
}

static void put_line(GString *out, bool with_submission, const struct lead_shown *l)
{
	struct jw w;

	jw_init(&w);
	jw_object(&w);
	lead_json_fields(&w, l, with_submission);
	jw_end(&w);
	g_string_append_len(out, w.data, (gssize)w.len);
	g_string_append_c(out, '\n');
	jw_free(&w);
}

void lead_export_row(GString *out, enum lead_form form, bool with_submission, const struct lead_shown *l)
{
	char at[CLOCK_ISO_SIZE];

	if (form == LEADS_NDJSON) {
		put_line(out, with_submission, l);
		return;
	}
	g_string_append_printf(out, "%" G_GINT64_FORMAT, l->lead_id);
	sheet_put(out, l->first_name, false);
	sheet_put(out, l->last_name, false);
	sheet_put(out, l->email, false);
	sheet_put(out, l->phone, false);
	sheet_put(out, bucket_name(l->bucket), false);
	sheet_put(out, l->completed ? "Completed" : "Pending", false);
	if (with_submission)
		sheet_put(out, l->submitted ? "Submitted" : "Not submitted", false);
	sheet_put(out, clock_iso(l->added_at, at), false);
	sheet_put_end(out);
}
