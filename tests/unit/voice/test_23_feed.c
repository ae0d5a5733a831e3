/* The ring between who makes audio and who plays it. */
#include "voice/feed.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void what_is_written_comes_out_in_order(void **state)
{
	struct feed *f = feed_new(8);
	uint8_t out[8];

	(void)state;
	assert_int_equal(feed_write(f, (const uint8_t *)"abcdef", 6), 6);
	assert_int_equal(feed_waiting(f), 6);
	assert_int_equal(feed_take(f, out, 4), 4);
	assert_memory_equal(out, "abcd", 4);
	assert_int_equal(feed_write(f, (const uint8_t *)"ghijkl", 6), 6); /* round the end of the ring */
	assert_int_equal(feed_take(f, out, 8), 8);
	assert_memory_equal(out, "efghijkl", 8);
	assert_int_equal(feed_take(f, out, 8), 0);
	assert_int_equal(feed_played(f), 12);
	feed_unref(f);
}

static void a_full_ring_takes_no_more(void **state)
{
	struct feed *f = feed_new(5); /* eight */
	uint8_t out[8];

	(void)state;
	assert_int_equal(feed_write(f, (const uint8_t *)"0123456789", 10), 8);
	assert_int_equal(feed_write(f, (const uint8_t *)"x", 1), 0);
	feed_take(f, out, 3);
	assert_int_equal(feed_write(f, (const uint8_t *)"89abc", 5), 3);
	assert_int_equal(feed_waiting(f), 8);
	feed_unref(f);
}

static void what_was_flushed_is_neither_heard_nor_counted(void **state)
{
	struct feed *f = feed_new(16);
	uint8_t out[16];

	(void)state;
	feed_write(f, (const uint8_t *)"heard-lost", 10);
	feed_take(f, out, 5);
	feed_flush(f);
	assert_int_equal(feed_waiting(f), 0);
	assert_int_equal(feed_write(f, (const uint8_t *)"next", 4), 4);
	assert_int_equal(feed_take(f, out, 16), 4);
	assert_memory_equal(out, "next", 4);
	assert_int_equal(feed_played(f), 9);
	feed_unref(f);
}

enum { SAMPLES = 1 << 20 };

static void *write_all(void *arg)
{
	uint8_t piece[37];

	for (uint32_t at = 0; at < SAMPLES;) {
		uint32_t n = MIN(sizeof(piece), SAMPLES - at);

		for (uint32_t i = 0; i < n; i++)
			piece[i] = (uint8_t)((at + i) * 7);
		at += (uint32_t)feed_write(arg, piece, n);
	}
	return NULL;
}

static void two_threads_lose_nothing(void **state)
{
	struct feed *f = feed_new(1024);
	GThread *maker = g_thread_new("maker", write_all, f);
	uint8_t out[160];

	(void)state;
	for (uint32_t at = 0; at < SAMPLES;) {
		size_t n = feed_take(f, out, sizeof(out));

		for (size_t i = 0; i < n; i++, at++)
			if (out[i] != (uint8_t)(at * 7))
				fail_msg("sample %u is %u", at, out[i]);
	}
	g_thread_join(maker);
	assert_int_equal(feed_waiting(f), 0);
	feed_unref(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_comes_out_in_order),
		cmocka_unit_test(a_full_ring_takes_no_more),
		cmocka_unit_test(what_was_flushed_is_neither_heard_nor_counted),
		cmocka_unit_test(two_threads_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
