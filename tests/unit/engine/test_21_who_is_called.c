/* Who is not called, or not now: no trunk, hours, opt-outs, limits, one call to a person at a time. */
#include "dispatcher_rig.h"

static void without_a_trunk_leads_are_told(void **state)
{
	(void)state;
	set_up(0, 0);
	add(1);
	run_until(20 * S);
	assert_reason(LEAD_REASON_NO_TRUNK);
	assert_int_equal(rig->placed->len, 0);
}

static void a_failing_trunk_rests_and_comes_back(void **state)
{
	(void)state;
	set_up(5, 10);
	for (int i = 0; i < 5; i++)
		add(i);
	run_until(S);
	assert_int_equal(rig->placed->len, 5);
	for (guint i = 0; i < 5; i++)
		ends(i, OUTCOME_CARRIER_FAILURE, ANSWER_NONE);
	run_until(30 * S);
	assert_int_equal(rig->placed->len, 5);
	assert_int_equal(look("SELECT count(*) FROM lead WHERE reason = 'NO_TRUNK'"), 5);
	run_until(32 * S);
	assert_int_equal(rig->placed->len, 6); /* one, to see */
	ends(5, OUTCOME_NO_ANSWER, ANSWER_NONE);
	run_until(33 * S);
	assert_int_equal(rig->placed->len, 10);
}

static void outside_the_hours_nobody_is_called(void **state)
{
	(void)state;
	set_up(10, 10);
	rig->now = 12 * 3600 * S; /* ten in the evening */
	add(1);
	run_until(22 * 3600 * S - S);
	assert_int_equal(rig->placed->len, 0);
	assert_reason("OUTSIDE_CALLING_HOURS");
	run_until(22 * 3600 * S + S); /* eight in the morning */
	assert_int_equal(rig->placed->len, 1);
}

static void who_opted_out_meanwhile_is_not_called(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	store_write(rig->store, JOB_SINGLE, suppress_run, (void *)"+15552000001");
	run_until(2 * S);
	assert_int_equal(rig->placed->len, 0);
	assert_reason("SUPPRESSED");
	assert_int_equal(look("SELECT lead_state FROM lead"), LEAD_DONE);
	assert_int_equal(look("SELECT completed FROM lead"), 1);
}

static int limit_run(struct db *db, void *arg)
{
	g_auto(GStrv) side = g_strsplit(arg, "=", 2);
	struct problem p = { 0 };

	assert_int_equal(workspace_set(db, rig->house.ws, true, side[0], side[1], T0, &p), 0);
	workspace_wake(db, rig->house.ws, T0 + rig->now / 1000);
	return JOB_KEEP;
}

static void set_limit(const char *setting)
{
	assert_int_equal(store_write(rig->store, JOB_SINGLE, limit_run, (void *)setting), JOB_KEEP);
	dispatcher_nudge(rig->d, rig->house.ws);
}

/* A batch of intents is one transaction, and the limit holds for each of them. */
static void the_workspaces_limit_holds_within_a_batch(void **state)
{
	(void)state;
	set_up(10, 10);
	set_limit("calls_per_day=3");
	for (int n = 1; n <= 8; n++)
		add(n);
	run_until(10 * S);
	assert_int_equal(rig->placed->len, 3);
	assert_int_equal(look("SELECT count(*) FROM lead WHERE reason = 'WORKSPACE_CALLS_USED_UP'"), 5);
	assert_int_equal(look("SELECT calls FROM workspace_day"), 3);
	set_limit("calls_per_day=4");
	run_until(20 * S);
	assert_int_equal(rig->placed->len, 4);
	ends(0, OUTCOME_NEVER_SENT, ANSWER_NONE); /* was not one: there is room again, when somebody asks */
	run_until(21 * S);
	assert_int_equal(look("SELECT calls FROM workspace_day"), 3);
}

/* A slow trunk's turns are for those who may be called: the others go back without taking one. */
static void who_may_not_be_called_takes_no_turn(void **state)
{
	(void)state;
	set_up(1, 1);
	for (int n = 1; n <= 40; n++) {
		g_autofree char *number = g_strdup_printf("+15552%06d", n);

		add(n);
		if (n < 40)
			store_write(rig->store, JOB_SINGLE, suppress_run, number);
	}
	run_until(S / 2);
	assert_int_equal(rig->placed->len, 1);
	assert_string_equal(call(0)->order.to, "+15552000040");
	assert_int_equal(look("SELECT count(*) FROM lead WHERE reason = 'SUPPRESSED' AND completed = 1"), 39);
}

static void one_person_is_called_once_at_a_time(void **state)
{
	struct adding other = { 0, 0, "other@example.com", "5552000001" };

	(void)state;
	set_up(10, 10);
	other.ws = rig->house.ws;
	assert_int_equal(store_write(rig->store, JOB_SINGLE, campaign_run, &other), JOB_KEEP);
	add(1);
	assert_int_equal(store_write(rig->store, JOB_SINGLE, add_run, &other), JOB_KEEP);
	run_until(10 * S);
	assert_int_equal(rig->placed->len, 1);
	ends(0, OUTCOME_NO_ANSWER, ANSWER_NONE);
	run_until(17 * S);
	assert_int_equal(rig->placed->len, 2);
}

static void a_test_workspace_never_reaches_a_trunk(void **state)
{
	struct adding a = { 0, 0, "ada@example.com", "5552000001" };

	(void)state;
	set_up(10, 10);
	a.ws = rig->house.account.test_workspace;
	assert_int_equal(store_write(rig->store, JOB_SINGLE, campaign_run, &a), JOB_KEEP);
	assert_int_equal(store_write(rig->store, JOB_SINGLE, add_run, &a), JOB_KEEP);
	rig->now = 12 * 3600 * S; /* and is open all night */
	dispatcher_nudge(rig->d, a.ws);
	run_until(rig->now + S);
	assert_int_equal(rig->placed->len, 1);
	assert_int_equal(call(0)->order.trunk_id, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(without_a_trunk_leads_are_told),
		CASE(a_failing_trunk_rests_and_comes_back),
		CASE(outside_the_hours_nobody_is_called),
		CASE(who_opted_out_meanwhile_is_not_called),
		CASE(the_workspaces_limit_holds_within_a_batch),
		CASE(who_may_not_be_called_takes_no_turn),
		CASE(one_person_is_called_once_at_a_time),
		CASE(a_test_workspace_never_reaches_a_trunk),
	};

	return cmocka_run_group_tests(tests, speak, fall_silent);
}
