#include "api/lead_export.h"

#include "api/lead_answers.h"
#include "api/lead_json.h"
#include "base/clock.h"
#include "base/sheet.h"
#include "store/db.h"

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

struct page {
	GString *out;
	enum lead_form form;
	bool with_submission;
	struct answer_sheet sheet;
};

static void put_head(const struct page *x)
{
	g_string_append(x->out, "leadId,firstName,lastName,email,phone,status,flowStatus,");
	g_string_append(x->out, x->with_submission ? "assessmentSubmitted,addedAt" : "addedAt");
	if (x->sheet.times)
		g_string_append(x->out, ",interviewSlot");
	for (int i = 0; x->sheet.own && i < x->sheet.questions.n; i++)
		g_string_append_printf(x->out, ",answer%d", i + 1);
	sheet_put_end(x->out);
}

static void put_line(const struct page *x, const struct lead_told *l)
{
	const struct lead_name name = { l->shown.first_name, l->shown.last_name };
	struct jw w;

	jw_init(&w);
	jw_object(&w);
	lead_json_fields(&w, &l->shown, x->with_submission);
	if (x->sheet.times) {
		jw_key(&w, "interviewSlot");
		booked_json(&w, &l->booked);
	}
	if (x->sheet.own || x->sheet.times) {
		jw_key(&w, "answers");
		answers_json(&w, &x->sheet, &name, &l->pressed);
	}
	jw_end(&w);
	g_string_append_len(x->out, w.data, (gssize)w.len);
	g_string_append_c(x->out, '\n');
	jw_free(&w);
}

static void put_answers(const struct page *x, const struct lead_told *l)
{
	const struct lead_name name = { l->shown.first_name, l->shown.last_name };
	char at[CLOCK_ISO_SIZE];

	if (x->sheet.times)
		sheet_put(x->out, l->booked.booked_at == DB_NULL ? "" : clock_iso(l->booked.start_at, at), false);
	for (int i = 0; x->sheet.own && i < x->sheet.questions.n; i++) {
		g_autofree char *label = answer_label(&x->sheet, i, &name, &l->pressed);

		sheet_put(x->out, label ? label : "", false);
	}
}

static void put_row(const struct page *x, const struct lead_told *l)
{
	const struct lead_shown *s = &l->shown;
	char at[CLOCK_ISO_SIZE];

	g_string_append_printf(x->out, "%" G_GINT64_FORMAT, s->lead_id);
	sheet_put(x->out, s->first_name, false);
	sheet_put(x->out, s->last_name, false);
	sheet_put(x->out, s->email, false);
	sheet_put(x->out, s->phone, false);
	sheet_put(x->out, bucket_name(s->bucket), false);
	sheet_put(x->out, s->completed ? "Completed" : "Pending", false);
	if (x->with_submission)
		sheet_put(x->out, s->submitted ? "Submitted" : "Not submitted", false);
	sheet_put(x->out, clock_iso(s->added_at, at), false);
	put_answers(x, l);
	sheet_put_end(x->out);
}

static void put_lead(void *arg, const struct lead_told *l)
{
	const struct page *x = arg;

	if (x->form == LEADS_NDJSON)
		put_line(x, l);
	else
		put_row(x, l);
}

int64_t lead_export_page(GString *out, enum lead_form form, struct db *db, int64_t workspace_id, int64_t campaign_id,
			 const struct lead_filter *f, int64_t after, int64_t limit)
{
	struct page x = { .out = out, .form = form };

	if (!answer_sheet_open(db, workspace_id, campaign_id, &x.sheet))
		return 0;
	x.with_submission = x.sheet.purpose == PURPOSE_ASSESSMENT_REMINDER;
	if (form == LEADS_CSV && after == 0)
		put_head(&x);
	after = lead_walk(db, workspace_id, campaign_id, f, after, limit, x.sheet.own || x.sheet.times, put_lead, &x);
	answer_sheet_close(&x.sheet);
	return after;
}
