/*
 * The real dispatcher over a real store, with a carrier that only takes notes, under a clock turned by hand: the wall
 * clock says T0 (ten in the morning in New York) when the boot clock says 0.
 */
#pragma once

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

static inline void note_place(struct carrier *c, const struct call_order *order)
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

static inline void note_hang_up(struct carrier *c, int64_t attempt_id)
{
	g_array_append_val(((struct rig *)c)->hung, attempt_id);
}

/* The booking is durable: another connection sees it. */
static inline void note_confirm(struct carrier *c, int64_t attempt_id, bool booked, unsigned left)
{
	struct rig *r = (struct rig *)c;

	assert_int_equal(ask(&r->house, "SELECT count(*) FROM booking WHERE attempt_id = %d", (int)attempt_id), booked);
	g_string_append_printf(r->told, booked ? "%d " : "%d:%u ", booked, left);
}

static inline struct placed *call(guint i)
{
	assert_true(i < rig->placed->len);
	return &g_array_index(rig->placed, struct placed, i);
}

static inline void report(guint i, enum carrier_event_kind kind, enum outcome o, enum answer a)
{
	struct carrier_event ev = { .kind = kind, .attempt_id = call(i)->order.attempt_id,
				    .fence = call(i)->order.fence, .outcome = o, .answer = a };

	if (kind == CARRIER_ENDED && !call(i)->ended) {
		call(i)->ended = true;
		rig->live--;
	}
	dispatcher_event(rig->d, &ev);
}

static inline void ends(guint i, enum outcome o, enum answer a)
{
	report(i, CARRIER_ENDED, o, a);
}

/* ---- the rig ---- */

static inline void wait_for_prompts_of(int64_t workspace_id, int64_t campaign_id)
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

static inline void wait_for_prompts(void)
{
	wait_for_prompts_of(rig->house.ws, rig->house.campaign);
}

static inline void start_dispatcher(void)
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
static inline void set_up(int channels, int cps)
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

static inline int begin(void **state)
{
	(void)state;
	rig = g_new0(struct rig, 1);
	rig->carrier = (struct carrier){ note_place, note_hang_up, note_confirm };
	rig->told = g_string_new(NULL);
	rig->placed = g_array_new(FALSE, FALSE, sizeof(struct placed));
	rig->hung = g_array_new(FALSE, FALSE, sizeof(int64_t));
	return 0;
}

static inline int end(void **state)
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

static inline int64_t once(void)
{
	return dispatcher_step(rig->d, T0 + rig->now / 1000, rig->now);
}

/* As the thread does: what a step committed is placed by the next one, which it asks for at once. */
static inline int64_t step(void)
{
	int64_t next = once();

	return next <= rig->now ? once() : next;
}

/* Turns the clock to `until`, stopping wherever the dispatcher wants to. */
static inline void run_until(int64_t until)
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

static inline int add_run(struct db *db, void *arg)
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

static inline void add(int n)
{
	g_autofree char *email = g_strdup_printf("p%d@example.com", n), *phone = g_strdup_printf("5552%06d", n);
	struct adding a = { rig->house.ws, rig->house.campaign, email, phone };

	assert_int_equal(store_write(rig->store, JOB_SINGLE, add_run, &a), JOB_KEEP);
	dispatcher_nudge(rig->d, rig->house.ws);
}

static inline int campaign_run(struct db *db, void *arg)
{
	struct schedule s = house_schedule();
	struct adding *a = arg;

	rig->house.db = db;
	a->campaign = house_campaign(&rig->house, a->ws, "RUNNING", "INTEREST_CHECK", &s);
	rig->house.db = NULL;
	return JOB_KEEP;
}

static inline int suppress_run(struct db *db, void *arg)
{
	suppress_person(db, rig->house.ws, arg, NULL, "OPTED_OUT", T0);
	return JOB_KEEP;
}

static inline int remove_run(struct db *db, void *arg)
{
	return lead_remove(db, rig->house.ws, rig->house.campaign, *(int64_t *)arg, T0) ? JOB_KEEP : 1;
}

static inline void remove_lead(int n)
{
	g_autofree char *email = g_strdup_printf("p%d@example.com", n);
	int64_t talent = talent_of(&rig->house, email);

	assert_int_equal(store_write(rig->store, JOB_SINGLE, remove_run, &talent), JOB_KEEP);
	dispatcher_lead_removed(rig->d, rig->house.ws, rig->house.campaign, talent);
}

/* Changes the database by hand, behind the store's back. */
static inline void by_hand(const char *sql)
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

/* Ten a second: the second call's turn is a tenth of a second later, but its intent is made with the first's. */
static inline void two_intents_one_placed(void)
{
	set_up(10, 10);
	add(1);
	add(2);
	step();
	assert_int_equal(rig->placed->len, 1);
	assert_int_equal(look("SELECT count(*) FROM attempt"), 2);
}

/* ---- speaking ---- */

static inline void nobody_waits(void *arg)
{
	(void)arg;
}

static inline int speak(void **state)
{
	struct problem p = { 0 };

	(void)state;
	spoken = g_dir_make_tmp("callsheet-XXXXXX", NULL);
	prompts = prompts_new(spoken, &speaking, 1, nobody_waits, NULL, &p);
	return prompts ? 0 : -1;
}

static inline int fall_silent(void **state)
{
	(void)state;
	prompts_free(prompts);
	house_remove(spoken);
	g_free(spoken);
	return 0;
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
