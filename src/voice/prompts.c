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
#include "base/metrics.h"
#include "base/token.h"
#include "voice/prompt_file.h"
#include "voice/speech.h"
#include "voice/spoken_text.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <stdbool.h>

enum {
	MEMORY = 64 << 20, /* bytes kept; prompts that a call still holds are never dropped */
	ENTRY_COST = 256,  /* of an entry without samples */
	KEPT = 64,         /* the latest entries stay whatever they weigh: they are about to be asked for */
};

/* Part of every key: whatever changes the sound of a text must change it. */
static const char FORMAT[] = "1 flite";

struct entry {
	char key[TOKEN_HASH_SIZE];
	char *text; /* normalised */
	enum prompt_life life; /* as it was first asked for */
	enum prompt_state state;
	struct prompt *prompt; /* READY: our reference */
	GList link;            /* in `by_use`, unless PENDING */
};

struct prompts {
	char *folder;
	char *voice_name;
	const struct speech_voice *voice;
	void (*ready)(void *arg);
	void *arg;
	GThreadPool *pool;
	struct prompt *silence; /* of the empty text */

	GMutex lock; /* of the rest: */
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

static struct entry *add_entry(struct prompts *ps, const char *key, const char *text, enum prompt_life life)
{
	struct entry *e = g_new0(struct entry, 1);

	g_strlcpy(e->key, key, sizeof(e->key));
	e->text = g_strdup(text);
	e->life = life;
	e->state = PROMPT_PENDING;
	e->link.data = e;
	g_hash_table_insert(ps->entries, e->key, e);
	return e;
}

/* ---- the workers ---- */

static char *path_of(const struct prompts *ps, const struct entry *e)
{
	return g_strdup_printf("%s/%s.prompt", ps->folder, e->key);
}

/* A full disk costs speed, not calls: the prompt is kept in memory. Said once, for it will hold for all. */
static void save(struct prompts *ps, const char *path, const struct prompt *prompt)
{
	struct problem p = { 0 };
	bool first;

	if (prompt_file_save(path, prompt, &p) == 0)
		return;
	g_mutex_lock(&ps->lock);
	first = !ps->warned;
	ps->warned = true;
	g_mutex_unlock(&ps->lock);
	if (first)
		log_warn("prompt.not_cached", "%s; prompts are kept in memory only", p.text);
}

static struct prompt *speak(struct prompts *ps, const struct entry *e)
{
	size_t n;
	int64_t began_us = clock_boot_us();
	int16_t *pcm = speech_render(ps->voice, e->text, &n);
	struct prompt *prompt;

	metric_observe(metric_of(METRIC_TTS, "flite", NULL, NULL), clock_boot_us() - began_us);
	if (!pcm)
		return NULL;
	prompt = prompt_from_pcm(pcm, n);
	g_free(pcm);
	return prompt;
}

static struct prompt *load_or_speak(struct prompts *ps, const struct entry *e)
{
	char *path = path_of(ps, e);
	struct prompt *prompt = prompt_file_load(path);

	if (!prompt) {
		prompt = speak(ps, e);
		if (prompt)
			save(ps, path, prompt);
	}
	g_free(path);
	return prompt;
}

static void work(void *data, void *arg)
{
	struct prompts *ps = arg;
	struct entry *e = data;
	struct prompt *prompt = e->life == PROMPT_PASSING ? speak(ps, e) : load_or_speak(ps, e);
	bool last;

	if (!prompt)
		log_warn("prompt.failed", "the text with key %s cannot be spoken", e->key);
	g_mutex_lock(&ps->lock);
	e->prompt = prompt;
	e->state = prompt ? PROMPT_READY : PROMPT_FAILED;
	g_queue_push_head_link(&ps->by_use, &e->link);
	ps->bytes += cost(e);
	evict(ps);
	last = --ps->pending == 0;
	g_mutex_unlock(&ps->lock);
	if (last)
		malloc_trim(0); /* speech takes megabytes while it is made, and there may be none for long */
	ps->ready(ps->arg);
}

/* ---- for callers ---- */

static void key_of(const struct prompts *ps, const char *text, char key[TOKEN_HASH_SIZE])
{
	GString *s = g_string_new(NULL);

	g_string_printf(s, "%s %s %s", FORMAT, ps->voice_name, text);
	token_hash(s->str, s->len, key);
	g_string_free(s, TRUE);
}

static struct prompt *make_silence(void)
{
	int16_t pcm[SPEECH_LEAD] = { 0 };

	return prompt_from_pcm(pcm, SPEECH_LEAD);
}

struct prompts *prompts_new(const char *folder, const char *voice, int workers, void (*ready)(void *arg),
                            void *arg, struct problem *p)
{
	const struct speech_voice *v = speech_voice(voice, p);
	struct prompts *ps;

	if (!v)
		return NULL;
	if (g_mkdir_with_parents(folder, 0700) < 0) {
		problem_set(p, PROBLEM_FAILED, "the folder %s cannot be made: %s", folder, g_strerror(errno));
		return NULL;
	}
	prompt_file_sweep(folder);
	ps = g_new0(struct prompts, 1);
	ps->folder = g_strdup(folder);
	ps->voice_name = g_strdup(voice);
	ps->voice = v;
	ps->ready = ready;
	ps->arg = arg;
	ps->silence = make_silence();
	g_mutex_init(&ps->lock);
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
	g_free(ps->voice_name);
	g_free(ps->folder);
	g_free(ps);
}

static enum prompt_state look_up(struct prompts *ps, const char *text, enum prompt_life life, struct prompt **out)
{
	char key[TOKEN_HASH_SIZE];
	enum prompt_state state;
	struct entry *e;

	key_of(ps, text, key);
	g_mutex_lock(&ps->lock);
	e = g_hash_table_lookup(ps->entries, key);
	if (!e) {
		e = add_entry(ps, key, text, life);
		ps->pending++;
		g_thread_pool_push(ps->pool, e, NULL);
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

enum prompt_state prompts_get(struct prompts *ps, const char *text, enum prompt_life life, struct prompt **out)
{
	char *spoken = spoken_text(text);
	enum prompt_state state = PROMPT_READY;

	if (*spoken)
		state = look_up(ps, spoken, life, out);
	else
		*out = prompt_ref(ps->silence);
	g_free(spoken);
	return state;
}
