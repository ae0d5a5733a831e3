/* Time zones: gaps move forward by the gap, overlaps are the first occurrence; which names are zones. */
#include "base/clock.h"
#include "core/zone.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct wall wall(const char *text)
{
	struct wall w = { 0 };

	assert_int_equal(sscanf(text, "%d-%d-%d %d:%d", &w.year, &w.month, &w.day, &w.hour, &w.minute), 5);
	return w;
}

static const char *said(const struct wall *w, char buf[64])
{
	snprintf(buf, 64, "%04d-%02d-%02d %02d:%02d", w->year, w->month, w->day, w->hour, w->minute);
	return buf;
}

/* Wall time, its instant, and the wall time that instant has. */
static const struct {
	const char *zone, *wall, *utc, *back;
} moments[] = {
	{ "America/New_York", "2026-03-08 01:59", "2026-03-08T06:59:00.000Z", NULL },
	{ "America/New_York", "2026-03-08 02:00", "2026-03-08T07:00:00.000Z", "2026-03-08 03:00" },
	{ "America/New_York", "2026-03-08 02:30", "2026-03-08T07:30:00.000Z", "2026-03-08 03:30" },
	{ "America/New_York", "2026-03-08 03:00", "2026-03-08T07:00:00.000Z", NULL },
	{ "America/New_York", "2026-11-01 00:59", "2026-11-01T04:59:00.000Z", NULL },
	{ "America/New_York", "2026-11-01 01:30", "2026-11-01T05:30:00.000Z", NULL },
	{ "America/New_York", "2026-11-01 02:00", "2026-11-01T07:00:00.000Z", NULL },
	/* half an hour: +10:30 in winter, +11 in summer */
	{ "Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:45:00.000Z", "2026-10-04 02:45" },
	{ "Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-03T15:30:00.000Z", NULL },
	{ "Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00.000Z", NULL },
	{ "Australia/Lord_Howe", "2026-04-05 02:00", "2026-04-04T15:30:00.000Z", NULL },
	/* the day that was left out */
	{ "Pacific/Apia", "2011-12-29 23:59", "2011-12-30T09:59:00.000Z", NULL },
	{ "Pacific/Apia", "2011-12-30 10:00", "2011-12-30T20:00:00.000Z", "2011-12-31 10:00" },
	{ "Pacific/Apia", "2011-12-31 00:00", "2011-12-30T10:00:00.000Z", NULL },
	/* summer time pauses for Ramadan */
	{ "Africa/Casablanca", "2026-02-15 01:30", "2026-02-15T00:30:00.000Z", NULL },
	{ "Africa/Casablanca", "2026-02-15 02:30", "2026-02-15T01:30:00.000Z", NULL },
	{ "Africa/Casablanca", "2026-02-15 03:00", "2026-02-15T03:00:00.000Z", NULL },
	{ "Africa/Casablanca", "2026-03-22 02:30", "2026-03-22T02:30:00.000Z", "2026-03-22 03:30" },
	/* the gap is midnight */
	{ "Africa/Cairo", "2026-04-24 00:30", "2026-04-23T22:30:00.000Z", "2026-04-24 01:30" },
	{ "Africa/Cairo", "2026-10-29 23:30", "2026-10-29T20:30:00.000Z", NULL },
	/* none at all */
	{ "Asia/Kolkata", "2026-03-29 02:30", "2026-03-28T21:00:00.000Z", NULL },
	{ "UTC", "2024-02-29 12:00", "2024-02-29T12:00:00.000Z", NULL },
	/* years in which nothing is known to change */
	{ "Europe/Berlin", "2037-07-01 12:00", "2037-07-01T10:00:00.000Z", NULL },
	{ "Europe/Berlin", "2090-07-01 12:00", "2090-07-01T10:00:00.000Z", NULL },
};

static void wall_times_become_instants(void **state)
{
	char buf[CLOCK_ISO_SIZE];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(moments); i++) {
		struct wall w = wall(moments[i].wall);

		assert_string_equal(clock_iso(zone_to_utc_ms(moments[i].zone, &w), buf), moments[i].utc);
	}
}

static void instants_become_wall_times(void **state)
{
	char buf[64];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(moments); i++) {
		struct wall w = wall(moments[i].wall), back;

		zone_to_wall(moments[i].zone, zone_to_utc_ms(moments[i].zone, &w), &back);
		assert_string_equal(said(&back, buf), moments[i].back ? moments[i].back : moments[i].wall);
	}
}

static void the_second_occurrence_has_the_same_name(void **state)
{
	struct wall w;
	char buf[64];

	(void)state;
	zone_to_wall("America/New_York", INT64_C(1793514600000), &w); /* 2026-11-01T06:30Z: an hour after 05:30Z */
	assert_string_equal(said(&w, buf), "2026-11-01 01:30");
}

static void when_the_clocks_change(void **state)
{
	static const struct {
		const char *zone, *from, *until, *at;
		int minutes; /* 0: they do not */
	} rows[] = {
		{ "America/New_York", "2026-01-01 00:00", "2026-12-31 00:00", "2026-03-08T07:00:00.000Z", 60 },
		{ "America/New_York", "2026-03-09 00:00", "2026-12-31 00:00", "2026-11-01T06:00:00.000Z", -60 },
		{ "America/New_York", "2026-03-09 00:00", "2026-10-31 00:00", NULL, 0 },
		{ "Australia/Lord_Howe", "2026-01-01 00:00", "2026-12-31 00:00", "2026-04-04T15:00:00.000Z", -30 },
		{ "Pacific/Apia", "2011-12-01 00:00", "2012-01-15 00:00", "2011-12-30T10:00:00.000Z", 24 * 60 },
		{ "Africa/Casablanca", "2026-01-15 00:00", "2026-03-01 00:00", "2026-02-15T02:00:00.000Z", -60 },
		{ "Africa/Cairo", "2026-05-01 00:00", "2026-12-01 00:00", "2026-10-29T21:00:00.000Z", -60 },
		{ "Asia/Kolkata", "2026-01-01 00:00", "2027-12-31 00:00", NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct wall from = wall(rows[i].from), until = wall(rows[i].until);
		struct zone_change change;
		char buf[CLOCK_ISO_SIZE];
		bool found = zone_next_change(rows[i].zone, zone_to_utc_ms(rows[i].zone, &from),
					      zone_to_utc_ms(rows[i].zone, &until), &change);

		if (found != (rows[i].minutes != 0))
			fail_msg("row %zu", i);
		if (!found)
			continue;
		assert_string_equal(clock_iso(change.at, buf), rows[i].at);
		assert_int_equal(change.forward_minutes, rows[i].minutes);
	}
}

static void names(void **state)
{
	static const struct {
		const char *name;
		bool known;
	} rows[] = {
		{ "America/New_York", true }, { "america/new_york", true }, { "EUROPE/PARIS", true },
		{ "US/Eastern", true },       { "us/eastern", true },       { "UTC", true },
		{ "utc", true },              { "Etc/GMT+5", true },        { "GMT", true },
		{ "EST5EDT", true },          { "Asia/Kolkata", true },     { "Asia/Calcutta", true },
		{ "America/Argentina/Buenos_Aires", true },
		{ "", false },                { "Z", false },               { "+01:00", false },
		{ "-05", false },             { "+0100", false },           { "UTC+3", false },
		{ "GMT+5", false },           { "ABC5", false },            { "EST4EDT", false },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", false },                    { "Mars/Phobos", false },
		{ "Europe", false },          { "Europe/", false },         { "leapseconds", false },
		{ "localtime", false },       { "posixrules", false },      { "America/New York", false },
		{ "../../etc/localtime", false },                           { "right/UTC", false },
		{ "New_York", false },        { "Europe/Paris ", false },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (zone_known(rows[i].name) != rows[i].known)
			fail_msg("\"%s\"", rows[i].name);
}

static void any_spelling_is_the_same_zone(void **state)
{
	struct wall w = wall("2026-07-01 09:00");

	(void)state;
	assert_int_equal(zone_to_utc_ms("america/NEW_york", &w), zone_to_utc_ms("America/New_York", &w));
	assert_int_equal(zone_to_utc_ms("US/Eastern", &w), zone_to_utc_ms("America/New_York", &w));
}

static void days_of_the_calendar(void **state)
{
	static const struct {
		const char *from;
		int days;
		const char *to;
	} rows[] = {
		{ "2025-04-15 10:00", 0, "2025-04-15 10:00" }, { "2025-02-28 10:00", 1, "2025-03-01 10:00" },
		{ "2024-02-28 10:00", 1, "2024-02-29 10:00" }, { "2025-12-31 23:59", 1, "2026-01-01 23:59" },
		{ "2026-03-07 02:30", 1, "2026-03-08 02:30" }, { "2025-01-01 00:00", 366, "2026-01-02 00:00" },
	};
	char buf[64];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct wall w = wall_plus_days(wall(rows[i].from), rows[i].days);

		assert_string_equal(said(&w, buf), rows[i].to);
	}
}

static void the_data_has_a_version(void **state)
{
	(void)state;
	assert_true(g_ascii_isdigit(zone_data_version()[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wall_times_become_instants),
		cmocka_unit_test(instants_become_wall_times),
		cmocka_unit_test(the_second_occurrence_has_the_same_name),
		cmocka_unit_test(when_the_clocks_change),
		cmocka_unit_test(names),
		cmocka_unit_test(any_spelling_is_the_same_zone),
		cmocka_unit_test(days_of_the_calendar),
		cmocka_unit_test(the_data_has_a_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
