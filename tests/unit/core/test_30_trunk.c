/* A trunk's health under a clock of our own, and which numbers it takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/trunk.h"

#define S INT64_C(1000)

static void one_miss_makes_suspect_and_an_answer_ready_again(void **state)
{
	struct watch w;

	(void)state;
	watch_init(&w, 30000, 7);
	assert_int_equal(w.health, HEALTH_READY);
	assert_int_equal(w.due_ms, 7);
	assert_false(watch_on(&w, WATCH_ANSWERED, 0));
	assert_int_equal(w.due_ms, 30 * S);
	assert_true(watch_on(&w, WATCH_SILENT, 100 * S));
	assert_int_equal(w.health, HEALTH_SUSPECT);
	assert_int_equal(w.due_ms, 102 * S);
	assert_true(watch_on(&w, WATCH_ANSWERED, 102 * S));
	assert_int_equal(w.health, HEALTH_READY);
}

static void silence_of_one_that_used_to_answer_rests_it_and_it_is_asked_less_often(void **state)
{
	const int64_t waits[] = { 2, 4, 8, 16, 30, 30 };
	struct watch w;
	int64_t now = 0;

	(void)state;
	watch_init(&w, 30000, 0);
	watch_on(&w, WATCH_ANSWERED, now);
	for (int i = 0; i < 6; i++) {
		watch_on(&w, WATCH_SILENT, now);
		assert_int_equal(w.health, i < WATCH_MISSES - 1 ? HEALTH_SUSPECT : HEALTH_RESTING);
		assert_int_equal(w.due_ms - now, waits[i] * S);
		now = w.due_ms;
	}
	assert_true(watch_on(&w, WATCH_ANSWERED, now));
	assert_int_equal(w.health, HEALTH_READY);
}

static void one_that_never_answered_options_is_only_suspect(void **state)
{
	struct watch w;

	(void)state;
	watch_init(&w, 30000, 0);
	for (int i = 0; i < 20; i++)
		watch_on(&w, WATCH_SILENT, i * 30 * S);
	assert_int_equal(w.health, HEALTH_SUSPECT);
	assert_true(watch_on(&w, WATCH_CALL_HEARD, 700 * S)); /* a call went through it */
	assert_int_equal(w.health, HEALTH_READY);
}

static void what_cannot_be_reached_rests_at_the_second_try_and_a_refusal_at_once(void **state)
{
	struct watch w;

	(void)state;
	watch_init(&w, 30000, 0);
	watch_on(&w, WATCH_UNREACHABLE, 0);
	assert_int_equal(w.health, HEALTH_SUSPECT);
	watch_on(&w, WATCH_UNREACHABLE, 2 * S);
	assert_int_equal(w.health, HEALTH_RESTING);
	watch_on(&w, WATCH_SILENT, 4 * S); /* a weaker sign does not make it better */
	assert_int_equal(w.health, HEALTH_RESTING);
	watch_init(&w, 30000, 0);
	watch_on(&w, WATCH_REFUSED, 0);
	assert_int_equal(w.health, HEALTH_RESTING);
}

static void a_silent_call_has_the_trunk_asked_at_once(void **state)
{
	struct watch w;

	(void)state;
	watch_init(&w, 30000, 0);
	watch_on(&w, WATCH_ANSWERED, 0);
	assert_true(watch_on(&w, WATCH_CALL_SILENT, 10 * S));
	assert_int_equal(w.health, HEALTH_SUSPECT);
	assert_int_equal(w.due_ms, 10 * S);
}

static void one_that_is_not_to_be_asked_never_is(void **state)
{
	struct watch w;

	(void)state;
	watch_init(&w, 0, 0);
	assert_int_equal(w.due_ms, INT64_MAX);
	watch_on(&w, WATCH_CALL_SILENT, 5 * S);
	assert_int_equal(w.due_ms, INT64_MAX);
	watch_on(&w, WATCH_CALL_HEARD, 6 * S);
	assert_int_equal(w.health, HEALTH_READY);
	assert_int_equal(w.due_ms, INT64_MAX);
}

static void prefixes(void **state)
{
	static const struct {
		const char *list, *number;
		int fits;
	} rows[] = {
		{ "", "+13125550100", 0 },	{ "+1", "+13125550100", 2 },	     { "+1 +1312", "+13125550100", 5 },
		{ "+1312 +1", "+13125550100", 5 }, { "+44", "+13125550100", -1 },    { "+1312", "+131", -1 },
		{ "+44 +1", "+13125550100", 2 }, { "+44", "", -1 },		     { "", "", 0 },
		{ "+13125550100", "+13125550100", 12 },
	};
	char out[16];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(prefixes_match(rows[i].list, rows[i].number), rows[i].fits);
	assert_true(prefixes_parse("+1, +44,+52", out, sizeof(out)));
	assert_string_equal(out, "+1 +44 +52");
	assert_true(prefixes_parse("", out, sizeof(out)));
	assert_string_equal(out, "");
	for (const char **bad = (const char *[]){ "1", "+", "+1x", "+1;+2", "+1234567890123456", "+111,+222,+333,+44", NULL };
	     *bad; bad++)
		assert_false(prefixes_parse(*bad, out, sizeof(out)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_miss_makes_suspect_and_an_answer_ready_again),
		cmocka_unit_test(silence_of_one_that_used_to_answer_rests_it_and_it_is_asked_less_often),
		cmocka_unit_test(one_that_never_answered_options_is_only_suspect),
		cmocka_unit_test(what_cannot_be_reached_rests_at_the_second_try_and_a_refusal_at_once),
		cmocka_unit_test(a_silent_call_has_the_trunk_asked_at_once),
		cmocka_unit_test(one_that_is_not_to_be_asked_never_is),
		cmocka_unit_test(prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
