/* RTP: parsing of good and hostile bytes, building, and the counting of what arrived. */
#include "voice/packet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define HEAD_OF(first) first, 0x80, 0x12, 0x34, 0, 0, 0, 7, 0xde, 0xad, 0xbe, 0xef

struct row {
	const char *name;
	bool good;
	size_t n, payload_n;
	uint8_t bytes[40];
};

static const struct row rows[] = {
	{ "plain", true, 14, 2, { HEAD_OF(0x80), 1, 2 } },
	{ "no payload", true, 12, 0, { HEAD_OF(0x80) } },
	{ "empty", false, 0, 0, { 0 } },
	{ "one byte short", false, 11, 0, { HEAD_OF(0x80) } },
	{ "version 1", false, 14, 0, { HEAD_OF(0x40), 1, 2 } },
	{ "version 3", false, 14, 0, { HEAD_OF(0xc0), 1, 2 } },
	{ "two CSRCs", true, 21, 1, { HEAD_OF(0x82), 1, 1, 1, 1, 2, 2, 2, 2, 9 } },
	{ "CSRCs missing", false, 15, 0, { HEAD_OF(0x82), 1, 1, 1 } },
	{ "extension of one word", true, 21, 1, { HEAD_OF(0x90), 0, 0, 0, 1, 5, 5, 5, 5, 9 } },
	{ "empty extension", true, 17, 1, { HEAD_OF(0x90), 0, 0, 0, 0, 9 } },
	{ "extension head cut", false, 15, 0, { HEAD_OF(0x90), 0, 0, 0 } },
	{ "extension too long", false, 20, 0, { HEAD_OF(0x90), 0, 0, 0xff, 0xff, 1, 2, 3, 4 } },
	{ "padding of three", true, 16, 1, { HEAD_OF(0xa0), 9, 0, 0, 3 } },
	{ "padding of all", true, 14, 0, { HEAD_OF(0xa0), 0, 2 } },
	{ "padding of zero", false, 14, 0, { HEAD_OF(0xa0), 9, 0 } },
	{ "padding too long", false, 14, 0, { HEAD_OF(0xa0), 9, 3 } },
	{ "padding flag, no byte", false, 12, 0, { HEAD_OF(0xa0) } },
};

/* A copy of exactly the right size, so that the sanitizer sees any step outside. */
static bool parse_copy(const uint8_t *bytes, size_t n, struct packet *p)
{
	uint8_t *copy = malloc(n + !n);
	bool good;

	memcpy(copy, bytes, n);
	good = packet_parse(p, copy, n);
	assert_true(!good || (p->payload >= copy && p->payload + p->n <= copy + n));
	free(copy);
	return good;
}

static void rows_parse_as_they_say(void **state)
{
	struct packet p;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bool good = parse_copy(rows[i].bytes, rows[i].n, &p);

		if (good != rows[i].good || (good && p.n != rows[i].payload_n))
			fail_msg("%s", rows[i].name);
	}
}

static void chance_bytes_do_no_harm(void **state)
{
	uint32_t x = 1;
	uint8_t bytes[64];
	struct packet p;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		for (size_t i = 0; i < sizeof(bytes); i++) {
			x = x * 1664525 + 1013904223;
			bytes[i] = (uint8_t)(x >> 24);
		}
		bytes[0] = (uint8_t)(0x80 | (bytes[0] & 0x3f));
		parse_copy(bytes, x % sizeof(bytes), &p);
	}
}

static void what_was_built_is_parsed(void **state)
{
	const struct packet in = {
		.payload_type = 101, .marker = true, .seq = 65535, .ts = 0xfffffffe, .ssrc = 0x80000001
	};
	uint8_t bytes[PACKET_HEAD];
	struct packet out;

	(void)state;
	packet_head(bytes, &in);
	assert_true(packet_parse(&out, bytes, sizeof(bytes)));
	assert_int_equal(out.payload_type, 101);
	assert_true(out.marker);
	assert_int_equal(out.seq, 65535);
	assert_int_equal(out.ts, 0xfffffffe);
	assert_int_equal(out.ssrc, 0x80000001);
}

static void distance_wraps(void **state)
{
	(void)state;
	assert_int_equal(packet_distance(65535, 0), 1);
	assert_int_equal(packet_distance(0, 65535), -1);
	assert_int_equal(packet_distance(100, 100), 0);
	assert_int_equal(packet_distance(0, 32767), 32767);
}

static void arrive(struct arrivals *a, uint32_t ssrc, uint16_t seq)
{
	const struct packet p = { .ssrc = ssrc, .seq = seq, .ts = seq * 160u };

	arrivals_add(a, &p, seq * 20000, true);
}

static void assert_counts(const struct arrivals *a, uint64_t received, uint64_t lost, uint64_t reordered)
{
	assert_int_equal(a->received, received);
	assert_int_equal(a->lost, lost);
	assert_int_equal(a->reordered, reordered);
}

static void loss_and_order_across_the_wrap(void **state)
{
	struct arrivals a = { 0 };

	(void)state;
	arrive(&a, 1, 65533);
	arrive(&a, 1, 65534);
	arrive(&a, 1, 1); /* 65535 and 0 are missing */
	assert_counts(&a, 3, 2, 0);
	arrive(&a, 1, 0);
	assert_counts(&a, 4, 1, 1);
	arrive(&a, 1, 0);     /* a copy changes nothing */
	arrive(&a, 1, 65532); /* from before the first: never missed */
	assert_counts(&a, 6, 1, 1);
}

static void a_new_source_or_a_jump_is_no_loss(void **state)
{
	struct arrivals a = { 0 };

	(void)state;
	arrive(&a, 1, 10);
	arrive(&a, 2, 5000);
	arrive(&a, 2, 5001);
	arrive(&a, 2, 20000);
	arrive(&a, 2, 100);
	assert_counts(&a, 5, 0, 0);
}

static void a_gap_beyond_the_memory_is_lost_once(void **state)
{
	struct arrivals a = { 0 };

	(void)state;
	arrive(&a, 1, 0);
	arrive(&a, 1, 100);
	assert_counts(&a, 2, 99, 0);
	arrive(&a, 1, 40);
	assert_counts(&a, 3, 98, 1);
}

static void jitter_follows_the_arrival(void **state)
{
	struct arrivals a = { 0 };

	(void)state;
	for (int i = 0; i < 500; i++) {
		const struct packet p = { .seq = (uint16_t)i, .ts = (uint32_t)i * 160 };

		arrivals_add(&a, &p, i * 20000 + (i % 2) * 4000, true);
	}
	assert_in_range((int)a.jitter_ts, 31, 33); /* 4 ms each time, in eighths */
}

static void steady_arrival_has_no_jitter(void **state)
{
	struct arrivals a = { 0 };

	(void)state;
	for (uint16_t i = 0; i < 100; i++)
		arrive(&a, 1, i);
	assert_int_equal((int)(a.jitter_ts * 1000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_parse_as_they_say),
		cmocka_unit_test(chance_bytes_do_no_harm),
		cmocka_unit_test(what_was_built_is_parsed),
		cmocka_unit_test(distance_wraps),
		cmocka_unit_test(loss_and_order_across_the_wrap),
		cmocka_unit_test(a_new_source_or_a_jump_is_no_loss),
		cmocka_unit_test(a_gap_beyond_the_memory_is_lost_once),
		cmocka_unit_test(jitter_follows_the_arrival),
		cmocka_unit_test(steady_arrival_has_no_jitter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
