/*
 * G.711: 16-bit linear samples to mu-law and A-law bytes and back (ITU-T G.711).
 *
 * Pure; any thread. Every 16-bit value is a valid input, -32768 too.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { LAW_ULAW_SILENCE = 0xff,
       LAW_ALAW_SILENCE = 0xd5 };

uint8_t law_ulaw_encode(int16_t pcm);
uint8_t law_alaw_encode(int16_t pcm);

extern const int16_t law_ulaw_table[256], law_alaw_table[256];

/* Here, as they are asked for every sample of every call. */
static inline int16_t law_ulaw_decode(uint8_t code)
{
	return law_ulaw_table[code];
}

static inline int16_t law_alaw_decode(uint8_t code)
{
	return law_alaw_table[code];
}

/* n samples into n bytes of each law. */
void law_encode_both(const int16_t *pcm, size_t n, uint8_t *ulaw, uint8_t *alaw);
