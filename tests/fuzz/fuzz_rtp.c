/*
 * What comes in over RTP and RTCP, a byte of length before each packet: whatever it is, it is read within its bounds,
 * counted sanely, and a press is a key. The first byte chooses what listens: packets, reports, or a line of a=crypto.
 */
#include "voice/keypress.h"
#include "voice/law.h"
#include "voice/packet.h"
#include "voice/rtcp.h"
#include "voice/sdes.h"

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FRAME_MS = 20, EVENT_PT = 101, SSRC = 0x01020304 };

static void abort_unless(int holds)
{
	if (!holds)
		abort();
}

/* The next packet in memory of its own, so that a sanitizer sees a read past its end. */
static uint8_t *next_packet(const uint8_t **data, size_t *left, size_t *n)
{
	*n = MIN(**data, *left - 1);
	*left -= 1 + *n;
	*data += 1 + *n;
	return g_memdup2(*data - *n, *n);
}

static void packets(const uint8_t *data, size_t left)
{
	struct keypress keypress = { 0 };
	struct arrivals arrivals = { 0 };
	struct rtcp_seen seen = { 0 };
	struct rtcp_block block = { 0 };
	int64_t now_ms = 0;

	for (; left > 0; now_ms += FRAME_MS) {
		size_t n;
		g_autofree uint8_t *bytes = next_packet(&data, &left, &n);
		struct packet p;
		char key;

		if (!packet_parse(&p, bytes, n))
			continue;
		abort_unless(p.payload >= bytes && p.payload + p.n <= bytes + n);
		arrivals_add(&arrivals, &p, now_ms * 1000, p.payload_type != EVENT_PT);
		abort_unless(arrivals.reordered <= arrivals.received && arrivals.jitter_ts >= 0);
		key = p.payload_type == EVENT_PT ? keypress_receive(&keypress, &p, now_ms) : 0;
		abort_unless(!key || keypress_code(key) >= 0);
		rtcp_block_fill(&block, &arrivals, &seen);
	}
}

static void reports(const uint8_t *data, size_t left)
{
	while (left > 0) {
		size_t n;
		g_autofree uint8_t *bytes = next_packet(&data, &left, &n);
		struct rtcp_heard heard;

		if (rtcp_parse(&heard, bytes, n, SSRC) && heard.has_block) {
			abort_unless(heard.block.ssrc == SSRC && heard.block.lost >= -0x800000 && heard.block.lost < 0x800000);
			rtcp_round_trip_ms(&heard.block, rtcp_ntp(0));
		}
	}
}

/* A line that is taken is one that we would print, but for case, blanks and a lifetime. */
static void crypto(const uint8_t *data, size_t n)
{
	g_autofree char *line = g_strndup((const char *)data, n);
	char again[SDES_VALUE];
	struct sdes s, t;

	if (!sdes_parse(&s, line))
		return;
	sdes_print(again, &s);
	abort_unless(sdes_parse(&t, again) && t.tag == s.tag && memcmp(t.key, s.key, SDES_KEY) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	if (data[0] % 3 == 0)
		packets(data + 1, size - 1);
	else if (data[0] % 3 == 1)
		reports(data + 1, size - 1);
	else
		crypto(data + 1, size - 1);
	return 0;
}
