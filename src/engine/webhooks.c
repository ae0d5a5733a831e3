#include "engine/webhooks.h"

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/signature.h"
#include "base/token.h"
#include "core/delivery.h"
#include "core/event.h"
#include "engine/webhook_record.h"
#include "store/db.h"
#include "store/events.h"
#include "store/webhooks.h"
#include "store/writer.h"
#include "text/http_client.h"

#include <glib.h>
#include <string.h>

enum {
	BATCH = 200,
	POLL_US = 20000,   /* how soon a new event is seen */
	IDLE_US = 1000000, /* without endpoints */
	WRITE_MS = 500,	   /* what came of deliveries is written this often amid a batch */
	TRIM_EVERY = 2000, /* tries */
};

#define NEVER UINT64_MAX /* commits: there may be something to send */

/* One event, ready to be sent. */
struct parcel {
	int64_t event_id, tries; /* tries before this one */
	const char *mark;	 /* "" or one of webhooks.h's */
	bool aside;
	char *type;
	char *body;
	size_t n;
};

/*
 * An endpoint at work. It does one thing at a time: nothing, waiting for an answer (`out`), or for the writer (`writing`).
 * All of it belongs to the thread, but for what stands below the lock.
 */
struct hook {
	struct webhooks *w;
	int64_t workspace_id, company_id;
	struct webhook at; /* texts are owned; the cursor runs ahead of the database's, which is `durable` */
	int64_t durable;
	int64_t left_id;   /* the last event that left, or that a former process may have sent; -1 until it is read */
	GQueue batch;	   /* parcels that may leave */
	int64_t batch_end; /* where the cursor is when they are gone */
	int64_t aside_due; /* wall clock; INT64_MAX: nothing is aside */
	struct parcel *out;
	struct record *record; /* NULL: nothing to write */
	bool write_now, reload, gone;
	int64_t written_ms, trim_in;
	uint64_t seen; /* the store's commits when there was nothing to send */
	bool writing;
	/* under the lock */
	bool answered, written;
	struct http_answer answer; /* body and why are owned, in `said` */
	char *said;
	bool was_written, was_moved, was_stopped;
};

struct webhooks {
	struct store *store;
	struct http_client *client;
	bool allow_loopback;
	GPtrArray *hooks; /* the thread's */
	GThread *thread;
	GMutex lock;
	GCond wake;
	bool rung, changed, draining, drained, ending; /* under lock */
};

static void ring(struct webhooks *w)
{
	w->rung = true;
	g_cond_broadcast(&w->wake);
}

/* ---- parcels ---- */

static void parcel_free(void *arg)
{
	struct parcel *p = arg;

	g_free(p->type);
	g_free(p->body);
	g_free(p);
}

static struct parcel *parcel_new(const struct hook *k, const struct event_shown *e)
{
	struct parcel *p = g_new0(struct parcel, 1);
	struct jw w;

	jw_init(&w);
	jw_object(&w);
	jw_kint(&w, "id", e->event_id);
	event_members(&w, e);
	if (k->at.compatible) {
		jw_kstr(&w, "event", event_type_shown(e->type));
		jw_kint(&w, "companyId", k->company_id);
	}
	jw_end(&w);
	p->body = jw_take(&w, &p->n);
	p->event_id = e->event_id;
	p->type = g_strdup(event_type_shown(e->type));
	p->mark = "";
	return p;
}

/* ---- what is to be written ---- */

static struct record *record_of(struct hook *k)
{
	if (!k->record) {
		k->record = record_new();
		k->written_ms = clock_boot_ms();
	}
	return k->record;
}

static void on_written(void *arg, struct record *r, bool ok)
{
	struct hook *k = arg;

	g_mutex_lock(&k->w->lock);
	k->written = true;
	k->was_written = ok;
	k->was_moved = r->moved;
	k->was_stopped = r->stopped;
	ring(k->w);
	g_mutex_unlock(&k->w->lock);
	record_free(r);
}

static void write_out(struct hook *k)
{
	struct record *r = k->record;

	k->trim_in -= r->tries->len;
	r->trim_log = k->trim_in <= 0;
	if (r->trim_log)
		k->trim_in = TRIM_EVERY;
	r->workspace_id = k->workspace_id;
	r->before = k->durable;
	r->at = k->at;
	r->written = on_written;
	r->arg = k;
	k->record = NULL;
	k->write_now = false;
	k->writing = true;
	record_submit(k->w->store, r);
}

/* What was not written (a full disk) is sent again, marked; what was moved is read anew. */
static void after_write(struct hook *k)
{
	k->writing = false;
	if (k->was_stopped)
		k->gone = true;
	if (!k->was_written || k->was_moved)
		k->reload = true;
	else
		k->durable = k->at.cursor_id;
}

/* ---- sending ---- */

/* On the client's thread. */
static void on_answer(void *arg, const struct http_answer *a)
{
	struct hook *k = arg;
	const char *text = a->result == HTTP_ANSWERED ? a->body : a->why;
	size_t n = a->result == HTTP_ANSWERED ? a->n_body : strlen(a->why);

	g_mutex_lock(&k->w->lock);
	k->answer = *a;
	k->said = g_utf8_make_valid(text, (gssize)MIN(n, (size_t)WEBHOOK_NOTE_MOST));
	k->answered = true;
	ring(k->w);
	g_mutex_unlock(&k->w->lock);
}

static void send_parcel(struct hook *k, struct parcel *p)
{
	g_autofree char *id = g_strdup_printf("evt_%" G_GINT64_FORMAT, p->event_id);
	int64_t now = clock_wall_ms();
	char signature[SIGNATURE_SIZE] = "", iso[CLOCK_ISO_SIZE];
	const char *headers[11];
	g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);
	struct http_request rq = { .method = "POST", .url = k->at.url, .headers = headers, .body = p->body,
			.n_body = p->n, .reach = k->w->allow_loopback ? HTTP_OR_LOOPBACK : HTTP_PUBLIC };
	int n = 0;

	signature_make(k->at.secret, id, now / 1000, p->body, p->n, signature);
	g_ptr_array_add(made, g_strdup_printf("webhook-id: %s", id));
	g_ptr_array_add(made, g_strdup_printf("webhook-timestamp: %" G_GINT64_FORMAT, now / 1000));
	g_ptr_array_add(made, g_strdup_printf("webhook-signature: %s", signature));
	if (p->mark[0])
		g_ptr_array_add(made, g_strdup_printf("X-Callsheet-Redelivery: %s", p->mark));
	if (k->at.compatible) {
		g_ptr_array_add(made, g_strdup_printf("X-Webhook-Event: %s", p->type));
		g_ptr_array_add(made, g_strdup_printf("X-Webhook-Timestamp: %s", clock_iso(now, iso)));
		g_ptr_array_add(made, g_strdup_printf("X-Webhook-Key: %s", k->at.secret));
	}
	headers[n++] = "Content-Type: application/json";
	headers[n++] = "User-Agent: callsheet/" CALLSHEET_VERSION;
	for (guint i = 0; i < made->len; i++)
		headers[n++] = made->pdata[i];
	headers[n] = NULL;
	k->out = p;
	if (!p->aside)
		k->left_id = MAX(k->left_id, p->event_id);
	http_client_send(k->w->client, &rq, on_answer, k);
}

/* ---- what came of it ---- */

static const char *const verdicts[] = {
	[DELIVERY_DONE] = "delivered",
	[DELIVERY_AGAIN] = "failed",
	[DELIVERY_ASIDE] = "failed",
	[DELIVERY_GONE] = "gone",
	[DELIVERY_GIVE_UP] = "given_up",
};

static void drop_batch(struct hook *k)
{
	g_queue_clear_full(&k->batch, parcel_free);
}

/* The event behind the cursor is settled, or waits for its next try. */
static void move_on(struct hook *k, const struct parcel *p, struct delivery_step step, int64_t due_at)
{
	k->at.tries = 0;
	k->at.due_at = 0;
	if (step.next == DELIVERY_AGAIN || step.next == DELIVERY_GONE) {
		k->at.tries = p->tries + 1;
		k->at.due_at = due_at;
		k->seen = NEVER;
		drop_batch(k);
		k->write_now = true;
		return;
	}
	k->at.cursor_id = g_queue_is_empty(&k->batch) ? k->batch_end : p->event_id;
}

static void add_try(struct hook *k, const struct parcel *p, struct delivery_step step, int64_t now, int64_t due_at)
{
	struct record_try *t = g_new0(struct record_try, 1);

	t->note = g_steal_pointer(&k->said);
	g_strlcpy(t->mark, p->mark, sizeof(t->mark));
	t->told = (struct delivery){ .event_id = p->event_id, .at = now, .mark = t->mark, .tries = p->tries + 1,
			.verdict = verdicts[step.next], .took_ms = k->answer.took_ms, .note = t->note,
			.status = k->answer.result == HTTP_ANSWERED ? k->answer.status : 0 };
	t->due_at = due_at;
	if (step.next == DELIVERY_ASIDE || (p->aside && step.next == DELIVERY_AGAIN))
		t->aside = ASIDE_PUT;
	else if (p->aside && step.next != DELIVERY_GONE)
		t->aside = ASIDE_DROP;
	g_ptr_array_add(record_of(k)->tries, t);
	if (t->aside == ASIDE_PUT)
		k->aside_due = MIN(k->aside_due, due_at);
	k->write_now |= t->aside != ASIDE_NOT;
	metric_add(metric_of(METRIC_WEBHOOK_DELIVERIES, t->told.verdict, NULL, NULL), 1);
}

static void after_answer(struct hook *k)
{
	struct parcel *p = g_steal_pointer(&k->out);
	long status = k->answer.result == HTTP_ANSWERED ? k->answer.status : 0;
	int64_t now = clock_wall_ms();
	struct delivery_step step;

	if (k->answer.result == HTTP_STOPPED) { /* nobody knows: the next start sends it again, marked */
		g_clear_pointer(&k->said, g_free);
		k->seen = NEVER;
		drop_batch(k);
	} else {
		step = delivery_after((int)p->tries + 1, p->aside, status, k->answer.retry_after_s, token_random());
		add_try(k, p, step, now, now + step.wait_ms);
		if (!p->aside)
			move_on(k, p, step, now + step.wait_ms);
		if (step.next == DELIVERY_GONE) {
			k->record->stop = "GONE";
			k->write_now = true;
			log_warn("webhook.gone", "endpoint %" G_GINT64_FORMAT " answered 410 and is disabled",
				 k->at.endpoint_id);
		}
	}
	parcel_free(p);
}

/* ---- loading ---- */

struct loading {
	struct hook *k;
	int n;
};

static void load_event(void *arg, const struct event_shown *e)
{
	struct loading *l = arg;
	struct parcel *p;

	l->n++;
	/* a trial is for one endpoint, and goes there aside */
	if (strcmp(e->type, "webhook.test") == 0 || !event_listed(l->k->at.events, event_type_shown(e->type)))
		return;
	p = parcel_new(l->k, e);
	if (g_queue_is_empty(&l->k->batch) && l->k->at.tries > 0) {
		p->tries = l->k->at.tries;
		p->mark = "retry";
	} else if (e->event_id <= l->k->left_id) {
		p->mark = "again";
	}
	g_queue_push_tail(&l->k->batch, p);
}

/* The next events; they may leave once it is durable that they may have left. */
static void load_batch(struct hook *k, struct db *db)
{
	struct loading l = { .k = k };
	uint64_t commits = store_commits(k->w->store);

	k->batch_end = events_after(db, k->workspace_id, k->at.cursor_id, BATCH, load_event, &l);
	if (db_failed(db)) {
		drop_batch(k);
		return;
	}
	if (l.n < BATCH)
		k->seen = commits;
	if (l.n == 0)
		return;
	record_of(k);
	if (g_queue_is_empty(&k->batch))
		k->at.cursor_id = k->batch_end;
	else
		k->write_now = k->batch_end > k->at.sent_id;
	k->at.sent_id = MAX(k->at.sent_id, k->batch_end);
}

static void note_aside(struct hook *k, struct db *db)
{
	struct aside a;

	k->aside_due = aside_next(db, k->workspace_id, k->at.endpoint_id, &a) ? a.due_at : INT64_MAX;
}

/* The first that is aside and due; an event that has been forgotten meanwhile is dropped. */
static struct parcel *load_aside(struct hook *k, struct db *db, int64_t now)
{
	static const char *const marks[] = { "retry", "replay", "test" };
	struct event_shown e;
	struct aside a;
	struct parcel *p;

	if (!aside_next(db, k->workspace_id, k->at.endpoint_id, &a) || a.due_at > now) {
		note_aside(k, db);
		return NULL;
	}
	if (!event_get(db, k->workspace_id, a.event_id, &e))
		e = (struct event_shown){ .event_id = a.event_id, .at = now, .type = "event.forgotten", .data = "{}" };
	p = parcel_new(k, &e);
	p->aside = true;
	p->tries = a.tries;
	p->mark = "retry";
	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
		if (strcmp(a.mark, marks[i]) == 0)
			p->mark = marks[i];
	return p;
}

static void set_texts(struct hook *k, const struct webhook *h)
{
	g_free((char *)k->at.url);
	g_free((char *)k->at.secret);
	g_free((char *)k->at.events);
	k->at = *h;
	k->at.url = g_strdup(h->url);
	k->at.secret = g_strdup(h->secret);
	k->at.events = g_strdup(h->events);
	k->at.stop_reason = "";
}

static void reload(struct hook *k, struct db *db)
{
	struct webhook h;

	drop_batch(k);
	k->reload = false;
	if (!webhook_get(db, k->workspace_id, k->at.endpoint_id, &h) || !h.active) {
		k->gone = !db_failed(db);
		k->reload = !k->gone;
		return;
	}
	set_texts(k, &h);
	k->durable = h.cursor_id;
	if (k->left_id < 0)
		k->left_id = h.sent_id;
	k->seen = NEVER;
	note_aside(k, db);
}

/* ---- the thread ---- */

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
		write_out(k);
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
			reload(k, db);
		else if (k->aside_due <= now)
			p = load_aside(k, db, now);
		else
			load_batch(k, db);
		store_read_end(db);
		if (k->write_now)
			write_out(k);
	}
	if (!p && !k->writing && !k->reload && k->at.due_at <= now)
		p = g_queue_pop_head(&k->batch);
	if (p)
		send_parcel(k, p);
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
		after_answer(k);
	if (written)
		after_write(k);
}

static void hook_free(void *arg)
{
	struct hook *k = arg;

	drop_batch(k);
	if (k->record)
		record_free(k->record);
	g_free((char *)k->at.url);
	g_free((char *)k->at.secret);
	g_free((char *)k->at.events);
	g_free(k);
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
			.left_id = -1, .trim_in = TRIM_EVERY, .seen = NEVER, .at.endpoint_id = endpoint_id,
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
	ring(w);
	g_mutex_unlock(&w->lock);
}

void webhooks_drain(struct webhooks *w)
{
	if (!w)
		return;
	g_mutex_lock(&w->lock);
	w->draining = true;
	ring(w);
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
	ring(w);
	g_mutex_unlock(&w->lock);
	g_thread_join(w->thread);
	g_ptr_array_unref(w->hooks);
	g_mutex_clear(&w->lock);
	g_cond_clear(&w->wake);
	g_free(w);
}
