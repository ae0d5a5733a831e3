/* Attempts whose end nobody saw: the list for review, and settling them. */
#include "admin/operation.h"
#include "api/paging.h"
#include "core/attempt.h"
#include "store/db.h"
#include "store/review.h"

#define ADMIN "/v1/admin/attempts"

enum { AT_ONCE = 5000 };

struct review_query {
	struct opt_int campaign, page, limit;
};

static const struct field review_fields[] = {
	FIELD_INTEGER(struct review_query, campaign, "campaign", .min = BOUND(1)),
	PAGING_FIELDS(struct review_query),
};
static const struct shape review_shape = SHAPE(struct review_query, review_fields);

/* What may be found out afterwards; the names are those of core/attempt.c. */
static const char *const outcomes[] = { "never_sent", "answered_silent", "hung_up", "busy", "declined", "no_answer",
					"unknown_number", "voicemail", "carrier_failure", "unknown", NULL };

struct resolve_in {
	struct opt_int attempt, campaign;
	const char *outcome;
};

#define OUTCOME_FIELD FIELD_ENUM(struct resolve_in, outcome, "outcome", .names = outcomes, .flags = FIELD_REQUIRED)

static const struct field resolve_fields[] = {
	FIELD_INTEGER(struct resolve_in, attempt, "attemptId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
	OUTCOME_FIELD,
};
static const struct shape resolve_shape = SHAPE(struct resolve_in, resolve_fields);

static const struct field resolve_all_fields[] = {
	FIELD_INTEGER(struct resolve_in, campaign, "campaign", .min = BOUND(1)),
	OUTCOME_FIELD,
};
static const struct shape resolve_all_shape = SHAPE(struct resolve_in, resolve_all_fields);

/* ---- the list ---- */

struct listing {
	json_t *rows;
	bool live;
};

static void add_row(void *arg, const struct unknown_shown *u)
{
	const struct listing *l = arg;

	json_array_append_new(l->rows, json_pack("{s:I,s:I,s:I,s:s,s:s,s:s,s:s,s:I,s:I,s:s,s:o,s:s}", "attemptId",
						 (json_int_t)u->attempt_id, "campaignId", (json_int_t)u->campaign_id,
						 "leadId", (json_int_t)u->talent_id, "firstName", u->first_name,
						 "lastName", u->last_name, "email", u->email, "phoneNumber", u->number,
						 "attempt", (json_int_t)u->attempt_no, "slot", (json_int_t)u->slot,
						 "callId", u->call_id, "startedAt", op_time(u->intent_at), "mode",
						 op_mode(l->live)));
}

static int review(struct op *op)
{
	const struct review_query *in = op->in;
	int64_t campaign = OPT_OR(in->campaign, DB_NULL);
	struct op_page p = op_page(in->page, in->limit);
	struct listing l = { .rows = json_array() };

	for (int i = 0; i < op->n_workspaces; i++) {
		int64_t ws = op->workspace[i].id, offset, n = unknown_count(op->db, ws, campaign);
		int64_t take = op_page_take(&p, n, &offset);

		l.live = op->workspace[i].live;
		if (take > 0)
			unknown_page(op->db, ws, campaign, offset, take, add_row, &l);
	}
	op->answer = json_pack("{s:o,s:o}", "attempts", l.rows, "pagination", op_pagination(&p));
	return 0;
}

/* ---- settling ---- */

static int resolve(struct op *op)
{
	const struct resolve_in *in = op->in;
	enum outcome outcome = (enum outcome)outcome_named(in->outcome);

	for (int i = 0; i < op->n_workspaces; i++) {
		switch (unknown_settle(op->db, op->workspace[i].id, in->attempt.v, outcome, op->now)) {
		case SETTLED:
			op->change = (struct change){ .what = CHANGE_DUE, .workspace_id = op->workspace[i].id };
			op->answer = json_pack("{s:I,s:s}", "attemptId", (json_int_t)in->attempt.v, "outcome",
					       in->outcome);
			return 0;
		case SETTLED_NOT_UNKNOWN:
			return problem_set(op->problem, PROBLEM_CONFLICT, "attempt %lld is not on the list for review",
					   (long long)in->attempt.v);
		case SETTLED_NO_SUCH:
			break;
		}
	}
	return op_missing(op, "attempt", in->attempt.v);
}

static int resolve_all(struct op *op)
{
	const struct resolve_in *in = op->in;
	enum outcome outcome = (enum outcome)outcome_named(in->outcome);
	int64_t campaign = OPT_OR(in->campaign, DB_NULL);
	json_int_t done = 0, left = 0;

	for (int i = 0; i < op->n_workspaces && done < AT_ONCE; i++) {
		int64_t n = unknown_settle_all(op->db, op->workspace[i].id, campaign, outcome, (int)(AT_ONCE - done), op->now);

		if (n > 0)
			op->change = (struct change){ .what = CHANGE_DUE, .workspace_id = op->workspace[i].id };
		done += n;
	}
	for (int i = 0; i < op->n_workspaces; i++)
		left += unknown_count(op->db, op->workspace[i].id, campaign);
	op->answer = json_pack("{s:I,s:I,s:s}", "resolved", done, "left", left, "outcome", in->outcome);
	return 0;
}

/* ---- rows ---- */

static const struct op_option review_options[] = {
	{ "campaign", "campaign", .arg = "ID", .doc = "only of this campaign" },
	{ "page", "page", .arg = "N", .doc = "from 1" },
	{ "limit", "limit", .arg = "N", .doc = "rows a page (20, at most 100)" },
	{ 0 },
};
#define OUTCOME_OPTION                                                                                                \
	{                                                                                                             \
		"outcome", "outcome", .arg = "NAME", .required = true,                                                \
		.doc = "never_sent: call again; no_answer, busy, declined, hung_up, answered_silent, unknown_number, "    \
		       "carrier_failure; unknown: leave it so"                                                        \
	}
static const struct op_option resolve_options[] = { OUTCOME_OPTION, { 0 } };
static const struct op_option resolve_all_options[] = {
	{ "campaign", "campaign", .arg = "ID", .doc = "only of this campaign" },
	OUTCOME_OPTION,
	{ 0 },
};
static const struct op_column columns[] = { { "attemptId", "ATTEMPT" }, { "campaignId", "CAMPAIGN" }, { "leadId", "LEAD" },
					    { "phoneNumber", "NUMBER" }, { "firstName", "FIRST" },
					    { "lastName", "LAST" }, { "startedAt", "STARTED" }, { "callId", "CALL-ID" },
					    { "mode", "MODE" }, { 0 } };

const struct operation attempts_operations[] = {
	{ "attempts.review", review, &review_shape, .reads = true, .modes = OP_BOTH, .method = "GET",
	  .path = ADMIN "/review", .options = review_options, .list = "attempts", .columns = columns,
	  .doc = "calls whose end nobody saw, for you to look up with the carrier" },
	{ "attempts.resolve", resolve, &resolve_shape, .modes = OP_BOTH, .method = "POST",
	  .path = ADMIN "/:attemptId/resolve", .operands = { { "attemptId", "ID" } }, .options = resolve_options,
	  .said = "Attempt {attemptId} is settled: {outcome}.", .doc = "say what became of one of them" },
	{ "attempts.resolve-all", resolve_all, &resolve_all_shape, .modes = OP_BOTH, .method = "POST",
	  .path = ADMIN "/resolve-all", .options = resolve_all_options,
	  .said = "{resolved} attempts are settled: {outcome}. {left} are left.",
	  .doc = "say it of all, 5000 at a time" },
	{ 0 },
};
