/*
 * Who answered, by ear: 20 ms of the far end's audio at a time, in the order it came, and at every moment the verdict so
 * far. Pure: no clock, no allocation, a small struct of constant size; any thread, one at a time per detector. About 1 µs
 * a frame.
 *
 * What it hears is level and tone, no words (the parameters are the ones Asterisk's AMD has; the tone is found by its
 * purity and steadiness, whatever its frequency, as FreeSWITCH's avmd does):
 *
 *	HUMAN         a short greeting (WHO_SHORT_MS), then a silence (WHO_REPLY_MS): somebody waits for us to speak
 *	VOICEMAIL     a greeting, then one single tone, then quiet. Only the tone proves it; a long greeting alone never does
 *	SCREENING     a long speech (WHO_LONG_MS), then a long silence (WHO_WAITS_MS) and no tone: something waits for a name
 *	ANNOUNCEMENT  the three rising tones of the network (SIT, ITU-T E.180), or tones and no voice: a busy tone, a fax
 *	UNSURE        everything else
 *
 * A verdict may still change: a tone can follow whatever was believed before, though after HUMAN it needs a long speech
 * before it. VOICEMAIL and ANNOUNCEMENT are final. What a receptionist says can be as long as a screening service's
 * text: SCREENING must never be held against a person.
 */
#pragma once

#include "core/carrier.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	WHO_FRAME = 160, /* samples at 8 kHz */
	WHO_FRAME_MS = 20,
	WHO_SHORT_MS = 2400,
	WHO_REPLY_MS = 1000,
	WHO_LONG_MS = 3600,
	WHO_WAITS_MS = 1800,
	WHO_BEEP_LEAST_MS = 120,
	WHO_BEEP_MOST_MS = 2000,
	WHO_QUIET_MS = 600, /* after the tone, before it counts */
};

/* Zeroed memory is a fresh one. Counts are frames. */
struct who_detector {
	enum who verdict;
	int now;
	/* The noise that is always there: the least level of this block and of the one before. */
	bool heard;
	int block;
	float block_least, floor;
	/* Speech: */
	int burst;			      /* voice without a gap, up to now */
	int spoken;			      /* voice in all */
	int run_begun, run_voice, last_voice; /* the run of speech without a pause of WHO_REPLY_MS */
	/* The tone that is on: */
	int tone, tone_gap;
	float tone_hz, tone_level;
	/* The tones that were: */
	int tones; /* of about the same frequency, one after the other */
	float last_hz;
	int sit;	/* of the three, heard in order */
	int beep_ended; /* when the one tone ended that may be a voicemail's; 0: none */
	int beep_voice; /* `spoken` then */
};

enum who who_hear(struct who_detector *d, const int16_t pcm[WHO_FRAME]);

/* Whether a long speech goes on, or has just ended: what follows it will tell more. */
bool who_recites(const struct who_detector *d);
