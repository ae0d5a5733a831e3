/* Whose turn it is, of campaigns and workspaces; trunks that want to be left alone. */
#include "dispatcher_rig.h"

/* ---- turns ---- */

/* `n` leads on a campaign of their own, due now; the campaign. */
static int64_t campaign_with(int64_t ws, int n, int first)
{
	struct adding a = { .ws = ws };

	assert_int_equal(store_write(rig->store, JOB_SINGLE, campaign_run, &a), JOB_KEEP);
	for (int i = 0; i < n; i++) {
		g_autofree char *email = g_strdup_printf("p%d@example.com", first + i);
		g_autofree char *phone = g_strdup_printf("5552%06d", first + i);

		a.email = email;
		a.phone = phone;
		assert_int_equal(store_write(rig->store, JOB_SINGLE, add_run, &a), JOB_KEEP);
	}
	dispatcher_nudge(rig->d, ws);
	return a.campaign;
}

static int placed_of(int64_t campaign)
{
	int n = 0;

	for (guint i = 0; i < rig->placed->len; i++)
		n += look("SELECT campaign_id FROM attempt WHERE attempt_id = %d",
			  (int)call(i)->order.attempt_id) == campaign;
	return n;
}

static void a_small_campaign_does_not_wait_for_a_large_one(void **state)
{
	int64_t small;

	(void)state;
	set_up(1000, 20);
	for (int i = 0; i < 200; i++)
		add(i);
	run_until(2 * S);
	assert_in_range(rig->placed->len, 38, 42);
	small = campaign_with(rig->house.ws, 10, 1000);
	run_until(3 * S); /* every second turn is its own */
	assert_in_range(placed_of(small), 9, 10);
	run_until(4 * S);
	assert_int_equal(placed_of(small), 10);
	assert_in_range(rig->placed->len, 78, 82); /* and no turn was left unused */
}

static void more_campaigns_than_turns_go_round(void **state)
{
	int64_t campaigns[7];

	(void)state;
	set_up(1000, 7);
	for (int i = 0; i < 7; i++)
		campaigns[i] = campaign_with(rig->house.ws, 6, 1000 + 10 * i);
	run_until(3 * S + S / 2);
	for (int i = 0; i < 7; i++)
		assert_in_range(placed_of(campaigns[i]), 3, 4);
}

static int second_company_run(struct db *db, void *arg)
{
	struct account_wish wish = { .company = "Other", .country = "US", .number = "+15550001111",
				     .test_number = "+15550003333" };
	struct account account;

	account_create(db, &wish, T0, &account);
	*(int64_t *)arg = account.test_workspace;
	return JOB_KEEP;
}

static void workspaces_share_the_farm(void **state)
{
	int64_t a, b, ours, theirs = 0;

	(void)state;
	set_up(0, 0);
	ours = rig->house.account.test_workspace;
	assert_int_equal(store_write(rig->store, JOB_SINGLE, second_company_run, &theirs), JOB_KEEP);
	dispatcher_reload(rig->d);
	a = campaign_with(ours, 40, 0);
	b = campaign_with(theirs, 40, 100);
	wait_for_prompts_of(ours, a);
	wait_for_prompts_of(theirs, b);
	run_until(2 * S); /* twenty a second */
	assert_in_range(rig->placed->len, 38, 42);
	assert_in_range(placed_of(a), 17, 23);
	assert_in_range(placed_of(b), 17, 23);
}

/* ---- trunks that want to be left alone ---- */

static void ends_with(guint i, struct carrier_event ev)
{
	ev.kind = CARRIER_ENDED;
	ev.attempt_id = call(i)->order.attempt_id;
	ev.fence = call(i)->order.fence;
	call(i)->ended = true;
	rig->live--;
	dispatcher_event(rig->d, &ev);
}

static void retry_after_holds_the_trunk_off(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	run_until(S);
	ends_with(0, (struct carrier_event){ .outcome = OUTCOME_CARRIER_FAILURE, .sip_status = 503, .retry_after_s = 60 });
	step();
	add(2);
	run_until(60 * S);
	assert_int_equal(rig->placed->len, 1); /* nobody else, either */
	assert_says(&rig->house, LEAD_REASON_NO_TRUNK, "SELECT reason FROM lead WHERE talent_id = 2");
	run_until(62 * S);
	assert_int_equal(rig->placed->len, 2); /* one, to see */
}

/* "Retry-After" of a person's 480 speaks of the person. */
static void a_persons_retry_after_does_not(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	run_until(S);
	ends_with(0, (struct carrier_event){ .outcome = OUTCOME_NO_ANSWER, .sip_status = 480, .retry_after_s = 60 });
	add(2);
	run_until(2 * S);
	assert_int_equal(rig->placed->len, 2);
}

static void a_trunk_without_an_address_rests(void **state)
{
	(void)state;
	set_up(5, 10);
	for (int i = 0; i < 6; i++)
		add(i);
	run_until(S);
	for (guint i = 0; i < 5; i++)
		ends_with(i, (struct carrier_event){ .outcome = OUTCOME_NEVER_SENT, .trunk_down = true });
	run_until(29 * S);
	assert_int_equal(rig->placed->len, 5);
	assert_int_equal(look("SELECT count(*) FROM lead WHERE reason = 'NO_TRUNK'"), 6);
}

/* Two intents are made at once; the trunk begins its rest before the second one's turn. */
static void a_resting_trunk_gives_turns_back(void **state)
{
	(void)state;
	two_intents_one_placed();
	ends_with(0, (struct carrier_event){ .outcome = OUTCOME_CARRIER_FAILURE, .sip_status = 503, .retry_after_s = 60 });
	run_until(S);
	assert_int_equal(rig->placed->len, 1);
	assert_int_equal(dispatcher_in_flight(rig->d), 0);
	assert_int_equal(look("SELECT count(*) FROM attempt WHERE outcome = %d", OUTCOME_NEVER_SENT), 1);
	assert_int_equal(look("SELECT count(*) FROM due WHERE slot = 0 AND retries = 1"), 2); /* no slot was lost */
}

static void failures_end_with_a_reason(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	for (guint i = 0; i < 9; i++) { /* three slots, each tried once and twice again */
		for (int waits = 0; rig->placed->len == i && waits < 100; waits++)
			run_until(rig->now + 1800 * S);
		assert_int_equal(look("SELECT slot FROM attempt WHERE attempt_no = %d", (int)i + 1), (int)i / 3);
		ends(i, OUTCOME_CARRIER_FAILURE, ANSWER_NONE);
		step();
	}
	run_until(rig->now + 48 * 3600 * S);
	assert_int_equal(rig->placed->len, 9);
	assert_reason(LEAD_REASON_FAILED);
	assert_int_equal(look("SELECT completed FROM lead"), 1);
}

static void a_person_keeps_the_number_he_is_called_from(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	run_until(S);
	ends(0, OUTCOME_NO_ANSWER, ANSWER_NONE);
	run_until(2 * S);
	by_hand("INSERT INTO caller_number VALUES (1, '+15550009999', 1, 'x'), (2, '+15550009999', 1, 'x');"
		"UPDATE campaign SET caller_number = '+15550009999', row_version = row_version + 1");
	add(2);
	run_until(25 * 3600 * S);
	assert_int_equal(rig->placed->len, 3);
	assert_string_equal(call(1)->order.to, "+15552000002");
	assert_string_equal(call(1)->order.from, "+15550009999");
	assert_string_equal(call(2)->order.to, "+15552000001");
	assert_string_equal(call(2)->order.from, "+15550001111");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_small_campaign_does_not_wait_for_a_large_one),
		CASE(more_campaigns_than_turns_go_round),
		CASE(workspaces_share_the_farm),
		CASE(retry_after_holds_the_trunk_off),
		CASE(a_persons_retry_after_does_not),
		CASE(a_trunk_without_an_address_rests),
		CASE(a_resting_trunk_gives_turns_back),
		CASE(failures_end_with_a_reason),
		CASE(a_person_keeps_the_number_he_is_called_from),
	};

	return cmocka_run_group_tests(tests, speak, fall_silent);
}
