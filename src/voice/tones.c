#include "voice/tones.h"

#include "voice/law.h"

#include <re.h>
#include <rem_dtmf.h>

#include <assert.h>
#include <glib.h>

enum { RATE = 8000,
       PIECE = 160 };

struct tones {
	struct dtmf_dec *decoder;
};

struct tones *tones_new(void (*on)(char digit, void *arg), void *arg)
{
	struct tones *t = g_new0(struct tones, 1);
	int err = dtmf_dec_alloc(&t->decoder, RATE, 1, on, arg);

	assert(!err); /* only memory could run out */
	return t;
}

void tones_free(struct tones *t)
{
	if (!t)
		return;
	mem_deref(t->decoder);
	g_free(t);
}

void tones_hear(struct tones *t, enum law law, const uint8_t *samples, size_t n)
{
	int16_t pcm[PIECE];

	while (n > 0) {
		size_t piece = MIN(n, PIECE);

		for (size_t i = 0; i < piece; i++)
			pcm[i] = law == LAW_ALAW ? law_alaw_decode(samples[i]) : law_ulaw_decode(samples[i]);
		dtmf_dec_probe(t->decoder, pcm, piece);
		samples += piece;
		n -= piece;
	}
}
