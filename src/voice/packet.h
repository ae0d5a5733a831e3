/*
 * RTP packets (RFC 3550): parse what came from the network, build what goes out, count what went missing.
 *
 * Pure: no sockets, no clock. Input is hostile; whatever the bytes are, packet_parse() stays inside them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PACKET_HEAD = 12,
	PACKET_FRAME = 160, /* samples, and with G.711 bytes, in 20 ms */
	PACKET_MAX = 1500,  /* what we are ready to receive; longer ones are cut and most likely refused */
};

struct packet {
	uint8_t payload_type;
	bool marker;
	uint16_t seq;
	uint32_t ts;
	uint32_t ssrc;
	const uint8_t *payload; /* inside the parsed bytes */
	size_t n;               /* bytes of payload, without padding; may be 0 */
};

/* False when the bytes are not a whole RTP packet of version 2; *out is then untouched. */
bool packet_parse(struct packet *out, const uint8_t *data, size_t n);

/* Writes the fixed header for the packet's fields; the payload follows it. */
void packet_head(uint8_t head[PACKET_HEAD], const struct packet *p);

/* How far `to` is after `from`, across the wrap: -32768 to 32767. */
int packet_distance(uint16_t from, uint16_t to);

/*
 * What arrived from one peer. Counts go on over a change of SSRC or a jump of the sequence (both start a new
 * run); loss, order and jitter are judged within a run. Zeroed memory is a fresh one.
 */
struct arrivals {
	uint64_t received, lost, reordered;
	double jitter_ts; /* RFC 3550 A.8, in timestamp units of 1/8 ms */
	/* The run: */
	bool running;
	uint32_t ssrc;
	uint16_t highest;
	uint32_t wraps; /* of the sequence number, within the run */
	uint64_t seen; /* bit i: `highest` - i has arrived */
	bool has_transit;
	uint32_t transit;
};

/* `arrival_us` on any clock that advances evenly; `audio` packets count for the jitter, events do not. */
void arrivals_add(struct arrivals *a, const struct packet *p, int64_t arrival_us, bool audio);
