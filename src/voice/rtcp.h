/*
 * RTCP (RFC 3550 §6): the report a stream sends every few seconds, and what can be learned from those that come.
 *
 * Pure: no sockets, no clock. Input is hostile; whatever the bytes are, rtcp_parse() stays inside them.
 */
#pragma once

#include "voice/packet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RTCP_INTERVAL_MS = 5000, /* RFC 3550 §6.2: the least for two participants */
	RTCP_MAX = 160,		 /* what rtcp_write() needs at the most */
};

/* A report block: what its sender has seen of one stream. */
struct rtcp_block {
	uint32_t ssrc;	       /* of the stream it is about */
	uint8_t fraction_lost; /* of 256, since the report before */
	int32_t lost;	       /* since the beginning; 24 bits on the wire */
	uint32_t highest;      /* sequence number with its wraps */
	uint32_t jitter;       /* in timestamp units of 1/8 ms */
	uint32_t last_sr;      /* the middle 32 bits of the NTP time of the last sender report; 0: none came */
	uint32_t since_sr;     /* since it came, in 1/65536 s */
};

struct rtcp_report {
	uint32_t ssrc; /* ours */
	uint64_t ntp;  /* now: seconds since 1900 and their fraction, 32 bits each */
	uint32_t ts;   /* the RTP timestamp of that moment */
	uint32_t packets, octets;
	bool has_block;
	struct rtcp_block block;
};

/* A sender report with its description (§6.4.1, §6.5); its length. `cname` has at most 64 bytes. */
size_t rtcp_write(uint8_t out[RTCP_MAX], const struct rtcp_report *r, const char *cname);

/* What a compound packet says. */
struct rtcp_heard {
	uint32_t ssrc;	/* whose it is */
	uint32_t sr;	/* what to put into last_sr; 0: no sender report in it */
	bool has_block; /* one about `our_ssrc` */
	struct rtcp_block block;
};

/* False when it is no whole compound packet that begins with a report (§6.1, appendix A.2). */
bool rtcp_parse(struct rtcp_heard *out, const uint8_t *data, size_t n, uint32_t our_ssrc);

/* The NTP form of a moment of the wall clock, in microseconds since 1970. */
uint64_t rtcp_ntp(int64_t wall_us);

/* A block about what has arrived; `before` are the counts at the report before. */
struct rtcp_seen {
	uint64_t expected, received;
};
void rtcp_block_fill(struct rtcp_block *b, const struct arrivals *a, struct rtcp_seen *before);

/* The time a packet takes there and back, from a block about us that came at `ntp`; in milliseconds, -1: unknown. */
int rtcp_round_trip_ms(const struct rtcp_block *b, uint64_t ntp);
