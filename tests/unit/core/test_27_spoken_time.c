/* Moments in words. */
#include "core/spoken_time.h"

#include "core/when.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void moments(void **state)
{
	static const struct {
		const char *zone, *iso, *said;
	} rows[] = {
		{ "America/New_York", "2026-06-02T14:30:00Z", "Tuesday, June second, at ten thirty A M" },
		{ "Asia/Tokyo", "2026-06-02T14:30:00Z", "Tuesday, June second, at eleven thirty P M" },
		{ "Asia/Tokyo", "2026-06-02T15:05:00Z", "Wednesday, June third, at twelve oh five A M" },
		{ "America/New_York", "2026-01-31T17:00:00Z", "Saturday, January thirty first, at midday" },
		{ "UTC", "2026-12-25T00:00:00Z", "Friday, December twenty fifth, at midnight" },
		{ "UTC", "2026-02-01T12:45:00Z", "Sunday, February first, at twelve forty five P M" },
		{ "UTC", "2026-09-20T09:19:00Z", "Sunday, September twentieth, at nine nineteen A M" },
		{ "UTC", "2026-09-23T21:20:59Z", "Wednesday, September twenty third, at nine twenty P M" },
		{ "UTC", "2026-09-24T17:00:00Z", "Thursday, September twenty fourth, at five P M" },
		{ "UTC", "1969-12-31T01:10:00Z", "Wednesday, December thirty first, at one ten A M" },
		{ "Asia/Kolkata", "2026-05-04T05:00:00Z", "Monday, May fourth, at ten thirty A M" },
		/* both sides of the hour that New York repeats */
		{ "America/New_York", "2026-11-01T05:30:00Z", "Sunday, November first, at one thirty A M" },
		{ "America/New_York", "2026-11-01T07:30:00Z", "Sunday, November first, at two thirty A M" },
	};
	char buf[SPOKEN_TIME_SIZE];
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		assert_int_equal(when_parse_iso(rows[i].iso, &ms), 0);
		assert_string_equal(spoken_time(rows[i].zone, ms, buf), rows[i].said);
	}
}

/* Whatever the moment, the text is whole: the longest fits. */
static void every_minute_of_a_year_fits(void **state)
{
	int64_t from, ms;
	char buf[SPOKEN_TIME_SIZE];

	(void)state;
	assert_int_equal(when_parse_iso("2026-01-01T00:00:00Z", &from), 0);
	for (ms = from; ms < from + INT64_C(366) * 86400000; ms += 101 * 60000) {
		const char *said = spoken_time("UTC", ms, buf);

		assert_true(g_str_has_suffix(said, " M") || g_str_has_suffix(said, "midday") ||
			    g_str_has_suffix(said, "midnight"));
		assert_null(strstr(said, "  "));
	}
}

static void zones(void **state)
{
	char buf[SPOKEN_ZONE_SIZE];

	(void)state;
	assert_string_equal(spoken_zone("America/New_York", buf), "New York time");
	assert_string_equal(spoken_zone("US/Eastern", buf), "Eastern time");
	assert_string_equal(spoken_zone("America/Argentina/Buenos_Aires", buf), "Buenos Aires time");
	assert_string_equal(spoken_zone("Japan", buf), "Japan time");
	assert_string_equal(spoken_zone("Etc/UTC", buf), "U T C");
	assert_string_equal(spoken_zone("utc", buf), "U T C");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments),
		cmocka_unit_test(every_minute_of_a_year_fits),
		cmocka_unit_test(zones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
