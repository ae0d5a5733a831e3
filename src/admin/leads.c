/* People on a campaign: add in pieces, list, export page by page. A campaign is known by its id alone. */
#include "admin/operation.h"
#include "api/lead_export.h"
#include "api/lead_json.h"
#include "api/paging.h"
#include "core/fold.h"
#include "core/questions.h"
#include "store/accounts.h"
#include "store/campaigns.h"
#include "store/db.h"
#include "store/leads.h"
#include "store/people.h"
#include "store/workspace_clock.h"

#include <glib.h>
#include <string.h>

enum { EXPORT_PAGE = 200 };

struct leads_in {
	struct opt_int campaign, page, limit, after;
	struct opt_bool dry_run;
	const json_t *rows;
	const char *status, *search, *format;
};

#define IN struct leads_in
#define CAMPAIGN_FIELD FIELD_INTEGER(IN, campaign, "campaign", .flags = FIELD_REQUIRED, .min = BOUND(1))
#define STATUS_FIELD   FIELD_STRING(IN, status, "status", .flags = FIELD_EMPTY_OK)

static const struct field add_fields[] = {
	CAMPAIGN_FIELD,
	FIELD_BOOLEAN(IN, dry_run, "dryRun"),
	FIELD_ANY(IN, rows, "rows", .flags = FIELD_REQUIRED),
};
static const struct shape add_shape = SHAPE(IN, add_fields);

static const struct field list_fields[] = {
	CAMPAIGN_FIELD,
	STATUS_FIELD,
	FIELD_STRING(IN, search, "search", .flags = FIELD_EMPTY_OK),
	PAGING_FIELDS(IN),
};
static const struct shape list_shape = SHAPE(IN, list_fields);

static const struct field export_fields[] = {
	CAMPAIGN_FIELD,
	STATUS_FIELD,
	FIELD_STRING(IN, format, "format"),
	FIELD_INTEGER(IN, after, "after"),
};
static const struct shape export_shape = SHAPE(IN, export_fields);

static int find_campaign(struct op *op, struct campaign_owner *out)
{
	const struct leads_in *in = op->in;

	if (campaign_owner(op->db, in->campaign.v, out))
		return 0;
	return op_missing(op, "campaign", in->campaign.v);
}

static bool with_submission(const struct campaign_owner *c)
{
	return purpose_reminds(c->purpose);
}

/* ---- leads.add ---- */

static const char *text(const json_t *row, const char *key)
{
	const char *s = json_string_value(json_object_get(row, key));

	return s ? s : "";
}

/* As the command has checked it: {"source", "wording", "time": epoch ms}. */
static const struct consent *consent_of(const json_t *row, struct consent *out)
{
	const json_t *c = json_object_get(row, "consent");

	*out = (struct consent){ text(c, "source"), text(c, "wording"), json_integer_value(json_object_get(c, "time")) };
	return out->source[0] && out->wording[0] && out->consented_at > 0 ? out : NULL;
}

static bool row_of(const json_t *row, struct lead_row *out, struct consent *consent)
{
	*out = (struct lead_row){ .email = text(row, "email"), .first_name = text(row, "firstName"),
				  .last_name = text(row, "lastName"), .phone = text(row, "phoneNumber"),
				  .linkedin = text(row, "linkedin"), .consent = consent_of(row, consent) };
	return out->email[0] != 0;
}

/* For each row NULL when it is added, or why not. In a dry run "NO_NUMBER" and "NOT_A_NUMBER" are added, too. */
static json_t *add_rows(struct db *db, const json_t *rows, struct lead_adder *adder, bool dry)
{
	struct lead_trial *trial = dry ? lead_trial_new(adder) : NULL;
	json_t *said = json_array();
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		struct lead_row r;
		struct consent consent;
		enum lead_verdict v;
		const char *held = NULL;

		if (!row_of(row, &r, &consent)) {
			json_array_append_new(said, json_string("INVALID"));
			continue;
		}
		v = dry ? lead_try(db, trial, &r, &held) : lead_add(db, adder, &r);
		json_array_append_new(said, v != LEAD_ADDED ? json_string(lead_verdict_name(v)) :
				      held ? json_string(held) : json_null());
	}
	if (trial)
		lead_trial_free(trial);
	else
		lead_adder_close(db, adder);
	return said;
}

static int add(struct op *op)
{
	const struct leads_in *in = op->in;
	bool dry = OPT_OR(in->dry_run, false);
	struct campaign_owner c;
	struct lead_adder adder;

	if (find_campaign(op, &c) != 0)
		return -1;
	if (!lead_adder_open(op->db, c.workspace_id, c.company_id, in->campaign.v,
			     workspace_now(op->db, c.workspace_id, op->now), &adder))
		return problem_set(op->problem, PROBLEM_FAILED, "the campaign cannot be read");
	if (adder.over)
		return problem_set(op->problem, PROBLEM_CONFLICT, "campaign %lld has been cancelled: nobody will be called "
				   "any more", (long long)in->campaign.v);
	op->answer = json_pack("{s:o,s:s}", "reasons", add_rows(op->db, in->rows, &adder, dry), "country",
			       adder.country ? adder.country : "");
	if (!dry)
		op->change = (struct change){ .what = CHANGE_DUE, .workspace_id = c.workspace_id };
	return 0;
}

/* ---- leads.list, leads.export ---- */

static int list(struct op *op)
{
	const struct leads_in *in = op->in;
	g_autofree char *needle = in->search && in->search[0] ? fold_text(in->search) : NULL;
	struct lead_filter f = { .bucket = bucket_named(in->status), .needle = needle };
	struct paging paging = paging_of(in->page, in->limit);
	struct campaign_owner c;
	struct jw w;

	if (find_campaign(op, &c) != 0)
		return -1;
	jw_init(&w);
	lead_json_list(&w, op->db, c.workspace_id, in->campaign.v, &f, &paging, with_submission(&c));
	op->answer = json_loadb(w.data, w.len, JSON_ALLOW_NUL, NULL);
	jw_free(&w);
	return 0;
}

/* {"text", "after"}: a page of the file, and what to ask for next; after 0 ends it. */
static int export_page(struct op *op)
{
	const struct leads_in *in = op->in;
	struct lead_filter f = { .bucket = bucket_named(in->status) };
	enum lead_form form = in->format && strcmp(in->format, "ndjson") == 0 ? LEADS_NDJSON : LEADS_CSV;
	g_autoptr(GString) out = g_string_new(NULL);
	struct campaign_owner c;
	int64_t after;

	if (find_campaign(op, &c) != 0)
		return -1;
	after = lead_export_page(out, form, op->db, c.workspace_id, in->campaign.v, &f, OPT_OR(in->after, 0),
				 EXPORT_PAGE);
	op->answer = json_pack("{s:s,s:I}", "text", out->str, "after", (json_int_t)after);
	return 0;
}

static const struct op_column columns[] = { { "leadId", "ID" },       { "firstName", "FIRST" },
					    { "lastName", "LAST" },   { "email", "EMAIL" },
					    { "phone", "PHONE" },     { "status", "STATUS" },
					    { "flowStatus", "FLOW" }, { "addedAt", "ADDED" }, { 0 } };

/* Their commands are written by hand (cli/leads.c, cli/leads_import.c): files, pages, progress. */
const struct operation leads_operations[] = {
	{ "leads.add", add, &add_shape, .unlisted = true, .doc = "people onto a campaign" },
	{ "leads.list", list, &list_shape, .reads = true, .unlisted = true, .list = "leads", .columns = columns,
	  .doc = "the people of a campaign and where they stand" },
	{ "leads.export", export_page, &export_shape, .reads = true, .unlisted = true,
	  .doc = "a page of the people of a campaign as a file" },
	{ 0 },
};
