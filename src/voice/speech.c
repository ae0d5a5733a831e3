#include "voice/speech.h"

#include <flite/flite.h>
#include <glib.h>
#include <samplerate.h>
#include <stdbool.h>
#include <string.h>

/* flite declares none of these itself. */
cst_voice *register_cmu_us_slt(const char *folder);
cst_voice *register_cmu_us_rms(const char *folder);
cst_voice *register_cmu_us_awb(const char *folder);
cst_voice *register_cmu_us_kal16(const char *folder);
cst_voice *register_cmu_us_kal(const char *folder);

struct speech_voice {
	const char *name;
	cst_voice *(*enlist)(const char *folder);
	cst_voice *flite; /* NULL until first wanted; then for ever */
};

static struct speech_voice voices[] = {
	{ "slt", register_cmu_us_slt, NULL },
	{ "rms", register_cmu_us_rms, NULL },
	{ "awb", register_cmu_us_awb, NULL },
	{ "kal16", register_cmu_us_kal16, NULL },
	{ "kal", register_cmu_us_kal, NULL },
};

static GMutex flite_lock; /* flite fills its tables of voices and lexicons without one */

/* The first rendering fills caches inside flite, so it happens under the lock as well. */
static cst_voice *enlist(const struct speech_voice *v)
{
	static bool initialised;
	cst_voice *flite;
	cst_wave *first;

	if (!initialised)
		flite_init();
	initialised = true;
	flite = v->enlist(NULL);
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

const char *speech_voice_name(const struct speech_voice *v)
{
	return v->name;
}

int16_t *speech_render(const struct speech_voice *v, const char *text, size_t *n)
{
	cst_wave *w = flite_text_to_wave(text, v->flite);
	float *x = NULL, *at_8khz = NULL;
	int16_t *pcm = NULL;
	size_t spoken;

	if (w && w->num_samples > 0 && w->sample_rate >= SPEECH_RATE) {
		x = g_new(float, w->num_samples);
		src_short_to_float_array(w->samples, x, w->num_samples);
		at_8khz = level_resample(x, (size_t)w->num_samples, w->sample_rate, &spoken);
	}
	if (at_8khz)
		pcm = level_peaks(at_8khz, spoken, n);
	g_free(at_8khz);
	g_free(x);
	if (w)
		delete_wave(w);
	return pcm;
}
