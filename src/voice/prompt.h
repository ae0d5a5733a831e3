/*
 * Spoken prompts: text to speech (speaker.h), 8 kHz, in both G.711 laws, cached on disk by content.
 *
 * A prompt is rendered before the call that plays it is placed: the engine asks prompts_get(), and when the
 * prompt is not ready yet it waits for the `ready` call-back and asks again. The cache key is the SHA-256 of
 * (format version, engine, voice, text after normalisation), so a changed text is another prompt and an
 * unchanged one is never spoken twice. Files are written under a temporary name, synced and renamed. What is said to
 * one person only stays out of the folder: it would grow with every name and keep it for ever.
 *
 * Threads: prompts_get() and the reference functions from any thread; `ready` is called on a worker thread.
 */
#pragma once

#include "base/problem.h"
#include "core/carrier.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct prompt {
	int refs;            /* atomic */
	uint8_t *ulaw;       /* n samples, 8 kHz */
	uint8_t *alaw;
	size_t n;
};

struct prompt *prompt_ref(struct prompt *p);   /* NULL in, NULL out */
void prompt_unref(struct prompt *p);           /* NULL is fine */

/* Room for n samples in both laws, in one block; the caller fills them. One reference. */
struct prompt *prompt_new(size_t n);

/* One after the other, with a short pause between them; one reference, n of 1 or more. The pieces stay the caller's. */
struct prompt *prompt_join(struct prompt *const *pieces, size_t n);

/* The prompts of a call's order, all of them: one reference more each; or let go of (the fields are NULL then). */
void order_hold(struct call_order *order);
void order_release(struct call_order *order);

/* A prompt from mu-law samples at 8 kHz; one reference. */
struct prompt *prompt_from_ulaw(const uint8_t *ulaw, size_t n);

/* A prompt from 16-bit samples at 8 kHz (tones, beeps, tests); one reference. */
struct prompt *prompt_from_pcm(const int16_t *pcm, size_t n);

enum prompt_state { PROMPT_READY, PROMPT_PENDING, PROMPT_FAILED };

struct prompts;
struct settings;

/* Who speaks, and in what language; "" or NULL: the server's voice, English. */
struct prompt_voice {
	const char *name, *language;
};

/*
 * `folder` is made if missing. `settings` (voice.tts_*, voice.prompt_cache) outlives it. `ready` is called each time a
 * pending prompt has become ready or has failed.
 */
struct prompts *prompts_new(const char *folder, const struct settings *settings, int workers, void (*ready)(void *arg),
			    void *arg, struct problem *p);
void prompts_free(struct prompts *ps);

/* Whether who speaks is known to speak the language (speaker.h). */
bool prompts_speak(const struct prompts *ps, const char *language);

enum prompt_life {
	PROMPT_KEPT,	/* written to the folder */
	PROMPT_PASSING, /* in memory only, while it is in use and there is room */
};

/* READY: *out holds a new reference. PENDING: being rendered. FAILED: cannot be spoken (logged once). */
enum prompt_state prompts_get(struct prompts *ps, const struct prompt_voice *voice, const char *text,
			      enum prompt_life life, struct prompt **out);

/* The same for who can wait: PENDING only after `wait_ms`. */
enum prompt_state prompts_wait(struct prompts *ps, const struct prompt_voice *voice, const char *text,
			       enum prompt_life life, int wait_ms, struct prompt **out);
