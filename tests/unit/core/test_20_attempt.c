/* The states of an attempt: every pair of them, and what each outcome means. */
#include "core/attempt.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	enum attempt_state from, to;
} allowed[] = {
	{ ATTEMPT_READY, ATTEMPT_CLAIMED },
	{ ATTEMPT_READY, ATTEMPT_SKIPPED },
	{ ATTEMPT_CLAIMED, ATTEMPT_READY },
	{ ATTEMPT_CLAIMED, ATTEMPT_DIALLING },
	{ ATTEMPT_CLAIMED, ATTEMPT_SKIPPED },
	{ ATTEMPT_DIALLING, ATTEMPT_RINGING },
	{ ATTEMPT_DIALLING, ATTEMPT_ANSWERED },
	{ ATTEMPT_DIALLING, ATTEMPT_ENDED },
	{ ATTEMPT_DIALLING, ATTEMPT_UNKNOWN },
	{ ATTEMPT_RINGING, ATTEMPT_ANSWERED },
	{ ATTEMPT_RINGING, ATTEMPT_ENDED },
	{ ATTEMPT_RINGING, ATTEMPT_UNKNOWN },
	{ ATTEMPT_ANSWERED, ATTEMPT_ENDED },
	{ ATTEMPT_ANSWERED, ATTEMPT_UNKNOWN },
	{ ATTEMPT_UNKNOWN, ATTEMPT_ENDED }, /* the review */
};

static bool listed(enum attempt_state from, enum attempt_state to)
{
	for (size_t i = 0; i < G_N_ELEMENTS(allowed); i++)
		if (allowed[i].from == from && allowed[i].to == to)
			return true;
	return false;
}

static void every_pair_of_states(void **state)
{
	(void)state;
	for (enum attempt_state from = 1; from < ATTEMPT_STATE_END; from++)
		for (enum attempt_state to = 1; to < ATTEMPT_STATE_END; to++)
			if (attempt_may(from, to) != listed(from, to))
				fail_msg("%s to %s", attempt_state_name(from), attempt_state_name(to));
}

static void what_is_over_stays_over(void **state)
{
	(void)state;
	for (enum attempt_state s = 1; s < ATTEMPT_STATE_END; s++)
		assert_int_equal(attempt_terminal(s),
				 s == ATTEMPT_ENDED || s == ATTEMPT_UNKNOWN || s == ATTEMPT_SKIPPED);
}

/* Nothing that may have been sent goes back to the queue. */
static void no_way_back_from_dialling(void **state)
{
	(void)state;
	for (enum attempt_state s = ATTEMPT_DIALLING; s < ATTEMPT_STATE_END; s++) {
		assert_false(attempt_may(s, ATTEMPT_READY));
		assert_false(attempt_may(s, ATTEMPT_CLAIMED));
		assert_false(attempt_may(s, ATTEMPT_DIALLING));
	}
}

static void every_outcome_has_its_rule(void **state)
{
	static const struct {
		enum outcome outcome;
		enum reach reach;
		bool trunk_fault;
	} rows[] = {
		{ OUTCOME_ANSWERED_DIGIT, REACH_PERSON, false },
		{ OUTCOME_ANSWERED_SILENT, REACH_PERSON, false },
		{ OUTCOME_HUNG_UP, REACH_PERSON, false },
		{ OUTCOME_BUSY, REACH_NOBODY, false },
		{ OUTCOME_DECLINED, REACH_NOBODY, false },
		{ OUTCOME_NO_ANSWER, REACH_NOBODY, false },
		{ OUTCOME_UNKNOWN_NUMBER, REACH_NOBODY, false },
		{ OUTCOME_CARRIER_FAILURE, REACH_NOT_DONE, true },
		{ OUTCOME_NO_RESPONSE, REACH_NOT_DONE, true },
		{ OUTCOME_NEVER_SENT, REACH_NOT_DONE, false },
		{ OUTCOME_CANCELLED, REACH_UNSURE, false },
		{ OUTCOME_UNKNOWN, REACH_UNSURE, true },
		{ OUTCOME_MEDIA_TIMEOUT, REACH_PERSON, false },
		{ OUTCOME_NO_MEDIA, REACH_PERSON, false },
		{ OUTCOME_VOICEMAIL, REACH_NOBODY, false },
		{ OUTCOME_SCREENED, REACH_PERSON, false },
		{ OUTCOME_ANNOUNCEMENT, REACH_NOBODY, false },
	};

	(void)state;
	assert_int_equal(G_N_ELEMENTS(rows), OUTCOME_END - 1);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct outcome_rule *r = outcome_rule(rows[i].outcome);

		assert_int_equal(r->reach, rows[i].reach);
		assert_int_equal(r->trunk_fault, rows[i].trunk_fault);
	}
}

static void names_are_there_and_differ(void **state)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	(void)state;
	for (enum outcome o = OUTCOME_NONE + 1; o < OUTCOME_END; o++)
		assert_true(g_hash_table_add(seen, (void *)outcome_rule(o)->name));
	g_hash_table_remove_all(seen);
	for (enum attempt_state s = 1; s < ATTEMPT_STATE_END; s++)
		assert_true(g_hash_table_add(seen, (void *)attempt_state_name(s)));
}

/* They are in databases: never renumbered. */
static void stored_numbers_stay(void **state)
{
	(void)state;
	assert_int_equal(ATTEMPT_DIALLING, 3);
	assert_int_equal(ATTEMPT_UNKNOWN, 7);
	assert_int_equal(ATTEMPT_STATE_END, 9);
	assert_int_equal(OUTCOME_NO_ANSWER, 6);
	assert_int_equal(OUTCOME_MEDIA_TIMEOUT, 13);
	assert_int_equal(OUTCOME_NO_MEDIA, 14);
	assert_int_equal(OUTCOME_ANNOUNCEMENT, 17);
	assert_int_equal(WHO_ANNOUNCEMENT, 4);
	assert_int_equal(ANSWER_OPT_OUT, 3);
	assert_int_equal(DUE_PARKED, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_of_states),
		cmocka_unit_test(what_is_over_stays_over),
		cmocka_unit_test(no_way_back_from_dialling),
		cmocka_unit_test(every_outcome_has_its_rule),
		cmocka_unit_test(names_are_there_and_differ),
		cmocka_unit_test(stored_numbers_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
