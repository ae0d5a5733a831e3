/*
 * What is a new press? A packet whose (SSRC, timestamp) differs from the current event's, except:
 *
 *  - the same key, no end seen yet, and 100 ms have not passed: a sender that advances the timestamp within
 *    the press;
 *  - the same key less than 40 ms of timestamp further on: the same sender's repeated end packets (nobody
 *    presses twice in 40 ms, and no standard asks a receiver to notice a shorter tone);
 *  - a timestamp that lies up to 5 s back: a late packet of an earlier press.
 */
#include "voice/keypress.h"

#include <string.h>

enum {
	SAME_PRESS_MS = 100,
	SHORTEST_TS = 320, /* 40 ms at 8 kHz */
	LATE_TS = 5 * 8000,
	VOLUME = 10, /* -10 dBm0, what most phones send */
};

static const char keys[] = "0123456789*#ABCD";

int keypress_code(char digit)
{
	const char *at = digit ? strchr(keys, digit) : NULL;

	return at ? (int)(at - keys) : -1;
}

/* A late packet of a press that is already over. */
static bool is_stale(const struct keypress *k, const struct packet *p)
{
	int32_t ahead = (int32_t)(p->ts - k->ts);

	return k->any && k->ssrc == p->ssrc && ahead < 0 && ahead > -LATE_TS;
}

static bool is_same(const struct keypress *k, const struct packet *p, uint8_t code, int64_t now_ms)
{
	if (!k->any)
		return false;
	if (k->ssrc == p->ssrc && k->ts == p->ts)
		return true;
	if (k->code != code)
		return false;
	if (!k->ended && now_ms - k->last_ms <= SAME_PRESS_MS)
		return true;
	return k->ssrc == p->ssrc && p->ts - k->ts < SHORTEST_TS;
}

char keypress_receive(struct keypress *k, const struct packet *p, int64_t now_ms)
{
	uint8_t code;
	bool end, same;

	if (p->n < KEYPRESS_PAYLOAD || p->payload[0] >= sizeof(keys) - 1 || is_stale(k, p))
		return 0;
	code = p->payload[0];
	end = p->payload[1] >> 7;
	same = is_same(k, p, code, now_ms);
	*k = (struct keypress){
		.any = true,
		.ssrc = p->ssrc,
		.ts = p->ts,
		.code = same ? k->code : code,
		.ended = end || (same && k->ended),
		.last_ms = now_ms,
	};
	return same ? 0 : keys[code];
}

void keypress_plan(uint8_t payload[KEYPRESS_PAYLOAD], char digit, int step)
{
	int updates = KEYPRESS_PACKETS - 3;
	int frames = step < updates ? step + 1 : updates + 1;
	int duration = frames * PACKET_FRAME;

	payload[0] = (uint8_t)keypress_code(digit);
	payload[1] = (uint8_t)((step < updates ? 0 : 0x80) | VOLUME);
	payload[2] = (uint8_t)(duration >> 8);
	payload[3] = (uint8_t)duration;
}
