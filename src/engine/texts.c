#include "engine/texts.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "store/accounts.h"
#include "store/db.h"
#include "store/texts.h"
#include "store/suppressions.h"
#include "store/workspace_clock.h"
#include "store/writer.h"

#include <glib.h>

enum {
	PAUSE_US = 250000, /* between two looks at the queue */
	REST_US = 20000,   /* and after one that found nothing, whoever rings */
	AT_ONCE = 50,	   /* texts decided in one job */
	ON_THE_WAY_MOST = 100, /* a provider that hangs costs no more memory than they do */
};

struct texts {
	const struct texts_way *way;
	struct store *store;
	GThread *thread;
	GMutex lock;
	GCond wake;
	bool rung, stopping, halted; /* under lock */
	int on_the_way;		     /* requests, and what they came to that is not written yet; under lock */
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
	const struct sms_provider *p = &t->way->provider;

	if (!is_live)
		return (struct sms_way){ .provider = SMS_OUTBOX, .at_once = true };
	return (struct sms_way){ .provider = p->url[0] ? SMS_TWILIO : NULL, .own_number = p->own_number };
}

/* ---- what the provider says ---- */

/* One message's way through the provider. */
struct settling {
	struct texts *t;
	int64_t workspace_id, message_id, wall_ms;
	char to[32];
	struct sms_outcome outcome;
};

static int settle_run(struct db *db, void *arg)
{
	const struct settling *s = arg;
	const struct sms_outcome *o = &s->outcome;
	struct sms_result r = { .state = o->state, .ref = o->ref[0] ? o->ref : NULL, .reason = o->reason,
				.retry_after_s = o->retry_after_s };
	int64_t now = workspace_now(db, s->workspace_id, s->wall_ms);

	message_settle(db, s->workspace_id, s->message_id, &r, now);
	if (o->opted_out)
		suppress_person(db, s->workspace_id, s->to, NULL, "OPTED_OUT_AT_PROVIDER", now);
	return JOB_KEEP;
}

static void settled(void *arg, int rc)
{
	struct settling *s = arg;
	struct texts *t = s->t;

	if (rc != JOB_KEEP)
		log_error("texts.settle", "what became of message %" G_GINT64_FORMAT " (%s) could not be written: it will be "
			  "unknown", s->message_id, message_state_name(s->outcome.state));
	g_free(s);
	g_mutex_lock(&t->lock);
	t->on_the_way--;
	g_cond_broadcast(&t->wake);
	g_mutex_unlock(&t->lock);
}

static void on_outcome(void *arg, const struct sms_outcome *o)
{
	struct settling *s = arg;

	s->outcome = *o;
	s->wall_ms = clock_wall_ms();
	metric_add(metric_of(METRIC_SMS, SMS_TWILIO, message_state_name(o->state), NULL), 1);
	store_submit(s->t->store, JOB_DISPATCH, settle_run, settled, s);
}

static void send_one(struct texts *t, const struct sms_order *o)
{
	struct settling *s = g_new0(struct settling, 1);

	s->t = t;
	s->workspace_id = o->workspace_id;
	s->message_id = o->message_id;
	g_strlcpy(s->to, o->to, sizeof(s->to));
	g_mutex_lock(&t->lock);
	t->on_the_way++;
	g_mutex_unlock(&t->lock);
	sms_send(&t->way->provider, t->way->http, o->message_id, o->from, o->to, o->body, on_outcome, s);
}

static int room(struct texts *t)
{
	int n;

	g_mutex_lock(&t->lock);
	n = MIN(AT_ONCE, ON_THE_WAY_MOST - t->on_the_way);
	g_mutex_unlock(&t->lock);
	return n;
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
	bool worked = false;

	if (!l.db)
		return false;
	workspaces_each(l.db, look_at, &l);
	store_read_end(l.db);
	for (guint i = 0; i < due->len; i++) {
		struct round *r = &g_array_index(due, struct round, i);

		/* what writes to the outbox waits for nobody */
		r->most = r->way.at_once ? AT_ONCE : room(t);
		if (r->most == 0)
			continue;
		if (store_write(t->store, JOB_DISPATCH, round_run, r) != JOB_KEEP) {
			drop_orders(r);
			return false; /* the store is unwell: later */
		}
		worked = true;
		for (int k = 0; k < r->n; k++)
			send_one(t, &r->orders[k]);
		drop_orders(r);
	}
	return worked;
}

/* After a look that found nothing it rests a moment even when it is rung for: with every commit somebody rings. */
static bool go_on(struct texts *t, bool at_once)
{
	int64_t now = g_get_monotonic_time(), rested = now + (at_once ? 0 : REST_US), until = now + (at_once ? 0 : PAUSE_US);
	bool run;

	g_mutex_lock(&t->lock);
	while (!t->stopping && g_cond_wait_until(&t->wake, &t->lock, rested))
		;
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

struct texts *texts_start(const struct texts_way *way, struct store *store, bool halted)
{
	struct texts *t = g_new0(struct texts, 1);

	t->way = way;
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
	g_mutex_lock(&t->lock);
	while (t->on_the_way > 0)
		g_cond_wait(&t->wake, &t->lock);
	g_mutex_unlock(&t->lock);
	g_mutex_clear(&t->lock);
	g_cond_clear(&t->wake);
	g_free(t);
}

void texts_nudge(struct texts *t)
{
	g_mutex_lock(&t->lock);
	if (!t->rung)
		g_cond_signal(&t->wake);
	t->rung = true;
	g_mutex_unlock(&t->lock);
}

void texts_halt(struct texts *t, bool halted)
{
	g_mutex_lock(&t->lock);
	t->halted = halted;
	g_mutex_unlock(&t->lock);
}
