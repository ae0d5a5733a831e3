/*
 * The machine of attempts and leads as a whole: every pair of states, allowed or refused; everything that may end an
 * attempt in every situation of a lead; and properties of random histories.
 */
#include "core/lead.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)

enum { HISTORIES = 20000 };

static const struct retry_rule rule = { .min_gap_ms = 4 * HOUR, .backoff_ms = 5000, .unsure_gap_ms = 64000 };

/* ---- leads: every pair ---- */

static const struct {
	enum lead_state from, to;
} allowed[] = {
	{ LEAD_WAITING, LEAD_WAITING }, { LEAD_WAITING, LEAD_CALLING }, { LEAD_WAITING, LEAD_HELD },
	{ LEAD_WAITING, LEAD_DONE },    { LEAD_CALLING, LEAD_WAITING }, { LEAD_CALLING, LEAD_HELD },
	{ LEAD_CALLING, LEAD_DONE },    { LEAD_HELD, LEAD_WAITING },    { LEAD_HELD, LEAD_DONE },
	{ LEAD_DONE, LEAD_WAITING }, /* by a review alone */
};

static bool listed(enum lead_state from, enum lead_state to)
{
	for (size_t i = 0; i < G_N_ELEMENTS(allowed); i++)
		if (allowed[i].from == from && allowed[i].to == to)
			return true;
	return false;
}

/* In a process of its own, since a move that is refused stops the process. */
static bool moves(enum lead_state from, enum lead_state to)
{
	const struct rlimit no_core = { 0, 0 };
	int status;
	pid_t child = fork();

	if (child == 0) {
		enum lead_state s = from;

		setrlimit(RLIMIT_CORE, &no_core);
		close(STDERR_FILENO);
		lead_move(&s, to);
		_exit(s == to ? 0 : 1);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status)) {
		assert_int_equal(WEXITSTATUS(status), 0);
		return true;
	}
	assert_int_equal(WTERMSIG(status), SIGABRT);
	return false;
}

static void every_pair_of_lead_states(void **state)
{
	(void)state;
	for (enum lead_state from = 1; from < LEAD_STATE_END; from++)
		for (enum lead_state to = 1; to < LEAD_STATE_END; to++)
			if (moves(from, to) != listed(from, to))
				fail_msg("%s to %s", lead_state_name(from), lead_state_name(to));
}

/* ---- attempts: random histories ---- */

/* How far a state is: no history goes back, but for a claim that is released. */
static int stage(enum attempt_state s)
{
	return attempt_terminal(s) ? 100 : (int)s;
}

static void attempts_only_go_on(void **state)
{
	GRand *rand = g_rand_new_with_seed(7);

	(void)state;
	for (int i = 0; i < HISTORIES; i++) {
		enum attempt_state s = ATTEMPT_READY, to;
		bool dialled = false;
		int moved = 0;

		while (!attempt_terminal(s)) {
			to = (enum attempt_state)g_rand_int_range(rand, 1, ATTEMPT_STATE_END);
			if (!attempt_may(s, to))
				continue;
			if (to == ATTEMPT_READY)
				assert_int_equal(s, ATTEMPT_CLAIMED);
			else
				assert_true(stage(to) > stage(s));
			if (to == ATTEMPT_DIALLING) {
				assert_false(dialled);
				dialled = true;
			}
			if (to == ATTEMPT_ENDED || to == ATTEMPT_UNKNOWN)
				assert_true(dialled);
			if (to == ATTEMPT_SKIPPED)
				assert_false(dialled);
			s = to;
			assert_true(++moved < 1000);
		}
	}
	g_rand_free(rand);
}

/* ---- leads: every end in every situation ---- */

static void check_next(enum bucket before, const struct attempt_end *end, const struct schedule *s, int64_t now)
{
	struct lead_next n = lead_after(before, end, s, &rule, now), again = lead_after(before, end, s, &rule, now);
	bool decided = end->answer == ANSWER_INTERESTED || end->answer == ANSWER_NOT_INTERESTED ||
		       end->answer == ANSWER_OPT_OUT;

	assert_memory_equal(&n, &again, sizeof(n));
	assert_true(n.state == LEAD_WAITING || n.state == LEAD_DONE);
	assert_non_null(n.reason);
	assert_int_equal(n.completed, n.state == LEAD_DONE);
	assert_int_equal(n.opt_out, end->answer == ANSWER_OPT_OUT);
	if (decided)
		assert_int_equal(n.state, LEAD_DONE);
	else if (before == BUCKET_INTERESTED || before == BUCKET_NOT_INTERESTED)
		assert_int_equal(n.bucket, before); /* what a person has said is not taken back by a call that says nothing */
	if (n.state == LEAD_DONE)
		return;
	assert_true(n.slot >= end->slot && n.slot < s->n);
	if (n.slot == end->slot) {
		assert_int_equal(outcome_rule(end->outcome)->reach, REACH_NOT_DONE);
		assert_int_equal(n.retries, end->retries + 1);
		assert_true(n.due_at >= now + rule.backoff_ms);
		assert_true(n.due_at >= now + end->retry_after_s * INT64_C(1000));
	} else {
		assert_int_equal(n.retries, 0);
		assert_true(n.due_at >= s->at[n.slot]);
		assert_true(n.due_at >= end->intent_at + MIN(rule.min_gap_ms, MAX(s->at[end->slot + 1] - s->at[end->slot], 0)));
	}
	if (end->outcome == OUTCOME_UNKNOWN || end->outcome == OUTCOME_NO_RESPONSE)
		assert_true(n.due_at >= end->intent_at + rule.unsure_gap_ms);
}

static void every_end_in_every_situation(void **state)
{
	static const struct schedule close_by = { 4, { 0, 45000, 5 * MINUTE, 24 * HOUR } };
	static const int64_t late[] = { 0, MINUTE, 6 * HOUR, 30 * HOUR };

	(void)state;
	for (enum bucket b = 0; b < BUCKET_END; b++)
		for (enum outcome o = OUTCOME_NONE + 1; o < OUTCOME_END; o++)
			for (enum answer a = ANSWER_NONE; a <= ANSWER_NEUTRAL; a++)
				for (int slot = 0; slot < close_by.n; slot++)
					for (size_t l = 0; l < G_N_ELEMENTS(late); l++) {
						struct attempt_end end = { .outcome = o, .answer = a, .slot = slot,
									   .retries = slot, .retry_after_s = slot * 30,
									   .intent_at = close_by.at[slot] + late[l] };

						check_next(b, &end, &close_by, end.intent_at + 20000);
					}
}

/* A call nobody saw the end of may still ring: the next slot, 45 s later, has to wait for it. */
static void after_an_unknown_end_the_next_slot_waits(void **state)
{
	static const struct schedule close_by = { 2, { 0, 45000 } };
	struct attempt_end end = { .outcome = OUTCOME_UNKNOWN, .intent_at = 1000 };

	(void)state;
	assert_int_equal(lead_after(BUCKET_PENDING, &end, &close_by, &rule, 2000).due_at, 65000);
	end.outcome = OUTCOME_NO_ANSWER;
	assert_int_equal(lead_after(BUCKET_PENDING, &end, &close_by, &rule, 32000).due_at, 46000);
}

/* ---- leads: random histories ---- */

static void random_histories(void **state)
{
	GRand *rand = g_rand_new_with_seed(11);

	(void)state;
	for (int i = 0; i < HISTORIES; i++) {
		struct schedule s = { .n = g_rand_int_range(rand, 1, SCHEDULE_SLOTS) };
		struct lead_next n = { .state = LEAD_WAITING };
		int64_t now = g_rand_int_range(rand, 0, 100000), last = INT64_MIN / 2;
		int made = 0, tries = 0;

		for (int k = 1; k < s.n; k++)
			s.at[k] = s.at[k - 1] + g_rand_int_range(rand, 0, 3) * g_rand_int_range(rand, 0, 24 * 3600) * 1000;
		n.slot = schedule_first(&s, now, 0).slot;
		while (n.state == LEAD_WAITING && tries++ < 500) {
			struct attempt_end end = { .slot = n.slot, .retries = n.retries };
			enum bucket before = n.bucket;

			now = MAX(now, n.due_at);
			end.intent_at = now;
			end.outcome = (enum outcome)g_rand_int_range(rand, 1, OUTCOME_END);
			if (outcome_rule(end.outcome)->reach == REACH_PERSON)
				end.answer = (enum answer)(g_rand_int_range(rand, 0, 20) ? ANSWER_NONE :
							   g_rand_int_range(rand, 0, ANSWER_NEUTRAL + 1));
			assert_true(end.intent_at > last);
			last = end.intent_at;
			made += outcome_rule(end.outcome)->reach != REACH_NOT_DONE;
			now += g_rand_int_range(rand, 0, 120) * 1000;
			check_next(before, &end, &s, now);
			n = lead_after(before, &end, &s, &rule, now);
		}
		assert_true(made <= s.n); /* never more calls than slots */
	}
	g_rand_free(rand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_of_lead_states),
		cmocka_unit_test(attempts_only_go_on),
		cmocka_unit_test(every_end_in_every_situation),
		cmocka_unit_test(after_an_unknown_end_the_next_slot_waits),
		cmocka_unit_test(random_histories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
