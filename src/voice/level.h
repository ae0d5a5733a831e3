/*
 * From sound as it comes to sound as calls play it: 8 kHz, as loud as all the rest, after a moment of silence. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	SPEECH_RATE = 8000,
	SPEECH_LEAD = SPEECH_RATE * 3 / 10, /* samples of silence in front: the receiver goes to the ear first */
};

/* n samples, -1 to 1, at 8 kHz; NULL when the rate cannot be converted. Free with g_free(). */
float *level_resample(const float *x, size_t n, int rate, size_t *n_out);

/* Peaks at -3 dBFS, after SPEECH_LEAD. For voices made by machine, which are even. Free with g_free(). */
int16_t *level_peaks(const float *x, size_t n, size_t *n_out);

/*
 * Speech at -20 dBFS, pauses left out of the account, and what would clip rounded off; after SPEECH_LEAD. For recordings:
 * one click must not make all the rest quiet. Free with g_free().
 */
int16_t *level_speech(const float *x, size_t n, size_t *n_out);
