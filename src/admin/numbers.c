/*
 * The numbers a company calls from: add, list, verify, remove. No call leaves with a number nobody has vouched for: by
 * his word, or by saying back the code that a call to the number has spoken.
 */
#include "admin/operation.h"
#include "base/token.h"
#include "core/attempt.h"
#include "store/accounts.h"
#include "store/db.h"
#include "store/number_checks.h"
#include "store/sites.h"
#include "store/suppressions.h"

#include <glib.h>
#include <string.h>

#define ADMIN "/v1/admin/numbers"

struct number_in {
	const char *number, *by, *code;
};

static const char *check_code(const char *text)
{
	return strlen(text) == CODE_DIGITS && strspn(text, "0123456789") == CODE_DIGITS ? NULL : "must be six digits";
}

static const struct field add_fields[] = {
	FIELD_STRING(struct number_in, number, "number", .flags = FIELD_REQUIRED, .max = BOUND(40)),
	FIELD_STRING(struct number_in, by, "verifiedBy", .max = BOUND(200)),
};
static const struct shape add_shape = SHAPE(struct number_in, add_fields);
static const struct shape number_shape = { .fields = add_fields, .n = 1, .size = sizeof(struct number_in) };

static const struct field verify_fields[] = {
	FIELD_STRING(struct number_in, number, "number", .flags = FIELD_REQUIRED, .max = BOUND(40)),
	FIELD_STRING(struct number_in, by, "verifiedBy", .max = BOUND(200)),
	FIELD_STRING(struct number_in, code, "code", .check = check_code),
};
static const struct shape verify_shape = SHAPE(struct number_in, verify_fields);

struct listing {
	const struct op *op;
	const struct op_workspace *workspace;
	json_t *rows;
};

/* The last day's latest call with a code, or null: what became of it tells why nobody was rung. */
static json_t *code_call_json(const struct listing *l, const char *number)
{
	struct number_check c;

	if (!number_check_latest(l->op->db, l->workspace->id, number, l->op->now, &c))
		return json_null();
	return json_pack("{s:o,s:o,s:s?}", "calledAt", op_time(c.intent_at), "endedAt", op_time(c.ended_at), "outcome",
			 c.outcome == OUTCOME_NONE ? NULL : outcome_rule(c.outcome)->name);
}

static void add_number(void *arg, const struct caller_number *n)
{
	const struct listing *l = arg;

	json_array_append_new(l->rows, json_pack("{s:s,s:s,s:b,s:o,s:s,s:o}", "number", n->number, "mode",
						 op_mode(l->workspace->live), "verified", n->verified_at != DB_NULL,
						 "verifiedAt", op_time(n->verified_at), "verifiedBy", n->verified_by,
						 "codeCall", code_call_json(l, n->number)));
}

static int list(struct op *op)
{
	struct listing l = { .op = op, .rows = json_array() };

	for (int i = 0; i < op->n_workspaces; i++) {
		l.workspace = &op->workspace[i];
		numbers_each(op->db, op->workspace[i].id, add_number, &l);
	}
	op->answer = json_pack("{s:o}", "numbers", l.rows);
	return 0;
}

/* The number in each workspace of the run, as it is now. */
static int show(struct op *op, const char *number)
{
	struct listing l = { .op = op, .rows = json_array() };
	struct caller_number n;

	for (int i = 0; i < op->n_workspaces; i++) {
		l.workspace = &op->workspace[i];
		if (number_get(op->db, op->workspace[i].id, number, &n))
			add_number(&l, &n);
	}
	op->answer = json_pack("{s:s,s:o}", "number", number, "numbers", l.rows);
	return 0;
}

static int add(struct op *op)
{
	const struct number_in *in = op->in;
	struct caller_number n = { .number = op_number(op, "number", in->number), .verified_by = in->by ? in->by : "",
				   .verified_at = in->by ? op->now : DB_NULL };
	int added = 0;

	if (!n.number)
		return -1;
	for (int i = 0; i < op->n_workspaces; i++)
		added += number_add(op->db, op->workspace[i].id, &n);
	if (added == 0)
		return problem_set(op->problem, PROBLEM_CONFLICT, "the number %s is there already", n.number);
	return show(op, n.number);
}

/* ---- verifying ---- */

static int missing(struct op *op, const char *number)
{
	return problem_set(op->problem, PROBLEM_NOT_FOUND, "there is no number %s: add it first", number);
}

static int say(struct op *op, char *message)
{
	json_object_set_new(op->answer, "message", json_string(message));
	g_free(message);
	return 0;
}

/* By somebody's word, or by a code (`by` says so), in the workspaces from the first on. */
static int vouch(struct op *op, const char *number, const char *by, int first, int end)
{
	struct caller_number n = { .number = number, .verified_by = by, .verified_at = op->now };
	int verified = 0;

	for (int i = first; i < end; i++)
		verified += number_verify(op->db, op->workspace[i].id, &n);
	if (verified == 0)
		return missing(op, number);
	show(op, number);
	return say(op, g_strdup_printf("The number %s may be called from.", number));
}

/*
 * A code heard over a trunk vouches for the number in the test workspace, too; one of the phone farm, which anybody may
 * see, never beyond it.
 */
static int enter_code(struct op *op, const char *number, const char *code)
{
	for (int i = 0; i < op->n_workspaces; i++) {
		const struct op_workspace *ws = &op->workspace[i];
		int left;

		switch (number_check_try(op->db, ws->id, number, code, op->now, &left)) {
		case CODE_NOT_WAITED_FOR:
			continue;
		case CODE_RIGHT:
			return vouch(op, number, "a code spoken by telephone", i, ws->live ? op->n_workspaces : i + 1);
		case CODE_WRONG:
			op->keep = true;
			return op_fault(op, "code", arena_printf(op->arena, "is not what was said; %d tries are left", left));
		case CODE_NO_TRIES_LEFT:
			return problem_set(op->problem, PROBLEM_CONFLICT, "that was the last try: have %s called again",
					   number);
		}
	}
	return problem_set(op->problem, PROBLEM_CONFLICT,
			   "no code is waited for: a call speaks one, and it holds for ten minutes");
}

/* ---- calling ---- */

struct trunk_wanted {
	int64_t workspace_id;
	bool found;
};

static void look_at_trunk(void *arg, const struct trunk *t)
{
	struct trunk_wanted *w = arg;

	w->found |= t->workspace_id == w->workspace_id;
}

/* 0, or -1 with the reason why the number cannot be called from this workspace now. */
static int may_call(struct op *op, const struct op_workspace *ws, const char *number)
{
	struct trunk_wanted trunk = { .workspace_id = ws->id, .found = !ws->live };
	const struct suppression_reach any = { .purpose = "" }; /* what stands for all campaigns stands for us */
	int64_t next = number_check_next(op->db, ws->id, number, op->now);

	trunks_each(op->db, look_at_trunk, &trunk);
	if (!op->served)
		return problem_set(op->problem, PROBLEM_UNREACHABLE,
				   "only a running server can call: start `callsheet serve`, or vouch with --by NAME");
	if (!trunk.found)
		return problem_set(op->problem, PROBLEM_CONFLICT, "the live workspace has no trunk to call over");
	if (person_suppressed(op->db, ws->id, number, NULL, &any))
		return problem_set(op->problem, PROBLEM_CONFLICT, "%s is on the list of those who must not be called",
				   number);
	if (next > op->now)
		return problem_set(op->problem, PROBLEM_CONFLICT,
				   "%s was called a short while ago: again in %" G_GINT64_FORMAT " s", number,
				   (next - op->now + 999) / 1000);
	return 0;
}

static int place_call(struct op *op, const struct op_workspace *ws, const char *number)
{
	struct change *c = &op->change;

	_Static_assert(sizeof(c->code) >= CODE_SIZE, "a code fits");
	*c = (struct change){ .what = CHANGE_CODE_CALL, .workspace_id = ws->id };
	token_digits(c->code, CODE_DIGITS);
	g_strlcpy(c->number, number, sizeof(c->number));
	c->attempt_id = number_check_intend(op->db, ws->id, number, c->code, op->now);
	if (c->attempt_id == 0)
		return problem_set(op->problem, PROBLEM_CONFLICT, "%s is on the telephone with us", number);
	show(op, number);
	json_object_set_new(op->answer, "expiresAt", op_time(op->now + CODE_LIFE_MS));
	if (ws->live)
		return say(op, g_strdup_printf("%s is being called. Then: numbers verify %s --code …", number, number));
	/* Nobody hears what the farm is told, and nothing is kept from whoever tries things out. */
	json_object_set_new(op->answer, "code", json_string(c->code));
	return say(op, g_strdup_printf("%s is being called at the phone farm; the code is %s.", number, c->code));
}

/* From the first workspace that has the number: with both, that is the live one. */
static int call(struct op *op, const char *number)
{
	struct caller_number n;

	for (int i = 0; i < op->n_workspaces; i++)
		if (number_get(op->db, op->workspace[i].id, number, &n))
			return may_call(op, &op->workspace[i], number) == 0 ? place_call(op, &op->workspace[i], number) :
									      -1;
	return missing(op, number);
}

static int call_it(struct op *op)
{
	const struct number_in *in = op->in;
	const char *number = op_number(op, "number", in->number);

	return number ? call(op, number) : -1;
}

static int verify(struct op *op)
{
	const struct number_in *in = op->in;
	const char *number = op_number(op, "number", in->number);

	if (!number)
		return -1;
	if (in->by && in->code)
		return op_fault(op, "code", "is not allowed with \"verifiedBy\"");
	if (in->by)
		return vouch(op, number, in->by, 0, op->n_workspaces);
	if (in->code)
		return enter_code(op, number, in->code);
	return op->by_key ? op_fault(op, "code", "is required") : call(op, number);
}

/* ---- removing ---- */

static int remove_number(struct op *op)
{
	const struct number_in *in = op->in;
	const char *number = op_number(op, "number", in->number);
	int removed = 0;

	if (!number)
		return -1;
	for (int i = 0; i < op->n_workspaces; i++) {
		int64_t campaign = number_user(op->db, op->workspace[i].id, number);

		if (campaign)
			return problem_set(op->problem, PROBLEM_CONFLICT, "campaign %lld runs and calls from %s",
					   (long long)campaign, number);
		removed += number_remove(op->db, op->workspace[i].id, number);
	}
	if (removed == 0)
		return problem_set(op->problem, PROBLEM_NOT_FOUND, "there is no number %s", number);
	op->answer = json_pack("{s:s,s:b}", "number", number, "removed", 1);
	return 0;
}

static const struct op_option by_option[] = {
	{ "by", "verifiedBy", .arg = "NAME", .doc = "who vouches that the number is yours; kept with the date" },
	{ 0 },
};
static const struct op_option verify_options[] = {
	{ "code", "code", .arg = "123456", .doc = "what the call has said" },
	{ "by", "verifiedBy", .arg = "NAME", .doc = "instead: who vouches that the number is yours; kept with the date" },
	{ 0 },
};
static const struct op_column columns[] = { { "number", "NUMBER" }, { "mode", "MODE" }, { "verifiedAt", "VERIFIED" },
					    { "verifiedBy", "BY" }, { 0 } };
#define NUMBER_OPERAND { { "number", "NUMBER" } }

const struct operation numbers_operations[] = {
	{ "numbers.add", add, &add_shape, .modes = OP_BOTH, .method = "POST", .path = ADMIN, .creates = true,
	  .location = ADMIN "/{number}", .operands = NUMBER_OPERAND, .options = by_option,
	  .said = "The number {number} is there.",
	  .doc = "a number to call from" },
	{ "numbers.list", list, .reads = true, .modes = OP_BOTH, .method = "GET", .path = ADMIN, .list = "numbers",
	  .columns = columns, .doc = "the numbers there are, and who vouches for them" },
	{ "numbers.verify", verify, &verify_shape, .modes = OP_BOTH, .method = "PATCH", .path = ADMIN "/*number",
	  .operands = NUMBER_OPERAND, .options = verify_options, .said = "{message}",
	  .doc = "call a number, which is told a code; then take the code, or somebody's word" },
	{ "numbers.call", call_it, &number_shape, .modes = OP_BOTH, .method = "POST", .path = ADMIN "/*number",
	  .secret = true, .unlisted = true, .doc = "call a number, which is told a code" },
	{ "numbers.remove", remove_number, &number_shape, .modes = OP_BOTH, .method = "DELETE",
	  .path = ADMIN "/*number", .operands = NUMBER_OPERAND, .said = "The number {number} is gone.",
	  .doc = "forget a number" },
	{ 0 },
};
