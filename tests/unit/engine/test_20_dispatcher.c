/* The life of a call: placed once, within channels and rate, ended once; what stops it on the way. */
#include "dispatcher_rig.h"

static void a_lead_is_called(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	run_until(S);
	assert_int_equal(rig->placed->len, 1);
	assert_string_equal(call(0)->order.to, "+15552000001");
	assert_string_equal(call(0)->order.from, "+15550001111");
	assert_int_equal(call(0)->order.n_questions, 1);
	assert_int_equal(call(0)->order.ring_timeout_s, 30);
	assert_int_equal(dispatcher_in_flight(rig->d), 1);
}

static void what_is_reported_moves_the_lead(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	run_until(S);
	report(0, CARRIER_RINGING, OUTCOME_NONE, ANSWER_NONE);
	run_until(2 * S);
	assert_int_equal(look("SELECT attempt_state FROM attempt"), ATTEMPT_RINGING);
	report(0, CARRIER_ANSWERED, OUTCOME_NONE, ANSWER_NONE);
	ends(0, OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED);
	run_until(3 * S);
	assert_int_equal(look("SELECT attempt_state FROM attempt"), ATTEMPT_ENDED);
	assert_int_equal(look("SELECT bucket FROM lead"), BUCKET_INTERESTED);
	assert_int_equal(dispatcher_in_flight(rig->d), 0);
	run_until(3600 * S);
	assert_int_equal(rig->placed->len, 1);
}

static void a_second_end_is_nothing(void **state)
{
	(void)state;
	set_up(1, 10);
	add(1);
	run_until(S);
	ends(0, OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED);
	ends(0, OUTCOME_ANSWERED_DIGIT, ANSWER_OPT_OUT);
	run_until(2 * S);
	ends(0, OUTCOME_ANSWERED_DIGIT, ANSWER_OPT_OUT);
	run_until(3 * S);
	assert_int_equal(look("SELECT count(*) FROM suppression"), 0);
	assert_int_equal(look("SELECT count(*) FROM event WHERE type = 'attempt.ended'"), 1);
}

static void an_end_with_another_fence_is_nothing(void **state)
{
	(void)state;
	set_up(1, 10);
	add(1);
	run_until(S);
	call(0)->order.fence++;
	report(0, CARRIER_RINGING, OUTCOME_NONE, ANSWER_NONE);
	run_until(2 * S);
	assert_int_equal(look("SELECT attempt_state FROM attempt"), ATTEMPT_DIALLING);
}

static void neither_channels_nor_rate_are_exceeded(void **state)
{
	GRand *rand = g_rand_new_with_seed(9);

	(void)state;
	set_up(4, 5);
	for (int i = 0; i < 80; i++)
		add(i);
	while (look("SELECT count(*) FROM lead WHERE lead_state <> %d", LEAD_DONE) > 0) {
		run_until(rig->now + g_rand_int_range(rand, 10000, 500000));
		for (guint i = 0; i < rig->placed->len; i++)
			if (!call(i)->ended && g_rand_int_range(rand, 0, 3) == 0)
				ends(i, OUTCOME_ANSWERED_DIGIT, ANSWER_NOT_INTERESTED);
		assert_true(rig->now < 300 * S);
	}
	assert_int_equal(rig->placed->len, 80);
	for (guint i = 5; i < 80; i++)
		assert_true(call(i)->at - call(i - 5)->at >= S);
	g_rand_free(rand);
}

static void a_free_channel_is_used_at_once(void **state)
{
	(void)state;
	set_up(2, 100);
	for (int i = 0; i < 3; i++)
		add(i);
	run_until(S);
	assert_int_equal(rig->placed->len, 2);
	ends(0, OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED);
	step();
	assert_int_equal(rig->placed->len, 3);
}

static void a_carrier_failure_is_tried_again_soon(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	run_until(S);
	ends(0, OUTCOME_CARRIER_FAILURE, ANSWER_NONE);
	run_until(5 * S);
	assert_int_equal(rig->placed->len, 1);
	assert_reason(LEAD_REASON_BACK_OFF);
	run_until(7 * S);
	assert_int_equal(rig->placed->len, 2);
	assert_int_equal(look("SELECT slot FROM attempt WHERE attempt_no = 2"), 0);
	ends(1, OUTCOME_CARRIER_FAILURE, ANSWER_NONE);
	run_until(16 * S);
	assert_int_equal(rig->placed->len, 2); /* ten seconds, this time */
	run_until(18 * S);
	assert_int_equal(rig->placed->len, 3);
}

static void after_silence_the_gap_is_longer(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	run_until(S);
	ends(0, OUTCOME_NO_RESPONSE, ANSWER_NONE);
	run_until(64 * S);
	assert_int_equal(rig->placed->len, 1);
	run_until(66 * S);
	assert_int_equal(rig->placed->len, 2);
}

static void a_follow_up_is_the_second_attempt(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	run_until(S);
	ends(0, OUTCOME_NO_ANSWER, ANSWER_NONE);
	run_until(24 * 3600 * S - S);
	assert_int_equal(rig->placed->len, 1);
	run_until(24 * 3600 * S + S);
	assert_int_equal(rig->placed->len, 2);
	assert_int_equal(look("SELECT slot FROM attempt WHERE attempt_no = 2"), 1);
	ends(1, OUTCOME_NO_ANSWER, ANSWER_NONE);
	run_until(48 * 3600 * S + S);
	ends(2, OUTCOME_NO_ANSWER, ANSWER_NONE);
	run_until(80 * 3600 * S);
	assert_int_equal(rig->placed->len, 3);
	assert_reason(LEAD_REASON_NO_SLOT);
	assert_totals(&rig->house);
}

static void a_removed_leads_ringing_call_is_hung_up(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	run_until(S);
	report(0, CARRIER_RINGING, OUTCOME_NONE, ANSWER_NONE);
	run_until(2 * S);
	remove_lead(1);
	assert_int_equal(rig->hung->len, 1);
	assert_int_equal(g_array_index(rig->hung, int64_t, 0), call(0)->order.attempt_id);
	ends(0, OUTCOME_CANCELLED, ANSWER_NONE);
	run_until(48 * 3600 * S);
	assert_int_equal(rig->placed->len, 1);
	assert_totals(&rig->house);
}

static void a_removed_leads_answered_call_may_finish(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	run_until(S);
	report(0, CARRIER_ANSWERED, OUTCOME_NONE, ANSWER_NONE);
	run_until(2 * S);
	remove_lead(1);
	assert_int_equal(rig->hung->len, 0);
}

static void a_removed_lead_is_not_placed_any_more(void **state)
{
	(void)state;
	two_intents_one_placed();
	remove_lead(2);
	run_until(S);
	assert_int_equal(rig->placed->len, 1);
	assert_int_equal(look("SELECT outcome FROM attempt WHERE attempt_id <> %d", (int)call(0)->order.attempt_id),
			 OUTCOME_NEVER_SENT);
	assert_int_equal(dispatcher_in_flight(rig->d), 1);
}

/* One rings, one has answered, one was just placed, one has not been; `hang_up` tells a pause from a cancellation. */
static void four_calls_and_the_campaign_stops(bool hang_up)
{
	set_up(10, 10);
	add(1);
	add(2);
	run_until(S);
	report(0, CARRIER_RINGING, OUTCOME_NONE, ANSWER_NONE);
	report(1, CARRIER_ANSWERED, OUTCOME_NONE, ANSWER_NONE);
	run_until(2 * S);
	add(3);
	add(4);
	step();
	assert_int_equal(rig->placed->len, 3);
	by_hand("UPDATE campaign SET status = 'PAUSED'; UPDATE due SET due_state = 3");
	dispatcher_campaign_stopped(rig->d, rig->house.ws, rig->house.campaign + 1, true);
	assert_int_equal(rig->hung->len, 0);
	dispatcher_campaign_stopped(rig->d, rig->house.ws, rig->house.campaign, hang_up);
	run_until(10 * S);
	assert_int_equal(rig->placed->len, 3);
	assert_int_equal(look("SELECT count(*) FROM attempt WHERE outcome = %d", OUTCOME_NEVER_SENT), 1);
	assert_int_equal(look("SELECT count(*) FROM due WHERE due_state = 3"), 1); /* it waits, parked */
	assert_int_equal(dispatcher_in_flight(rig->d), 3);
}

static void a_paused_campaigns_calls_go_on(void **state)
{
	(void)state;
	four_calls_and_the_campaign_stops(false);
	assert_int_equal(rig->hung->len, 0);
}

static void a_cancelled_campaigns_telephones_stop_ringing(void **state)
{
	(void)state;
	four_calls_and_the_campaign_stops(true);
	assert_int_equal(rig->hung->len, 2); /* the one that rings and the one just placed */
}

static void chooses(guint i, int64_t slot_no)
{
	struct carrier_event ev = { .kind = CARRIER_CHOSE, .attempt_id = call(i)->order.attempt_id,
				    .fence = call(i)->order.fence, .slot_no = slot_no };

	dispatcher_event(rig->d, &ev);
}

/* Three people are offered two times, the earlier first, and all want that one. */
static void times_are_booked_before_they_are_confirmed(void **state)
{
	(void)state;
	set_up(10, 10);
	by_hand("UPDATE campaign SET purpose = 'SCHEDULE', row_version = 2;"
		"INSERT INTO appointment SELECT workspace_id, campaign_id, 1, 2000000000000, NULL, 1, 0 FROM campaign;"
		"INSERT INTO appointment SELECT workspace_id, campaign_id, 2, 1900000000000, NULL, 1, 0 FROM campaign");
	wait_for_prompts();
	add(1);
	add(2);
	add(3);
	run_until(3 * S);
	assert_int_equal(rig->placed->len, 3);
	for (guint i = 0; i < 3; i++) {
		assert_int_equal(call(i)->order.offer.n, 2);
		assert_int_equal(call(i)->order.offer.times[0].slot_no, 2);
		assert_int_equal(call(i)->order.n_questions, 0);
		report(i, CARRIER_ANSWERED, OUTCOME_NONE, ANSWER_NONE);
		chooses(i, 2);
	}
	run_until(4 * S);
	assert_string_equal(rig->told->str, "1 0:2 0:2 ");
	chooses(1, 1);
	chooses(2, 1);
	run_until(5 * S);
	assert_string_equal(rig->told->str, "1 0:2 0:2 1 0:0 ");
	ends(0, OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED);
	chooses(0, 1); /* comes late: nobody waits for a word */
	run_until(6 * S);
	assert_int_equal(look("SELECT count(*) FROM booking"), 2);
	assert_int_equal(look("SELECT sum(taken) FROM appointment"), 2);
	assert_int_equal(look("SELECT offered FROM attempt ORDER BY attempt_id LIMIT 1"), 2);
}

static void draining_ends_what_was_not_placed(void **state)
{
	(void)state;
	two_intents_one_placed();
	dispatcher_drain(rig->d);
	run_until(S);
	assert_int_equal(rig->placed->len, 1);
	assert_int_equal(dispatcher_in_flight(rig->d), 1);
	assert_int_equal(look("SELECT count(*) FROM attempt WHERE outcome = %d", OUTCOME_NEVER_SENT), 1);
	assert_int_equal(look("SELECT count(*) FROM due WHERE slot = 0 AND retries = 1"), 1); /* called by the next life */
	add(3);
	run_until(10 * S);
	assert_int_equal(rig->placed->len, 1);
	ends(0, OUTCOME_NO_ANSWER, ANSWER_NONE);
	run_until(11 * S);
	assert_int_equal(dispatcher_in_flight(rig->d), 0);
}

static void a_campaign_that_cannot_be_spoken_is_tried_again(void **state)
{
	(void)state;
	set_up(10, 10);
	add(1);
	by_hand("UPDATE campaign SET campaign_id = campaign_id + 100");
	run_until(2 * S);
	assert_reason("PROMPT_CANNOT_BE_SPOKEN");
	by_hand("UPDATE campaign SET campaign_id = campaign_id - 100");
	run_until(59 * S);
	assert_int_equal(rig->placed->len, 0);
	run_until(90 * S);
	assert_int_equal(rig->placed->len, 1);
}

static void with_nothing_to_do_it_sleeps(void **state)
{
	int steps = 0;

	(void)state;
	set_up(10, 10);
	while (step() <= rig->now && steps++ < 5)
		;
	assert_int_equal(step(), INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_lead_is_called),
		CASE(what_is_reported_moves_the_lead),
		CASE(a_second_end_is_nothing),
		CASE(an_end_with_another_fence_is_nothing),
		CASE(neither_channels_nor_rate_are_exceeded),
		CASE(a_free_channel_is_used_at_once),
		CASE(a_carrier_failure_is_tried_again_soon),
		CASE(after_silence_the_gap_is_longer),
		CASE(a_follow_up_is_the_second_attempt),
		CASE(a_removed_leads_ringing_call_is_hung_up),
		CASE(a_removed_leads_answered_call_may_finish),
		CASE(a_removed_lead_is_not_placed_any_more),
		CASE(a_paused_campaigns_calls_go_on),
		CASE(a_cancelled_campaigns_telephones_stop_ringing),
		CASE(times_are_booked_before_they_are_confirmed),
		CASE(draining_ends_what_was_not_placed),
		CASE(a_campaign_that_cannot_be_spoken_is_tried_again),
		CASE(with_nothing_to_do_it_sleeps),
	};

	return cmocka_run_group_tests(tests, speak, fall_silent);
}
