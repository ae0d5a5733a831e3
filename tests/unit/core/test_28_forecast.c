/* How many calls a campaign has in which hour, and what the lines have no room for. */
#include "core/forecast.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define H   INT64_C(3600000)
#define GAP (4 * H)

static int64_t always(const void *unused, int64_t from)
{
	(void)unused;
	return from;
}

/* From 8 to 21 o'clock. */
static int64_t by_day(const void *unused, int64_t from)
{
	int64_t hour = from / H % 24;

	(void)unused;
	if (hour >= 8 && hour < 21)
		return from;
	return from / (24 * H) * 24 * H + (hour < 8 ? 8 : 32) * H;
}

static int64_t never(const void *unused, int64_t from)
{
	(void)unused;
	(void)from;
	return INT64_MAX;
}

/* "10:5 34:5": calls by hour. */
static char *shown(const struct forecast *f)
{
	GString *s = g_string_new(NULL);

	for (int i = 0; i < f->n_hours; i++)
		g_string_append_printf(s, "%s%d:%d", i ? " " : "", (int)(f->hour[i].at / H), (int)f->hour[i].calls);
	return g_string_free(s, FALSE);
}

static const struct schedule three = { 3, { 10 * H, 34 * H, 58 * H } };

static void what_is_planned(void **state)
{
	static const struct {
		const char *what;
		int slot;
		double at;
		int n, most, per_hour;
		forecast_open_fn *open;
		const char *hours;
		double first, last;
	} rows[] = {
		{ "every slot", 0, 10, 5, 0, 0, always, "10:5 34:5 58:5", 10, 58 },
		{ "those that are left", 1, 34.5, 5, 0, 0, always, "34:5 58:5", 34.5, 58 },
		{ "as often as is allowed", 0, 10, 5, 2, 0, always, "10:5 34:5", 10, 34 },
		{ "the gap is kept", 0, 33, 1, 0, 0, always, "33:1 37:1 58:1", 33, 58 },
		{ "one for two that are joined", 0, 57, 1, 0, 0, always, "57:1 61:1", 57, 61 },
		{ "an hour that has room", 0, 10, 5, 0, 5, always, "10:5 34:5 58:5", 10, 58 },
		{ "what an hour has no room for goes on", 2, 58, 12, 0, 5, always, "58:5 59:5 60:2", 58, 60.4 },
		{ "into the next morning, if it must", 2, 19, 12, 0, 5, by_day, "19:5 20:5 32:2", 19, 32.4 },
		{ "for as long as there is an hour at all", 2, 58, 12, 0, 5, never, "58:5", 58, 58 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct forecast *f = forecast_new(&three, GAP, rows[i].per_hour);
		g_autofree char *hours = NULL;

		forecast_add(f, rows[i].slot, (int64_t)(rows[i].at * H), rows[i].n, rows[i].most, rows[i].open,
			     NULL);
		forecast_finish(f, rows[i].open, NULL);
		hours = shown(f);
		if (strcmp(hours, rows[i].hours) != 0 || f->first_at != (int64_t)(rows[i].first * H) ||
		    f->last_at != (int64_t)(rows[i].last * H))
			fail_msg("%s: %s, %g to %g", rows[i].what, hours, (double)f->first_at / H, (double)f->last_at / H);
		forecast_free(f);
	}
}

static void overflow_is_told(void **state)
{
	static const struct schedule one = { 1, { 19 * H } };
	struct forecast *f = forecast_new(&one, GAP, 10);

	(void)state;
	forecast_add(f, 0, 19 * H, 25, 0, by_day, NULL);
	forecast_finish(f, by_day, NULL);
	assert_true(f->overflows);
	assert_int_equal(f->overflow_at, 19 * H);
	assert_int_equal(f->overflow_until, 32 * H + H / 2);
	assert_true(f->shut);
	assert_int_equal(f->calls, 25);
	forecast_free(f);
	f = forecast_new(&one, GAP, 10);
	forecast_add(f, 0, 19 * H, 15, 0, by_day, NULL);
	forecast_finish(f, by_day, NULL);
	assert_true(f->overflows && !f->shut);
	forecast_free(f);
}

/* Whatever is added, no call is lost and no hour has more than it can. */
static void nothing_is_lost(void **state)
{
	GRand *rand = g_rand_new_with_seed(7);

	(void)state;
	for (int round = 0; round < 500; round++) {
		int per_hour = g_rand_int_range(rand, 1, 20);
		struct forecast *f = forecast_new(&three, GAP, per_hour);
		int64_t sum = 0, last = INT64_MIN;

		for (int i = g_rand_int_range(rand, 1, 6); i > 0; i--) {
			int slot = g_rand_int_range(rand, 0, 3);

			forecast_add(f, slot, by_day(NULL, three.at[slot] + g_rand_int_range(rand, 0, 20) * H),
				     g_rand_int_range(rand, 1, 60), 0, by_day, NULL);
		}
		forecast_finish(f, by_day, NULL);
		for (int i = 0; i < f->n_hours; i++) {
			assert_true(f->hour[i].at > last && f->hour[i].calls <= per_hour && f->hour[i].calls > 0);
			assert_int_equal(by_day(NULL, f->hour[i].at), f->hour[i].at);
			last = f->hour[i].at;
			sum += f->hour[i].calls;
		}
		assert_int_equal(sum, f->calls);
		forecast_free(f);
	}
	g_rand_free(rand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_planned),
		cmocka_unit_test(overflow_is_told),
		cmocka_unit_test(nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
