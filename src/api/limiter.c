/*
 * Sixteen shards, each a mutex and a hash table; a lock is held for one look-up. Windows that have ended are
 * forgotten when a shard grows past SWEEP_AT, so memory follows the workspaces that are active.
 */
#include "api/limiter.h"

#include <glib.h>

enum { SHARDS = 16, WINDOW_MS = 60000, SWEEP_AT = 1024 };

struct window {
	int64_t key[2]; /* company, workspace */
	int64_t ends_ms;
	int64_t used;
};

struct shard {
	GMutex lock;
	GHashTable *windows; /* window → itself */
	guint sweep_at;
};

struct limiter {
	int64_t limit;
	struct shard shards[SHARDS];
};

static guint key_hash(gconstpointer p)
{
	const struct window *w = p;
	uint64_t h =
		((uint64_t)w->key[0] * 0x9e3779b97f4a7c15u) ^ ((uint64_t)w->key[1] * 0xc2b2ae3d27d4eb4fu);

	return (guint)(h ^ (h >> 32));
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
	const struct window *x = a, *y = b;

	return x->key[0] == y->key[0] && x->key[1] == y->key[1];
}

struct limiter *limiter_new(int64_t per_minute)
{
	struct limiter *l = g_new0(struct limiter, 1);

	l->limit = per_minute;
	for (int i = 0; i < SHARDS; i++) {
		g_mutex_init(&l->shards[i].lock);
		l->shards[i].windows = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
		l->shards[i].sweep_at = SWEEP_AT;
	}
	return l;
}

void limiter_free(struct limiter *l)
{
	if (!l)
		return;
	for (int i = 0; i < SHARDS; i++) {
		g_hash_table_destroy(l->shards[i].windows);
		g_mutex_clear(&l->shards[i].lock);
	}
	g_free(l);
}

static gboolean has_ended(gpointer key, gpointer value, gpointer now_ms)
{
	const struct window *w = key;

	(void)value;
	return w->ends_ms <= *(int64_t *)now_ms;
}

static struct window *window_of(struct shard *s, const struct window *key, int64_t now_ms)
{
	struct window *w = g_hash_table_lookup(s->windows, key);

	if (w)
		return w;
	if (g_hash_table_size(s->windows) >= s->sweep_at) {
		g_hash_table_foreach_remove(s->windows, has_ended, &now_ms);
		s->sweep_at = MAX(SWEEP_AT, 2 * g_hash_table_size(s->windows));
	}
	w = g_memdup2(key, sizeof(*key));
	g_hash_table_add(s->windows, w);
	return w;
}

struct limiter_verdict limiter_take(struct limiter *l, int64_t company_id, int64_t workspace_id,
				    int64_t now_ms)
{
	struct window key = { { company_id, workspace_id }, now_ms + WINDOW_MS, 0 };
	struct limiter_verdict v = { .allowed = true, .limit = l->limit };
	struct shard *s = &l->shards[key_hash(&key) % SHARDS];
	struct window *w;

	if (l->limit == 0)
		return v;
	g_mutex_lock(&s->lock);
	w = window_of(s, &key, now_ms);
	if (w->ends_ms <= now_ms)
		*w = key;
	v.allowed = w->used < l->limit;
	w->used += v.allowed;
	v.remaining = l->limit - w->used;
	v.reset_s = (w->ends_ms - now_ms + 999) / 1000;
	g_mutex_unlock(&s->lock);
	return v;
}
