/* Moments as people and programs write them. */
#include "base/clock.h"
#include "core/when.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void instants(void **state)
{
	static const struct {
		const char *text, *utc;
	} rows[] = {
		{ "2025-04-15T14:00:00.000Z", "2025-04-15T14:00:00.000Z" },
		{ "2025-04-15T14:00Z", "2025-04-15T14:00:00.000Z" },
		{ "2025-04-15 14:00:00Z", "2025-04-15T14:00:00.000Z" },
		{ "2025-04-15T10:00:00-04:00", "2025-04-15T14:00:00.000Z" },
		{ "2025-04-15T10:00:00-0400", "2025-04-15T14:00:00.000Z" },
		{ "2025-04-15T19:30:00+05:30", "2025-04-15T14:00:00.000Z" },
		{ "2025-04-15T16:00+02", "2025-04-15T14:00:00.000Z" },
		{ "2025-04-15T14:00:00.25Z", "2025-04-15T14:00:00.250Z" },
		{ "2025-04-15T14:00:00.123456789Z", "2025-04-15T14:00:00.123Z" },
		{ "2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000Z" },
	};
	char buf[CLOCK_ISO_SIZE];
	struct when w;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		assert_int_equal(when_parse(rows[i].text, &w), 0);
		assert_int_equal(w.kind, WHEN_INSTANT);
		assert_string_equal(clock_iso(w.utc_ms, buf), rows[i].utc);
	}
}

static void wall_times(void **state)
{
	static const struct {
		const char *text, *local;
	} rows[] = {
		{ "2025-04-15T10:00", "2025-04-15T10:00:00" },
		{ "2025-04-15 10:00:00", "2025-04-15T10:00:00" },
		{ "2025-04-15T10:00:30", "2025-04-15T10:00:30" },
		{ "2025-04-15", "2025-04-15T00:00:00" },
		{ "Apr 15, 2025 10:00 AM", "2025-04-15T10:00:00" },
		{ "apr 15, 2025 10:00 am", "2025-04-15T10:00:00" },
		{ "April 5, 2025 9:30 pm", "2025-04-05T21:30:00" },
		{ "April 5 2025 9:30pm", "2025-04-05T21:30:00" },
		{ "May 5, 2025, 21:30", "2025-05-05T21:30:00" },
		{ "Dec 31, 2025 12:00 AM", "2025-12-31T00:00:00" },
		{ "Dec 31, 2025 12:59 PM", "2025-12-31T12:59:00" },
	};
	char buf[WHEN_LOCAL_SIZE];
	struct when w;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		assert_int_equal(when_parse(rows[i].text, &w), 0);
		assert_int_equal(w.kind, WHEN_WALL);
		assert_string_equal(when_local(&w.wall, buf), rows[i].local);
	}
}

static void times_of_day(void **state)
{
	static const struct {
		const char *text;
		int hour, minute;
	} rows[] = {
		{ "10:00", 10, 0 },   { "10:00 AM", 10, 0 }, { "9:30pm", 21, 30 }, { "09:30 PM", 21, 30 },
		{ "12:00 am", 0, 0 }, { "12:00 pm", 12, 0 }, { "0:05", 0, 5 },     { "23:59", 23, 59 },
	};
	struct when w;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		assert_int_equal(when_parse(rows[i].text, &w), 0);
		assert_int_equal(w.kind, WHEN_CLOCK);
		assert_int_equal(w.wall.hour, rows[i].hour);
		assert_int_equal(w.wall.minute, rows[i].minute);
	}
}

static void what_is_none_of_them(void **state)
{
	static const char *const rows[] = {
		"", "tomorrow", "10", "24:00", "10:60", "13:00 PM", "0:30 am", "10:0", "10:000", "10:00 XM",
		"2025-02-30T10:00:00Z", "2025-02-29", "2025-13-01", "2025-00-10", "2025-04-00", "2025-04-31",
		"2025-04-15T24:00:00Z", "2025-04-15T10:60:00Z", "2025-04-15T10:00:60Z", "2025-04-15T10:00:00.Z",
		"2025-04-15T10:00:00+", "2025-04-15T10:00:00+2", "2025-04-15T10:00:00+24:00",
		"2025-04-15T10:00:00+02:", "2025-04-15T10:00:00+02:60", "2025-04-15T10:00:00ZZ", "2025-04-15T",
		"2025-04-15T10", "2025-04-15Z", "2025-4-15T10:00", "25-04-15T10:00", "0000-01-01", "2025-04-15x",
		"Feb 30, 2025 10:00 AM", "Apr 15, 2025", "Apr 15, 25 10:00 AM", "Apri 15, 2025 10:00 AM",
		"Apr 0, 2025 10:00 AM", "Apr 15, 2025 10:00 AM tomorrow", "15 Apr 2025 10:00",
	};
	struct when w;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (when_parse(rows[i], &w) == 0)
			fail_msg("\"%s\" was taken as kind %d", rows[i], w.kind);
}

static void iso_alone(void **state)
{
	static const struct {
		const char *text, *utc;
	} rows[] = {
		{ "2025", "2025-01-01T00:00:00.000Z" },
		{ "2025-04", "2025-04-01T00:00:00.000Z" },
		{ "2025-04-15", "2025-04-15T00:00:00.000Z" },
		{ "2025-04-15T10:00", "2025-04-15T10:00:00.000Z" },
		{ "2025-04-15T10:00:00+01:00", "2025-04-15T09:00:00.000Z" },
		{ "Apr 15, 2025 10:00 AM", NULL },
		{ "10:00", NULL },
		{ "2025-02-30", NULL },
	};
	char buf[CLOCK_ISO_SIZE];
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		assert_int_equal(when_parse_iso(rows[i].text, &ms), rows[i].utc ? 0 : -1);
		if (rows[i].utc)
			assert_string_equal(clock_iso(ms, buf), rows[i].utc);
	}
}

static void what_is_displayed_reads_back(void **state)
{
	char shown[WHEN_DISPLAY_SIZE], local[WHEN_LOCAL_SIZE], again[WHEN_LOCAL_SIZE];
	struct when w;

	(void)state;
	for (int i = 0; i < 12 * 24; i++) {
		struct wall wall = { 2025, 1 + i / 24, 1 + i % 28, i % 24, i % 60, 0 };

		assert_int_equal(when_parse(when_display(&wall, shown), &w), 0);
		assert_int_equal(w.kind, WHEN_WALL);
		assert_string_equal(when_local(&w.wall, local), when_local(&wall, again));
		assert_int_equal(when_parse(local, &w), 0);
		assert_string_equal(when_local(&w.wall, local), again);
	}
	assert_string_equal(when_display(&(struct wall){ 2025, 4, 5, 9, 5, 0 }, shown), "Apr 05, 2025 09:05 AM");
}

static void durations(void **state)
{
	static const struct {
		const char *text;
		int64_t s; /* -1: none */
	} rows[] = {
		{ "48h", 172800 }, { "14d", 1209600 }, { "90m", 5400 }, { "30s", 30 }, { "1d12h", 129600 }, { "0s", 0 },
		{ "3653d", 315619200 }, { "3654d", -1 }, { "999999d", -1 }, { "999999d999999d", -1 }, { "", -1 }, { "48", -1 },
		{ "h", -1 }, { "-1h", -1 }, { "1.5h", -1 }, { "1 h", -1 }, { "1h ", -1 }, { "1w", -1 }, { "1H", -1 },
		{ "1000000s", -1 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int64_t ms;
		int rc = duration_parse(rows[i].text, &ms);

		if (rc != (rows[i].s < 0 ? -1 : 0) || (rc == 0 && ms != rows[i].s * 1000))
			fail_msg("\"%s\"", rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instants),
		cmocka_unit_test(wall_times),
		cmocka_unit_test(times_of_day),
		cmocka_unit_test(what_is_none_of_them),
		cmocka_unit_test(iso_alone),
		cmocka_unit_test(what_is_displayed_reads_back),
		cmocka_unit_test(durations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
