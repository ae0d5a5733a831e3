/*
 * Text to speech by flite, linked in: English, no data files, about 70 times faster than speaking.
 *
 * Blocks for as long as it takes (some 10 ms per second of speech). Any thread; several may render at once.
 */
#pragma once

#include "base/problem.h"
#include "voice/level.h"

#include <stddef.h>
#include <stdint.h>

struct speech_voice;

/* A voice by its name (slt, rms, awb, kal16, kal), good for the life of the process. NULL: no such voice. */
const struct speech_voice *speech_voice(const char *name, struct problem *p);

const char *speech_voice_name(const struct speech_voice *v);

/* The text at 8 kHz, peaks at -3 dBFS, after SPEECH_LEAD. NULL when it fails; free with g_free(). */
int16_t *speech_render(const struct speech_voice *v, const char *text, size_t *n);
