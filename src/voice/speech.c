#include "voice/speech.h"

#include <dlfcn.h>
#include <flite/flite.h>
#include <glib.h>
#include <math.h>
#include <samplerate.h>
#include <stdbool.h>
#include <string.h>

/* Each in a library of its own, loaded when it is wanted: linked, all five cost memory by being relocated. */
struct speech_voice {
	const char *name;
	cst_voice *flite; /* NULL until first wanted; then for ever */
};

static struct speech_voice voices[] = { { "slt" }, { "rms" }, { "awb" }, { "kal16" }, { "kal" } };

static const float PEAK = 0.7079f; /* -3 dBFS */
static const float QUIET = 0.003f; /* below it there is nothing to make louder */

static GMutex flite_lock; /* flite fills its tables of voices and lexicons without one */

/* register_cmu_us_slt() of libflite_cmu_us_slt, or NULL. */
static void *find_enlister(const char *name)
{
	g_autofree char *library = g_strdup_printf("libflite_cmu_us_%s.so.1", name);
	g_autofree char *function = g_strdup_printf("register_cmu_us_%s", name);
	void *handle = dlopen(library, RTLD_NOW);

	return handle ? dlsym(handle, function) : NULL;
}

/* The first rendering fills caches inside flite, so it happens under the lock as well. */
static cst_voice *enlist(const struct speech_voice *v)
{
	static bool initialised;
	cst_voice *(*enlist_voice)(const char *folder);
	cst_voice *flite;
	cst_wave *first;

	if (!initialised)
		flite_init();
	initialised = true;
	*(void **)&enlist_voice = find_enlister(v->name);
	flite = enlist_voice ? enlist_voice(NULL) : NULL;
	if (!flite)
		return NULL;
	first = flite_text_to_wave("a", flite);
	if (first)
		delete_wave(first);
	return flite;
}

const struct speech_voice *speech_voice(const char *name, struct problem *p)
{
	for (size_t i = 0; i < G_N_ELEMENTS(voices); i++) {
		if (strcmp(voices[i].name, name) != 0)
			continue;
		g_mutex_lock(&flite_lock);
		if (!voices[i].flite)
			voices[i].flite = enlist(&voices[i]);
		g_mutex_unlock(&flite_lock);
		if (voices[i].flite)
			return &voices[i];
		problem_set(p, PROBLEM_FAILED, "the voice \"%s\" does not load", name);
		return NULL;
	}
	problem_set(p, PROBLEM_CONFIG, "there is no voice \"%s\" (slt, rms, awb, kal16, kal)", name);
	return NULL;
}

/* Floats at 8 kHz; NULL when the resampler refuses. */
static float *to_8khz(const cst_wave *w, size_t *n)
{
	double ratio = (double)SPEECH_RATE / w->sample_rate;
	long room = (long)(w->num_samples * ratio) + 16;
	float *in = g_new(float, w->num_samples), *out = g_new(float, room);
	SRC_DATA d = { .data_in = in,
		       .data_out = out,
		       .input_frames = w->num_samples,
		       .output_frames = room,
		       .src_ratio = ratio };
	int err;

	src_short_to_float_array(w->samples, in, w->num_samples);
	err = src_simple(&d, SRC_SINC_FASTEST, 1);
	g_free(in);
	if (err) {
		g_free(out);
		return NULL;
	}
	*n = (size_t)d.output_frames_gen;
	return out;
}

static float gain_of(const float *x, size_t n)
{
	float peak = 0;

	for (size_t i = 0; i < n; i++)
		peak = fmaxf(peak, fabsf(x[i]));
	return peak < QUIET ? 1 : PEAK / peak;
}

static int16_t *with_lead(const float *x, size_t n, size_t *total)
{
	float gain = gain_of(x, n);
	int16_t *pcm = g_new0(int16_t, SPEECH_LEAD + n);

	for (size_t i = 0; i < n; i++)
		pcm[SPEECH_LEAD + i] = (int16_t)lrintf(x[i] * gain * 32767);
	*total = SPEECH_LEAD + n;
	return pcm;
}

int16_t *speech_render(const struct speech_voice *v, const char *text, size_t *n)
{
	cst_wave *w = flite_text_to_wave(text, v->flite);
	int16_t *pcm = NULL;
	float *x;
	size_t spoken;

	if (!w || w->num_samples <= 0 || w->sample_rate < SPEECH_RATE)
		goto out;
	x = to_8khz(w, &spoken);
	if (x)
		pcm = with_lead(x, spoken, n);
	g_free(x);
out:
	if (w)
		delete_wave(w);
	return pcm;
}
