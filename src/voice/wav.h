/*
 * WAV files: what people upload and speech services send, read by libsndfile whatever is in them; and what calls play,
 * written for people to listen to. Pure; any thread.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

struct prompt;

enum { WAV_WHY_SIZE = 160,
       WAV_BYTES_MAX = 64 << 20, /* five minutes of 48 kHz, stereo, 16 bits, and some */
       WAV_SECONDS_MAX = 300 };

/*
 * The file at 8 kHz, one channel (the mean of all), levelled as level_speech() does. NULL with what is wrong with it: "is not
 * a WAV file", "is longer than 300 seconds" … Free with g_free().
 */
int16_t *wav_read(const void *bytes, size_t n, size_t *n_out, char why[WAV_WHY_SIZE]);

/* The prompt as a WAV file of 16 bits at 8 kHz. */
GByteArray *wav_write(const struct prompt *prompt);
