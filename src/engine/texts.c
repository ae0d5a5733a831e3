#include "engine/texts.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "store/accounts.h"
#include "store/db.h"
#include "store/messages.h"
#include "store/workspace_clock.h"
#include "store/writer.h"

#include <glib.h>

enum {
	PAUSE_US = 250000, /* between two looks at the queue */
	AT_ONCE = 50,	   /* texts decided in one job */
};

struct texts {
	const struct settings *settings;
	struct store *store;
	GThread *thread;
	GMutex lock;
	GCond wake;
	bool rung, stopping, halted; /* under lock */
};

/* ---- one workspace ---- */

struct round {
	struct texts *t;
	int64_t workspace_id;
	struct sms_way way;
	int64_t wall_ms;
	int most;
	/* results */
	struct sms_order orders[AT_ONCE];
	int n;
};

static void drop_orders(struct round *r)
{
	for (int i = 0; i < r->n; i++)
		g_free(r->orders[i].body);
	r->n = 0;
}

static int round_run(struct db *db, void *arg)
{
	struct round *r = arg;

	drop_orders(r); /* of a run that was undone */
	r->n = texts_decide(db, r->workspace_id, workspace_now(db, r->workspace_id, r->wall_ms), &r->way, r->most,
			    r->orders);
	return JOB_KEEP;
}

static struct sms_way way_of(const struct texts *t, bool is_live)
{
	(void)t;
	return is_live ? (struct sms_way){ 0 } : (struct sms_way){ .provider = SMS_OUTBOX, .at_once = true };
}

/* ---- all of them ---- */

struct look {
	struct texts *t;
	struct db *db;
	int64_t wall_ms;
	GArray *due; /* struct round without results */
};

static void look_at(void *arg, int64_t workspace_id, bool is_live)
{
	struct look *l = arg;
	struct round r = { .t = l->t, .workspace_id = workspace_id, .wall_ms = l->wall_ms, .most = AT_ONCE,
			   .way = way_of(l->t, is_live) };

	if (texts_next_due(l->db, workspace_id) <= workspace_now(l->db, workspace_id, l->wall_ms))
		g_array_append_val(l->due, r);
}

/* Decides what is due; true when there may be more at once. */
static bool step(struct texts *t)
{
	g_autoptr(GArray) due = g_array_new(FALSE, TRUE, sizeof(struct round));
	struct look l = { .t = t, .db = store_reader(t->store), .wall_ms = clock_wall_ms(), .due = due };

	if (!l.db)
		return false;
	workspaces_each(l.db, look_at, &l);
	store_read_end(l.db);
	for (guint i = 0; i < due->len; i++) {
		struct round *r = &g_array_index(due, struct round, i);

		if (store_write(t->store, JOB_DISPATCH, round_run, r) != JOB_KEEP)
			due->len = 0; /* the store is unwell: later */
		drop_orders(r);
	}
	return due->len > 0;
}

static bool go_on(struct texts *t, bool at_once)
{
	int64_t until = g_get_monotonic_time() + (at_once ? 0 : PAUSE_US);
	bool run;

	g_mutex_lock(&t->lock);
	while (!t->rung && !t->stopping && g_cond_wait_until(&t->wake, &t->lock, until))
		;
	t->rung = false;
	run = !t->stopping;
	g_mutex_unlock(&t->lock);
	return run;
}

static bool is_halted(struct texts *t)
{
	bool halted;

	g_mutex_lock(&t->lock);
	halted = t->halted;
	g_mutex_unlock(&t->lock);
	return halted;
}

static void *texts_thread(void *arg)
{
	struct texts *t = arg;
	bool more = false;

	while (go_on(t, more))
		more = !is_halted(t) && step(t);
	return NULL;
}

/* ---- life ---- */

static int presume_run(struct db *db, void *arg)
{
	*(int64_t *)arg = messages_presume(db, clock_wall_ms());
	return JOB_KEEP;
}

/* What was on its way when the server stopped. */
static void presume(struct texts *t)
{
	int64_t n, all = 0;

	do {
		n = 0;
		if (store_write(t->store, JOB_DISPATCH, presume_run, &n) != JOB_KEEP)
			break;
		all += n;
	} while (n > 0);
	if (all > 0)
		log_warn("texts.recovered",
			 "the last run was cut short: %" G_GINT64_FORMAT " texts may or may not have gone out",
			 all);
}

struct texts *texts_start(const struct settings *settings, struct store *store, bool halted, struct problem *p)
{
	struct texts *t = g_new0(struct texts, 1);

	(void)p;
	t->settings = settings;
	t->store = store;
	t->halted = halted;
	g_mutex_init(&t->lock);
	g_cond_init(&t->wake);
	presume(t);
	t->thread = g_thread_new("texts", texts_thread, t);
	return t;
}

void texts_stop(struct texts *t)
{
	if (!t)
		return;
	g_mutex_lock(&t->lock);
	t->stopping = true;
	g_cond_signal(&t->wake);
	g_mutex_unlock(&t->lock);
	g_thread_join(t->thread);
	g_mutex_clear(&t->lock);
	g_cond_clear(&t->wake);
	g_free(t);
}

void texts_nudge(struct texts *t)
{
	g_mutex_lock(&t->lock);
	t->rung = true;
	g_cond_signal(&t->wake);
	g_mutex_unlock(&t->lock);
}

void texts_halt(struct texts *t, bool halted)
{
	g_mutex_lock(&t->lock);
	t->halted = halted;
	g_mutex_unlock(&t->lock);
}
