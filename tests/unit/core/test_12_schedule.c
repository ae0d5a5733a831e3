/* The slots of a campaign, and which of them a lead gets next. */
#include "base/clock.h"
#include "core/schedule.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define NY  "America/New_York"
#define H   INT64_C(3600000)
#define GAP (4 * H)

static struct when when(const char *text)
{
	struct when w;

	assert_int_equal(when_parse(text, &w), 0);
	return w;
}

static int64_t ms(const char *utc)
{
	return when(utc).utc_ms;
}

static void assert_slot(const struct schedule *s, int slot, const char *utc)
{
	char buf[CLOCK_ISO_SIZE];

	assert_true(slot < s->n);
	assert_string_equal(clock_iso(s->at[slot], buf), utc);
}

/* A schedule whose slots are these hours. */
static struct schedule hours(int n, const int *at)
{
	struct schedule s = { .n = n };

	for (int i = 0; i < n; i++)
		s.at[i] = at[i] * H;
	return s;
}
#define HOURS(...) hours((int)G_N_ELEMENTS(((const int[]){ __VA_ARGS__ })), (const int[]){ __VA_ARGS__ })

static void instants_are_themselves(void **state)
{
	struct when first = when("2025-04-15T14:00:00Z");
	struct follow_up up = { .when = when("2025-04-17T15:30:00Z"), .delay_days = 9 }; /* the instant wins */
	struct schedule s;

	(void)state;
	schedule_make(&s, NY, &first, &up, 1);
	assert_int_equal(s.n, 2);
	assert_slot(&s, 0, "2025-04-15T14:00:00.000Z");
	assert_slot(&s, 1, "2025-04-17T15:30:00.000Z");
}

static void wall_times_are_the_campaigns(void **state)
{
	struct when first = when("2026-03-08 02:30");		       /* does not exist there */
	struct follow_up up = { .when = when("Nov 1, 2026 1:30 AM") }; /* exists twice */
	struct schedule s;

	(void)state;
	schedule_make(&s, NY, &first, &up, 1);
	assert_slot(&s, 0, "2026-03-08T07:30:00.000Z");
	assert_slot(&s, 1, "2026-11-01T05:30:00.000Z");
}

static void delay_days_are_calendar_days(void **state)
{
	struct when first = when("2026-03-07 10:00"); /* the day before the clocks change */
	struct follow_up ups[] = {
		{ .delay_days = 1 },
		{ .when = when("6:30 pm"), .delay_days = 2 },
		{ .when = when("02:30"), .delay_days = 1 },
	};
	struct schedule s;

	(void)state;
	schedule_make(&s, NY, &first, ups, 3);
	assert_slot(&s, 0, "2026-03-07T15:00:00.000Z");
	assert_slot(&s, 1, "2026-03-08T07:30:00.000Z"); /* in the gap: moved forward */
	assert_slot(&s, 2, "2026-03-08T14:00:00.000Z"); /* 23 hours later, ten o'clock all the same */
	assert_slot(&s, 3, "2026-03-09T22:30:00.000Z");
}

static void delay_days_of_an_instant_count_in_the_zone(void **state)
{
	struct when first = when("2025-04-16T02:00:00Z"); /* still the 15th in New York: 22:00 */
	struct follow_up up = { .when = when("08:00"), .delay_days = 1 };
	struct schedule s;

	(void)state;
	schedule_make(&s, NY, &first, &up, 1);
	assert_slot(&s, 1, "2025-04-16T12:00:00.000Z");
}

/* A first call and the same time of day a day later, over every kind of change that clocks make. */
static void a_day_later_on_the_clock(void **state)
{
	static const struct {
		const char *zone, *first, *next_day, *first_utc, *next_utc;
	} rows[] = {
		{ NY, "2026-03-07 10:00", "10:00", "2026-03-07T15:00:00.000Z", "2026-03-08T14:00:00.000Z" },
		{ NY, "2026-10-31 10:00", "10:00", "2026-10-31T14:00:00.000Z", "2026-11-01T15:00:00.000Z" },
		{ NY, "2026-10-31 01:30", "01:30", "2026-10-31T05:30:00.000Z", "2026-11-01T05:30:00.000Z" },
		{ "Australia/Lord_Howe", "2026-10-03 09:00", "09:00", "2026-10-02T22:30:00.000Z", "2026-10-03T22:00:00.000Z" },
		{ "Australia/Lord_Howe", "2026-10-03 09:00", "02:10", "2026-10-02T22:30:00.000Z", "2026-10-03T15:40:00.000Z" },
		{ "Australia/Lord_Howe", "2026-04-04 09:00", "01:45", "2026-04-03T22:00:00.000Z", "2026-04-04T14:45:00.000Z" },
		/* the day after the 29th was left out: its calls are made on the 31st */
		{ "Pacific/Apia", "2011-12-29 10:00", "10:00", "2011-12-29T20:00:00.000Z", "2011-12-30T20:00:00.000Z" },
		{ "Africa/Casablanca", "2026-02-14 10:00", "10:00", "2026-02-14T09:00:00.000Z", "2026-02-15T10:00:00.000Z" },
		{ "Africa/Casablanca", "2026-03-21 10:00", "10:00", "2026-03-21T10:00:00.000Z", "2026-03-22T09:00:00.000Z" },
		{ "Africa/Cairo", "2026-04-23 10:00", "00:15", "2026-04-23T08:00:00.000Z", "2026-04-23T22:15:00.000Z" },
		{ "Africa/Cairo", "2026-10-29 10:00", "10:00", "2026-10-29T07:00:00.000Z", "2026-10-30T08:00:00.000Z" },
		{ "Asia/Kolkata", "2026-03-28 10:00", "10:00", "2026-03-28T04:30:00.000Z", "2026-03-29T04:30:00.000Z" },
		{ "America/Phoenix", "2026-03-07 10:00", "10:00", "2026-03-07T17:00:00.000Z", "2026-03-08T17:00:00.000Z" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct when first = when(rows[i].first);
		struct follow_up up = { .when = when(rows[i].next_day), .delay_days = 1 };
		struct schedule s;

		schedule_make(&s, rows[i].zone, &first, &up, 1);
		assert_slot(&s, 0, rows[i].first_utc);
		assert_slot(&s, 1, rows[i].next_utc);
	}
}

static void follow_ups_come_in_any_order(void **state)
{
	struct when first = when("2025-04-15T14:00:00Z");
	struct follow_up ups[SCHEDULE_SLOTS - 1];
	struct schedule s;

	(void)state;
	for (int i = 0; i < SCHEDULE_SLOTS - 1; i++)
		ups[i] = (struct follow_up){ .delay_days = 1 + (i * 7) % (SCHEDULE_SLOTS - 1) };
	schedule_make(&s, NY, &first, ups, SCHEDULE_SLOTS - 1);
	assert_int_equal(s.n, SCHEDULE_SLOTS);
	for (int i = 1; i < s.n; i++)
		assert_true(s.at[i - 1] < s.at[i]);
}

static void a_new_lead_gets(void **state)
{
	static const struct {
		const char *what;
		int slots[4], n;
		int now, not_before, slot, at;
	} rows[] = {
		{ "the first call, when all is ahead", { 10, 34, 58 }, 3, 1, 0, 0, 10 },
		{ "the first call, late", { 10, 34, 58 }, 3, 11, 0, 0, 10 },
		{ "one call for two that are over", { 10, 34, 58 }, 3, 40, 0, 1, 34 },
		{ "one call for all, when all are over", { 10, 34, 58 }, 3, 100, 0, 2, 58 },
		{ "the first call, when the delay is over", { 10, 34, 58 }, 3, 1, 20, 0, 20 },
		{ "what is left when the delay is over", { 10, 34, 58 }, 3, 1, 40, 1, 40 },
		{ "no call before the campaign's first", { 10, 5, 34 }, 3, 7, 0, 1, 10 },
		{ "one call for two at the same time", { 10, 10, 34 }, 3, 7, 0, 1, 10 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct schedule s = hours(rows[i].n, rows[i].slots);
		struct next_slot got = schedule_first(&s, rows[i].now * H, rows[i].not_before * H);

		if (got.slot != rows[i].slot || got.at != rows[i].at * H)
			fail_msg("%s: slot %d at %g h", rows[i].what, got.slot, (double)got.at / H);
	}
}

static void without_slots_there_is_no_call(void **state)
{
	struct schedule s = { .n = 0 };

	(void)state;
	assert_int_equal(schedule_first(&s, H, 0).slot, -1);
	assert_int_equal(schedule_after(&s, 0, H, H, GAP).slot, -1);
}

static void after_an_attempt(void **state)
{
	static const struct {
		const char *what;
		int slots[4], n;
		int slot, intent, now, next, at;
	} rows[] = {
		{ "the next slot", { 10, 34, 58 }, 3, 0, 10, 11, 1, 34 },
		{ "none after the last", { 10, 34, 58 }, 3, 2, 58, 59, -1, 0 },
		{ "slots that are over are one", { 10, 34, 58, 82 }, 4, 0, 10, 60, 2, 58 },
		{ "the gap is kept when the first was late", { 10, 34, 58 }, 3, 0, 33, 33, 1, 37 },
		{ "slots closer than the gap stay so", { 10, 12, 58 }, 3, 0, 10, 10, 1, 12 },
		{ "and keep their own distance when late", { 10, 12, 58 }, 3, 0, 20, 20, 1, 22 },
		{ "a slot that would fall into the gap is joined", { 10, 34, 36, 58 }, 4, 0, 33, 33, 2, 37 },
		{ "two at the same time are one", { 10, 34, 34, 58 }, 4, 0, 10, 11, 2, 34 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct schedule s = hours(rows[i].n, rows[i].slots);
		struct next_slot got = schedule_after(&s, rows[i].slot, rows[i].intent * H, rows[i].now * H, GAP);

		if (got.slot != rows[i].next || (got.slot >= 0 && got.at != rows[i].at * H))
			fail_msg("%s: slot %d at %g h", rows[i].what, got.slot, (double)got.at / H);
	}
}

static void a_lead_never_has_more_attempts_than_slots(void **state)
{
	GRand *rand = g_rand_new_with_seed(2);

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct schedule s = { .n = g_rand_int_range(rand, 1, 9) };
		int64_t now = g_rand_int_range(rand, 0, 100) * H, last = INT64_MIN;
		struct next_slot next;
		int attempts = 0;

		for (int i = 0; i < s.n; i++)
			s.at[i] = (i ? s.at[i - 1] : 0) + g_rand_int_range(rand, 0, 30) * H;
		for (next = schedule_first(&s, now, 0); next.slot >= 0;
		     next = schedule_after(&s, next.slot, now, now, GAP)) {
			now = MAX(now, next.at) + g_rand_int_range(rand, 0, 6) * H;
			assert_true(now > last); /* never twice in one moment */
			assert_true(next.at >= s.at[0]);
			last = now;
			assert_true(++attempts <= s.n);
		}
	}
	g_rand_free(rand);
}

static void the_example_reads_well(void **state)
{
	struct schedule s = HOURS(0, 24, 48);
	struct next_slot n = schedule_first(&s, 30 * H, 0);

	(void)state;
	assert_int_equal(n.slot, 1); /* added on the second day: called now, and once more on the third */
	n = schedule_after(&s, n.slot, 30 * H, 30 * H, GAP);
	assert_int_equal(n.slot, 2);
	assert_int_equal(n.at, 48 * H);
	assert_int_equal(schedule_after(&s, 2, 48 * H, 48 * H, GAP).slot, -1);
	assert_int_equal(ms("1970-01-03T00:00:00Z"), 48 * H);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instants_are_themselves),
		cmocka_unit_test(wall_times_are_the_campaigns),
		cmocka_unit_test(delay_days_are_calendar_days),
		cmocka_unit_test(delay_days_of_an_instant_count_in_the_zone),
		cmocka_unit_test(a_day_later_on_the_clock),
		cmocka_unit_test(follow_ups_come_in_any_order),
		cmocka_unit_test(a_new_lead_gets),
		cmocka_unit_test(without_slots_there_is_no_call),
		cmocka_unit_test(after_an_attempt),
		cmocka_unit_test(a_lead_never_has_more_attempts_than_slots),
		cmocka_unit_test(the_example_reads_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
