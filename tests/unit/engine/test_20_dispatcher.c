/*
 * The real dispatcher over a real store, with a carrier that only takes notes, under a clock turned by hand: the wall
 * clock says T0 (ten in the morning in New York) when the boot clock says 0.
 */
#include "engine/dispatcher.h"

#include "../store/house.h"
#include "engine/scripts.h"
#include "store/workspaces.h"
#include "voice/prompt.h"

#define S INT64_C(1000000)

struct placed {
	struct call_order order; /* its prompts are not ours */
	int64_t at;
	bool ended;
};

struct rig {
	struct carrier carrier; /* first: the carrier is the rig */
	struct house house;
	struct store *store;
	struct scripts *scripts;
	struct dispatcher *d;
	int64_t now;            /* boot clock, µs */
	GArray *placed;         /* struct placed */
	GArray *hung;           /* attempt ids */
	GString *told;          /* what was confirmed: "1" booked, "0:3" taken, with what is left */
	int channels, cps, live;
};

static const struct settings speaking = { .voice_tts_voice = (char *)"kal", .voice_tts_command = (char *)"",
					.voice_tts_url = (char *)"", .voice_tts_parallel = 1, .voice_prompt_cache = 64 };

static struct prompts *prompts; /* of all tests: speaking takes its time */
static char *spoken;
static struct rig *rig;

/* ---- the carrier ---- */

static void note_place(struct carrier *c, const struct call_order *order)
{
	struct rig *r = (struct rig *)c;
	struct placed p = { .order = *order, .at = r->now };

	/* the intent is durable: another connection sees it */
	assert_int_equal(ask(&r->house, "SELECT count(*) FROM attempt WHERE attempt_id = %d AND attempt_state = %d "
				        "AND fence = %d", (int)order->attempt_id, ATTEMPT_DIALLING,
			     (int)order->fence), 1);
	assert_true(order->send_before_boot_ms >= r->now / 1000);
	assert_non_null(order->opening);
	for (guint i = 0; i < r->placed->len; i++)
		assert_true(g_array_index(r->placed, struct placed, i).order.attempt_id != order->attempt_id);
	r->live++;
	if (order->trunk_id)
		assert_true(r->live <= r->channels);
	g_array_append_val(r->placed, p);
}

static void note_hang_up(struct carrier *c, int64_t attempt_id)
{
	g_array_append_val(((struct rig *)c)->hung, attempt_id);
}

/* The booking is durable: another connection sees it. */
static void note_confirm(struct carrier *c, int64_t attempt_id, bool booked, unsigned left)
{
	struct rig *r = (struct rig *)c;

	assert_int_equal(ask(&r->house, "SELECT count(*) FROM booking WHERE attempt_id = %d", (int)attempt_id), booked);
	g_string_append_printf(r->told, booked ? "%d " : "%d:%u ", booked, left);
}

static struct placed *call(guint i)
{
	assert_true(i < rig->placed->len);
	return &g_array_index(rig->placed, struct placed, i);
}

static void report(guint i, enum carrier_event_kind kind, enum outcome o, enum answer a)
{
	struct carrier_event ev = { .kind = kind, .attempt_id = call(i)->order.attempt_id,
				    .fence = call(i)->order.fence, .outcome = o, .answer = a };

	if (kind == CARRIER_ENDED && !call(i)->ended) {
		call(i)->ended = true;
		rig->live--;
	}
	dispatcher_event(rig->d, &ev);
}

static void ends(guint i, enum outcome o, enum answer a)
{
	report(i, CARRIER_ENDED, o, a);
}

/* ---- the rig ---- */

static void wait_for_prompts_of(int64_t workspace_id, int64_t campaign_id)
{
	struct db *db = store_reader(rig->store);
	struct claim c = { .workspace_id = workspace_id, .campaign_id = campaign_id };
	struct call_order order = { 0 };

	while (scripts_get(rig->scripts, db, &c, T0, &order) == PROMPT_PENDING) {
		store_read_end(db);
		g_usleep(1000);
	}
	store_read_end(db);
	order_release(&order);
}

static void wait_for_prompts(void)
{
	wait_for_prompts_of(rig->house.ws, rig->house.campaign);
}

static void start_dispatcher(void)
{
	struct dispatcher_options o = {
		.store = rig->store, .carrier = &rig->carrier, .scripts = rig->scripts, .node = { 1, 1 },
		.retry = { .min_gap_ms = 4 * H_MS, .backoff_ms = 5000, .unsure_gap_ms = 64000, .most_retries = 2 },
		.ring_timeout_s = 30, .rest_us = 30 * S, .farm_channels = 50, .farm_cps = 20,
	};

	rig->d = dispatcher_new(&o);
	dispatcher_reload(rig->d);
}

/* A live workspace with a trunk of so many channels and calls per second; none when channels is 0. */
static void set_up(int channels, int cps)
{
	struct problem p = { 0 };

	house_open(&rig->house);
	if (channels)
		assert_true(trunk_add(rig->house.db, &(struct trunk){ .workspace_id = rig->house.ws, .name = "acme",
				      .host = "h", .transport = "udp", .auth_user = "", .auth_password = "",
				      .port = 5060, .channels = channels, .cps = cps }, T0) > 0);
	house_db_close(&rig->house);
	rig->channels = channels;
	rig->cps = cps;
	rig->store = store_open(rig->house.folder, NULL, NULL, &p);
	assert_non_null(rig->store);
	assert_int_equal(rulebook_replace_hours(store_rulebook(rig->store), "08:00-21:00", &p), 0);
	rig->scripts = scripts_new(prompts);
	wait_for_prompts();
	start_dispatcher();
}

static int begin(void **state)
{
	(void)state;
	rig = g_new0(struct rig, 1);
	rig->carrier = (struct carrier){ note_place, note_hang_up, note_confirm };
	rig->told = g_string_new(NULL);
	rig->placed = g_array_new(FALSE, FALSE, sizeof(struct placed));
	rig->hung = g_array_new(FALSE, FALSE, sizeof(int64_t));
	return 0;
}

static int end(void **state)
{
	(void)state;
	dispatcher_free(rig->d);
	scripts_free(rig->scripts);
	store_close(rig->store);
	house_close(&rig->house);
	g_array_unref(rig->placed);
	g_array_unref(rig->hung);
	g_string_free(rig->told, TRUE);
	g_free(rig);
	return 0;
}

static int64_t once(void)
{
	return dispatcher_step(rig->d, T0 + rig->now / 1000, rig->now);
}

/* As the thread does: what a step committed is placed by the next one, which it asks for at once. */
static int64_t step(void)
{
	int64_t next = once();

	return next <= rig->now ? once() : next;
}

/* Turns the clock to `until`, stopping wherever the dispatcher wants to. */
static void run_until(int64_t until)
{
	for (int steps = 0; rig->now < until; steps++) {
		int64_t next = step();

		if (steps > 20000)
			fail_msg("the dispatcher does not sleep");
		rig->now = CLAMP(next, rig->now + 1000, until);
	}
	step();
}

/* ---- the house, through jobs ---- */

struct adding {
	int64_t ws, campaign;
	const char *email, *phone;
};

static int add_run(struct db *db, void *arg)
{
	struct adding *a = arg;
	int64_t ws = rig->house.ws;

	rig->house.db = db;
	rig->house.ws = a->ws;
	assert_int_equal(house_add_to(&rig->house, a->campaign, a->email, a->phone, T0 + rig->now / 1000), LEAD_ADDED);
	rig->house.ws = ws;
	rig->house.db = NULL;
	return JOB_KEEP;
}

static void add(int n)
{
	g_autofree char *email = g_strdup_printf("p%d@example.com", n), *phone = g_strdup_printf("5552%06d", n);
	struct adding a = { rig->house.ws, rig->house.campaign, email, phone };

	assert_int_equal(store_write(rig->store, JOB_SINGLE, add_run, &a), JOB_KEEP);
	dispatcher_nudge(rig->d, rig->house.ws);
}

static int campaign_run(struct db *db, void *arg)
{
	struct schedule s = house_schedule();
	struct adding *a = arg;

	rig->house.db = db;
	a->campaign = house_campaign(&rig->house, a->ws, "RUNNING", "INTEREST_CHECK", &s);
	rig->house.db = NULL;
	return JOB_KEEP;
}

static int suppress_run(struct db *db, void *arg)
{
	suppress_person(db, rig->house.ws, arg, NULL, "OPTED_OUT", T0);
	return JOB_KEEP;
}

static int remove_run(struct db *db, void *arg)
{
	return lead_remove(db, rig->house.ws, rig->house.campaign, *(int64_t *)arg, T0) ? JOB_KEEP : 1;
}

static void remove_lead(int n)
{
	g_autofree char *email = g_strdup_printf("p%d@example.com", n);
	int64_t talent = talent_of(&rig->house, email);

	assert_int_equal(store_write(rig->store, JOB_SINGLE, remove_run, &talent), JOB_KEEP);
	dispatcher_lead_removed(rig->d, rig->house.ws, rig->house.campaign, talent);
}

/* Changes the database by hand, behind the store's back. */
static void by_hand(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(rig->house.path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

#define look(...) ask(&rig->house, __VA_ARGS__)
#define assert_reason(want) assert_says(&rig->house, want, "SELECT reason FROM lead")

/* ---- tests ---- */

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

/* Ten a second: the second call's turn is a tenth of a second later, but its intent is made with the first's. */
static void two_intents_one_placed(void)
{
	set_up(10, 10);
	add(1);
	add(2);
	step();
	assert_int_equal(rig->placed->len, 1);
	assert_int_equal(look("SELECT count(*) FROM attempt"), 2);
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

/* ---- leases ---- */

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

/* ---- speaking ---- */

static void nobody_waits(void *arg)
{
	(void)arg;
}

static int speak(void **state)
{
	struct problem p = { 0 };

	(void)state;
	spoken = g_dir_make_tmp("callsheet-XXXXXX", NULL);
	prompts = prompts_new(spoken, &speaking, 1, nobody_waits, NULL, &p);
	return prompts ? 0 : -1;
}

static int fall_silent(void **state)
{
	(void)state;
	prompts_free(prompts);
	house_remove(spoken);
	g_free(spoken);
	return 0;
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

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
		CASE(without_a_trunk_leads_are_told),
		CASE(a_failing_trunk_rests_and_comes_back),
		CASE(outside_the_hours_nobody_is_called),
		CASE(who_opted_out_meanwhile_is_not_called),
		CASE(the_workspaces_limit_holds_within_a_batch),
		CASE(who_may_not_be_called_takes_no_turn),
		CASE(one_person_is_called_once_at_a_time),
		CASE(a_test_workspace_never_reaches_a_trunk),
		CASE(a_removed_leads_ringing_call_is_hung_up),
		CASE(a_removed_leads_answered_call_may_finish),
		CASE(a_removed_lead_is_not_placed_any_more),
		CASE(a_paused_campaigns_calls_go_on),
		CASE(a_cancelled_campaigns_telephones_stop_ringing),
		CASE(times_are_booked_before_they_are_confirmed),
		CASE(draining_ends_what_was_not_placed),
		CASE(a_campaign_that_cannot_be_spoken_is_tried_again),
		CASE(with_nothing_to_do_it_sleeps),
		CASE(a_small_campaign_does_not_wait_for_a_large_one),
		CASE(more_campaigns_than_turns_go_round),
		CASE(workspaces_share_the_farm),
		CASE(retry_after_holds_the_trunk_off),
		CASE(a_persons_retry_after_does_not),
		CASE(a_trunk_without_an_address_rests),
		CASE(a_resting_trunk_gives_turns_back),
		CASE(failures_end_with_a_reason),
		CASE(a_person_keeps_the_number_he_is_called_from),
		CASE(a_live_calls_lease_is_renewed),
		CASE(a_call_nobody_works_on_is_unknown),
		CASE(a_claim_nobody_works_on_goes_back),
		CASE(a_halted_one_decides_nothing),
	};

	return cmocka_run_group_tests(tests, speak, fall_silent);
}
