#include "engine/webhooks.h"

#include "base/clock.h"
#include "engine/hook.h"
#include "store/db.h"
#include "store/writer.h"

#include <glib.h>

enum {
	POLL_US = 20000,   /* how soon a new event is seen */
	IDLE_US = 1000000, /* without endpoints */
	WRITE_MS = 500,	   /* what came of deliveries is written this often amid a batch */
};

void hook_ring(struct webhooks *w)
{
	w->rung = true;
	g_cond_broadcast(&w->wake);
}

/* One step of one endpoint, as far as it goes without waiting. */
static void advance(struct hook *k, bool draining)
{
	int64_t now = clock_wall_ms();
	struct parcel *p = NULL;
	struct db *db;

	if (k->out || k->writing)
		return;
	if (k->record && (k->write_now || k->reload || draining || g_queue_is_empty(&k->batch) ||
			  clock_boot_ms() - k->written_ms >= WRITE_MS)) {
		hook_write(k);
		return;
	}
	if (draining || k->gone)
		return;
	if (k->reload || k->aside_due <= now || (g_queue_is_empty(&k->batch) && k->at.due_at <= now &&
			k->seen != store_commits(k->w->store))) {
		db = store_reader(k->w->store);
		if (!db)
			return;
		if (k->reload)
			hook_reload(k, db);
		else if (k->aside_due <= now)
			p = hook_load_aside(k, db, now);
		else
			hook_load_batch(k, db);
		store_read_end(db);
		if (k->write_now)
			hook_write(k);
	}
	if (!p && !k->writing && !k->reload && k->at.due_at <= now)
		p = g_queue_pop_head(&k->batch);
	if (p)
		hook_send(k, p);
}

static void take_news(struct hook *k)
{
	bool answered, written;

	g_mutex_lock(&k->w->lock);
	answered = k->answered;
	written = k->written;
	k->answered = k->written = false;
	g_mutex_unlock(&k->w->lock);
	if (answered)
		hook_after_answer(k);
	if (written)
		hook_after_write(k);
}

static void meet(void *arg, int64_t workspace_id, int64_t company_id, int64_t endpoint_id)
{
	struct webhooks *w = arg;
	struct hook *k;

	for (guint i = 0; i < w->hooks->len; i++) {
		k = w->hooks->pdata[i];
		if (k->workspace_id == workspace_id && k->at.endpoint_id == endpoint_id) {
			k->gone = false;
			k->reload = true;
			return;
		}
	}
	k = g_new0(struct hook, 1);
	*k = (struct hook){ .w = w, .workspace_id = workspace_id, .company_id = company_id, .reload = true,
			.left_id = -1, .trim_in = HOOK_TRIM_EVERY, .seen = HOOK_NEVER, .at.endpoint_id = endpoint_id,
			.aside_due = INT64_MAX };
	g_queue_init(&k->batch);
	g_ptr_array_add(w->hooks, k);
}

static void look_for_hooks(struct webhooks *w)
{
	struct db *db = store_reader(w->store);

	if (!db)
		return;
	for (guint i = 0; i < w->hooks->len; i++)
		((struct hook *)w->hooks->pdata[i])->gone = true;
	webhooks_active_each(db, meet, w);
	store_read_end(db);
}

static bool is_busy(const struct hook *k)
{
	return k->out || k->writing || k->record;
}

static void drop_gone(struct webhooks *w)
{
	for (guint i = w->hooks->len; i-- > 0;) {
		struct hook *k = w->hooks->pdata[i];

		if (k->gone && !is_busy(k))
			g_ptr_array_remove_index_fast(w->hooks, i);
	}
}

/* Sleeps until the bell rings, or until it is time to look. */
static void wait_for_bell(struct webhooks *w, bool *changed, bool *draining)
{
	int64_t until = g_get_monotonic_time() + (w->hooks->len ? POLL_US : IDLE_US);

	g_mutex_lock(&w->lock);
	if (!w->rung)
		g_cond_wait_until(&w->wake, &w->lock, until);
	w->rung = false;
	*changed = w->changed;
	*draining = w->draining;
	w->changed = false;
	g_mutex_unlock(&w->lock);
}

/* False when everything is written that is to be. */
static bool go_on(struct webhooks *w, bool draining)
{
	bool busy = false, ending;

	for (guint i = 0; i < w->hooks->len; i++)
		busy |= is_busy(w->hooks->pdata[i]);
	g_mutex_lock(&w->lock);
	if (draining && !w->drained) {
		w->drained = true;
		g_cond_broadcast(&w->wake);
	}
	ending = w->ending;
	g_mutex_unlock(&w->lock);
	return !ending || busy;
}

static void *webhooks_thread(void *arg)
{
	struct webhooks *w = arg;
	bool changed, draining;

	do {
		wait_for_bell(w, &changed, &draining);
		if (changed && !draining)
			look_for_hooks(w);
		for (guint i = 0; i < w->hooks->len; i++) {
			take_news(w->hooks->pdata[i]);
			advance(w->hooks->pdata[i], draining);
		}
		drop_gone(w);
	} while (go_on(w, draining));
	return NULL;
}

/* ---- from outside ---- */

struct webhooks *webhooks_start(struct store *store, struct http_client *client, bool allow_loopback)
{
	struct webhooks *w = g_new0(struct webhooks, 1);

	w->store = store;
	w->client = client;
	w->allow_loopback = allow_loopback;
	w->hooks = g_ptr_array_new_with_free_func(hook_free);
	w->changed = w->rung = true;
	g_mutex_init(&w->lock);
	g_cond_init(&w->wake);
	w->thread = g_thread_new("webhooks", webhooks_thread, w);
	return w;
}

void webhooks_changed(struct webhooks *w)
{
	g_mutex_lock(&w->lock);
	w->changed = true;
	hook_ring(w);
	g_mutex_unlock(&w->lock);
}

void webhooks_drain(struct webhooks *w)
{
	if (!w)
		return;
	g_mutex_lock(&w->lock);
	w->draining = true;
	hook_ring(w);
	while (!w->drained)
		g_cond_wait(&w->wake, &w->lock);
	g_mutex_unlock(&w->lock);
}

void webhooks_stop(struct webhooks *w)
{
	if (!w)
		return;
	webhooks_drain(w);
	g_mutex_lock(&w->lock);
	w->ending = true;
	hook_ring(w);
	g_mutex_unlock(&w->lock);
	g_thread_join(w->thread);
	g_ptr_array_unref(w->hooks);
	g_mutex_clear(&w->lock);
	g_cond_clear(&w->wake);
	g_free(w);
}
