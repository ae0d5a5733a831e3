/* A trunk's pace, under a clock of our own: channels, calls per second, rests. */
#include "core/pacing.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define S INT64_C(1000000)
#define HORIZON (S / 10)
#define REST (30 * S)

static void calls_are_evenly_spaced(void **state)
{
	struct pace p;
	struct pace_turn turn;

	(void)state;
	pace_init(&p, 100, 4, 0);
	for (int i = 0; i < 8; i++) {
		int64_t now = i * S / 4 + i / 4 * PACE_ROOM_US;

		assert_true(pace_take(&p, now, 0, &turn));
		assert_int_equal(turn.at_us, now);
		pace_sent(&p, turn.no, now);
		assert_false(pace_take(&p, now, HORIZON, &turn));
	}
	assert_int_equal(pace_ready_us(&p, 0, HORIZON), 2 * S + 2 * PACE_ROOM_US - HORIZON);
}

static void an_idle_hour_earns_no_burst(void **state)
{
	struct pace p;
	struct pace_turn turn;
	int n = 0;

	(void)state;
	pace_init(&p, 100, 10, 0);
	while (pace_take(&p, 3600 * S, HORIZON, &turn))
		n++;
	assert_int_equal(n, 2); /* now, and one before the horizon's edge */
}

static void nothing_before_the_quiet_is_over(void **state)
{
	struct pace p;
	struct pace_turn turn;

	(void)state;
	pace_init(&p, 10, 10, 5 * S);
	assert_false(pace_take(&p, 5 * S - HORIZON - 1, HORIZON, &turn));
	assert_true(pace_take(&p, 5 * S - HORIZON, HORIZON, &turn));
	assert_int_equal(turn.at_us, 5 * S);
}

static void channels_are_a_limit(void **state)
{
	struct pace p;
	struct pace_turn turn;

	(void)state;
	pace_init(&p, 2, 1000, 0);
	assert_int_equal(pace_room(&p, S, HORIZON, 50), 2);
	assert_true(pace_take(&p, S, HORIZON, &turn));
	assert_true(pace_take(&p, S, HORIZON, &turn));
	assert_false(pace_take(&p, S, HORIZON, &turn));
	assert_int_equal(pace_ready_us(&p, S, 0), INT64_MAX);
	pace_give_back(&p, false, true, S, REST);
	assert_true(pace_take(&p, S, HORIZON, &turn));
}

static void room_says_how_many_can_be_taken(void **state)
{
	GRand *rand = g_rand_new_with_seed(6);

	(void)state;
	for (int i = 0; i < 2000; i++) {
		int64_t now = g_rand_int_range(rand, 0, 1000) * 1000;
		struct pace_turn turn;
		int room, most = g_rand_int_range(rand, 0, 40);
		struct pace p;

		pace_init(&p, g_rand_int_range(rand, 0, 30), g_rand_int_range(rand, 1, 500),
			  g_rand_int_range(rand, 0, 1100000));
		room = pace_room(&p, now, HORIZON, most);
		assert_true(room <= most);
		for (int k = 0; k < room; k++)
			assert_true(pace_take(&p, now, HORIZON, &turn));
		if (room < most)
			assert_false(pace_take(&p, now, HORIZON, &turn));
	}
	g_rand_free(rand);
}

/* ---- random traffic ---- */

struct traffic {
	int channels, cps;
	double load;       /* calls offered, as a share of what the trunk can carry */
	int64_t talk_us;   /* longest */
	int64_t step_us;   /* longest time between two looks at the clock */
	int64_t late_us;   /* longest time from a call's moment to the wire, and from there to the word that it left */
	int stalls;        /* of a thousand steps: everything stands still for up to a second and a half */
	int unsent;	   /* of a thousand calls: never leave */
};

/* A call on its way. */
struct on_way {
	struct pace_turn turn;
	int64_t leaves, heard, over;
	bool left, told, never;
};

struct road {
	const struct traffic *t;
	GRand *rand;
	GArray *sent;  /* int64_t: when calls really left, in their order */
	GArray *calls; /* struct on_way */
	struct pace p;
};

static int64_t up_to(struct road *r, int64_t most)
{
	return most ? g_rand_int_range(r->rand, 0, (gint32)most) : 0;
}

static bool happens(struct road *r, int of_thousand)
{
	return g_rand_int_range(r->rand, 0, 1000) < of_thousand;
}

static void take_turn(struct road *r, int64_t now)
{
	struct on_way c = { .never = happens(r, r->t->unsent) };

	assert_true(pace_take(&r->p, now, HORIZON, &c.turn));
	assert_true(c.turn.at_us >= now && c.turn.at_us <= now + HORIZON);
	c.leaves = c.turn.at_us + up_to(r, r->t->late_us);
	c.heard = c.leaves + up_to(r, r->t->late_us);
	c.over = c.heard + 1 + up_to(r, r->t->talk_us);
	g_array_append_val(r->calls, c);
}

/* What has happened by `now`; in a step of real time nothing leaves before the step is looked at. */
static void go_on(struct road *r, int64_t now)
{
	for (guint i = 0; i < r->calls->len;) {
		struct on_way *c = &g_array_index(r->calls, struct on_way, i);

		if (!c->left && c->leaves <= now) {
			c->left = true;
			if (!c->never)
				g_array_append_val(r->sent, now);
		}
		if (c->left && !c->told && c->heard <= now) {
			c->told = true;
			if (c->never)
				pace_unsent(&r->p, c->turn.no);
			else
				pace_sent(&r->p, c->turn.no, now);
		}
		if (c->told && c->over <= now) {
			pace_give_back(&r->p, false, true, now, REST);
			g_array_remove_index(r->calls, i);
		} else {
			i++;
		}
	}
}

/*
 * Two minutes of calls that come when they like, leave late and out of their order, are heard of later still and last as
 * long as they like. Returns the moments at which they left; asserts that the channels were never exceeded.
 */
static GArray *run(const struct traffic *t, guint32 seed)
{
	struct road r = { .t = t, .rand = g_rand_new_with_seed(seed), .sent = g_array_new(FALSE, FALSE, sizeof(int64_t)),
			  .calls = g_array_new(FALSE, FALSE, sizeof(struct on_way)) };
	double waiting = 0;

	pace_init(&r.p, t->channels, t->cps, 0);
	for (int64_t now = 0, was = 0; now < 120 * S; was = now, now += 1 + up_to(&r, t->step_us)) {
		now += happens(&r, t->stalls) ? up_to(&r, 3 * S / 2) : 0;
		waiting += g_rand_double_range(r.rand, 0, 2 * t->load * t->cps * (double)(now - was) / S);
		go_on(&r, now);
		while (waiting >= 1 && pace_room(&r.p, now, HORIZON, 1) == 1) {
			waiting -= 1;
			take_turn(&r, now);
		}
		assert_true((int)r.calls->len <= t->channels);
		assert_int_equal((int)r.calls->len, r.p.in_use);
	}
	g_array_unref(r.calls);
	g_rand_free(r.rand);
	return r.sent;
}

/* Moments come in order, so the window that begins at each of them says it all. */
static void assert_never_more_than(const GArray *sent, int cps)
{
	for (guint i = 0; i + (guint)cps < sent->len; i++)
		if (g_array_index(sent, int64_t, i + (guint)cps) - g_array_index(sent, int64_t, i) < S + PACE_ROOM_US)
			fail_msg("%d calls within a second", cps + 1);
}

static void no_second_has_too_many_calls(void **state)
{
	static const struct traffic rows[] = {
		{ 1000, 1, 2, S, 4000 },        { 1000, 3, 2, S, 4000 },
		{ 1000, 7, 1.1, 4 * S, 4000 },  { 1000, 20, 5, 5 * S, 4000 },
		{ 2000, 333, 1.5, S, 4000 },    { 50, 20, 3, 2 * S, 4000 },
		{ 3, 10, 4, 3 * S, 4000 },      { 1, 5, 2, S / 2, 4000 },
		{ 1000, 10, 0.3, S, 4000 },     { 2000, 200, 2, S, 4000, .late_us = 50000 },
		{ 2000, 200, 2, S, 30000, .late_us = 500000 },
		{ 1000, 5, 2, S, 4000, .late_us = 2 * S, .unsent = 200 },
		{ 2000, 100, 2, S, 20000, .late_us = 20000, .stalls = 20 },
		{ 2000, 50, 0.9, S, 4000, .late_us = 900000, .stalls = 5, .unsent = 50 },
	};

	(void)state;
	for (guint32 i = 0; i < G_N_ELEMENTS(rows); i++)
		for (guint32 seed = 0; seed < 5; seed++) {
			GArray *sent = run(&rows[i], 100 * i + seed);

			assert_true(sent->len > 0);
			assert_never_more_than(sent, rows[i].cps);
			g_array_unref(sent);
		}
}

/* Also where nothing comes in time: a clock that is looked at every 20 ms, calls that leave up to 5 ms late. */
static void a_busy_trunk_is_used(void **state)
{
	static const int rates[] = { 1, 5, 20, 100, 333 };

	(void)state;
	for (guint32 i = 0; i < 2 * G_N_ELEMENTS(rates); i++) {
		bool late = i % 2;
		struct traffic t = { 5000, rates[i / 2], 1.5, S, late ? 20000 : 4000, .late_us = late ? 5000 : 0 };
		GArray *sent = run(&t, 200 + i);

		assert_true(sent->len >= 0.95 * 120 * rates[i / 2]);
		g_array_unref(sent);
	}
}

/* A limit that changes while calls are under way: from the moment on, no second has more than the new one. */
static void another_limit_holds_from_now_on(void **state)
{
	static const int limits[] = { 40, 10, 100, 1, 1000, 30 };
	g_autoptr(GArray) sent = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct pace_turn turn;
	struct pace p;
	guint first = 0;

	(void)state;
	pace_init(&p, 100000, limits[0], 0);
	for (int64_t now = 0; now < (int64_t)G_N_ELEMENTS(limits) * 3 * S; now += 1000) {
		int limit = limits[now / (3 * S)];

		if (now % (3 * S) == 0) {
			pace_limit(&p, 100000, limit);
			first = sent->len;
		}
		while (pace_take(&p, now, 0, &turn)) {
			guint n = 1;

			pace_sent(&p, turn.no, now);
			g_array_append_val(sent, now);
			while (n < sent->len && g_array_index(sent, int64_t, sent->len - 1 - n) > now - S)
				n++;
			assert_true((int)n <= limit);
		}
		assert_true(now % (3 * S) < 2 * S || sent->len > first);
	}
}

/* ---- rests ---- */

static void take_and_fail(struct pace *p, int64_t now)
{
	struct pace_turn turn;

	assert_true(pace_take(p, now, HORIZON, &turn));
	pace_give_back(p, true, false, now, REST);
}

/* A trunk that rests since `now`. */
static struct pace resting(int64_t now)
{
	struct pace p;

	pace_init(&p, 10, 1000, 0);
	for (int i = 0; i < PACE_FAULTS_TO_REST; i++) {
		assert_false(pace_resting(&p, now));
		take_and_fail(&p, now);
	}
	return p;
}

static void faults_in_a_row_make_it_rest(void **state)
{
	struct pace p = resting(S);
	struct pace_turn turn;

	(void)state;
	assert_true(pace_resting(&p, S));
	assert_int_equal(pace_room(&p, S, HORIZON, 10), 0);
	assert_false(pace_take(&p, S + REST - 1, HORIZON, &turn));
	assert_int_equal(pace_ready_us(&p, S, 0), S + REST);
	assert_false(pace_resting(&p, S + REST));
}

static void a_sign_of_life_starts_the_count_anew(void **state)
{
	struct pace p;
	struct pace_turn turn;

	(void)state;
	pace_init(&p, 10, 1000, 0);
	for (int i = 0; i < 100; i++) {
		if (i % PACE_FAULTS_TO_REST == 0) {
			assert_true(pace_take(&p, i * S, HORIZON, &turn));
			pace_give_back(&p, false, true, i * S, REST);
		} else {
			take_and_fail(&p, i * S);
		}
		assert_false(pace_resting(&p, i * S));
	}
}

static void it_comes_back_one_call_at_a_time(void **state)
{
	struct pace p = resting(S);
	int64_t now = S + REST;
	struct pace_turn turn;

	(void)state;
	assert_int_equal(pace_room(&p, now, HORIZON, 10), 1);
	assert_true(pace_take(&p, now, HORIZON, &turn));
	assert_false(pace_take(&p, now + S, HORIZON, &turn));
	assert_int_equal(pace_ready_us(&p, now + S, 0), INT64_MAX);
	pace_give_back(&p, false, true, now + S, REST);
	assert_int_equal(pace_room(&p, now + S, HORIZON, 10), 10);
}

static void each_rest_is_longer_up_to_a_limit(void **state)
{
	struct pace p = resting(S);
	int64_t now = S;

	(void)state;
	for (int k = 0; k < 9; k++) {
		int64_t rest = REST << MIN(k, 5);

		assert_int_equal(pace_ready_us(&p, now, 0), now + rest);
		now += rest;
		take_and_fail(&p, now);
	}
}

/* Calls that were under way when the trunk died all fail: that is one outage, not many. */
static void late_failures_make_no_longer_rest(void **state)
{
	struct pace p;
	struct pace_turn turn;

	(void)state;
	pace_init(&p, 50, 1000, 0);
	for (int i = 0; i < 50; i++)
		assert_true(pace_take(&p, S, HORIZON, &turn));
	for (int i = 0; i < 50; i++)
		pace_give_back(&p, true, false, 2 * S + i, REST);
	assert_true(pace_ready_us(&p, 3 * S, 0) <= 2 * S + 50 + REST);
	assert_int_equal(p.in_use, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_evenly_spaced),
		cmocka_unit_test(an_idle_hour_earns_no_burst),
		cmocka_unit_test(nothing_before_the_quiet_is_over),
		cmocka_unit_test(channels_are_a_limit),
		cmocka_unit_test(room_says_how_many_can_be_taken),
		cmocka_unit_test(no_second_has_too_many_calls),
		cmocka_unit_test(a_busy_trunk_is_used),
		cmocka_unit_test(another_limit_holds_from_now_on),
		cmocka_unit_test(faults_in_a_row_make_it_rest),
		cmocka_unit_test(a_sign_of_life_starts_the_count_anew),
		cmocka_unit_test(it_comes_back_one_call_at_a_time),
		cmocka_unit_test(each_rest_is_longer_up_to_a_limit),
		cmocka_unit_test(late_failures_make_no_longer_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
