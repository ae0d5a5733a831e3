/* Who answered: single sounds, then the corpus of tests/lib/greetings.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/attempt.h"
#include "lib/greetings.h"
#include "voice/who.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- single sounds ---- */

struct hearing {
	struct who_detector d;
	int at; /* samples heard */
};

/* Like a voice in all that is asked of one: syllables, of many frequencies. */
static int16_t babble(int at)
{
	if (at % 2000 < 500)
		return 0;
	return (int16_t)(2500 * (sin(at * 0.11) + sin(at * 0.37) + sin(at * 0.71) + sin(at * 1.3)) / 2);
}

static enum who hear(struct hearing *h, int ms, double hz)
{
	enum who w = h->d.verdict;

	for (int frame = 0; frame < ms / WHO_FRAME_MS; frame++) {
		int16_t pcm[WHO_FRAME];

		for (int i = 0; i < WHO_FRAME; i++, h->at++)
			pcm[i] = hz == 0 ? 0 : hz < 0 ? babble(h->at)
						      : (int16_t)(6000 * sin(2 * M_PI * hz * h->at / 8000));
		w = who_hear(&h->d, pcm);
	}
	return w;
}

enum { QUIET = 0,
       VOICE = -1 };

static void test_short_greeting(void **state)
{
	struct hearing h = { 0 };

	(void)state;
	assert_int_equal(hear(&h, 500, QUIET), WHO_UNSURE);
	assert_int_equal(hear(&h, 700, VOICE), WHO_UNSURE);
	assert_int_equal(hear(&h, 900, QUIET), WHO_UNSURE);
	assert_int_equal(hear(&h, 200, QUIET), WHO_HUMAN);
	/* What beeps in his kitchen makes him no machine, nor does a long talk. */
	assert_int_equal(hear(&h, 500, 1000), WHO_HUMAN);
	assert_int_equal(hear(&h, 2000, QUIET), WHO_HUMAN);
	assert_int_equal(hear(&h, 6000, VOICE), WHO_HUMAN);
	assert_int_equal(hear(&h, 4000, QUIET), WHO_HUMAN);
	/* But a long text that ends with a tone was a voicemail's after all. */
	assert_int_equal(hear(&h, 6000, VOICE), WHO_HUMAN);
	assert_int_equal(hear(&h, 300, QUIET), WHO_HUMAN);
	assert_int_equal(hear(&h, 500, 1000), WHO_HUMAN);
	assert_int_equal(hear(&h, 1000, QUIET), WHO_VOICEMAIL);
}

static void test_voicemail(void **state)
{
	static const double tones[] = { 400, 440, 620, 850, 1000, 1400, 2000 };

	(void)state;
	for (size_t i = 0; i < sizeof(tones) / sizeof(tones[0]); i++) {
		struct hearing h = { 0 };

		hear(&h, 400, QUIET);
		assert_int_equal(hear(&h, 4000, VOICE), WHO_UNSURE); /* however long it speaks */
		hear(&h, 500, QUIET);
		assert_int_equal(hear(&h, 300, tones[i]), WHO_UNSURE);
		assert_int_equal(hear(&h, 500, QUIET), WHO_UNSURE);
		assert_int_equal(hear(&h, 200, QUIET), WHO_VOICEMAIL);
		assert_int_equal(hear(&h, 3000, VOICE), WHO_VOICEMAIL); /* for good */
	}
}

/* Tones that prove nothing. */
static void test_no_voicemail(void **state)
{
	struct hearing first = { 0 }, twice = { 0 }, spoken = { 0 }, late = { 0 };

	(void)state;
	hear(&first, 500, 1000); /* nobody has spoken */
	assert_int_equal(hear(&first, 3000, QUIET), WHO_UNSURE);
	hear(&twice, 3000, VOICE);
	for (int i = 0; i < 4; i++) {
		hear(&twice, 200, 1000);
		assert_int_equal(hear(&twice, 300, QUIET), WHO_UNSURE);
	}
	hear(&spoken, 3000, VOICE);
	hear(&spoken, 300, QUIET);
	hear(&spoken, 300, 1000);
	hear(&spoken, 100, QUIET);
	hear(&spoken, 1000, VOICE); /* somebody goes on speaking over it */
	assert_int_equal(hear(&spoken, 900, QUIET), WHO_UNSURE);
	hear(&late, 3000, VOICE);
	hear(&late, 6000, QUIET);
	hear(&late, 300, 1000);
	assert_int_not_equal(hear(&late, 1000, QUIET), WHO_VOICEMAIL);
}

static void test_screening(void **state)
{
	struct hearing h = { 0 };

	(void)state;
	hear(&h, 5000, VOICE);
	assert_int_equal(hear(&h, 1700, QUIET), WHO_UNSURE);
	assert_int_equal(hear(&h, 200, QUIET), WHO_SCREENING);
	/* The tone comes late. */
	assert_int_equal(hear(&h, 400, 1000), WHO_SCREENING);
	assert_int_equal(hear(&h, 700, QUIET), WHO_VOICEMAIL);
}

static void test_announcement(void **state)
{
	struct hearing sit = { 0 }, busy = { 0 }, fax = { 0 }, falling = { 0 };

	(void)state;
	hear(&sit, 280, 913.8);
	hear(&sit, 280, 1370.6);
	hear(&sit, 380, 1776.7);
	assert_int_equal(hear(&sit, 60, QUIET), WHO_ANNOUNCEMENT);
	assert_int_equal(hear(&sit, 3000, VOICE), WHO_ANNOUNCEMENT);
	for (int i = 0; i < 3; i++) {
		hear(&busy, 500, 425);
		hear(&busy, 500, QUIET);
	}
	assert_int_equal(busy.d.verdict, WHO_ANNOUNCEMENT);
	assert_int_equal(hear(&fax, 2600, 2100), WHO_ANNOUNCEMENT);
	hear(&falling, 380, 1776.7);
	hear(&falling, 280, 1370.6);
	hear(&falling, 280, 913.8);
	assert_int_equal(hear(&falling, 2000, QUIET), WHO_UNSURE);
}

static void test_nothing(void **state)
{
	struct hearing h = { 0 };
	struct who_detector d = { 0 };
	int16_t loud[WHO_FRAME];

	(void)state;
	assert_int_equal(hear(&h, 60000, QUIET), WHO_UNSURE);
	for (int i = 0; i < WHO_FRAME; i++)
		loud[i] = i % 2 ? INT16_MAX : INT16_MIN; /* the worst there can be */
	for (int i = 0; i < 3000; i++)
		assert_int_not_equal(who_hear(&d, loud), WHO_VOICEMAIL);
}

/* ---- the corpus ---- */

struct tally {
	int n[WHO_END][WHO_END], all[WHO_END];
};

static void take(void *arg, const struct greeting *g)
{
	struct tally *t = arg;
	struct who_detector d = { 0 };
	enum who w = WHO_UNSURE;

	assert_int_equal(g->n % WHO_FRAME, 0);
	for (size_t at = 0; at < g->n; at += WHO_FRAME)
		w = who_hear(&d, g->pcm + at);
	t->n[g->who][w]++;
	t->all[g->who]++;
}

/* Bounds, in per cent, that a change of the detector must not fall below. */
static void check_part(enum greetings_part part, int human, int voicemail, int screening, int announcement)
{
	const int least[WHO_END] = { 0, human, voicemail, screening, announcement };
	struct tally t = { 0 };

	assert_true(greetings_each(part, take, &t) > 100);
	for (int w = WHO_HUMAN; w < WHO_END; w++)
		if (t.n[w][w] * 100 < least[w] * t.all[w])
			fail_msg("%s: %d of %d known", who_name((enum who)w), t.n[w][w], t.all[w]);
	/* What costs a person the call. */
	assert_int_equal(t.n[WHO_HUMAN][WHO_VOICEMAIL], 0);
	assert_int_equal(t.n[WHO_HUMAN][WHO_ANNOUNCEMENT], 0);
}

static void test_tuning_part(void **state)
{
	(void)state;
	check_part(GREETINGS_TUNING, 95, 80, 80, 60);
}

static void test_held_out_part(void **state)
{
	(void)state;
	check_part(GREETINGS_HELD_OUT, 80, 55, 80, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_short_greeting),
		cmocka_unit_test(test_voicemail),
		cmocka_unit_test(test_no_voicemail),
		cmocka_unit_test(test_screening),
		cmocka_unit_test(test_announcement),
		cmocka_unit_test(test_tuning_part),
		cmocka_unit_test(test_held_out_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
