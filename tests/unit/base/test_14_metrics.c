/*
 * The page of metrics as text, counted by several threads.
 */
#include "base/metrics.h"

#include <stdarg.h>
#include <stdbool.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

enum { THREADS = 12, EACH = 10000 };

static bool shows(const char *line)
{
	g_autoptr(GString) page = g_string_new(NULL);

	metrics_write(page);
	return strstr(page->str, line) != NULL;
}

#define assert_shows(line) assert_true(shows("\n" line "\n"))

static void test_gauges(void **state)
{
	(void)state;
	metric_set(metric_of(METRIC_TRUNK_UP, "a \"b\" \\ \n", NULL, NULL), 1);
	assert_shows("callsheet_trunk_up{trunk=\"a \\\"b\\\" \\\\ \\n\"} 1");
	metric_set(metric_of(METRIC_SCHEDULER_LAG, NULL, NULL, NULL), 1500);
	assert_shows("callsheet_scheduler_lag_seconds 1.5");
	metric_set(metric_of(METRIC_DB_SIZE, NULL, NULL, NULL), INT64_C(123456789012345));
	assert_shows("callsheet_db_size_bytes 123456789012345");
}

static void test_hidden_until_set_again(void **state)
{
	(void)state;
	metric_set(metric_of(METRIC_CALLS_ACTIVE, "one", NULL, NULL), 1);
	metric_set(metric_of(METRIC_CALLS_ACTIVE, "two", NULL, NULL), 2);
	metrics_hide(METRIC_CALLS_ACTIVE);
	metric_set(metric_of(METRIC_CALLS_ACTIVE, "two", NULL, NULL), 3);
	assert_false(shows("calls_active{trunk=\"one\"}"));
	assert_shows("callsheet_calls_active{trunk=\"two\"} 3");
}

static void *count(void *arg)
{
	struct metric *calls = metric_of(METRIC_CALLS, "t", "BUSY", NULL);

	(void)arg;
	for (int i = 0; i < EACH; i++) {
		metric_add(calls, 1);
		metric_observe(metric_of(METRIC_TTS, "test", NULL, NULL), i % 2 ? 500 : 501);
	}
	return NULL;
}

static void test_nothing_is_lost_between_threads(void **state)
{
	GThread *threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("count", count, NULL);
	for (int i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	assert_shows("callsheet_calls_total{trunk=\"t\",outcome=\"BUSY\"} 120000");
	assert_shows("callsheet_tts_seconds_bucket{provider=\"test\",le=\"0.0005\"} 60000");
	assert_shows("callsheet_tts_seconds_bucket{provider=\"test\",le=\"0.001\"} 120000");
	assert_shows("callsheet_tts_seconds_bucket{provider=\"test\",le=\"+Inf\"} 120000");
	assert_shows("callsheet_tts_seconds_sum{provider=\"test\"} 60.06");
	assert_shows("callsheet_tts_seconds_count{provider=\"test\"} 120000");
}

static void test_one_series_per_labels(void **state)
{
	(void)state;
	assert_ptr_equal(metric_of(METRIC_CALLS, "t", "BUSY", NULL), metric_of(METRIC_CALLS, "t", "BUSY", NULL));
	assert_ptr_not_equal(metric_of(METRIC_CALLS, "t", "BUSY", NULL), metric_of(METRIC_CALLS, "t", "ANSWERED", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gauges),
		cmocka_unit_test(test_hidden_until_set_again),
		cmocka_unit_test(test_nothing_is_lost_between_threads),
		cmocka_unit_test(test_one_series_per_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
