#include "voice/rtcp.h"

#include <string.h>

enum {
	SENDER_REPORT = 200,
	RECEIVER_REPORT = 201,
	DESCRIPTION = 202,
	CNAME = 1,
	SENDER_INFO = 20,
	BLOCK = 24,
	HEAD = 8, /* of a report, with the SSRC */
	CNAME_MAX = 64,
	LOST_MAX = 0x7fffff,
};

#define NTP_1970 UINT64_C(2208988800)

static uint32_t read32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint8_t *put32(uint8_t *b, uint32_t v)
{
	b[0] = (uint8_t)(v >> 24);
	b[1] = (uint8_t)(v >> 16);
	b[2] = (uint8_t)(v >> 8);
	b[3] = (uint8_t)v;
	return b + 4;
}

/* Version 2, `count` blocks or chunks, the type, and the length in words without the first. */
static uint8_t *put_head(uint8_t *b, int count, int type, size_t bytes)
{
	return put32(b, UINT32_C(0x80000000) | (uint32_t)count << 24 | (uint32_t)type << 16 | (uint32_t)(bytes / 4 - 1));
}

/* ---- writing ---- */

static uint8_t *put_block(uint8_t *at, const struct rtcp_block *b)
{
	at = put32(at, b->ssrc);
	at = put32(at, (uint32_t)b->fraction_lost << 24 | ((uint32_t)b->lost & 0xffffff));
	at = put32(at, b->highest);
	at = put32(at, b->jitter);
	at = put32(at, b->last_sr);
	return put32(at, b->since_sr);
}

static uint8_t *put_description(uint8_t *at, uint32_t ssrc, const char *cname)
{
	size_t n = strnlen(cname, CNAME_MAX);
	size_t bytes = (HEAD + 2 + n + 1 + 3) / 4 * 4; /* an item, a null that ends the list, padding */
	uint8_t *item;

	memset(at, 0, bytes);
	item = put32(put_head(at, 1, DESCRIPTION, bytes), ssrc);
	item[0] = CNAME;
	item[1] = (uint8_t)n;
	memcpy(item + 2, cname, n);
	return at + bytes;
}

size_t rtcp_write(uint8_t out[RTCP_MAX], const struct rtcp_report *r, const char *cname)
{
	size_t bytes = HEAD + SENDER_INFO + (r->has_block ? BLOCK : 0);
	uint8_t *at = put_head(out, r->has_block, SENDER_REPORT, bytes);

	at = put32(at, r->ssrc);
	at = put32(at, (uint32_t)(r->ntp >> 32));
	at = put32(at, (uint32_t)r->ntp);
	at = put32(at, r->ts);
	at = put32(at, r->packets);
	at = put32(at, r->octets);
	if (r->has_block)
		at = put_block(at, &r->block);
	at = put_description(at, r->ssrc, cname);
	return (size_t)(at - out);
}

/* ---- reading ---- */

static struct rtcp_block read_block(const uint8_t *b)
{
	uint32_t lost = read32(b + 4) & 0xffffff;

	return (struct rtcp_block){
		.ssrc = read32(b),
		.fraction_lost = b[4],
		.lost = lost & 0x800000 ? (int32_t)lost - 0x1000000 : (int32_t)lost,
		.highest = read32(b + 8),
		.jitter = read32(b + 12),
		.last_sr = read32(b + 16),
		.since_sr = read32(b + 20),
	};
}

/* A report of `bytes` bytes; false when what it announces does not fit into them. */
static bool take_report(struct rtcp_heard *out, const uint8_t *b, size_t bytes, uint32_t our_ssrc)
{
	bool sender = b[1] == SENDER_REPORT;
	size_t at = HEAD + (sender ? SENDER_INFO : 0);
	int blocks = b[0] & 31;

	if (at + (size_t)blocks * BLOCK > bytes)
		return false;
	out->ssrc = read32(b + 4);
	if (sender)
		out->sr = read32(b + 8) << 16 | read32(b + 12) >> 16;
	for (; blocks > 0; blocks--, at += BLOCK) {
		if (read32(b + at) != our_ssrc)
			continue;
		out->has_block = true;
		out->block = read_block(b + at);
	}
	return true;
}

bool rtcp_parse(struct rtcp_heard *out, const uint8_t *data, size_t n, uint32_t our_ssrc)
{
	struct rtcp_heard heard = { 0 };

	for (size_t at = 0, bytes; at < n; at += bytes) {
		const uint8_t *b = data + at;
		bool report;

		if (n - at < 4 || b[0] >> 6 != 2)
			return false;
		bytes = 4 * (size_t)((b[2] << 8 | b[3]) + 1);
		report = b[1] == SENDER_REPORT || b[1] == RECEIVER_REPORT;
		if (bytes > n - at || (at == 0 && !report))
			return false;
		if (report && (bytes < HEAD || !take_report(&heard, b, bytes, our_ssrc)))
			return false;
	}
	if (n == 0)
		return false;
	*out = heard;
	return true;
}

/* ---- figures ---- */

uint64_t rtcp_ntp(int64_t wall_us)
{
	uint64_t us = (uint64_t)(wall_us % 1000000);

	return ((uint64_t)(wall_us / 1000000) + NTP_1970) << 32 | (us << 32) / 1000000;
}

/* RFC 3550 appendix A.3: what was expected since the report before, and did not come. */
static uint8_t fraction(uint64_t expected, uint64_t received)
{
	if (expected == 0 || received >= expected)
		return 0;
	return (uint8_t)(((expected - received) << 8) / expected);
}

void rtcp_block_fill(struct rtcp_block *b, const struct arrivals *a, struct rtcp_seen *before)
{
	struct rtcp_seen now = { a->received + a->lost, a->received };

	b->ssrc = a->ssrc;
	b->fraction_lost = fraction(now.expected - before->expected, now.received - before->received);
	b->lost = a->lost > LOST_MAX ? LOST_MAX : (int32_t)a->lost;
	b->highest = a->wraps << 16 | a->highest;
	b->jitter = (uint32_t)a->jitter_ts;
	*before = now;
}

int rtcp_round_trip_ms(const struct rtcp_block *b, uint64_t ntp)
{
	uint32_t trip = (uint32_t)(ntp >> 16) - b->last_sr - b->since_sr;

	if (b->last_sr == 0 || trip > 0x7fffffff)
		return -1;
	return (int)(((uint64_t)trip * 1000) >> 16);
}
