/*
 * Both laws are a sign, a segment (the power of two a magnitude falls into) and four bits within the segment;
 * they differ in the bias and in which bits are inverted on the wire. Decoding is a table look-up, the tables
 * being spelled out by the preprocessor from the formula, so that no digit of them can be mistyped.
 */
#include "voice/law.h"

enum {
	ULAW_BIAS = 132,
	ULAW_CLIP = 32635, /* plus the bias it is the largest 15-bit value */
	ALAW_INVERT = 0x55,
};

/* The last magnitude of each segment. */
static const int ulaw_segment_end[8] = { 0xff, 0x1ff, 0x3ff, 0x7ff, 0xfff, 0x1fff, 0x3fff, 0x7fff };
static const int alaw_segment_end[8] = { 0x1f, 0x3f, 0x7f, 0xff, 0x1ff, 0x3ff, 0x7ff, 0xfff };

#define ULAW_STEP(c)      (((((c)&15) << 3) + ULAW_BIAS) << (((c) >> 4) & 7))
#define ULAW_MAGNITUDE(c) (ULAW_STEP(c) - ULAW_BIAS)
#define ULAW(c)           ((c)&0x80 ? ULAW_MAGNITUDE(~(c)&0x7f) : -ULAW_MAGNITUDE(~(c)&0x7f))

#define ALAW_SEGMENT(c)   (((c) >> 4) & 7)
#define ALAW_STEP(c)      ((((c)&15) << 4) + 8 + (ALAW_SEGMENT(c) ? 256 : 0))
#define ALAW_MAGNITUDE(c) (ALAW_STEP(c) << (ALAW_SEGMENT(c) ? ALAW_SEGMENT(c) - 1 : 0))
#define ALAW(c)           ((c)&0x80 ? ALAW_MAGNITUDE((c) ^ ALAW_INVERT) : -ALAW_MAGNITUDE((c) ^ ALAW_INVERT))

#define FOUR(f, c)    f(c), f((c) + 1), f((c) + 2), f((c) + 3)
#define SIXTEEN(f, c) FOUR(f, c), FOUR(f, (c) + 4), FOUR(f, (c) + 8), FOUR(f, (c) + 12)
#define QUARTER(f, c) SIXTEEN(f, c), SIXTEEN(f, (c) + 16), SIXTEEN(f, (c) + 32), SIXTEEN(f, (c) + 48)
#define WHOLE(f)      QUARTER(f, 0), QUARTER(f, 64), QUARTER(f, 128), QUARTER(f, 192)

const int16_t law_ulaw_table[256] = { WHOLE(ULAW) };
const int16_t law_alaw_table[256] = { WHOLE(ALAW) };

static int segment_of(const int end[8], int magnitude)
{
	int segment = 0;

	while (segment < 7 && magnitude > end[segment])
		segment++;
	return segment;
}

uint8_t law_ulaw_encode(int16_t pcm)
{
	int magnitude = pcm < 0 ? -(int)pcm : pcm;
	int sign = pcm < 0 ? 0x80 : 0;
	int segment;

	if (magnitude > ULAW_CLIP)
		magnitude = ULAW_CLIP;
	magnitude += ULAW_BIAS;
	segment = segment_of(ulaw_segment_end, magnitude);
	return (uint8_t) ~(sign | segment << 4 | (magnitude >> (segment + 3) & 15));
}

uint8_t law_alaw_encode(int16_t pcm)
{
	/* One's complement for negative values: -32768 becomes 32767, and the two halves mirror each other. */
	int magnitude = (pcm < 0 ? -(int)pcm - 1 : pcm) >> 3;
	int sign = pcm < 0 ? 0 : 0x80;
	int segment = segment_of(alaw_segment_end, magnitude);
	int shift = segment < 2 ? 1 : segment;

	return (uint8_t)((sign | segment << 4 | (magnitude >> shift & 15)) ^ ALAW_INVERT);
}

void law_encode_both(const int16_t *pcm, size_t n, uint8_t *ulaw, uint8_t *alaw)
{
	for (size_t i = 0; i < n; i++) {
		ulaw[i] = law_ulaw_encode(pcm[i]);
		alaw[i] = law_alaw_encode(pcm[i]);
	}
}
