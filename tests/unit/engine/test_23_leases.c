/* Leases: renewed while somebody works, and what becomes of what nobody works on. */
#include "dispatcher_rig.h"

static void a_live_calls_lease_is_renewed(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	run_until(S);
	report(0, CARRIER_ANSWERED, OUTCOME_NONE, ANSWER_NONE);
	run_until(600 * S);
	assert_int_equal(look("SELECT attempt_state FROM attempt"), ATTEMPT_ANSWERED);
	assert_true(ask(&rig->house, "SELECT max(lease_until) FROM attempt") > (int64_t)(T0 + 600000));
	ends(0, OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED);
	run_until(601 * S);
	assert_int_equal(look("SELECT bucket FROM lead"), BUCKET_INTERESTED);
}

static void a_call_nobody_works_on_is_unknown(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	run_until(S);
	by_hand("UPDATE attempt SET attempt_id = attempt_id + 1000; UPDATE person_lock SET attempt_id = attempt_id + 1000");
	run_until(25 * S);
	assert_int_equal(look("SELECT attempt_state FROM attempt"), ATTEMPT_DIALLING);
	run_until(45 * S);
	assert_int_equal(look("SELECT attempt_state FROM attempt"), ATTEMPT_UNKNOWN);
	assert_int_equal(look("SELECT count(*) FROM person_lock"), 0);
	assert_int_equal(look("SELECT slot FROM due"), 1); /* it counts as made */
	assert_int_equal(rig->placed->len, 1);
}

static void a_claim_nobody_works_on_goes_back(void **state)
{
	(void)state;
	set_up(0, 0);
	add(1);
	by_hand("UPDATE due SET due_state = 2, fence = 7, lease_until = due_at + 30000, epoch = 1, node_id = 1");
	run_until(S);
	assert_int_equal(look("SELECT due_state FROM due"), DUE_CLAIMED);
	rig->now = 45 * S;
	run_until(46 * S);
	assert_int_equal(look("SELECT due_state FROM due"), DUE_READY);
	assert_int_equal(look("SELECT fence FROM due"), 8);
}

static void a_halted_one_decides_nothing(void **state)
{
	(void)state;
	set_up(10, 10);
	dispatcher_halt(rig->d, true);
	add(1);
	run_until(20 * S);
	assert_int_equal(rig->placed->len, 0);
	assert_int_equal(look("SELECT due_state FROM due"), DUE_READY);
	assert_reason(LEAD_REASON_RECOVERY);
	dispatcher_halt(rig->d, false);
	run_until(21 * S);
	assert_int_equal(rig->placed->len, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_live_calls_lease_is_renewed),
		CASE(a_call_nobody_works_on_is_unknown),
		CASE(a_claim_nobody_works_on_goes_back),
		CASE(a_halted_one_decides_nothing),
	};

	return cmocka_run_group_tests(tests, speak, fall_silent);
}
