#include "voice/wav.h"

#include "voice/law.h"
#include "voice/level.h"
#include "voice/prompt.h"

#include <sndfile.h>
#include <stdbool.h>
#include <string.h>

enum { RATE_LEAST = 4000,
       RATE_MOST = 192000,
       CHANNELS_MOST = 8,
       BLOCK = 4096 };

/* ---- the bytes as libsndfile's file ---- */

struct bytes {
	const uint8_t *data;
	sf_count_t n, at;
};

static sf_count_t length(void *arg)
{
	return ((struct bytes *)arg)->n;
}

static sf_count_t seek(sf_count_t offset, int whence, void *arg)
{
	struct bytes *b = arg;
	sf_count_t from = whence == SEEK_CUR ? b->at : whence == SEEK_END ? b->n
									  : 0;

	if (offset < -from || offset > b->n - from)
		return -1;
	return b->at = from + offset;
}

static sf_count_t read_some(void *to, sf_count_t n, void *arg)
{
	struct bytes *b = arg;

	n = CLAMP(n, 0, b->n - b->at);
	memcpy(to, b->data + b->at, (size_t)n);
	b->at += n;
	return n;
}

static sf_count_t tell(void *arg)
{
	return ((struct bytes *)arg)->at;
}

/* ---- reading ---- */

static bool is_wav(const uint8_t *data, size_t n)
{
	return n >= 12 && (memcmp(data, "RIFF", 4) == 0 || memcmp(data, "RF64", 4) == 0) && memcmp(data + 8, "WAVE", 4) == 0;
}

/* One channel, the mean of all; stops at the most that is allowed and one sample more. The header is not believed. */
static GArray *mix(SNDFILE *f, const SF_INFO *info)
{
	size_t most = (size_t)info->samplerate * WAV_SECONDS_MAX + 1;
	g_autofree float *block = g_new(float, (size_t)BLOCK *(size_t)info->channels);
	GArray *mono = g_array_new(FALSE, FALSE, sizeof(float));
	sf_count_t n;

	while (mono->len < most && (n = sf_readf_float(f, block, BLOCK)) > 0)
		for (sf_count_t i = 0; i < n; i++) {
			float sum = 0;

			for (int c = 0; c < info->channels; c++)
				sum += block[i * info->channels + c];
			sum /= (float)info->channels;
			if (!(sum >= -8 && sum <= 8)) /* a float file may hold anything, NaN too */
				sum = 0;
			g_array_append_val(mono, sum);
		}
	return mono;
}

static int16_t *convert(SNDFILE *f, const SF_INFO *info, size_t *n_out, char *why)
{
	GArray *mono = mix(f, info);
	float *at_8khz = NULL;
	int16_t *pcm = NULL;
	size_t n;

	if (mono->len == 0)
		g_snprintf(why, WAV_WHY_SIZE, "holds no sound");
	else if (mono->len > (size_t)info->samplerate * WAV_SECONDS_MAX)
		g_snprintf(why, WAV_WHY_SIZE, "is longer than %d seconds", WAV_SECONDS_MAX);
	else if (!(at_8khz = level_resample((float *)(void *)mono->data, mono->len, info->samplerate, &n)))
		g_snprintf(why, WAV_WHY_SIZE, "cannot be converted to 8000 samples a second");
	else if (n == 0) /* less than a sample of ours */
		g_snprintf(why, WAV_WHY_SIZE, "holds no sound");
	else
		pcm = level_speech(at_8khz, n, n_out);
	g_free(at_8khz);
	g_array_unref(mono);
	return pcm;
}

int16_t *wav_read(const void *bytes, size_t n, size_t *n_out, char why[WAV_WHY_SIZE])
{
	static SF_VIRTUAL_IO io = { .get_filelen = length, .seek = seek, .read = read_some, .tell = tell };
	struct bytes b = { .data = bytes, .n = (sf_count_t)n };
	SF_INFO info = { 0 };
	int16_t *pcm = NULL;
	SNDFILE *f;

	if (n > WAV_BYTES_MAX) {
		g_snprintf(why, WAV_WHY_SIZE, "is larger than %d MB", WAV_BYTES_MAX >> 20);
		return NULL;
	}
	if (!is_wav(bytes, n)) {
		g_snprintf(why, WAV_WHY_SIZE, "is not a WAV file");
		return NULL;
	}
	f = sf_open_virtual(&io, SFM_READ, &info, &b);
	if (!f)
		g_snprintf(why, WAV_WHY_SIZE, "is a WAV file that cannot be read: %s", sf_strerror(NULL));
	else if (info.channels < 1 || info.channels > CHANNELS_MOST)
		g_snprintf(why, WAV_WHY_SIZE, "has %d channels, but may have 1 to %d", info.channels, CHANNELS_MOST);
	else if (info.samplerate < RATE_LEAST || info.samplerate > RATE_MOST)
		g_snprintf(why, WAV_WHY_SIZE, "has %d samples a second, but may have %d to %d", info.samplerate, RATE_LEAST,
			   RATE_MOST);
	else
		pcm = convert(f, &info, n_out, why);
	if (f)
		sf_close(f);
	return pcm;
}

/* ---- writing ---- */

static void put(GByteArray *a, uint32_t value, int bytes)
{
	for (int i = 0; i < bytes; i++) {
		uint8_t byte = (uint8_t)(value >> (8 * i));

		g_byte_array_append(a, &byte, 1);
	}
}

static void put_name(GByteArray *a, const char *name)
{
	g_byte_array_append(a, (const uint8_t *)name, 4);
}

GByteArray *wav_write(const struct prompt *prompt)
{
	uint32_t bytes = (uint32_t)(2 * prompt->n);
	GByteArray *a = g_byte_array_sized_new(44 + bytes);

	put_name(a, "RIFF");
	put(a, 36 + bytes, 4);
	put_name(a, "WAVE");
	put_name(a, "fmt ");
	put(a, 16, 4);
	put(a, 1, 2); /* PCM */
	put(a, 1, 2); /* channels */
	put(a, SPEECH_RATE, 4);
	put(a, 2 * SPEECH_RATE, 4);
	put(a, 2, 2);  /* bytes a sample */
	put(a, 16, 2); /* bits */
	put_name(a, "data");
	put(a, bytes, 4);
	for (size_t i = 0; i < prompt->n; i++)
		put(a, (uint16_t)law_ulaw_decode(prompt->ulaw[i]), 2);
	return a;
}
