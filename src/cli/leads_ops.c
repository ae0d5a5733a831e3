/* What the leads commands do to the data. A campaign is known by its id alone. */
#include "api/lead_export.h"
#include "api/lead_json.h"
#include "api/paging.h"
#include "base/clock.h"
#include "cli/command.h"
#include "core/fold.h"
#include "store/accounts.h"
#include "store/campaigns.h"
#include "store/db.h"
#include "store/leads.h"

#include <string.h>

enum { EXPORT_PAGE = 200 };

static int64_t number(const json_t *args, const char *key)
{
	return json_integer_value(json_object_get(args, key));
}

static const char *text(const json_t *args, const char *key)
{
	const char *s = json_string_value(json_object_get(args, key));

	return s ? s : "";
}

static int find_campaign(struct db *db, const json_t *args, struct campaign_owner *out, struct problem *p)
{
	int64_t id = number(args, "campaign");

	if (campaign_owner(db, id, out))
		return 0;
	return problem_set(p, PROBLEM_NOT_FOUND, "there is no campaign %lld", (long long)id);
}

static bool with_submission(const struct campaign_owner *c)
{
	return strcmp(c->purpose, "ASSESSMENT_REMINDER") == 0;
}

/* ---- leads.add ---- */

static bool row_of(const json_t *row, struct lead_row *out)
{
	*out = (struct lead_row){ .email = text(row, "email"), .first_name = text(row, "firstName"),
				  .last_name = text(row, "lastName"), .phone = text(row, "phoneNumber"),
				  .linkedin = text(row, "linkedin") };
	return out->email[0] != 0;
}

/* For each row NULL when it is added, or why not. In a dry run "NO_NUMBER" is added, too. */
static json_t *add_rows(struct db *db, const json_t *rows, const struct lead_adder *adder, bool dry)
{
	struct lead_trial *trial = dry ? lead_trial_new(adder) : NULL;
	json_t *said = json_array();
	const json_t *row;
	int64_t added = 0;
	size_t i;

	json_array_foreach(rows, i, row) {
		struct lead_row r;
		enum lead_verdict v;
		bool held = false;

		if (!row_of(row, &r)) {
			json_array_append_new(said, json_string("INVALID"));
			continue;
		}
		v = dry ? lead_try(db, trial, &r, &held) : lead_add(db, adder, &r);
		added += v == LEAD_ADDED;
		json_array_append_new(said, v != LEAD_ADDED ? json_string(lead_verdict_name(v)) :
				      held ? json_string(LEAD_REASON_NO_NUMBER) : json_null());
	}
	if (trial)
		lead_trial_free(trial);
	else
		lead_adder_close(db, adder, added);
	return said;
}

int leads_op_add(struct db *db, const json_t *args, json_t **answer, struct problem *p)
{
	const json_t *rows = json_object_get(args, "rows");
	struct campaign_owner c;
	struct lead_adder adder;

	if (find_campaign(db, args, &c, p) != 0)
		return -1;
	if (!lead_adder_open(db, c.workspace_id, c.company_id, number(args, "campaign"), clock_wall_ms(), &adder))
		return problem_set(p, PROBLEM_FAILED, "the campaign cannot be read");
	*answer = json_pack("{s:o,s:s}", "reasons",
			    add_rows(db, rows, &adder, json_is_true(json_object_get(args, "dryRun"))), "country",
			    adder.country ? adder.country : "");
	return 0;
}

/* ---- leads.list, leads.export ---- */

int leads_op_list(struct db *db, const json_t *args, json_t **answer, struct problem *p)
{
	const char *search = text(args, "search");
	g_autofree char *needle = search[0] ? fold_text(search) : NULL;
	struct lead_filter f = { .bucket = bucket_named(text(args, "status")), .needle = needle };
	struct opt_int page = { true, number(args, "page") }, limit = { true, number(args, "limit") };
	struct paging paging = paging_of(page, limit);
	struct campaign_owner c;
	struct jw w;

	if (find_campaign(db, args, &c, p) != 0)
		return -1;
	jw_init(&w);
	lead_json_list(&w, db, c.workspace_id, number(args, "campaign"), &f, &paging, with_submission(&c));
	*answer = json_loadb(w.data, w.len, JSON_ALLOW_NUL, NULL);
	jw_free(&w);
	return 0;
}

struct page {
	GString *out;
	enum lead_form form;
	bool with_submission;
};

static void put_lead(void *arg, const struct lead_shown *l)
{
	const struct page *x = arg;

	lead_export_row(x->out, x->form, x->with_submission, l);
}

/* {"text", "after"}: a page of the file, and what to ask for next; after 0 ends it. */
int leads_op_export(struct db *db, const json_t *args, json_t **answer, struct problem *p)
{
	struct lead_filter f = { .bucket = bucket_named(text(args, "status")) };
	int64_t after = number(args, "after");
	struct campaign_owner c;
	struct page x;

	if (find_campaign(db, args, &c, p) != 0)
		return -1;
	x = (struct page){ g_string_new(NULL), strcmp(text(args, "format"), "ndjson") == 0 ? LEADS_NDJSON : LEADS_CSV,
			   with_submission(&c) };
	if (after == 0)
		lead_export_head(x.out, x.form, x.with_submission);
	after = lead_walk(db, c.workspace_id, number(args, "campaign"), &f, after, EXPORT_PAGE, put_lead, &x);
	*answer = json_pack("{s:s,s:I}", "text", x.out->str, "after", (json_int_t)after);
	g_string_free(x.out, TRUE);
	return 0;
}
