/* The dated rules: which holds on a day, Sundays and holidays, and what a broken file is told. */
#include "core/calling_hours.h"
#include "store/rulebook.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct rulebook *rules;

static struct wall day_of(const char *text)
{
	struct wall w = { .hour = 12 };

	assert_int_equal(sscanf(text, "%d-%d-%d", &w.year, &w.month, &w.day), 3);
	return w;
}

static char *text_of(const struct day_hours *d)
{
	GString *s = g_string_new(d->n ? NULL : "closed");

	for (int i = 0; i < d->n; i++)
		g_string_append_printf(s, "%s%02d:%02d-%02d:%02d", i ? "," : "", d->span[i].from / 60,
				       d->span[i].from % 60, d->span[i].to / 60, d->span[i].to % 60);
	return g_string_free(s, FALSE);
}

static void the_rule_of_a_day(void **state)
{
	static const struct {
		const char *region, *day, *hours, *rule;
		bool strictest;
	} rows[] = {
		{ "US-NY", "2026-11-24", "08:00-21:00", "US" },
		{ "DE", "2026-11-24", "08:00-21:00", "*" },
		{ "", "2026-11-24", "08:00-21:00", "*" },
		/* the law has changed */
		{ "US-FL", "2021-06-30", "08:00-21:00", "US-FL" },
		{ "US-FL", "2021-07-01", "08:00-20:00", "US-FL" },
		{ "US-CT", "2023-09-30", "09:00-21:00", "US-CT" },
		{ "US-CT", "2023-10-01", "09:00-20:00", "US-CT" },
		/* weekdays */
		{ "US-RI", "2026-11-27", "09:00-18:00", "US-RI" },
		{ "US-RI", "2026-11-28", "10:00-17:00", "US-RI" },
		{ "US-RI", "2026-11-29", "closed", "US-RI" },
		{ "US-PA", "2026-11-29", "13:30-21:00", "US-PA" },
		{ "US-TX", "2026-11-29", "12:00-21:00", "US-TX" },
		{ "US-SD", "2026-11-29", "closed", "US-SD" },
		{ "FR", "2026-11-27", "10:00-13:00,14:00-20:00", "FR" },
		{ "FR", "2022-11-27", "08:00-21:00", "FR" },
		/* a country's strictest: Kentucky opens at ten, Rhode Island closes at six; on Sundays some are closed */
		{ "US", "2026-11-24", "10:00-18:00", "US", true },
		{ "US", "2026-11-29", "closed", "US", true },
		{ "CA", "2026-11-24", "09:00-21:30", "CA", true },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct wall w = day_of(rows[i].day);
		struct calling_day d = calling_hours_day(rules->hours, rows[i].region, rows[i].strictest, &w);
		g_autofree char *hours = text_of(&d.weekday);

		if (strcmp(hours, rows[i].hours) != 0 || strcmp(d.rule, rows[i].rule) != 0)
			fail_msg("%s %s: %s by %s", rows[i].region, rows[i].day, hours, d.rule);
	}
}

static void holidays(void **state)
{
	static const struct {
		const char *region, *day;
		bool is;
	} rows[] = {
		{ "US-NY", "2026-11-26", true },  { "US-NY", "2026-11-25", false }, { "US-NY", "2026-11-19", false },
		{ "US-NY", "2027-11-25", true },  { "US-NY", "2026-05-25", true },  { "US-NY", "2026-05-18", false },
		{ "US-NY", "2027-05-31", true },  { "US-NY", "2026-01-19", true },  { "US-NY", "2026-09-07", true },
		{ "US-NY", "2026-07-03", true },  { "US-NY", "2026-07-04", true },  { "US-NY", "2026-07-06", false },
		{ "US-NY", "2027-07-05", true },  { "US-NY", "2027-12-24", true },  { "US-NY", "2021-12-31", true },
		{ "US-LA", "2026-02-17", true },  { "US-NY", "2026-02-17", false }, { "US-LA", "2024-02-13", true },
		{ "US-LA", "2025-04-18", true },  { "US-LA", "2038-04-23", true },  { "US-UT", "2026-07-24", true },
		{ "US-RI", "2026-08-10", true },  { "FR", "2026-05-14", true },     { "FR", "2026-05-25", true },
		{ "DE", "2026-12-25", false },    { "AU", "2027-12-28", false },    { "AU", "2027-12-27", true },
		{ "", "2026-12-25", false },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct wall w = day_of(rows[i].day);

		if (calling_hours_day(rules->hours, rows[i].region, false, &w).holiday != rows[i].is)
			fail_msg("%s %s", rows[i].region, rows[i].day);
	}
}

#define GOOD "dated 2026-11-24\nhours * 1970-01-01 daily 08:00-21:00\n"

static void a_broken_file_names_line_and_fault(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "", "no line says since when" },
		{ "dated 2026-11-24\n", "no line says what holds everywhere else" },
		{ "dated soon\n", "line 1: must be: dated" },
		{ GOOD "hour US 2020-01-01 daily 08:00-21:00\n", "line 3: \"hour\" is not known here" },
		{ GOOD "\nhours USA 2020-01-01 daily 08:00-21:00\n", "line 4: \"USA\" is no region" },
		{ GOOD "hours US 2020-02-30 daily 08:00-21:00\n", "line 3: \"2020-02-30\" is no date" },
		{ GOOD "hours US 2020-01-01 daily 21:00-08:00\n", "line 3: the day is \"21:00-08:00\"" },
		{ GOOD "hours US 2020-01-01 daily 8-21\n", "line 3: the day is \"8-21\"" },
		{ GOOD "hours US 2020-01-01 daily\n", "line 3: must be: hours" },
		{ GOOD "hours US 2020-01-01 mon-fri 08:00-21:00\n", "line 3: does not say the hours of all seven days" },
		{ GOOD "hours US 2020-01-01 daily 08:00-21:00 sun closed\n", "line 3: \"sun\" is no set of days, or" },
		{ GOOD "hours US 2020-01-01 someday 08:00-21:00\n", "line 3: \"someday\" is no set of days" },
		{ GOOD "hours US 2020-01-01 daily 14:00-20:00,10:00-13:00\n", "one after the other" },
		{ GOOD "holiday US 13/01 Nothing\n", "line 3: \"13/01\" is no day" },
		{ GOOD "holiday US 11/thu/6 Nothing\n", "line 3: \"11/thu/6\" is no day" },
		{ GOOD "holiday US 11/first/4 Nothing\n", "line 3: \"11/first/4\" is no day" },
		{ GOOD "holiday US easter? Nothing\n", "line 3: \"easter?\" is no day" },
		{ GOOD "holiday US 12/25\n", "line 3: must be: holiday" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct problem p = { 0 };

		assert_null(calling_hours_parse(rows[i].text, "hours", &p));
		assert_int_equal(p.kind, PROBLEM_CONFIG);
		if (!g_str_has_prefix(p.text, "hours") || !strstr(p.text, rows[i].says))
			fail_msg("\"%s\": %s", rows[i].text, p.text);
	}
}

static void how_hours_are_written(void **state)
{
	static const struct {
		const char *text;
		int from, to; /* from < 0: refused */
	} rows[] = {
		{ "08:00-21:00", 480, 1260 }, { "00:00-24:00", 0, 1440 }, { "9:30-17:45", 570, 1065 },
		{ "21:00-08:00", -1, 0 }, { "08:00-08:00", -1, 0 },     { "08:00-24:01", -1, 0 },
		{ "08:60-21:00", -1, 0 }, { "08:00", -1, 0 },           { "08:00-21:00 ", -1, 0 },
		{ "-1:00-21:00", -1, 0 }, { "8-21", -1, 0 },            { "08:00-25:00", -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct problem p = { 0 };
		struct hours h;

		assert_int_equal(hours_parse("policy.calling_hours", rows[i].text, &h, &p), rows[i].from < 0 ? -1 : 0);
		if (rows[i].from < 0) {
			assert_int_equal(p.kind, PROBLEM_CONFIG);
			assert_non_null(strstr(p.text, rows[i].text));
			assert_non_null(strstr(p.text, "policy.calling_hours"));
			continue;
		}
		assert_int_equal(h.from, rows[i].from);
		assert_int_equal(h.to, rows[i].to);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rule_of_a_day),
		cmocka_unit_test(holidays),
		cmocka_unit_test(a_broken_file_names_line_and_fault),
		cmocka_unit_test(how_hours_are_written),
	};
	struct problem p = { 0 };
	int failed;

	rules = rulebook_open(NULL, &p);
	assert_non_null(rules);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rulebook_free(rules);
	return failed;
}
