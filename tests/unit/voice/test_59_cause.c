/* The pure parts round a call: what a final response means, deadlines, and the farm's table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/farm_table.h"
#include "voice/cause.h"
#include "voice/deadline.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

static void test_final_responses(void **state)
{
	static const struct {
		int status, cause;
		bool rang;
		enum outcome outcome;
	} rows[] = {
		{ 486, 0, true, OUTCOME_BUSY },
		{ 600, 0, false, OUTCOME_BUSY },
		{ 603, 0, true, OUTCOME_DECLINED },
		{ 607, 0, true, OUTCOME_DECLINED },
		{ 404, 0, false, OUTCOME_UNKNOWN_NUMBER },
		{ 410, 0, false, OUTCOME_UNKNOWN_NUMBER },
		{ 484, 0, false, OUTCOME_UNKNOWN_NUMBER },
		{ 604, 0, false, OUTCOME_UNKNOWN_NUMBER },
		{ 480, 0, true, OUTCOME_NO_ANSWER },
		{ 408, 0, true, OUTCOME_NO_ANSWER },
		{ 408, 0, false, OUTCOME_CARRIER_FAILURE },
		{ 487, 0, true, OUTCOME_NO_ANSWER },
		{ 302, 0, false, OUTCOME_CARRIER_FAILURE },
		{ 401, 0, false, OUTCOME_CARRIER_FAILURE },
		{ 403, 0, false, OUTCOME_CARRIER_FAILURE },
		{ 488, 0, false, OUTCOME_CARRIER_FAILURE },
		{ 503, 0, true, OUTCOME_CARRIER_FAILURE },
		{ 503, 17, false, OUTCOME_BUSY },
		{ 480, 19, true, OUTCOME_NO_ANSWER },
		{ 403, 21, false, OUTCOME_DECLINED },
		{ 500, 1, false, OUTCOME_UNKNOWN_NUMBER },
		{ 486, 34, false, OUTCOME_BUSY }, /* no circuit: says nothing of the person */
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (cause_outcome(rows[i].status, rows[i].cause, rows[i].rang) != rows[i].outcome)
			fail_msg("status %d, cause %d", rows[i].status, rows[i].cause);
}

static void note(void *arg)
{
	(void)arg;
}

static void test_deadlines_come_in_order(void **state)
{
	struct deadlines *ds = deadlines_new();
	uint64_t ids[1000], at = 12345;
	int64_t moments[1000], last = -1;
	int taken = 0;
	deadline_fn *fn;
	void *arg;

	(void)state;
	assert_int_equal(deadline_nearest(ds), -1);
	for (int i = 0; i < 1000; i++) {
		at = at * 6364136223846793005u + 1442695040888963407u;
		moments[i] = (int64_t)(at >> 54);
		ids[i] = deadline_add(ds, moments[i], note, &moments[i]);
	}
	for (int i = 0; i < 1000; i += 3)
		deadline_remove(ds, ids[i]);
	deadline_remove(ds, ids[0]); /* twice is no error */
	assert_false(deadline_take(ds, -1, &fn, &arg));
	while (deadline_take(ds, 5000, &fn, &arg)) {
		assert_true(*(int64_t *)arg >= last);
		last = *(int64_t *)arg;
		taken++;
	}
	assert_int_equal(taken, 1000 - 334);
	deadlines_free(ds);
}

static void test_sandbox_numbers_say_what_the_farm_does(void **state)
{
	char *path = g_build_filename(SOURCE_ROOT, "data", "sandbox-numbers", NULL), *text = NULL, line[256];
	const struct phone_row *rows;
	int n, weights = 0;

	(void)state;
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	rows = farm_rows(&n);
	for (int i = 0; i < n; i++) {
		snprintf(line, sizeof(line), "\n%s\t%d\t%s\n", rows[i].digits, rows[i].weight, rows[i].does);
		if (!strstr(text, line))
			fail_msg("data/sandbox-numbers lacks: %s", line);
		weights += rows[i].weight;
	}
	assert_int_equal(weights, 100);
	g_free(text);
	g_free(path);
}

static void test_numbers_behave(void **state)
{
	int seen[100] = { 0 }, n;
	const struct phone_row *rows = farm_rows(&n);
	char number[32];

	(void)state;
	assert_string_equal(farm_row("+15550100703", 7)->digits, "03");
	assert_string_equal(farm_row("+15550100711", 8)->digits, "11");
	for (int i = 0; i < 100000; i++) { /* of 20 to 99 */
		const struct phone_row *row;

		snprintf(number, sizeof(number), "+1555%05d%02d", i, 20 + i % 80);
		row = farm_row(number, 42);
		assert_ptr_equal(row, farm_row(number, 42));
		seen[row - rows]++;
	}
	for (int i = 0; i < n; i++)
		assert_in_range(seen[i], rows[i].weight * 1000 - rows[i].weight * 50,
				rows[i].weight * 1000 + rows[i].weight * 50 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_final_responses),
		cmocka_unit_test(test_deadlines_come_in_order),
		cmocka_unit_test(test_sandbox_numbers_say_what_the_farm_does),
		cmocka_unit_test(test_numbers_behave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
