/* May we dial this person now? Reasons in their order, and the hours of the day where the person is. */
#include "base/clock.h"
#include "core/policy.h"
#include "core/when.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static int64_t ms(const char *utc)
{
	int64_t t = 0;

	assert_int_equal(when_parse_iso(utc, &t), 0);
	return t;
}

/* Everything speaks for the call: noon in New York. */
static struct policy_question all_is_well(void)
{
	return (struct policy_question){ .campaign_running = true, .number_possible = true, .caller_verified = true,
					 .hours = { 8 * 60, 21 * 60 }, .zone = "America/New_York",
					 .now = ms("2025-04-15T16:00:00Z") };
}

static void all_is_well_dials(void **state)
{
	struct policy_question q = all_is_well();
	struct verdict v = policy_check(&q);

	(void)state;
	assert_int_equal(v.kind, VERDICT_DIAL);
	assert_null(v.reason);
}

/* Everything speaks against it; each step takes the first reason away. */
static void the_first_reason_wins(void **state)
{
	struct policy_question q = { .suppressed = true, .person_busy = true, .hours = { 8 * 60, 21 * 60 },
				     .zone = "America/New_York", .now = ms("2025-04-15T05:00:00Z") };
	struct verdict v;

	(void)state;
	v = policy_check(&q);
	assert_string_equal(v.reason, POLICY_CAMPAIGN_NOT_RUNNING);
	assert_int_equal(v.kind, VERDICT_LATER);
	q.campaign_running = true;
	v = policy_check(&q);
	assert_string_equal(v.reason, POLICY_NO_NUMBER);
	assert_int_equal(v.kind, VERDICT_NEVER);
	q.number_possible = true;
	v = policy_check(&q);
	assert_string_equal(v.reason, POLICY_SUPPRESSED);
	assert_int_equal(v.kind, VERDICT_NEVER);
	q.suppressed = false;
	v = policy_check(&q);
	assert_string_equal(v.reason, POLICY_OUTSIDE_HOURS);
	assert_int_equal(v.kind, VERDICT_LATER);
	q.now = ms("2025-04-15T16:00:00Z");
	v = policy_check(&q);
	assert_string_equal(v.reason, POLICY_PERSON_BUSY);
	assert_int_equal(v.kind, VERDICT_LATER);
	q.person_busy = false;
	v = policy_check(&q);
	assert_string_equal(v.reason, POLICY_CALLER_UNVERIFIED);
	assert_int_equal(v.kind, VERDICT_LATER);
	q.caller_verified = true;
	assert_int_equal(policy_check(&q).kind, VERDICT_DIAL);
}

/* Every set of facts: a call is allowed only when all of them are in order, and waiting ends in the future. */
static void it_fails_closed(void **state)
{
	(void)state;
	for (int bits = 0; bits < 64; bits++) {
		struct policy_question q = all_is_well();
		struct verdict v;

		q.campaign_running = bits & 1;
		q.number_possible = bits & 2;
		q.suppressed = !(bits & 4);
		q.person_busy = !(bits & 8);
		q.caller_verified = bits & 16;
		if (!(bits & 32))
			q.now = ms("2025-04-15T03:00:00Z");
		v = policy_check(&q);
		assert_int_equal(v.kind == VERDICT_DIAL, bits == 63);
		if (v.kind == VERDICT_LATER)
			assert_true(v.not_before > q.now);
	}
}

static void hours_of_the_day(void **state)
{
	static const struct {
		const char *hours, *zone, *now, *opens; /* NULL: open now */
	} rows[] = {
		{ "", "America/New_York", "2025-04-15T11:59:59Z", "2025-04-15T12:00:00.000Z" },
		{ "", "America/New_York", "2025-04-15T12:00:00Z", NULL },
		{ "", "America/New_York", "2025-04-16T00:59:59Z", NULL },
		{ "", "America/New_York", "2025-04-16T01:00:00Z", "2025-04-16T12:00:00.000Z" },
		{ "", "Asia/Kolkata", "2025-04-15T02:29:00Z", "2025-04-15T02:30:00.000Z" },
		{ "", "Asia/Kolkata", "2025-04-15T15:29:59Z", NULL },
		{ "", "Asia/Kolkata", "2025-04-15T15:30:00Z", "2025-04-16T02:30:00.000Z" },
		{ "", "Pacific/Kiritimati", "2025-12-31T17:59:00Z", "2025-12-31T18:00:00.000Z" },
		{ "", "Pacific/Pago_Pago", "2026-01-01T08:00:00Z", "2026-01-01T19:00:00.000Z" },
		/* the days on which the clocks change */
		{ "", "America/New_York", "2026-03-08T06:00:00Z", "2026-03-08T12:00:00.000Z" },
		{ "", "America/New_York", "2026-03-08T02:00:00Z", "2026-03-08T12:00:00.000Z" },
		{ "", "America/New_York", "2026-11-01T02:00:00Z", "2026-11-01T13:00:00.000Z" },
		{ "02:30-21:00", "America/New_York", "2026-03-08T06:59:00Z", "2026-03-08T07:30:00.000Z" },
		{ "01:30-01:45", "America/New_York", "2026-11-01T05:40:00Z", NULL },
		{ "01:30-01:45", "America/New_York", "2026-11-01T06:40:00Z", NULL }, /* the second occurrence */
		/* the day that was left out */
		{ "", "Pacific/Apia", "2011-12-30T08:00:00Z", "2011-12-30T18:00:00.000Z" },
		/* midnight */
		{ "00:00-24:00", "America/New_York", "2025-04-15T04:00:00Z", NULL },
		{ "20:00-24:00", "America/New_York", "2025-04-16T03:59:59Z", NULL },
		{ "20:00-24:00", "America/New_York", "2025-04-16T04:00:00Z", "2025-04-17T00:00:00.000Z" },
		{ "00:00-01:00", "America/New_York", "2025-04-16T04:00:00Z", NULL },
		{ "00:00-01:00", "America/New_York", "2025-04-16T05:00:00Z", "2025-04-17T04:00:00.000Z" },
		{ "00:00-01:00", "Africa/Cairo", "2026-04-23T21:00:00Z", "2026-04-23T22:00:00.000Z" },
	};
	struct problem p = { 0 };
	char buf[CLOCK_ISO_SIZE];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct policy_question q = all_is_well();
		struct verdict v;

		assert_int_equal(hours_parse(rows[i].hours, &q.hours, &p), 0);
		q.zone = rows[i].zone;
		q.now = ms(rows[i].now);
		v = policy_check(&q);
		if ((v.kind == VERDICT_DIAL) != !rows[i].opens)
			fail_msg("row %zu", i);
		if (rows[i].opens)
			assert_string_equal(clock_iso(v.not_before, buf), rows[i].opens);
	}
}

/* The clock goes back past the opening: that opening is over, and waiting for it would never end. */
static void an_opening_that_is_past_is_not_waited_for(void **state)
{
	struct policy_question q = all_is_well();
	struct verdict v;

	(void)state;
	q.hours = (struct hours){ 90, 1260 };
	q.now = ms("2026-11-01T06:15:00Z"); /* 01:15 for the second time; 01:30 was three quarters of an hour ago */
	v = policy_check(&q);
	assert_int_equal(v.kind, VERDICT_LATER);
	assert_true(v.not_before > q.now);
	assert_true(v.not_before <= ms("2026-11-01T06:30:00Z"));
}

/* Whatever the hour and the zone: what opens later is open then, or at least nearer. */
static void waiting_leads_to_an_open_hour(void **state)
{
	static const char *const zones[] = { "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "UTC" };
	GRand *rand = g_rand_new_with_seed(5);

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct policy_question q = all_is_well();
		int tries = 0;

		q.zone = zones[i % 4];
		q.hours.from = g_rand_int_range(rand, 0, 1380);
		q.hours.to = g_rand_int_range(rand, q.hours.from + 60, 1441);
		q.now = ms("2026-01-01") + g_rand_int_range(rand, 0, 365 * 24 * 60) * INT64_C(60000);
		for (struct verdict v; (v = policy_check(&q)).kind != VERDICT_DIAL; q.now = v.not_before) {
			assert_true(v.not_before > q.now);
			assert_true(v.not_before <= q.now + INT64_C(26) * 3600000);
			assert_true(++tries < 80);
		}
	}
	g_rand_free(rand);
}

static void how_hours_are_written(void **state)
{
	static const struct {
		const char *text;
		int from, to; /* from < 0: refused */
	} rows[] = {
		{ "", 480, 1260 },        { "08:00-21:00", 480, 1260 }, { "00:00-24:00", 0, 1440 },
		{ "9:30-17:45", 570, 1065 },
		{ "21:00-08:00", -1, 0 }, { "08:00-08:00", -1, 0 },     { "08:00-24:01", -1, 0 },
		{ "08:60-21:00", -1, 0 }, { "08:00", -1, 0 },           { "08:00-21:00 ", -1, 0 },
		{ "-1:00-21:00", -1, 0 }, { "8-21", -1, 0 },            { "08:00-25:00", -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct problem p = { 0 };
		struct hours h;

		assert_int_equal(hours_parse(rows[i].text, &h, &p), rows[i].from < 0 ? -1 : 0);
		if (rows[i].from < 0) {
			assert_int_equal(p.kind, PROBLEM_CONFIG);
			assert_non_null(strstr(p.text, rows[i].text));
			continue;
		}
		assert_int_equal(h.from, rows[i].from);
		assert_int_equal(h.to, rows[i].to);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_well_dials),
		cmocka_unit_test(the_first_reason_wins),
		cmocka_unit_test(it_fails_closed),
		cmocka_unit_test(hours_of_the_day),
		cmocka_unit_test(an_opening_that_is_past_is_not_waited_for),
		cmocka_unit_test(waiting_leads_to_an_open_hour),
		cmocka_unit_test(how_hours_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
