/*
 * A corpus of what is heard when a call is answered, made on the spot: synthetic voices, noise, tones and pauses, through
 * G.711. Always the same for the same voices on the machine.
 *
 * The detector was tuned on GREETINGS_TUNING only. GREETINGS_HELD_OUT has other voices, other words, other tones, other
 * noise. Synthetic speech is not the street: no accents, no lines that cut off, no children, no television.
 */
#pragma once

#include "core/carrier.h"

#include <stddef.h>
#include <stdint.h>

enum greetings_part { GREETINGS_TUNING,
		      GREETINGS_HELD_OUT,
		      GREETINGS_PARTS };

struct greeting {
	enum who who; /* who it is; never WHO_UNSURE */
	const char *words, *voice;
	int snr_db;   /* of the noise; 0: none */
	int16_t *pcm; /* 8 kHz; whole frames of 20 ms */
	size_t n;
	int ready_ms; /* from here on it can be known: the greeting, or the tone, has ended */
};

/* One after the other; valid during the call. Returns how many. */
int greetings_each(enum greetings_part part, void (*take)(void *arg, const struct greeting *g), void *arg);
