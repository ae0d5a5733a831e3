/*
 * The prompts of a server: a table by key, a pool of workers that fill it, a folder behind it.
 *
 *	unknown ─get▶ PENDING ─worker: read the file, or speak and write it▶ READY ─not used for long▶ unknown
 *	                  └──────────── cannot be spoken ──────────────────▶ FAILED ──────┘
 *
 * An entry is put into the table before its work is queued, so the same text is never rendered twice at once.
 * Workers own nothing: they get the entry's key and text, and the entry cannot be evicted while PENDING.
 */
#include "voice/prompt.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/token.h"
#include "base/settings.h"
#include "voice/prompt_folder.h"
#include "voice/speaker.h"
#include "voice/speech.h"
#include "voice/spoken_text.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <stdbool.h>
#include <string.h>

enum {
	MEMORY = 64 << 20, /* bytes kept; prompts that a call still holds are never dropped */
	AGAIN_US = 60 * 1000000,  /* how long what failed is left alone */
	LOOK_AGAIN_US = 200000, /* between two looks of who waits: a word may be missed */
	ENTRY_COST = 256,  /* of an entry without samples */
	KEPT = 64,         /* the latest entries stay whatever they weigh: they are about to be asked for */
};

/* Part of every key: whatever changes the sound of a text must change it. */
static const char FORMAT[] = "2";

struct entry {
	char key[TOKEN_HASH_SIZE];
	char *text; /* normalised */
	char *voice, *language;
	int64_t again_us; /* not 0: it failed, or another voice stood in; from then on it is tried again */
	enum prompt_life life; /* as it was first asked for */
	enum prompt_state state;
	struct prompt *prompt; /* READY: our reference */
	GList link;            /* in `by_use`, unless PENDING */
};

struct prompts {
	struct prompt_folder *folder;
	struct speaker *speaker;
	void (*ready)(void *arg);
	void *arg;
	GThreadPool *pool;
	struct prompt *silence; /* of the empty text */

	GMutex lock; /* of the rest: */
	GCond told;  /* a prompt is ready, or has failed */
	GHashTable *entries;
	GQueue by_use; /* latest first */
	size_t bytes;
	unsigned pending; /* entries being made or queued */
	bool warned; /* that nothing can be written */
};

/* ---- the table ---- */

static void free_entry(void *p)
{
	struct entry *e = p;

	prompt_unref(e->prompt);
	g_free(e->text);
	g_free(e->voice);
	g_free(e->language);
	g_free(e);
}

static size_t cost(const struct entry *e)
{
	return ENTRY_COST + (e->prompt ? 2 * e->prompt->n : 0);
}

/* Drops what was not used for longest. Only the table's own reference left: nobody can take one meanwhile. */
static void evict(struct prompts *ps)
{
	GList *at = ps->by_use.tail;

	while (at && ps->bytes > MEMORY && ps->by_use.length > KEPT) {
		struct entry *e = at->data;

		at = at->prev;
		if (e->prompt && g_atomic_int_get(&e->prompt->refs) > 1)
			continue;
		g_queue_unlink(&ps->by_use, &e->link);
		ps->bytes -= cost(e);
		g_hash_table_remove(ps->entries, e->key);
	}
}

static struct entry *add_entry(struct prompts *ps, const char *key, const struct prompt_voice *v, const char *text,
			       enum prompt_life life)
{
	struct entry *e = g_new0(struct entry, 1);

	g_strlcpy(e->key, key, sizeof(e->key));
	e->text = g_strdup(text);
	e->voice = g_strdup(v->name);
	e->language = g_strdup(v->language);
	e->life = life;
	e->state = PROMPT_PENDING;
	e->link.data = e;
	g_hash_table_insert(ps->entries, e->key, e);
	return e;
}

/* ---- the workers ---- */

/* A full disk costs speed, not calls: the prompt is kept in memory. Said once, for it will hold for all. */
static void save(struct prompts *ps, const struct entry *e, const struct prompt *prompt)
{
	struct problem p = { 0 };
	bool first;

	if (prompt_folder_save(ps->folder, e->key, prompt, &p) == 0)
		return;
	g_mutex_lock(&ps->lock);
	first = !ps->warned;
	ps->warned = true;
	g_mutex_unlock(&ps->lock);
	if (first)
		log_warn("prompt.not_cached", "%s; prompts are kept in memory only", p.text);
}

static struct prompt *speak(struct prompts *ps, const struct entry *e, bool *stood_in)
{
	const struct prompt_voice v = { e->voice, e->language };
	size_t n;
	int16_t *pcm = speaker_speak(ps->speaker, &v, e->text, &n, stood_in);
	struct prompt *prompt = pcm ? prompt_from_pcm(pcm, n) : NULL;

	g_free(pcm);
	return prompt;
}

static struct prompt *load_or_speak(struct prompts *ps, const struct entry *e, bool *stood_in)
{
	struct prompt *prompt = e->life == PROMPT_KEPT ? prompt_folder_load(ps->folder, e->key) : NULL;

	*stood_in = false;
	if (prompt)
		return prompt;
	prompt = speak(ps, e, stood_in);
	if (prompt && e->life == PROMPT_KEPT && !*stood_in)
		save(ps, e, prompt);
	return prompt;
}

static void work(void *data, void *arg)
{
	struct prompts *ps = arg;
	struct entry *e = data;
	bool stood_in;
	struct prompt *prompt = load_or_speak(ps, e, &stood_in);
	bool last;

	if (!prompt)
		log_warn("prompt.failed", "the text with key %s cannot be spoken", e->key);
	g_mutex_lock(&ps->lock);
	e->prompt = prompt;
	e->state = prompt ? PROMPT_READY : PROMPT_FAILED;
	e->again_us = !prompt || stood_in ? clock_boot_us() + AGAIN_US : 0;
	g_queue_push_head_link(&ps->by_use, &e->link);
	ps->bytes += cost(e);
	evict(ps);
	g_cond_broadcast(&ps->told);
	last = --ps->pending == 0;
	g_mutex_unlock(&ps->lock);
	if (last)
		malloc_trim(0); /* speech takes megabytes while it is made, and there may be none for long */
	ps->ready(ps->arg);
}

/* ---- for callers ---- */

static void key_of(const struct prompts *ps, const struct prompt_voice *v, const char *text, char key[TOKEN_HASH_SIZE])
{
	g_autofree char *name = speaker_name(ps->speaker, v);
	g_autofree char *s = g_strdup_printf("%s %s %s", FORMAT, name, text);

	token_hash(s, strlen(s), key);
}

static struct prompt *make_silence(void)
{
	int16_t pcm[SPEECH_LEAD] = { 0 };

	return prompt_from_pcm(pcm, SPEECH_LEAD);
}

struct prompts *prompts_new(const char *folder, const struct settings *settings, int workers, void (*ready)(void *arg),
			    void *arg, struct problem *p)
{
	struct prompts *ps = g_new0(struct prompts, 1);

	if (!(ps->speaker = speaker_new(settings, p)) ||
	    !(ps->folder = prompt_folder_open(folder, settings->voice_prompt_cache << 20, p))) {
		speaker_free(ps->speaker);
		g_free(ps);
		return NULL;
	}
	ps->ready = ready;
	ps->arg = arg;
	ps->silence = make_silence();
	g_mutex_init(&ps->lock);
	g_cond_init(&ps->told);
	g_queue_init(&ps->by_use);
	ps->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_entry);
	ps->pool = g_thread_pool_new(work, ps, MAX(workers, 1), FALSE, NULL);
	return ps;
}

void prompts_free(struct prompts *ps)
{
	if (!ps)
		return;
	g_thread_pool_free(ps->pool, TRUE, TRUE); /* waits for what is being spoken, forgets what is queued */
	g_hash_table_destroy(ps->entries);
	prompt_unref(ps->silence);
	g_mutex_clear(&ps->lock);
	g_cond_clear(&ps->told);
	prompt_folder_close(ps->folder);
	speaker_free(ps->speaker);
	g_free(ps);
}

/* Spoken once more: what failed may work now, and who was stood in for may be back. Under the lock. */
static void try_again(struct prompts *ps, struct entry *e)
{
	g_queue_unlink(&ps->by_use, &e->link);
	ps->bytes -= cost(e);
	g_clear_pointer(&e->prompt, prompt_unref);
	e->state = PROMPT_PENDING;
	ps->pending++;
	g_thread_pool_push(ps->pool, e, NULL);
}

static enum prompt_state look_up(struct prompts *ps, const struct prompt_voice *v, const char *text,
				 enum prompt_life life, struct prompt **out)
{
	char key[TOKEN_HASH_SIZE];
	enum prompt_state state;
	struct entry *e;

	key_of(ps, v, text, key);
	g_mutex_lock(&ps->lock);
	e = g_hash_table_lookup(ps->entries, key);
	if (!e) {
		e = add_entry(ps, key, v, text, life);
		ps->pending++;
		g_thread_pool_push(ps->pool, e, NULL);
	} else if (e->state != PROMPT_PENDING && e->again_us && clock_boot_us() >= e->again_us) {
		try_again(ps, e);
	} else if (e->state != PROMPT_PENDING) {
		g_queue_unlink(&ps->by_use, &e->link);
		g_queue_push_head_link(&ps->by_use, &e->link);
	}
	state = e->state;
	if (state == PROMPT_READY)
		*out = prompt_ref(e->prompt);
	g_mutex_unlock(&ps->lock);
	return state;
}

bool prompts_speak(const struct prompts *ps, const char *language)
{
	return speaker_speaks(ps->speaker, language);
}

enum prompt_state prompts_get(struct prompts *ps, const struct prompt_voice *voice, const char *text,
			      enum prompt_life life, struct prompt **out)
{
	static const struct prompt_voice nobody = { NULL, NULL };
	char *spoken = spoken_text(text);
	enum prompt_state state = PROMPT_READY;

	if (*spoken)
		state = look_up(ps, voice ? voice : &nobody, spoken, life, out);
	else
		*out = prompt_ref(ps->silence);
	g_free(spoken);
	return state;
}

enum prompt_state prompts_wait(struct prompts *ps, const struct prompt_voice *voice, const char *text,
			       enum prompt_life life, int wait_ms, struct prompt **out)
{
	int64_t until = g_get_monotonic_time() + wait_ms * INT64_C(1000);
	enum prompt_state state;

	while ((state = prompts_get(ps, voice, text, life, out)) == PROMPT_PENDING) {
		bool in_time;

		g_mutex_lock(&ps->lock);
		in_time = g_cond_wait_until(&ps->told, &ps->lock, MIN(until, g_get_monotonic_time() + LOOK_AGAIN_US));
		g_mutex_unlock(&ps->lock);
		if (!in_time && g_get_monotonic_time() >= until)
			return PROMPT_PENDING;
	}
	return state;
}
