/* The numbers a company calls from: add, list, verify, remove. No call leaves with a number nobody has vouched for. */
#include "admin/operation.h"
#include "store/db.h"
#include "store/sites.h"

#define ADMIN "/v1/admin/numbers"

struct number_in {
	const char *number, *by;
};

static const struct field add_fields[] = {
	FIELD_STRING(struct number_in, number, "number", .flags = FIELD_REQUIRED, .max = BOUND(40)),
	FIELD_STRING(struct number_in, by, "verifiedBy", .max = BOUND(200)),
};
static const struct shape add_shape = SHAPE(struct number_in, add_fields);
static const struct shape number_shape = { .fields = add_fields, .n = 1, .size = sizeof(struct number_in) };

static const struct field verify_fields[] = {
	FIELD_STRING(struct number_in, number, "number", .flags = FIELD_REQUIRED, .max = BOUND(40)),
	FIELD_STRING(struct number_in, by, "verifiedBy", .flags = FIELD_REQUIRED, .max = BOUND(200)),
};
static const struct shape verify_shape = SHAPE(struct number_in, verify_fields);

struct listing {
	json_t *rows;
	bool live;
};

static void add_number(void *arg, const struct caller_number *n)
{
	const struct listing *l = arg;

	json_array_append_new(l->rows, json_pack("{s:s,s:s,s:b,s:o,s:s}", "number", n->number, "mode", op_mode(l->live),
						 "verified", n->verified_at != DB_NULL, "verifiedAt",
						 op_time(n->verified_at), "verifiedBy", n->verified_by));
}

static int list(struct op *op)
{
	struct listing l = { .rows = json_array() };

	for (int i = 0; i < op->n_workspaces; i++) {
		l.live = op->workspace[i].live;
		numbers_each(op->db, op->workspace[i].id, add_number, &l);
	}
	op->answer = json_pack("{s:o}", "numbers", l.rows);
	return 0;
}

/* The number in each workspace of the run, as it is now. */
static int show(struct op *op, const char *number)
{
	struct listing l = { .rows = json_array() };
	struct caller_number n;

	for (int i = 0; i < op->n_workspaces; i++) {
		l.live = op->workspace[i].live;
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

static int verify(struct op *op)
{
	const struct number_in *in = op->in;
	struct caller_number n = { .number = op_number(op, "number", in->number), .verified_by = in->by,
				   .verified_at = op->now };
	int verified = 0;

	if (!n.number)
		return -1;
	for (int i = 0; i < op->n_workspaces; i++)
		verified += number_verify(op->db, op->workspace[i].id, &n);
	if (verified == 0)
		return problem_set(op->problem, PROBLEM_NOT_FOUND, "there is no number %s: add it first", n.number);
	return show(op, n.number);
}

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
static const struct op_option by_required[] = {
	{ "by", "verifiedBy", .arg = "NAME", .doc = "who vouches that the number is yours; kept with the date",
	  .required = true },
	{ 0 },
};
static const struct op_column columns[] = { { "number", "NUMBER" }, { "mode", "MODE" }, { "verifiedAt", "VERIFIED" },
					    { "verifiedBy", "BY" }, { 0 } };
#define NUMBER_OPERAND { { "number", "NUMBER" } }

const struct operation numbers_operations[] = {
	{ "numbers.add", add, &add_shape, .modes = OP_BOTH, .method = "POST", .path = ADMIN, .creates = true,
	  .operands = NUMBER_OPERAND, .options = by_option, .said = "The number {number} is there.",
	  .doc = "a number to call from" },
	{ "numbers.list", list, .reads = true, .modes = OP_BOTH, .method = "GET", .path = ADMIN, .list = "numbers",
	  .columns = columns, .doc = "the numbers there are, and who vouches for them" },
	{ "numbers.verify", verify, &verify_shape, .modes = OP_BOTH, .method = "PATCH", .path = ADMIN "/*number",
	  .operands = NUMBER_OPERAND, .options = by_required, .said = "The number {number} may be called from.",
	  .doc = "vouch for a number, by name" },
	{ "numbers.remove", remove_number, &number_shape, .modes = OP_BOTH, .method = "DELETE",
	  .path = ADMIN "/*number", .operands = NUMBER_OPERAND, .said = "The number {number} is gone.",
	  .doc = "forget a number" },
	{ 0 },
};
