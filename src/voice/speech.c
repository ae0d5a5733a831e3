#include "voice/speech.h"

#include <dlfcn.h>
#include <flite/flite.h>
#include <glib.h>
#include <samplerate.h>
#include <stdbool.h>
#include <string.h>

/* Each in a library of its own, loaded when it is wanted: linked, all five cost memory by being relocated. */
struct speech_voice {
	const char *name;
	cst_voice *flite; /* NULL until first wanted; then for ever */
};

static struct speech_voice voices[] = { { "slt" }, { "rms" }, { "awb" }, { "kal16" }, { "kal" } };

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
