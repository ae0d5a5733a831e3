#include "api/app.h"

#include "api/reply.h"
#include "api/request.h"
#include "api/routes.h"
#include "base/token.h"
#include "store/accounts.h"
#include "store/writer.h"

#include <glib.h>
#include <string.h>

enum { KEYS_KEPT = 10000 };

struct app {
	struct store *store;
	struct app_ears ears;
	struct server_host host;
	GRWLock lock;
	GHashTable *keys; /* the key's hash -> struct caller; only keys that open something */
	unsigned changes; /* how often the keys have changed; under lock */
};

/* ---- keys ---- */

/* What was read when the keys had changed `changes` times: a key revoked since must not be kept. */
static void remember(struct app *a, const char *hash, const struct caller *c, unsigned changes)
{
	g_rw_lock_writer_lock(&a->lock);
	if (a->changes == changes) {
		if (g_hash_table_size(a->keys) >= KEYS_KEPT)
			g_hash_table_remove_all(a->keys);
		g_hash_table_replace(a->keys, g_strdup(hash), g_memdup2(c, sizeof(*c)));
	}
	g_rw_lock_writer_unlock(&a->lock);
}

static bool recall(struct app *a, const char *hash, struct caller *out, unsigned *changes)
{
	const struct caller *c;

	g_rw_lock_reader_lock(&a->lock);
	c = g_hash_table_lookup(a->keys, hash);
	if (c)
		*out = *c;
	*changes = a->changes;
	g_rw_lock_reader_unlock(&a->lock);
	return c != NULL;
}

void app_keys_changed(struct app *a)
{
	g_rw_lock_writer_lock(&a->lock);
	g_hash_table_remove_all(a->keys);
	a->changes++;
	g_rw_lock_writer_unlock(&a->lock);
}

static struct db *reader(void *arg)
{
	struct app *a = arg;
	struct db *db = store_reader(a->store);

	if (db)
		store_read_end(db); /* what the last request on this thread left */
	return db;
}

static enum auth_result authenticate(void *arg, const char *key, struct caller *out)
{
	struct app *a = arg;
	char hash[TOKEN_HASH_SIZE];
	struct key_owner owner;
	unsigned changes;
	struct db *db;

	token_hash(key, strlen(key), hash);
	if (recall(a, hash, out, &changes))
		return AUTH_OK;
	db = reader(a);
	if (!db)
		return AUTH_UNAVAILABLE;
	if (!key_find(db, hash, &owner))
		return db_failed(db) ? AUTH_UNAVAILABLE : AUTH_UNKNOWN;
	if (!owner.key_active)
		return AUTH_DEACTIVATED;
	if (!owner.company_active)
		return AUTH_INACTIVE;
	*out = (struct caller){ .company_id = owner.company_id, .workspace_id = owner.workspace_id,
				.user_id = owner.user_id, .key_id = owner.key_id, .live = owner.live,
				.scope = owner.admin ? SCOPE_ADMIN : SCOPE_PARTNER };
	remember(a, hash, out, changes);
	return AUTH_OK;
}

/* ---- jobs ---- */

_Static_assert((int)WRITE_MORE == (int)JOB_MORE, "the server's word for the writer's");

static void write_job(void *arg, bool bulk, int (*run)(struct db *db, void *job), void (*done)(void *job, int rc),
		      void *job)
{
	struct app *a = arg;

	store_submit(a->store, bulk ? JOB_BULK : JOB_SINGLE, run, done, job);
}

struct word {
	const struct app *app;
	int64_t workspace_id, campaign_id, talent_id;
};

static struct word *word_new(const struct request *rq)
{
	struct word *w = arena_alloc(rq->arena, sizeof(*w));

	w->app = rq->app;
	w->workspace_id = rq->caller.workspace_id;
	return w;
}

static void say_due(void *arg)
{
	const struct word *w = arg;

	if (w->app->ears.due)
		w->app->ears.due(w->app->ears.arg, w->workspace_id);
}

static void say_lead_removed(void *arg)
{
	const struct word *w = arg;

	if (w->app->ears.lead_removed)
		w->app->ears.lead_removed(w->app->ears.arg, w->workspace_id, w->campaign_id, w->talent_id);
}

void app_tell_due(const struct request *rq, struct reply *re)
{
	reply_after(re, say_due, word_new(rq));
}

void app_tell_lead_removed(const struct request *rq, struct reply *re, int64_t campaign_id, int64_t talent_id)
{
	struct word *w = word_new(rq);

	w->campaign_id = campaign_id;
	w->talent_id = talent_id;
	reply_after(re, say_lead_removed, w);
}

void app_missing(struct db *db, struct reply *re)
{
	if (!app_read_failed(db, re))
		reply_not_found(re);
}

bool app_read_failed(struct db *db, struct reply *re)
{
	if (db_failed(db))
		reply_error(re, ERROR_UNAVAILABLE, NULL);
	return db_failed(db);
}

/* ---- life ---- */

struct app *app_new(struct store *store, const struct app_ears *ears)
{
	struct app *a = g_new0(struct app, 1);

	a->store = store;
	a->ears = *ears;
	a->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_rw_lock_init(&a->lock);
	a->host = (struct server_host){ .arg = a, .routes = routes, .n_routes = routes_count,
					.authenticate = authenticate, .reader = reader, .write = write_job };
	return a;
}

void app_free(struct app *a)
{
	if (!a)
		return;
	g_hash_table_unref(a->keys);
	g_rw_lock_clear(&a->lock);
	g_free(a);
}

const struct server_host *app_host(struct app *a)
{
	return &a->host;
}
