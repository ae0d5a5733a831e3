/* RTCP: what is written can be read, what is hostile is refused, the figures are RFC 3550's. */
#include "voice/rtcp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { OURS = 0x11223344, THEIRS = 0x55667788 };

static struct rtcp_report a_report(void)
{
	return (struct rtcp_report){
		.ssrc = THEIRS, .ntp = UINT64_C(0xe0000001aaaabbbb), .ts = 1600, .packets = 10, .octets = 1600,
		.has_block = true,
		.block = { .ssrc = OURS, .fraction_lost = 64, .lost = -3, .highest = 0x1ffff, .jitter = 17,
			   .last_sr = 0x01020304, .since_sr = 65536 },
	};
}

static void a_report_is_read_as_it_was_written(void **state)
{
	const struct rtcp_report r = a_report();
	uint8_t bytes[RTCP_MAX];
	size_t n = rtcp_write(bytes, &r, "55667788@callsheet");
	struct rtcp_heard heard;

	(void)state;
	assert_int_equal(n % 4, 0);
	assert_true(rtcp_parse(&heard, bytes, n, OURS));
	assert_int_equal(heard.ssrc, THEIRS);
	assert_int_equal(heard.sr, 0x0001aaaa);
	assert_true(heard.has_block);
	assert_int_equal(heard.block.fraction_lost, 64);
	assert_int_equal(heard.block.lost, -3);
	assert_int_equal(heard.block.highest, 0x1ffff);
	assert_int_equal(heard.block.jitter, 17);
	assert_int_equal(heard.block.last_sr, 0x01020304);
	assert_int_equal(heard.block.since_sr, 65536);
	assert_true(rtcp_parse(&heard, bytes, n, OURS + 1));
	assert_false(heard.has_block); /* it is about somebody else */
}

static void the_description_names_the_source(void **state)
{
	struct rtcp_report r = a_report();
	uint8_t bytes[RTCP_MAX];
	size_t n;

	(void)state;
	r.has_block = false;
	n = rtcp_write(bytes, &r, "abc");
	assert_int_equal(n, 28 + 16); /* the name, its null and padding to a word */
	assert_int_equal(bytes[28 + 1], 202);
	assert_memory_equal(bytes + 28 + 8, "\x01\x03" "abc\0\0\0", 8);
}

static void whatever_is_cut_off_is_refused(void **state)
{
	const struct rtcp_report r = a_report();
	uint8_t bytes[RTCP_MAX], *copy;
	size_t n = rtcp_write(bytes, &r, "x"), report = 52;
	struct rtcp_heard heard;

	(void)state;
	for (size_t cut = 0; cut < n; cut++) {
		copy = malloc(cut ? cut : 1); /* so that a sanitizer sees a read past its end */
		memcpy(copy, bytes, cut);
		assert_int_equal(rtcp_parse(&heard, copy, cut, OURS), cut == report);
		free(copy);
	}
	bytes[0] = 0x9f; /* 31 blocks are announced, one is there */
	assert_false(rtcp_parse(&heard, bytes, n, OURS));
	bytes[0] = 0x41; /* version 1 */
	assert_false(rtcp_parse(&heard, bytes, n, OURS));
}

static void a_compound_begins_with_a_report(void **state)
{
	const uint8_t bye[] = { 0x81, 203, 0, 1, 0, 0, 0, 1 };
	struct rtcp_heard heard;

	(void)state;
	assert_false(rtcp_parse(&heard, bye, sizeof(bye), OURS));
}

static struct packet packet_of(uint16_t seq)
{
	return (struct packet){ .seq = seq, .ts = seq * 160u, .ssrc = THEIRS };
}

static void loss_is_counted_since_the_report_before(void **state)
{
	struct arrivals a = { 0 };
	struct rtcp_seen before = { 0 };
	struct rtcp_block b;
	struct packet p;

	(void)state;
	for (uint16_t seq = 65530; seq != 4; seq++) { /* ten in all, over the wrap */
		p = packet_of(seq);
		arrivals_add(&a, &p, 0, false);
	}
	rtcp_block_fill(&b, &a, &before);
	assert_int_equal(b.ssrc, THEIRS);
	assert_int_equal(b.fraction_lost, 0);
	assert_int_equal(b.highest, 0x10003);
	for (uint16_t seq = 5; seq < 13; seq += 2) { /* every other one is missing */
		p = packet_of(seq);
		arrivals_add(&a, &p, 0, false);
	}
	rtcp_block_fill(&b, &a, &before);
	assert_int_equal(b.fraction_lost, 128);
	assert_int_equal(b.lost, 4);
	rtcp_block_fill(&b, &a, &before);
	assert_int_equal(b.fraction_lost, 0);
}

static void the_round_trip_is_what_the_report_did_not_lie_about_for(void **state)
{
	struct rtcp_block b = { .last_sr = 0xb7052000, .since_sr = 0x54000 }; /* RFC 3550 figure 2 */

	(void)state;
	assert_int_equal(rtcp_round_trip_ms(&b, UINT64_C(0xb7108000) << 16), 6125);
	assert_int_equal(rtcp_round_trip_ms(&b, UINT64_C(0xb7000000) << 16), -1); /* from before it was sent */
	b.last_sr = 0;
	assert_int_equal(rtcp_round_trip_ms(&b, UINT64_C(0xb7108000) << 16), -1);
	assert_int_equal(rtcp_ntp(0) >> 32, 2208988800u);
	assert_int_equal((uint32_t)rtcp_ntp(500000), 0x80000000u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_is_read_as_it_was_written),
		cmocka_unit_test(the_description_names_the_source),
		cmocka_unit_test(whatever_is_cut_off_is_refused),
		cmocka_unit_test(a_compound_begins_with_a_report),
		cmocka_unit_test(loss_is_counted_since_the_report_before),
		cmocka_unit_test(the_round_trip_is_what_the_report_did_not_lie_about_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
