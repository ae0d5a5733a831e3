/*
 * Key presses in RTP (RFC 4733 telephone-event): deciding what was pressed, and planning a press of our own.
 *
 * One press is a burst of packets with one timestamp: updates while the key is down, then three copies of the
 * end. A press is reported once, at its first packet, whichever of them gets through. Some senders advance the
 * timestamp within a press, some packets arrive late or twice; the rules are in keypress.c.
 *
 * Pure: time comes in as an argument.
 */
#pragma once

#include "voice/packet.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	KEYPRESS_PAYLOAD = 4,
	KEYPRESS_PACKETS = 7, /* of our own press: four updates, three ends, 20 ms apart */
};

/* The event being received. Zeroed memory is a fresh one. */
struct keypress {
	bool any;
	uint32_t ssrc, ts;
	uint8_t code;
	bool ended;
	int64_t last_ms; /* when its latest packet came */
};

/* The key of a telephone-event packet that starts a new press, else 0. */
char keypress_receive(struct keypress *k, const struct packet *p, int64_t now_ms);

/* The event code of 0-9 * # A-D, or -1. */
int keypress_code(char digit);

/*
 * Packet `step` (0 to KEYPRESS_PACKETS - 1) of a 100 ms press. All have the timestamp of the first; that one
 * carries the marker.
 */
void keypress_plan(uint8_t payload[KEYPRESS_PAYLOAD], char digit, int step);
