#include "api/app.h"

#include "api/idempotency.h"
#include "api/metrics.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/routes.h"
#include "base/clock.h"
#include "base/token.h"
#include "store/accounts.h"
#include "store/idempotency.h"
#include "store/writer.h"

#include <glib.h>
#include <stdatomic.h>
#include <string.h>

enum { KEYS_KEPT = 10000, FORGET_MOST = 500, FORGET_MS = 10 * 60 * 1000 };

struct app {
	struct store *store;
	const struct settings *settings;
	struct app_sms sms;
	struct app_ears ears;
	struct server_host host;
	struct idempotency *idempotency;
	_Atomic int64_t forget_ms; /* boot clock: when old answers are forgotten next */
	struct route *routes;
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

struct app_signs app_signs(struct app *a)
{
	struct app_signs s = { .commits = store_commits(a->store) };

	g_rw_lock_reader_lock(&a->lock);
	s.keys = a->changes;
	g_rw_lock_reader_unlock(&a->lock);
	return s;
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
	if (owner.user_gone)
		return AUTH_USER_GONE;
	if (!owner.user_active)
		return AUTH_USER_DISABLED;
	*out = (struct caller){ .company_id = owner.company_id, .workspace_id = owner.workspace_id,
				.user_id = owner.user_id, .key_id = owner.key_id, .live = owner.live,
				.ahead_ms = owner.ahead_ms,
				.scope = owner.admin ? SCOPE_ADMIN : SCOPE_PARTNER };
	remember(a, hash, out, changes);
	return AUTH_OK;
}

/* ---- jobs ---- */

_Static_assert((int)WRITE_MORE == (int)JOB_MORE, "the server's word for the writer's");

/* A bounded piece at a time, between the jobs that matter. */
static int forget_run(struct db *db, void *unused)
{
	(void)unused;
	return answers_forget(db, clock_wall_ms(), FORGET_MOST) == FORGET_MOST ? JOB_MORE : JOB_KEEP;
}

/* Writing makes answers to forget, so writing is what reminds us. */
static void forget_now_and_then(struct app *a)
{
	int64_t now = clock_boot_ms(), due = atomic_load_explicit(&a->forget_ms, memory_order_relaxed);

	if (now >= due && atomic_compare_exchange_strong(&a->forget_ms, &due, now + FORGET_MS))
		store_submit(a->store, JOB_BULK, forget_run, NULL, NULL);
}

/* A write with an Idempotency-Key: the server's job with ours round it. In the request's arena. */
struct keyed {
	struct once *once;
	const struct request *rq;
	struct reply *re;
	int (*run)(struct db *db, void *job);
	void (*done)(void *job, int rc);
	void *job;
};

static int keyed_run(struct db *db, void *arg)
{
	const struct keyed *k = arg;
	int rc;

	if (once_replay(k->once, k->rq, db, k->re))
		return k->re->status >= 400;
	rc = k->run(db, k->job);
	if (rc == JOB_KEEP)
		once_keep(k->once, k->rq, db, k->re);
	return rc;
}

/*
 * A write in pieces keeps its answer with the last one. The key is free before the answer leaves, so that whoever has the
 * answer can use the key.
 */
static void keyed_done(void *arg, int rc)
{
	const struct keyed *k = arg;

	if (rc != JOB_MORE)
		once_end(k->once);
	k->done(k->job, rc); /* the request and this are gone now */
}

static void write_job(void *arg, bool bulk, const struct request *rq, struct reply *re,
		      int (*run)(struct db *db, void *job), void (*done)(void *job, int rc), void *job)
{
	struct app *a = arg;
	enum job_class class = bulk ? JOB_BULK : JOB_SINGLE;
	int64_t together = rq->route->together && !bulk ? rq->path.ids[0] : 0;
	struct once *once;
	struct keyed *k;

	forget_now_and_then(a);
	if (!once_begin(a->idempotency, rq, re, &once)) {
		done(job, 1);
		return;
	}
	if (!once) {
		store_submit_together(a->store, class, run, done, job, together);
		return;
	}
	k = arena_alloc(rq->arena, sizeof(*k));
	*k = (struct keyed){ .once = once, .rq = rq, .re = re, .run = run, .done = done, .job = job };
	store_submit_together(a->store, class, keyed_run, keyed_done, k, together);
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

static void say_words(void *arg)
{
	const struct word *w = arg;

	if (w->app->ears.words_changed)
		w->app->ears.words_changed(w->app->ears.arg, w->workspace_id, w->campaign_id);
	say_due(arg);
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

void app_tell_words(const struct request *rq, struct reply *re, int64_t campaign_id)
{
	struct word *w = word_new(rq);

	w->campaign_id = campaign_id;
	reply_after(re, say_words, w);
}

void app_tell_lead_removed(const struct request *rq, struct reply *re, int64_t campaign_id, int64_t talent_id)
{
	struct word *w = word_new(rq);

	w->campaign_id = campaign_id;
	w->talent_id = talent_id;
	reply_after(re, say_lead_removed, w);
}

struct changed {
	const struct app *app;
	struct change change;
};

static void say_changed(void *arg)
{
	const struct changed *c = arg;

	if (c->app->ears.changed)
		c->app->ears.changed(c->app->ears.arg, &c->change);
}

void app_tell_change(const struct request *rq, struct reply *re, const struct change *change)
{
	struct changed *c = arena_alloc(rq->arena, sizeof(*c));

	*c = (struct changed){ rq->app, *change };
	reply_after(re, say_changed, c);
}

int app_rehearse(const struct request *rq, const struct rehearsal_order *order, struct jw *out, struct problem *p)
{
	const struct app *a = rq->app;

	if (!a->ears.rehearse)
		return problem_set(p, PROBLEM_UNREACHABLE, "nothing can be rehearsed here");
	return a->ears.rehearse(a->ears.arg, order, out, p);
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

const char *app_unready(const struct request *rq)
{
	const struct app_ears *ears = &((const struct app *)rq->app)->ears;

	return ears->unready ? ears->unready(ears->arg) : NULL;
}

bool app_metrics_public(const struct request *rq)
{
	return ((const struct app *)rq->app)->settings->api_metrics_public;
}

static void request_finished(void *arg, const struct request *rq, unsigned status, int64_t took_us)
{
	const struct app *a = arg;

	metrics_count_request(rq, a->routes, status, took_us);
}

void app_set_sms(struct app *a, const struct app_sms *sms)
{
	a->sms = *sms;
}

struct app_sms app_sms(const struct request *rq)
{
	return ((const struct app *)rq->app)->sms;
}

/* ---- life ---- */

/* The Partner API's routes and then the host's. */
static void join_routes(struct app *a, const struct route *more, size_t n_more)
{
	a->routes = g_new(struct route, routes_count + n_more);
	memcpy(a->routes, routes, routes_count * sizeof(*routes));
	if (n_more)
		memcpy(a->routes + routes_count, more, n_more * sizeof(*more));
	a->host.routes = a->routes;
	a->host.n_routes = routes_count + n_more;
}

/* ---- the voice ---- */

GByteArray *app_say(const struct request *rq, struct db *db, int64_t campaign_id, const struct messages *all,
		    const struct message *m, struct problem *p)
{
	const struct app_ears *ears = &((struct app *)rq->app)->ears;

	return ears->say(ears->arg, db, rq->caller.workspace_id, campaign_id, all, m, p);
}

char *app_take_wav(const struct request *rq, const void *wav, size_t n, char *why, size_t why_size)
{
	return ((struct app *)rq->app)->ears.take_wav(wav, n, why, why_size);
}

struct app *app_new(struct store *store, const struct settings *settings, const struct app_ears *ears,
		    const struct route *more, size_t n_more)
{
	struct app *a = g_new0(struct app, 1);

	a->store = store;
	a->settings = settings;
	a->ears = *ears;
	a->sms = (struct app_sms){ "", "", "" };
	a->idempotency = idempotency_new();
	a->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_rw_lock_init(&a->lock);
	a->host = (struct server_host){ .arg = a, .authenticate = authenticate, .reader = reader,
					.write = write_job, .finished = request_finished };
	join_routes(a, more, n_more);
	return a;
}

void app_free(struct app *a)
{
	if (!a)
		return;
	g_hash_table_unref(a->keys);
	idempotency_free(a->idempotency);
	g_free(a->routes);
	g_rw_lock_clear(&a->lock);
	g_free(a);
}

const struct server_host *app_host(struct app *a)
{
	return &a->host;
}
