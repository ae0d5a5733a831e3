/* What follows from an ended attempt: for every outcome and answer, and over random lives of a lead. */
#include "core/lead.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define H   INT64_C(3600000)
#define NOW (11 * H)

static const struct retry_rule rule = { .min_gap_ms = 4 * H, .backoff_ms = 5000, .unsure_gap_ms = 64000 };
static const struct schedule three = { 3, { 10 * H, 34 * H, 58 * H } };

static struct attempt_end attempt(enum outcome o, enum answer a, int slot)
{
	return (struct attempt_end){ .outcome = o, .answer = a, .slot = slot, .intent_at = 10 * H };
}

static struct lead_next after(enum bucket b, struct attempt_end end)
{
	return lead_after(b, &end, &three, &rule, NOW);
}

static void a_callback_is_an_attempt_more_in_the_same_slot(void **state)
{
	struct attempt_end end = attempt(OUTCOME_ANSWERED_SILENT, ANSWER_NONE, 0);
	struct lead_next n;

	(void)state;
	end.callback_at = NOW + 2 * H;
	n = after(BUCKET_PENDING, end);
	assert_string_equal(n.reason, LEAD_REASON_CALLBACK);
	assert_int_equal(n.slot, 0);
	assert_true(n.due_at == NOW + 2 * H);
	end.answer = ANSWER_NOT_INTERESTED; /* a decision is one */
	assert_int_equal(after(BUCKET_PENDING, end).state, LEAD_DONE);
	end.answer = ANSWER_NONE;
	end.callback_at = NOW - 1;
	assert_string_equal(after(BUCKET_PENDING, end).reason, LEAD_REASON_NEXT_SLOT);
}

static void every_outcome_and_answer(void **state)
{
	(void)state;
	for (enum outcome o = OUTCOME_NONE + 1; o < OUTCOME_END; o++)
		for (enum answer a = ANSWER_NONE; a <= ANSWER_NEUTRAL; a++) {
			struct lead_next n = after(BUCKET_PENDING, attempt(o, a, 0));
			bool decided = a == ANSWER_INTERESTED || a == ANSWER_NOT_INTERESTED || a == ANSWER_OPT_OUT;
			enum reach reach = outcome_rule(o)->reach;

			assert_int_equal(n.state, decided ? LEAD_DONE : LEAD_WAITING);
			assert_int_equal(n.completed, decided);
			assert_int_equal(n.opt_out, a == ANSWER_OPT_OUT);
			assert_int_equal(n.bucket, a == ANSWER_INTERESTED ? BUCKET_INTERESTED :
						   decided                ? BUCKET_NOT_INTERESTED :
						   reach == REACH_NOBODY  ? BUCKET_NO_ANSWER : BUCKET_PENDING);
			if (decided)
				continue;
			assert_int_equal(n.slot, reach == REACH_NOT_DONE ? 0 : 1); /* it costs the person no slot */
			assert_string_equal(n.reason, reach == REACH_NOT_DONE ? LEAD_REASON_BACK_OFF :
										LEAD_REASON_NEXT_SLOT);
		}
}

static void reasons_of_the_end(void **state)
{
	static const struct {
		enum outcome outcome;
		enum answer answer;
		int slot;
		const char *reason;
	} rows[] = {
		{ OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED, 0, LEAD_REASON_DECIDED },
		{ OUTCOME_ANSWERED_DIGIT, ANSWER_NOT_INTERESTED, 0, LEAD_REASON_DECIDED },
		{ OUTCOME_ANSWERED_DIGIT, ANSWER_OPT_OUT, 0, LEAD_REASON_OPTED_OUT },
		{ OUTCOME_HUNG_UP, ANSWER_INTERESTED, 0, LEAD_REASON_DECIDED }, /* after the key */
		{ OUTCOME_NO_ANSWER, ANSWER_NONE, 2, LEAD_REASON_NO_SLOT },
		{ OUTCOME_UNKNOWN, ANSWER_NONE, 2, LEAD_REASON_NO_SLOT },
		{ OUTCOME_ANSWERED_DIGIT, ANSWER_NEUTRAL, 2, LEAD_REASON_NO_SLOT },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct lead_next n = after(BUCKET_PENDING, attempt(rows[i].outcome, rows[i].answer, rows[i].slot));

		assert_int_equal(n.state, LEAD_DONE);
		assert_true(n.completed);
		assert_string_equal(n.reason, rows[i].reason);
	}
}

static void a_decision_sticks(void **state)
{
	(void)state;
	for (enum outcome o = OUTCOME_NONE + 1; o < OUTCOME_END; o++) {
		assert_int_equal(after(BUCKET_INTERESTED, attempt(o, ANSWER_NONE, 0)).bucket, BUCKET_INTERESTED);
		assert_int_equal(after(BUCKET_NOT_INTERESTED, attempt(o, ANSWER_NEUTRAL, 0)).bucket,
				 BUCKET_NOT_INTERESTED);
	}
	/* only another decision changes it */
	assert_int_equal(after(BUCKET_INTERESTED, attempt(OUTCOME_ANSWERED_DIGIT, ANSWER_OPT_OUT, 0)).bucket,
			 BUCKET_NOT_INTERESTED);
}

static void the_last_dial_speaks(void **state)
{
	(void)state;
	assert_int_equal(after(BUCKET_NO_ANSWER, attempt(OUTCOME_ANSWERED_SILENT, ANSWER_NONE, 1)).bucket,
			 BUCKET_PENDING);
	assert_int_equal(after(BUCKET_NO_ANSWER, attempt(OUTCOME_BUSY, ANSWER_NONE, 1)).bucket, BUCKET_NO_ANSWER);
	assert_int_equal(after(BUCKET_NO_ANSWER, attempt(OUTCOME_UNKNOWN, ANSWER_NONE, 1)).bucket, BUCKET_PENDING);
}

static void back_off(void **state)
{
	static const struct {
		enum outcome outcome;
		int retries, retry_after_s, wait_s;
	} rows[] = {
		{ OUTCOME_CARRIER_FAILURE, 0, 0, 5 },
		{ OUTCOME_CARRIER_FAILURE, 1, 0, 10 },
		{ OUTCOME_CARRIER_FAILURE, 2, 0, 20 },
		{ OUTCOME_CARRIER_FAILURE, 7, 0, 640 },
		{ OUTCOME_CARRIER_FAILURE, 8, 0, 900 },     /* a quarter of an hour at most */
		{ OUTCOME_CARRIER_FAILURE, 1000, 0, 900 },
		{ OUTCOME_CARRIER_FAILURE, 0, 120, 120 },   /* the carrier's wish … */
		{ OUTCOME_CARRIER_FAILURE, 3, 7, 40 },      /* … is a least wait … */
		{ OUTCOME_CARRIER_FAILURE, 0, 7200, 7200 }, /* … and may exceed ours */
		{ OUTCOME_NEVER_SENT, 0, 0, 5 },
		{ OUTCOME_NO_RESPONSE, 0, 0, 64 },          /* an INVITE may still be alive */
		{ OUTCOME_NO_RESPONSE, 3, 0, 64 },
		{ OUTCOME_NO_RESPONSE, 4, 0, 80 },
		{ OUTCOME_NO_RESPONSE, 0, 100, 100 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct attempt_end end = attempt(rows[i].outcome, ANSWER_NONE, 1);
		struct lead_next n;

		end.retries = rows[i].retries;
		end.retry_after_s = rows[i].retry_after_s;
		n = after(BUCKET_PENDING, end);
		if (n.due_at != NOW + rows[i].wait_s * INT64_C(1000))
			fail_msg("row %zu: %g s", i, (double)(n.due_at - NOW) / 1000);
		assert_int_equal(n.slot, 1);
		assert_int_equal(n.retries, rows[i].retries + 1);
	}
}

static void a_new_slot_counts_retries_anew(void **state)
{
	struct attempt_end end = attempt(OUTCOME_NO_ANSWER, ANSWER_NONE, 0);
	struct lead_next n;

	(void)state;
	end.retries = 6;
	n = after(BUCKET_PENDING, end);
	assert_int_equal(n.retries, 0);
	assert_int_equal(n.due_at, 34 * H);
}

static void a_lead_moves(void **state)
{
	static const struct {
		enum lead_state from, to;
	} rows[] = {
		{ LEAD_WAITING, LEAD_CALLING }, { LEAD_WAITING, LEAD_HELD }, { LEAD_WAITING, LEAD_DONE },
		{ LEAD_CALLING, LEAD_WAITING }, { LEAD_CALLING, LEAD_DONE }, { LEAD_HELD, LEAD_WAITING },
		{ LEAD_HELD, LEAD_DONE },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		enum lead_state s = rows[i].from;

		lead_move(&s, rows[i].to);
		assert_int_equal(s, rows[i].to);
	}
}

static void names_are_those_of_the_api(void **state)
{
	(void)state;
	assert_string_equal(bucket_name(BUCKET_PENDING), "Pending");
	assert_string_equal(bucket_name(BUCKET_INTERESTED), "Interested");
	assert_string_equal(bucket_name(BUCKET_NOT_INTERESTED), "NotInterested");
	assert_string_equal(bucket_name(BUCKET_NO_ANSWER), "NoAnswer");
	assert_string_equal(lead_state_name(LEAD_DONE), "done");
}

static struct schedule random_schedule(GRand *rand)
{
	struct schedule s = { .n = g_rand_int_range(rand, 1, 8) };

	for (int i = 0; i < s.n; i++)
		s.at[i] = (i ? s.at[i - 1] : 0) + g_rand_int_range(rand, 0, 40) * (H / 2);
	return s;
}

/* One lead from its first slot to its end, with whatever may happen on the way. */
static void live(GRand *rand)
{
	struct schedule s = random_schedule(rand);
	int64_t now = g_rand_int_range(rand, 0, 60) * H;
	struct next_slot first = schedule_first(&s, now, 0);
	struct lead_next n = { .state = LEAD_WAITING, .slot = first.slot, .due_at = first.at };
	int made = 0, step = 0;

	while (n.state == LEAD_WAITING) {
		struct attempt_end end = { .slot = n.slot, .retries = n.retries };
		struct lead_next before = n;

		now = MAX(now, n.due_at) + g_rand_int_range(rand, 0, 100) * 1000;
		end.intent_at = now;
		end.outcome = (enum outcome)g_rand_int_range(rand, 1, OUTCOME_END);
		if (outcome_rule(end.outcome)->reach == REACH_PERSON)
			end.answer = (enum answer)g_rand_int_range(rand, 0, ANSWER_NEUTRAL + 1);
		if (outcome_rule(end.outcome)->reach != REACH_NOT_DONE)
			made++;
		now += g_rand_int_range(rand, 0, 900) * 1000;
		n = lead_after(before.bucket, &end, &s, &rule, now);
		assert_true(n.state == LEAD_WAITING || n.state == LEAD_DONE);
		assert_int_equal(n.completed, n.state == LEAD_DONE);
		if (n.state == LEAD_DONE)
			break;
		assert_true(n.bucket == BUCKET_PENDING || n.bucket == BUCKET_NO_ANSWER); /* decided never waits */
		assert_true(n.slot >= before.slot && n.slot < s.n);
		if (n.slot == before.slot)
			assert_true(n.due_at > now && n.retries == before.retries + 1);
		else
			assert_true(n.due_at >= s.at[n.slot] && n.due_at > end.intent_at);
		assert_true(++step < 10000);
	}
	assert_true(made <= s.n);
	assert_non_null(n.reason);
}

static void random_lives(void **state)
{
	GRand *rand = g_rand_new_with_seed(4);

	(void)state;
	for (int i = 0; i < 5000; i++)
		live(rand);
	g_rand_free(rand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_outcome_and_answer),
		cmocka_unit_test(a_callback_is_an_attempt_more_in_the_same_slot),
		cmocka_unit_test(reasons_of_the_end),
		cmocka_unit_test(a_decision_sticks),
		cmocka_unit_test(the_last_dial_speaks),
		cmocka_unit_test(back_off),
		cmocka_unit_test(a_new_slot_counts_retries_anew),
		cmocka_unit_test(a_lead_moves),
		cmocka_unit_test(names_are_those_of_the_api),
		cmocka_unit_test(random_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
