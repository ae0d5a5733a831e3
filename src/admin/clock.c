/* The clock of the test workspace: where it stands, and on with it. */
#include "admin/operation.h"
#include "base/clock.h"
#include "core/when.h"
#include "store/db.h"
#include "store/workspace_clock.h"

#define ADMIN "/v1/admin/test-clock"

enum { YEARS_MAX = 10 };

struct clock_in {
	const char *advance;
	struct opt_time to;
};

static const char *check_duration(const char *text)
{
	int64_t ms;

	return duration_parse(text, &ms) == 0 ? NULL : "must be a time such as 48h, 14d or 90m, ten years at most";
}

static const struct field advance_fields[] = {
	FIELD_STRING(struct clock_in, advance, "advance", .check = check_duration),
	FIELD_ISO_DATE(struct clock_in, to, "to"),
};
static const struct shape advance_shape = SHAPE(struct clock_in, advance_fields);

static int answer(struct op *op, const struct workspace_clock *c)
{
	op->answer = json_pack("{s:{s:o,s:o,s:b,s:I}}", "testClock", "now", op_time(op->now + c->ahead_ms), "target",
			       op_time(c->target_at), "advancing", c->target_at != DB_NULL, "aheadSeconds",
			       (json_int_t)(c->ahead_ms / 1000));
	return 0;
}

/* The clock of the workspace that is acted upon; -1 with the problem set when it is a live one. */
static int find(struct op *op, struct workspace_clock *out)
{
	if (op->workspace[0].live)
		return problem_set(op->problem, PROBLEM_REFUSED, "only a test workspace has a clock that can be advanced");
	workspace_clock_get(op->db, op->workspace[0].id, out);
	return 0;
}

static int show(struct op *op)
{
	struct workspace_clock c;

	return find(op, &c) == 0 ? answer(op, &c) : -1;
}

/* Where the clock is to go; -1 with the fault. */
static int aim(struct op *op, int64_t now, int64_t *target)
{
	const struct clock_in *in = op->in;
	char iso[CLOCK_ISO_SIZE];
	int64_t ms;

	if (!in->advance == !in->to.set)
		return op_fault(op, "advance", "or \"to\" is required, not both");
	if (in->advance)
		duration_parse(in->advance, &ms);
	*target = in->advance ? now + ms : in->to.ms;
	if (*target < now)
		return op_fault(op, "to", arena_printf(op->arena, "must not be before the clock, which stands at %s",
						       clock_iso(now, iso)));
	if (*target > op->now + YEARS_MAX * INT64_C(366) * 86400000)
		return op_fault(op, in->advance ? "advance" : "to", "must not lead further than ten years from today");
	return 0;
}

static int advance(struct op *op)
{
	struct workspace_clock c;
	int64_t target = 0;

	if (find(op, &c) != 0 || aim(op, op->now + c.ahead_ms, &target) != 0)
		return -1;
	c.target_at = target;
	workspace_clock_put(op->db, op->workspace[0].id, &c);
	op->change = (struct change){ .what = CHANGE_CLOCK, .workspace_id = op->workspace[0].id };
	return answer(op, &c);
}

static const struct op_column shown[] = { { "testClock.now", "test clock" },
					  { "testClock.target", "on its way to" },
					  { 0 } };
static const struct op_option advance_options[] = {
	{ "to", "to", .arg = "TIME", .doc = "the moment to stop at (ISO 8601), instead of a duration" },
	{ 0 },
};

const struct operation clock_operations[] = {
	{ "clock.show", show, NULL, .reads = true, .modes = OP_TEST, .method = "GET", .path = ADMIN, .columns = shown,
	  .doc = "what time it is in the test workspace" },
	{ "clock.advance", advance, &advance_shape, .modes = OP_TEST, .method = "POST", .path = ADMIN,
	  .operands = { { "advance", "DURATION", .optional = true } }, .options = advance_options, .columns = shown,
	  .doc = "the test workspace's clock on by 48h, 14d, 90m …; what falls due on the way is done" },
	{ 0 },
};
