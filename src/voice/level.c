#include "voice/level.h"

#include <glib.h>
#include <math.h>
#include <samplerate.h>

static const float PEAK = 0.7079f;   /* -3 dBFS */
static const float QUIET = 0.003f;   /* below it there is nothing to make louder */
static const float SPEECH = 0.1f;    /* -20 dBFS, RMS */
static const float MOST_GAIN = 30;   /* more would be noise made loud */
static const float KNEE = 0.7f;	     /* above it, peaks are rounded off */

enum { FRAME = SPEECH_RATE / 50 };

float *level_resample(const float *x, size_t n, int rate, size_t *n_out)
{
	double ratio = (double)SPEECH_RATE / rate;
	long room = (long)((double)n * ratio) + 16;
	float *out;
	SRC_DATA d = { .data_in = x, .input_frames = (long)n, .output_frames = room, .src_ratio = ratio };

	if (!src_is_valid_ratio(ratio))
		return NULL;
	out = g_new(float, room);
	d.data_out = out;
	if (src_simple(&d, SRC_SINC_FASTEST, 1)) {
		g_free(out);
		return NULL;
	}
	*n_out = (size_t)d.output_frames_gen;
	return out;
}

static float peak_of(const float *x, size_t n)
{
	float peak = 0;

	for (size_t i = 0; i < n; i++)
		peak = fmaxf(peak, fabsf(x[i]));
	return peak;
}

static int16_t sample(float x)
{
	return (int16_t)lrintf(fmaxf(-1, fminf(1, x)) * 32767);
}

int16_t *level_peaks(const float *x, size_t n, size_t *n_out)
{
	float peak = peak_of(x, n), gain = peak < QUIET ? 1 : PEAK / peak;
	int16_t *pcm = g_new0(int16_t, SPEECH_LEAD + n);

	for (size_t i = 0; i < n; i++)
		pcm[SPEECH_LEAD + i] = sample(x[i] * gain);
	*n_out = SPEECH_LEAD + n;
	return pcm;
}

static float power(const float *x, size_t n)
{
	float sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i] * x[i];
	return sum / (float)n;
}

/* The loudness of what is spoken: of the frames within 20 dB of the loudest one. 0 when there are none. */
static float speech_rms(const float *x, size_t n)
{
	float loudest = 0, sum = 0;
	int frames = 0;

	for (size_t i = 0; i + FRAME <= n; i += FRAME)
		loudest = fmaxf(loudest, power(x + i, FRAME));
	for (size_t i = 0; i + FRAME <= n; i += FRAME) {
		float p = power(x + i, FRAME);

		if (p < loudest / 100)
			continue;
		sum += p;
		frames++;
	}
	return frames ? sqrtf(sum / (float)frames) : 0;
}

static float rounded(float x)
{
	float size = fabsf(x), over = (size - KNEE) / (1 - KNEE);

	return size <= KNEE ? x : copysignf(KNEE + (1 - KNEE) * tanhf(over), x);
}

int16_t *level_speech(const float *x, size_t n, size_t *n_out)
{
	float rms = speech_rms(x, n), gain = rms < QUIET / 10 ? 1 : fminf(SPEECH / rms, MOST_GAIN);
	int16_t *pcm = g_new0(int16_t, SPEECH_LEAD + n);

	for (size_t i = 0; i < n; i++)
		pcm[SPEECH_LEAD + i] = sample(rounded(x[i] * gain));
	*n_out = SPEECH_LEAD + n;
	return pcm;
}
