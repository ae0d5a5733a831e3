/* What a call says beside its menu, and what it was worth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "voice/aside.h"

static struct call_order hangs_up, leaves;

static int set_up(void **state)
{
	static char prompt; /* never looked at */

	(void)state;
	hangs_up.introduction = (struct prompt *)(void *)&prompt;
	leaves = hangs_up;
	leaves.call_back = (struct prompt *)(void *)&prompt;
	return 0;
}

/* Whatever is thought of them, they keep the menu. */
static void test_advice(void **state)
{
	static const enum who verdicts[] = { WHO_UNSURE, WHO_HUMAN, WHO_ANNOUNCEMENT };

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct aside a = { 0 };

		assert_int_equal(aside_heard(&a, &leaves, verdicts[i], true), ASIDE_NOTHING);
		assert_int_equal(aside_heard(&a, &leaves, verdicts[i], false), ASIDE_NOTHING);
		assert_false(aside_is_on(&a));
		assert_int_equal(aside_over(&a), ASIDE_HANG_UP);
	}
}

static void test_voicemail(void **state)
{
	struct aside a = { 0 }, b = { 0 };

	(void)state;
	assert_int_equal(aside_heard(&a, &hangs_up, WHO_VOICEMAIL, false), ASIDE_HANG_UP);
	assert_int_equal(aside_outcome(&a, OUTCOME_HUNG_UP), OUTCOME_VOICEMAIL);

	assert_int_equal(aside_heard(&b, &leaves, WHO_VOICEMAIL, false), ASIDE_SAY_OPENING);
	assert_true(aside_is_on(&b));
	assert_int_equal(aside_heard(&b, &leaves, WHO_HUMAN, false), ASIDE_NOTHING); /* it speaks while we do */
	assert_int_equal(aside_played(&b), ASIDE_SAY_NUMBER);
	assert_int_equal(aside_waited(&b), ASIDE_NOTHING);
	assert_int_equal(aside_played(&b), ASIDE_HANG_UP);
	assert_int_equal(aside_outcome(&b, OUTCOME_HUNG_UP), OUTCOME_VOICEMAIL);
}

static void test_screening(void **state)
{
	struct aside a = { 0 }, b = { 0 }, c = { 0 };

	(void)state;
	assert_int_equal(aside_heard(&a, &leaves, WHO_SCREENING, false), ASIDE_INTRODUCE);
	assert_int_equal(aside_heard(&a, &leaves, WHO_HUMAN, false), ASIDE_NOTHING); /* our sentence comes first */
	assert_int_equal(aside_played(&a), ASIDE_HOLD);
	assert_int_equal(aside_heard(&a, &leaves, WHO_UNSURE, true), ASIDE_NOTHING);
	assert_int_equal(aside_heard(&a, &leaves, WHO_HUMAN, false), ASIDE_ASK);
	assert_int_equal(aside_waited(&a), ASIDE_NOTHING);
	assert_int_equal(aside_heard(&a, &leaves, WHO_SCREENING, false), ASIDE_NOTHING); /* once is enough */
	assert_int_equal(aside_outcome(&a, OUTCOME_ANSWERED_SILENT), OUTCOME_ANSWERED_SILENT);

	/* Nobody comes on: the menu is said all the same, since the verdict is no proof. */
	assert_int_equal(aside_heard(&b, &leaves, WHO_SCREENING, false), ASIDE_INTRODUCE);
	assert_int_equal(aside_played(&b), ASIDE_HOLD);
	assert_int_equal(aside_waited(&b), ASIDE_ASK);
	assert_int_equal(aside_over(&b), ASIDE_HANG_UP);
	assert_int_equal(aside_outcome(&b, OUTCOME_ANSWERED_SILENT), OUTCOME_SCREENED);

	/* It was a voicemail whose tone came late. */
	assert_int_equal(aside_heard(&c, &leaves, WHO_SCREENING, false), ASIDE_INTRODUCE);
	assert_int_equal(aside_heard(&c, &leaves, WHO_VOICEMAIL, false), ASIDE_SAY_OPENING);
	assert_int_equal(aside_outcome(&c, OUTCOME_HUNG_UP), OUTCOME_VOICEMAIL);
}

static void test_key_press(void **state)
{
	static const enum who verdicts[] = { WHO_VOICEMAIL, WHO_SCREENING };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct aside before = { 0 }, during = { 0 };

		aside_pressed(&before);
		assert_int_equal(aside_heard(&before, &leaves, verdicts[i], true), ASIDE_NOTHING);
		assert_int_equal(aside_over(&before), ASIDE_HANG_UP);

		assert_int_not_equal(aside_heard(&during, &leaves, verdicts[i], false), ASIDE_NOTHING);
		aside_pressed(&during);
		assert_false(aside_is_on(&during));
		assert_int_equal(aside_outcome(&during, OUTCOME_ANSWERED_SILENT), OUTCOME_ANSWERED_SILENT);
	}
}

/* The menu is shorter than the greeting. */
static void test_lingering(void **state)
{
	struct aside voicemail = { 0 }, screening = { 0 }, talker = { 0 }, endless = { 0 };

	(void)state;
	aside_heard(&voicemail, &leaves, WHO_UNSURE, true);
	assert_int_equal(aside_over(&voicemail), ASIDE_LINGER);
	assert_true(aside_is_on(&voicemail));
	assert_int_equal(aside_heard(&voicemail, &leaves, WHO_VOICEMAIL, false), ASIDE_SAY_OPENING);
	aside_heard(&screening, &leaves, WHO_UNSURE, true);
	assert_int_equal(aside_over(&screening), ASIDE_LINGER);
	assert_int_equal(aside_heard(&screening, &leaves, WHO_SCREENING, false), ASIDE_INTRODUCE);
	aside_heard(&talker, &leaves, WHO_HUMAN, true);
	assert_int_equal(aside_over(&talker), ASIDE_LINGER);
	assert_int_equal(aside_heard(&talker, &leaves, WHO_HUMAN, false), ASIDE_HANG_UP);
	aside_heard(&endless, &leaves, WHO_UNSURE, true);
	assert_int_equal(aside_over(&endless), ASIDE_LINGER);
	assert_int_equal(aside_waited(&endless), ASIDE_HANG_UP);
	assert_int_equal(aside_outcome(&endless, OUTCOME_ANSWERED_SILENT), OUTCOME_ANSWERED_SILENT);
}

static void test_outcomes(void **state)
{
	static const struct {
		enum who who;
		enum outcome menu, call;
	} rows[] = {
		{ WHO_UNSURE, OUTCOME_HUNG_UP, OUTCOME_HUNG_UP },
		{ WHO_HUMAN, OUTCOME_ANSWERED_SILENT, OUTCOME_ANSWERED_SILENT },
		{ WHO_VOICEMAIL, OUTCOME_ANSWERED_DIGIT, OUTCOME_ANSWERED_DIGIT },
		{ WHO_VOICEMAIL, OUTCOME_MEDIA_TIMEOUT, OUTCOME_VOICEMAIL },
		{ WHO_VOICEMAIL, OUTCOME_CANCELLED, OUTCOME_CANCELLED },
		{ WHO_SCREENING, OUTCOME_HUNG_UP, OUTCOME_SCREENED },
		{ WHO_ANNOUNCEMENT, OUTCOME_ANSWERED_SILENT, OUTCOME_ANNOUNCEMENT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct aside a = { .who = rows[i].who };

		assert_int_equal(aside_outcome(&a, rows[i].menu), rows[i].call);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_advice),
		cmocka_unit_test(test_voicemail),
		cmocka_unit_test(test_screening),
		cmocka_unit_test(test_key_press),
		cmocka_unit_test(test_lingering),
		cmocka_unit_test(test_outcomes),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
