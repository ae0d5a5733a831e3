/* Which line a call takes: prefixes, health, rank, load, and where a retry begins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/lines.h"

#include <glib.h>

enum { HORIZON = 100000, WS = 1 };

static struct line list[4];
static struct lines lines;
static struct lane lane = { .workspace_id = WS, .is_live = true };

static void add(int64_t id, int rank, const char *prefixes, int channels)
{
	struct line *l = &list[lines.n_lines++];

	*l = (struct line){ .workspace_id = WS, .trunk_id = id, .enabled = true, .rank = rank };
	g_strlcpy(l->prefixes, prefixes, sizeof(l->prefixes));
	pace_init(&l->pace, channels, 1000, 0);
	lines.line = list;
}

static int none(void **state)
{
	(void)state;
	lines = (struct lines){ 0 };
	return 0;
}

/* The trunk taken, or the verdict as a negative number. */
static int take(const char *number, int retries)
{
	struct line *line;
	struct pace_turn turn;
	enum line_verdict v = lane_take(&lines, &lane, number, retries, 0, HORIZON, &line, &turn);

	assert_true((v == LINE_TAKEN) == (line != NULL));
	return line ? (int)line->trunk_id : -(int)v;
}

static void rank_then_prefix_then_load(void **state)
{
	(void)state;
	add(1, 20, "", 10);
	add(2, 10, "+1", 10);
	add(3, 10, "+1312", 10);
	assert_int_equal(take("+13125550100", 0), 3); /* the longest prefix of those of rank 10 */
	assert_int_equal(take("+12125550100", 0), 2);
	assert_int_equal(take("+442079460100", 0), 1);
	list[0].rank = list[1].rank;
	assert_int_equal(take("+12125550100", 0), 2); /* no prefix is the shortest of all */
	g_strlcpy(list[0].prefixes, "+1", sizeof(list[0].prefixes));
	assert_int_equal(take("+12125550100", 0), 1); /* it has fewer calls */
}

static void a_retry_begins_with_the_next(void **state)
{
	(void)state;
	add(1, 10, "", 10);
	add(2, 20, "", 10);
	assert_int_equal(take("+12125550100", 0), 1);
	assert_int_equal(take("+12125550100", 1), 2);
	assert_int_equal(take("+12125550100", 2), 1);
}

static void full_ones_spill_over_and_the_rest_is_busy(void **state)
{
	(void)state;
	add(1, 10, "", 1);
	add(2, 20, "", 1);
	assert_int_equal(take("+12125550100", 0), 1);
	assert_int_equal(take("+12125550100", 0), 2);
	assert_int_equal(take("+12125550100", 0), -LINE_BUSY);
}

static void a_suspect_is_used_when_no_ready_one_is_there(void **state)
{
	(void)state;
	add(1, 10, "", 1);
	add(2, 20, "", 1);
	list[0].health = HEALTH_SUSPECT;
	assert_int_equal(take("+12125550100", 0), 2);
	assert_int_equal(take("+12125550100", 0), -LINE_BUSY); /* and not because that one is full */
	list[1].health = HEALTH_RESTING;
	assert_int_equal(take("+12125550100", 0), 1);
	list[0].health = HEALTH_RESTING;
	assert_int_equal(take("+12125550100", 0), -LINE_RESTING);
	assert_true(lane_without_trunk(&lines, &lane, 0));
	assert_int_equal(lane_room(&lines, &lane, 0, HORIZON, 100), 0);
}

static void no_line_for_the_number_and_none_that_is_switched_off(void **state)
{
	(void)state;
	add(1, 10, "+44", 10);
	assert_true(lane_has_prefixes(&lines, &lane));
	assert_int_equal(take("+12125550100", 0), -LINE_NONE);
	assert_int_equal(take("", 0), -LINE_NONE);
	list[0].enabled = false;
	assert_int_equal(take("+442079460100", 0), -LINE_NONE);
	assert_false(lane_has_prefixes(&lines, &lane));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(rank_then_prefix_then_load, none),
		cmocka_unit_test_setup(a_retry_begins_with_the_next, none),
		cmocka_unit_test_setup(full_ones_spill_over_and_the_rest_is_busy, none),
		cmocka_unit_test_setup(a_suspect_is_used_when_no_ready_one_is_there, none),
		cmocka_unit_test_setup(no_line_for_the_number_and_none_that_is_switched_off, none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
