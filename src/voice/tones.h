/*
 * Key presses as tones in the audio (ITU-T Q.23, Q.24), for far ends that speak no telephone-event. librem's decoder:
 * tones from 40 ms on, no digit in speech.
 *
 * One object per stream, used by one thread only, which also makes and frees it.
 */
#pragma once

#include "voice/media.h"

struct tones;

struct tones *tones_new(void (*on)(char digit, void *arg), void *arg);
void tones_free(struct tones *t); /* NULL is fine */

/* Audio in the order it came; `on` is called from within. */
void tones_hear(struct tones *t, enum law law, const uint8_t *samples, size_t n);
