/* The settings of a workspace: what they are at first, what may be set, and what is refused. */
#include "core/limits.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void live_and_test_begin_differently(void **state)
{
	struct limits live, test;

	(void)state;
	limits_init(&live, true);
	limits_init(&test, false);
	assert_true(live.hours_by_rules);
	assert_int_equal(live.person_calls_per_day, 3);
	assert_int_equal(live.person_calls_per_30_days, 10);
	assert_true(live.own_country && !live.all_countries);
	assert_true(live.calls_per_day > 0 && live.minutes_per_day > 0);
	assert_false(test.hours_by_rules);
	assert_int_equal(test.hours.from, 0);
	assert_int_equal(test.hours.to, 1440);
	assert_int_equal(test.person_calls_per_day, 0);
	assert_true(test.all_countries);
	assert_false(live.leave_message || test.leave_message);
	assert_false(live.premium || live.satellite || test.premium || test.satellite);
}

static void the_preamble_says_who_calls(void **state)
{
	char *usual = preamble_text("", "Acme {{callbackNumber}}", "+13125550100"), *own = preamble_text("Hi.", "Acme", "+1");

	(void)state;
	assert_string_equal(usual, "This is an automated call from Acme {{callbackNumber}}. You can call us back at "
				   "+13125550100. Press 0 for a person, or 9 to never be called again.");
	assert_string_equal(own, "Hi.");
	g_free(usual);
	g_free(own);
}

static void what_may_be_set(void **state)
{
	static const struct {
		const char *name, *value;
		bool good;
	} rows[] = {
		{ "calling_hours", "rules", true },        { "calling_hours", "09:00-17:00", true },
		{ "calling_hours", "rules 09:00-17:00", true },
		{ "calling_hours", "rules09:00-17:00", false }, { "calling_hours", "17:00-09:00", false },
		{ "calling_hours", "always", false },      { "calling_hours", "rules rules", false },
		{ "sundays", "closed", true },             { "sundays", "CLOSED", false },
		{ "holidays", "open", true },              { "holidays", "09:00-17:00", false },
		{ "person_calls_per_day", "0", true },     { "person_calls_per_day", "-1", false },
		{ "person_calls_per_day", "three", false },{ "person_calls_per_day", "3.5", false },
		{ "calls_per_day", "100000000", true },    { "calls_per_day", "100000001", false },
		{ "countries", "own", true },              { "countries", "own, CA", true },
		{ "countries", "us", false },              { "countries", "USA", false },
		{ "countries", "own,", false },            { "premium_numbers", "allowed", true },
		{ "premium_numbers", "yes", false },       { "gremlins", "1", false },
		{ "assessment_link", "https://t.example.com/?t={testId}", true }, { "assessment_link",
										    "https://t.example.com/", false },
		{ "assessment_link", "t.example.com/{testId}", false }, { "assessment_link",
									  "https://t.example.com/ {testId}", false },
		{ "person_texts_per_day", "2", true },     { "texts_per_day", "-1", false },
		{ "preamble", "off", true },               { "preamble", "no", false },
		{ "preamble_words", "{{companyName}} calls from {{callbackNumber}}.", true },
		{ "preamble_words", "Hello {{firstName}}", false },
		{ "callback_number", "+13125550100", true },{ "callback_number", "none", true },
		{ "callback_number", "312 555 0100", false },{ "person_number", "+0123456789", false },
		{ "person_number", "+1312555010012345678", false },
		{ "voice", "anna_2.1-x", true },           { "voice", "anna; rm", false },
		{ "voice", "--config", false },            { "language", "de-CH", true },
		{ "voicemail", "leave", true },            { "voicemail", "hang up", false },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct problem p = { 0 };
		struct limits l;

		limits_init(&l, true);
		if ((limits_set(&l, true, rows[i].name, rows[i].value, &p) == 0) != rows[i].good)
			fail_msg("%s=%s: %s", rows[i].name, rows[i].value, p.text);
		if (!rows[i].good) {
			assert_int_equal(p.kind, PROBLEM_INVALID);
			assert_non_null(strstr(p.text, rows[i].name));
		}
	}
}

/* Each default may be set, and "" brings it back. */
static void empty_is_the_default(void **state)
{
	const struct limit *row;

	(void)state;
	for (size_t i = 0; (row = limit_at(i)); i++)
		for (int live = 0; live <= 1; live++) {
			struct problem p = { 0 };
			struct limits first, l;

			limits_init(&first, live);
			limits_init(&l, !live);
			for (size_t k = 0; limit_at(k); k++)
				assert_int_equal(limits_set(&l, live, limit_at(k)->name, "", &p), 0);
			assert_memory_equal(&l.hours, &first.hours, sizeof(l.hours));
			assert_int_equal(l.hours_by_rules, first.hours_by_rules);
			assert_int_equal(l.person_calls_per_day, first.person_calls_per_day);
			assert_int_equal(l.all_countries, first.all_countries);
			assert_int_equal(limits_set(&l, live, row->name, live ? row->live : row->test, &p), 0);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(live_and_test_begin_differently),
		cmocka_unit_test(what_may_be_set),
		cmocka_unit_test(the_preamble_says_who_calls),
		cmocka_unit_test(empty_is_the_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
