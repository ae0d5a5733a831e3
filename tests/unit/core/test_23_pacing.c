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
	int64_t send;

	(void)state;
	pace_init(&p, 100, 4, 0);
	for (int i = 0; i < 8; i++) {
		assert_true(pace_take(&p, i * S / 4, 0, &send));
		assert_int_equal(send, i * S / 4);
		assert_false(pace_take(&p, i * S / 4, HORIZON, &send));
	}
	assert_int_equal(pace_ready_us(&p, 8 * S / 4 - 1), 8 * S / 4);
}

static void an_idle_hour_earns_no_burst(void **state)
{
	struct pace p;
	int64_t send;
	int n = 0;

	(void)state;
	pace_init(&p, 100, 10, 0);
	while (pace_take(&p, 3600 * S, HORIZON, &send))
		n++;
	assert_int_equal(n, 2); /* now, and the turn at the horizon's edge */
}

static void nothing_before_the_quiet_is_over(void **state)
{
	struct pace p;
	int64_t send;

	(void)state;
	pace_init(&p, 10, 10, 5 * S);
	assert_false(pace_take(&p, 5 * S - HORIZON - 1, HORIZON, &send));
	assert_true(pace_take(&p, 5 * S - HORIZON, HORIZON, &send));
	assert_int_equal(send, 5 * S);
}

static void channels_are_a_limit(void **state)
{
	struct pace p;
	int64_t send;

	(void)state;
	pace_init(&p, 2, 1000, 0);
	assert_int_equal(pace_room(&p, S, HORIZON, 50), 2);
	assert_true(pace_take(&p, S, HORIZON, &send));
	assert_true(pace_take(&p, S, HORIZON, &send));
	assert_false(pace_take(&p, S, HORIZON, &send));
	assert_int_equal(pace_ready_us(&p, S), INT64_MAX);
	pace_give_back(&p, false, true, S, REST);
	assert_true(pace_take(&p, S, HORIZON, &send));
}

static void room_says_how_many_can_be_taken(void **state)
{
	GRand *rand = g_rand_new_with_seed(6);

	(void)state;
	for (int i = 0; i < 2000; i++) {
		int64_t now = g_rand_int_range(rand, 0, 1000) * 1000, send;
		int room, most = g_rand_int_range(rand, 0, 40);
		struct pace p;

		pace_init(&p, g_rand_int_range(rand, 0, 30), g_rand_int_range(rand, 1, 500),
			  g_rand_int_range(rand, 0, 1100000));
		room = pace_room(&p, now, HORIZON, most);
		assert_true(room <= most);
		for (int k = 0; k < room; k++)
			assert_true(pace_take(&p, now, HORIZON, &send));
		if (room < most)
			assert_false(pace_take(&p, now, HORIZON, &send));
	}
	g_rand_free(rand);
}

/* ---- random traffic ---- */

struct traffic {
	int channels, cps;
	double load;       /* calls offered, as a share of what the trunk can carry */
	int64_t talk_us;   /* longest */
};

/*
 * Two minutes of calls that come when they like and last as long as they like. Returns the moments at which they
 * were sent; asserts that the channels were never exceeded.
 */
static GArray *run(const struct traffic *t, guint32 seed)
{
	GRand *rand = g_rand_new_with_seed(seed);
	GArray *sent = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GArray *ends = g_array_new(FALSE, FALSE, sizeof(int64_t));
	double waiting = 0;
	struct pace p;

	pace_init(&p, t->channels, t->cps, 0);
	for (int64_t now = 0; now < 120 * S; now += g_rand_int_range(rand, 1, 4000)) {
		int64_t send;

		waiting += g_rand_double_range(rand, 0, 2 * t->load * t->cps * 0.002); /* a step lasts 2 ms on average */
		for (guint i = 0; i < ends->len;) {
			if (g_array_index(ends, int64_t, i) > now) {
				i++;
				continue;
			}
			g_array_remove_index_fast(ends, i);
			pace_give_back(&p, false, true, now, REST);
		}
		while (waiting >= 1 && pace_take(&p, now, HORIZON, &send)) {
			int64_t over = send + 1 + (int64_t)(g_rand_double(rand) * (double)t->talk_us);

			waiting -= 1;
			assert_true(send >= now && send <= now + HORIZON);
			g_array_append_val(sent, send);
			g_array_append_val(ends, over);
		}
		assert_true((int)ends->len <= t->channels);
		assert_int_equal((int)ends->len, p.in_use);
	}
	g_array_unref(ends);
	g_rand_free(rand);
	return sent;
}

/* Moments come in order, so the window that begins at each of them says it all. */
static void assert_never_more_than(const GArray *sent, int cps)
{
	for (guint i = 0; i + (guint)cps < sent->len; i++)
		if (g_array_index(sent, int64_t, i + (guint)cps) - g_array_index(sent, int64_t, i) < S)
			fail_msg("%d calls within a second", cps + 1);
}

static void no_second_has_too_many_calls(void **state)
{
	static const struct traffic rows[] = {
		{ 1000, 1, 2, S },         { 1000, 3, 2, S },         { 1000, 7, 1.1, 10 * S },
		{ 1000, 20, 5, 5 * S },    { 2000, 333, 1.5, S },     { 50, 20, 3, 2 * S },
		{ 3, 10, 4, 3 * S },       { 1, 5, 2, S / 2 },        { 1000, 10, 0.3, S },
	};

	(void)state;
	for (guint32 i = 0; i < G_N_ELEMENTS(rows); i++) {
		GArray *sent = run(&rows[i], 100 + i);

		assert_true(sent->len > 0);
		assert_never_more_than(sent, rows[i].cps);
		g_array_unref(sent);
	}
}

static void a_busy_trunk_is_used(void **state)
{
	static const int rates[] = { 1, 5, 20, 100, 333 };

	(void)state;
	for (guint32 i = 0; i < G_N_ELEMENTS(rates); i++) {
		struct traffic t = { 5000, rates[i], 1.5, S };
		GArray *sent = run(&t, 200 + i);

		assert_true(sent->len >= 0.95 * 120 * rates[i]);
		g_array_unref(sent);
	}
}

/* ---- rests ---- */

static void take_and_fail(struct pace *p, int64_t now)
{
	int64_t send;

	assert_true(pace_take(p, now, HORIZON, &send));
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
	int64_t send;

	(void)state;
	assert_true(pace_resting(&p, S));
	assert_int_equal(pace_room(&p, S, HORIZON, 10), 0);
	assert_false(pace_take(&p, S + REST - 1, HORIZON, &send));
	assert_int_equal(pace_ready_us(&p, S), S + REST);
	assert_false(pace_resting(&p, S + REST));
}

static void a_sign_of_life_starts_the_count_anew(void **state)
{
	struct pace p;
	int64_t send;

	(void)state;
	pace_init(&p, 10, 1000, 0);
	for (int i = 0; i < 100; i++) {
		if (i % PACE_FAULTS_TO_REST == 0) {
			assert_true(pace_take(&p, i * S, HORIZON, &send));
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
	int64_t now = S + REST, send;

	(void)state;
	assert_int_equal(pace_room(&p, now, HORIZON, 10), 1);
	assert_true(pace_take(&p, now, HORIZON, &send));
	assert_false(pace_take(&p, now + S, HORIZON, &send));
	assert_int_equal(pace_ready_us(&p, now + S), INT64_MAX);
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

		assert_int_equal(pace_ready_us(&p, now), now + rest);
		now += rest;
		take_and_fail(&p, now);
	}
}

/* Calls that were under way when the trunk died all fail: that is one outage, not many. */
static void late_failures_make_no_longer_rest(void **state)
{
	struct pace p;
	int64_t send;

	(void)state;
	pace_init(&p, 50, 1000, 0);
	for (int i = 0; i < 50; i++)
		assert_true(pace_take(&p, S, HORIZON, &send));
	for (int i = 0; i < 50; i++)
		pace_give_back(&p, true, false, 2 * S + i, REST);
	assert_true(pace_ready_us(&p, 3 * S) <= 2 * S + 50 + REST);
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
		cmocka_unit_test(faults_in_a_row_make_it_rest),
		cmocka_unit_test(a_sign_of_life_starts_the_count_anew),
		cmocka_unit_test(it_comes_back_one_call_at_a_time),
		cmocka_unit_test(each_rest_is_longer_up_to_a_limit),
		cmocka_unit_test(late_failures_make_no_longer_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
