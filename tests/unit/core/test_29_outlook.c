/* What is told of a lead beforehand is what the policy will say of it. */
#include "base/clock.h"
#include "core/outlook.h"
#include "core/reason.h"
#include "core/when.h"
#include "store/rulebook.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define H   INT64_C(3600000)
#define DAY (24 * H)

static struct rulebook *rules;

static int64_t ms(const char *utc)
{
	int64_t t = 0;

	assert_int_equal(when_parse_iso(utc, &t), 0);
	return t;
}

/* A question with all it points to, and where its lead stands. */
struct asked {
	struct policy_question q;
	struct callee callee;
	struct limits limits;
	struct standing s;
};

/* A Tuesday noon in New York; the lead is due, and nothing speaks against the call. */
static void all_is_well(struct asked *a)
{
	*a = (struct asked){ .q = { .campaign_running = true, .caller_verified = true, .own_country = { "US", "US" },
				    .campaign_zone = "America/New_York", .number = "+12125550142" },
			     .s = { .state = LEAD_WAITING, .reason = "", .queued = true, .trunk = true } };
	a->q.now = a->s.due_at = ms("2025-04-15T16:00:00Z");
	a->q.rules = rules->hours;
	a->q.callee = &a->callee;
	a->q.limits = &a->limits;
	a->callee = numbering_callee(rules->plan, a->q.number);
	limits_init(&a->limits, true);
}

/* One thing at a time: the reason, and the moment of the call ("" for none in sight). */
static void done(struct asked *a)
{
	a->s.state = LEAD_DONE;
	a->s.reason = LEAD_REASON_DECIDED;
}

static void held(struct asked *a)
{
	a->s.state = LEAD_HELD;
	a->s.reason = LEAD_REASON_NO_NUMBER;
}

static void calling(struct asked *a)
{
	a->s.state = LEAD_CALLING;
}

static void paused(struct asked *a)
{
	a->q.campaign_running = false;
}

static void suppressed(struct asked *a)
{
	a->q.suppressed = true;
}

static void unverified(struct asked *a)
{
	a->q.caller_verified = false;
}

static void busy(struct asked *a)
{
	a->q.person_busy = true;
}

static void without_trunk(struct asked *a)
{
	a->s.trunk = false;
}

static void resting(struct asked *a)
{
	a->s.reason = LEAD_REASON_NO_TRUNK;
}

static void unplanned(struct asked *a)
{
	a->s.queued = false;
	a->s.reason = LEAD_REASON_NO_SLOT;
}

static void night(struct asked *a)
{
	a->q.now = a->s.due_at = ms("2025-04-16T03:00:00Z");
}

static void tomorrow(struct asked *a)
{
	a->s.due_at += DAY;
	a->s.reason = LEAD_REASON_NEXT_SLOT;
}

static void tomorrow_the_first(struct asked *a)
{
	a->s.due_at += DAY;
}

static void tomorrow_night(struct asked *a)
{
	a->s.due_at = ms("2025-04-17T04:00:00Z");
}

static void backing_off(struct asked *a)
{
	a->s.due_at += 60000;
	a->s.reason = LEAD_REASON_BACK_OFF;
}

static void often_today(struct asked *a)
{
	a->q.day_limit_call_at = a->q.now - 20 * H;
}

static void often_this_month(struct asked *a)
{
	a->q.month_limit_call_at = a->q.now - 10 * DAY;
}

static void used_up(struct asked *a)
{
	a->limits.calls_per_day = 5;
	a->q.calls_today = 5;
}

static void used_up_today(struct asked *a)
{
	used_up(a);
	a->s.due_at += DAY;
}

static void busy_now(struct asked *a)
{
	busy(a);
	a->s.due_at += DAY;
}

static void paused_tomorrow(struct asked *a)
{
	paused(a);
	tomorrow(a);
}

static void one_thing_at_a_time(void **state)
{
	static const struct {
		void (*is)(struct asked *a);
		const char *reason, *at;
	} rows[] = {
		{ done, "DECIDED", "" }, { held, "NO_NUMBER", "" }, { calling, "CALL_IN_PROGRESS", "" },
		{ paused, "CAMPAIGN_NOT_RUNNING", "" }, { suppressed, "SUPPRESSED", "" },
		{ unverified, "CALLER_NUMBER_NOT_VERIFIED", "" }, { busy, "CALL_IN_PROGRESS", "" },
		{ without_trunk, "NO_TRUNK", "" }, { resting, "NO_TRUNK", "2025-04-15T16:00:00.000Z" },
		{ unplanned, "NO_SLOT_LEFT", "" },
		{ night, "OUTSIDE_CALLING_HOURS", "2025-04-16T12:00:00.000Z" },
		{ tomorrow, "NEXT_SLOT", "2025-04-16T16:00:00.000Z" },
		{ tomorrow_the_first, "NEXT_SLOT", "2025-04-16T16:00:00.000Z" },
		{ tomorrow_night, "OUTSIDE_CALLING_HOURS", "2025-04-17T12:00:00.000Z" },
		{ backing_off, "BACK_OFF", "2025-04-15T16:01:00.000Z" },
		{ often_today, "PERSON_CALLED_TODAY", "2025-04-15T20:00:00.000Z" },
		{ often_this_month, "PERSON_CALLED_THIS_MONTH", "2025-05-05T16:00:00.000Z" },
		{ used_up, "WORKSPACE_CALLS_USED_UP", "2025-04-16T00:00:00.000Z" },
		{ used_up_today, "NEXT_SLOT", "2025-04-16T16:00:00.000Z" },
		{ busy_now, "NEXT_SLOT", "2025-04-16T16:00:00.000Z" },
		{ paused_tomorrow, "CAMPAIGN_NOT_RUNNING", "" },
	};
	char iso[CLOCK_ISO_SIZE];
	struct asked a;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct outlook o;

		all_is_well(&a);
		assert_true(outlook_of(&a.s, &a.q).callable);
		rows[i].is(&a);
		o = outlook_of(&a.s, &a.q);
		if (o.callable || strcmp(o.reason, rows[i].reason) != 0)
			fail_msg("row %zu: %s", i, o.reason);
		assert_true(reason_message(o.reason)[0]);
		if ((o.not_before == OUTLOOK_NEVER) != !rows[i].at[0] ||
		    (rows[i].at[0] && strcmp(clock_iso(o.not_before, iso), rows[i].at) != 0))
			fail_msg("row %zu: %s", i, iso);
	}
}

static void where_it_is_closed(void **state)
{
	struct asked a;

	(void)state;
	all_is_well(&a);
	a.callee = numbering_callee(rules->plan, "+14155550142"); /* San Francisco: seven in the morning */
	a.q.now = a.s.due_at = ms("2025-04-15T14:00:00Z");
	assert_string_equal(outlook_of(&a.s, &a.q).zone, "America/Los_Angeles");
}

static void mix(struct asked *a, GRand *rand)
{
	static const char *const numbers[] = { "+12125550142", "+14155550142", "+13055550142", "+15550001234", "+442079460018" };

	all_is_well(a);
	a->q.now += g_rand_int_range(rand, 0, 14 * 24 * 60) * INT64_C(60000);
	a->s.due_at = a->q.now + g_rand_int_range(rand, -600, 3000) * INT64_C(60000);
	a->callee = numbering_callee(rules->plan, numbers[g_rand_int_range(rand, 0, G_N_ELEMENTS(numbers))]);
	a->q.campaign_running = g_rand_int_range(rand, 0, 8) > 0;
	a->q.caller_verified = g_rand_int_range(rand, 0, 8) > 0;
	a->q.suppressed = g_rand_int_range(rand, 0, 8) == 0;
	a->q.person_busy = g_rand_int_range(rand, 0, 8) == 0;
	a->s.trunk = g_rand_int_range(rand, 0, 8) > 0;
	a->q.day_limit_call_at = g_rand_boolean(rand) ? a->q.now - g_rand_int_range(rand, 0, 48) * H : POLICY_NO_CALL;
}

/* The policy itself, asked at the moment the dispatcher will, says the same. */
static void it_is_what_the_policy_says(void **state)
{
	GRand *rand = g_rand_new_with_seed(3);
	int callable = 0, later = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct asked a;
		struct outlook o;
		struct verdict v;

		mix(&a, rand);
		o = outlook_of(&a.s, &a.q);
		v = policy_check(&a.q);
		assert_int_equal(o.callable, a.s.due_at <= a.q.now && a.s.trunk && v.kind == VERDICT_DIAL);
		assert_int_equal(o.callable, o.reason == NULL);
		if (!o.callable && a.s.due_at <= a.q.now && v.kind != VERDICT_DIAL && a.s.trunk && o.not_before != OUTLOOK_NEVER)
			assert_string_equal(o.reason, v.reason);
		callable += o.callable;
		if (o.callable || o.not_before == OUTLOOK_NEVER)
			continue;
		later++;
		assert_true(o.not_before > a.q.now && o.not_before >= a.s.due_at);
		a.q.now = o.not_before;
		a.q.person_busy = false;
		assert_int_equal(policy_check(&a.q).kind, VERDICT_DIAL);
	}
	assert_true(callable > 500 && later > 2000);
	g_rand_free(rand);
}

static int open_rules(void **state)
{
	struct problem p = { 0 };

	(void)state;
	rules = rulebook_open(NULL, &p);
	return rules ? 0 : -1;
}

static int close_rules(void **state)
{
	(void)state;
	rulebook_free(rules);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_thing_at_a_time),
		cmocka_unit_test(where_it_is_closed),
		cmocka_unit_test(it_is_what_the_policy_says),
	};

	return cmocka_run_group_tests(tests, open_rules, close_rules);
}
