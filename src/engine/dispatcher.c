#include "engine/dispatcher.h"

#include "base/log.h"
#include "base/metrics.h"
#include "engine/flight.h"
#include "engine/intents.h"
#include "engine/lines.h"
#include "engine/scripts.h"
#include "store/db.h"

#include <assert.h>
#include <glib.h>

enum {
	HORIZON_US = 100000,       /* turns are taken at most this far ahead */
	SEND_DEADLINE_MS = 2000,   /* from the intent's commit to the INVITE */
	WAITING_US = 20000,        /* how often claims whose prompts are not ready are looked at */
	RETRY_US = 1000000,        /* after the store has failed */
	EXPLAIN_US = 5000000,
	LEASE_MS = 30000,
};

struct dispatcher {
	struct dispatcher_options o;
	struct lines lines;
	GHashTable *flights;       /* attempt id -> struct flight: intents committed and not ended */
	GQueue outbox;             /* struct flight by send time: committed, not yet placed */
	GQueue waiting;            /* struct claim: claimed, prompts not ready */
	GAsyncQueue *events;       /* struct carrier_event, from the carrier */
	GPtrArray *unentered;      /* events taken from there and not yet in the ledger */
	struct wish wishes[CLAIMS_MAX];
	int64_t store_ok_us;       /* nothing is written before */
	bool draining;
};

struct dispatcher *dispatcher_new(const struct dispatcher_options *o)
{
	struct dispatcher *d = g_new0(struct dispatcher, 1);

	d->o = *o;
	d->lines.quiet_until_us = o->quiet_until_us;
	d->flights = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, flight_free);
	g_queue_init(&d->outbox);
	g_queue_init(&d->waiting);
	d->events = g_async_queue_new_full(g_free);
	d->unentered = g_ptr_array_new_with_free_func(g_free);
	return d;
}

void dispatcher_free(struct dispatcher *d)
{
	g_queue_clear_full(&d->waiting, g_free);
	g_queue_clear(&d->outbox);
	g_hash_table_unref(d->flights);
	g_ptr_array_unref(d->unentered);
	g_async_queue_unref(d->events);
	lines_clear(&d->lines);
	g_free(d);
}

void dispatcher_reload(struct dispatcher *d)
{
	struct db *db = store_reader(d->o.store);

	if (!db)
		return;
	lines_load(&d->lines, db, d->o.farm_channels, d->o.farm_cps);
	for (int i = 0; i < d->lines.n_lanes; i++)
		d->lines.lane[i].next_due = 0;
	store_read_end(db);
}

int dispatcher_in_flight(const struct dispatcher *d)
{
	return (int)g_hash_table_size(d->flights);
}

void dispatcher_event(struct dispatcher *d, const struct carrier_event *ev)
{
	g_async_queue_push(d->events, g_memdup2(ev, sizeof(*ev)));
}

/* ---- what the carrier reported ---- */

/* What the event means for the flight now that it is in the ledger: an end gives the channel back. */
static void after_entry(struct dispatcher *d, const struct carrier_event *ev, const struct word *word, int64_t now_us)
{
	struct flight *f = g_hash_table_lookup(d->flights, &ev->attempt_id);
	struct lane *lane;
	struct line *line;
	bool fault;

	if (!f)
		return;
	if (ev->kind == CARRIER_ANSWERED)
		f->answered = true;
	if (word->given)
		d->o.carrier->confirm(d->o.carrier, ev->attempt_id, word->booked, word->left);
	if (ev->kind != CARRIER_ENDED)
		return;
	fault = outcome_rule(ev->outcome)->trunk_fault && f->trunk_id != 0;
	line = line_of(&d->lines, f->trunk_id);
	metric_add(metric_of(METRIC_CALLS, line ? line->name : "", outcome_rule(ev->outcome)->name, NULL), 1);
	if (line)
		pace_give_back(&line->pace, fault, !fault && ev->outcome != OUTCOME_NEVER_SENT, now_us,
			       d->o.rest_us);
	lane = lane_of(&d->lines, f->ref.workspace_id);
	if (lane)
		lane->next_due = 0; /* the end may have made a new row due */
	g_hash_table_remove(d->flights, &ev->attempt_id);
}

/* Enters everything the carrier has said, in one job. False when the store refused: it is kept and tried again. */
static bool enter_events(struct dispatcher *d, int64_t now_ms, int64_t now_us)
{
	struct reports job = { .events = d->unentered, .flights = d->flights, .retry = d->o.retry, .now = now_ms };
	g_autofree struct word *words = NULL;
	struct carrier_event *ev;

	while ((ev = g_async_queue_try_pop(d->events)))
		g_ptr_array_add(d->unentered, ev);
	if (d->unentered->len == 0)
		return true;
	job.words = words = g_new0(struct word, d->unentered->len);
	if (store_write(d->o.store, JOB_DISPATCH, reports_run, &job) != JOB_KEEP)
		return false;
	for (guint i = 0; i < d->unentered->len; i++)
		after_entry(d, g_ptr_array_index(d->unentered, i), &words[i], now_us);
	g_ptr_array_set_size(d->unentered, 0);
	return true;
}

/* ---- placing ---- */

static void end_unplaced(struct dispatcher *d, const struct flight *f)
{
	struct carrier_event ev = { .kind = CARRIER_ENDED, .attempt_id = f->ref.attempt_id,
				    .fence = f->ref.fence, .outcome = OUTCOME_NEVER_SENT };

	dispatcher_event(d, &ev);
}

static int by_send_time(const void *a, const void *b, void *unused)
{
	const struct flight *x = a, *y = b;

	(void)unused;
	return (x->send_us > y->send_us) - (x->send_us < y->send_us);
}

/* When the next call's turn is; INT64_MAX for none. */
static int64_t next_turn(const struct dispatcher *d)
{
	const struct flight *f = g_queue_peek_head((GQueue *)&d->outbox);

	return f ? f->send_us : INT64_MAX;
}

/* Hands over the calls whose turn has come. The time must be the real one: the last second's limit hangs on it. */
static void place_due(struct dispatcher *d, int64_t now_us)
{
	struct flight *f;

	while ((f = g_queue_peek_head(&d->outbox)) && (d->draining || f->send_us <= now_us)) {
		struct line *line = line_of(&d->lines, f->trunk_id);

		g_queue_pop_head(&d->outbox);
		if (!d->draining && line && pace_send_us(&line->pace) > now_us) {
			f->send_us = pace_send_us(&line->pace);
			g_queue_insert_sorted(&d->outbox, f, by_send_time, NULL);
			continue;
		}
		if (line)
			pace_sent(&line->pace, now_us);
		if (d->draining)
			end_unplaced(d, f);
		else
			d->o.carrier->place(d->o.carrier, &f->order);
		order_release(&f->order); /* the carrier holds its own references */
	}
}

/* ---- intents ---- */

static void hold(struct dispatcher *d, const struct claim *c)
{
	g_queue_push_tail(&d->waiting, g_memdup2(c, sizeof(*c)));
}

/* A wish that became an intent takes off; one that did not gives its channel back. */
static void take_off(struct dispatcher *d, struct wish *w, int64_t now_boot_ms, int64_t now_us)
{
	struct flight *f;

	if (w->attempt_id == 0) {
		pace_give_back(&w->line->pace, false, false, now_us, 0);
		order_release(&w->order);
		return;
	}
	f = g_new0(struct flight, 1);
	f->ref = (struct attempt_ref){ .workspace_id = w->claim.workspace_id, .attempt_id = w->attempt_id,
				       .fence = w->claim.fence };
	f->campaign_id = w->claim.campaign_id;
	f->talent_id = w->claim.talent_id;
	f->trunk_id = w->line->trunk_id;
	f->send_us = w->send_us;
	f->order = w->order;
	f->n_times = w->order.offer.n;
	for (int i = 0; i < f->n_times; i++)
		f->times[i] = w->order.offer.times[i].slot_no;
	f->order.attempt_id = w->attempt_id;
	f->order.fence = w->claim.fence;
	f->order.trunk_id = w->line->trunk_id;
	f->order.ring_timeout_s = d->o.ring_timeout_s;
	f->order.send_before_boot_ms = now_boot_ms + SEND_DEADLINE_MS;
	g_hash_table_insert(d->flights, &f->ref.attempt_id, f);
	g_queue_insert_sorted(&d->outbox, f, by_send_time, NULL);
}

/* Commits the intents of the first `n` wishes. When the store refuses, their claims wait for the next step. */
static void commit_intents(struct dispatcher *d, struct lane *lane, int n, int64_t now_ms, int64_t now_us)
{
	struct intents job = { .wishes = d->wishes, .n = n, .node = d->o.node, .now = now_ms,
			       .lease_until = now_ms + LEASE_MS };
	bool ok = n == 0 || store_write(d->o.store, JOB_DISPATCH, intents_run, &job) == JOB_KEEP;

	if (!ok)
		d->store_ok_us = now_us + RETRY_US;
	for (int i = 0; i < n; i++) {
		struct wish *w = &d->wishes[i];

		if (!ok) {
			w->attempt_id = 0;
			hold(d, &w->claim);
		} else if (w->attempt_id == 0) {
			lane->next_due = 0; /* it went back to the queue, perhaps due before what we know of */
		}
		take_off(d, w, now_us / 1000, now_us);
	}
}

/* Makes a wish of the claim if its prompts and a turn are there; PENDING when it must wait. */
static enum prompt_state prepare(struct dispatcher *d, const struct claim *c, struct lane *lane, struct wish *w,
				 int64_t now_ms, int64_t now_us)
{
	struct db *db = store_reader(d->o.store);
	enum prompt_state state;

	if (!db)
		return PROMPT_PENDING;
	*w = (struct wish){ .claim = *c };
	state = scripts_get(d->o.scripts, db, c, now_ms, &w->order);
	store_read_end(db);
	if (state != PROMPT_READY)
		return state;
	w->line = lane_take(&d->lines, lane, now_us, HORIZON_US, &w->send_us);
	if (!w->line) { /* the room was counted before; another lane has had it */
		order_release(&w->order);
		return PROMPT_PENDING;
	}
	return PROMPT_READY;
}

struct release {
	struct claim claim;
	int64_t due_at, now;
	const char *reason;
};

static int release_run(struct db *db, void *arg)
{
	struct release *r = arg;

	ledger_release(db, &r->claim, r->due_at, r->reason, false, r->now);
	return JOB_KEEP;
}

/* Back to the queue with the reason; kept in hand when the store refuses. */
static void give_back(struct dispatcher *d, struct lane *lane, const struct claim *c, int64_t due_at,
		      const char *reason, int64_t now_ms)
{
	struct release r = { .claim = *c, .due_at = due_at, .now = now_ms, .reason = reason };

	if (store_write(d->o.store, JOB_DISPATCH, release_run, &r) != JOB_KEEP)
		hold(d, c);
	lane->next_due = MIN(lane->next_due, due_at);
}

/* A campaign that cannot be spoken keeps its leads waiting instead of placing silent calls. */
static void hold_back(struct dispatcher *d, struct lane *lane, const struct claim *c, int64_t now_ms)
{
	give_back(d, lane, c, now_ms + 60000, LEAD_REASON_NO_PROMPT, now_ms);
}

/* What was claimed for trunks that rest now goes back, so that nobody is kept waiting in secret. */
static void give_back_waiting(struct dispatcher *d, struct lane *lane, int64_t now_ms)
{
	for (guint left = d->waiting.length; left > 0; left--) {
		struct claim *c = g_queue_pop_head(&d->waiting);

		if (c->workspace_id != lane->workspace_id) {
			g_queue_push_tail(&d->waiting, c);
			continue;
		}
		give_back(d, lane, c, c->due_at, LEAD_REASON_NO_TRUNK, now_ms);
		g_free(c);
	}
}

/* When the lane's next row is due, read without troubling the writer. */
static void look_ahead(struct dispatcher *d, struct lane *lane)
{
	struct db *db = lane->next_due == 0 ? store_reader(d->o.store) : NULL;

	if (!db)
		return;
	lane->next_due = ledger_next_due(db, lane->workspace_id);
	if (db_failed(db))
		lane->next_due = 0;
	store_read_end(db);
}

/* Claims that waited for their prompts, then fresh ones, until the lane's room is used. */
static int gather(struct dispatcher *d, struct lane *lane, int room, int64_t now_ms, int64_t now_us)
{
	struct wish *wishes = d->wishes;
	struct claims job = { .workspace_id = lane->workspace_id, .node = d->o.node, .now = now_ms,
			      .lease_until = now_ms + LEASE_MS };
	guint waiting = d->waiting.length;
	int n = 0;

	while (waiting-- > 0 && n < room) {
		struct claim *c = g_queue_pop_head(&d->waiting);
		enum prompt_state state = PROMPT_PENDING;

		if (c->workspace_id == lane->workspace_id)
			state = prepare(d, c, lane, &wishes[n], now_ms, now_us);
		if (state == PROMPT_PENDING) {
			g_queue_push_tail(&d->waiting, c);
			continue;
		}
		if (state == PROMPT_FAILED)
			hold_back(d, lane, c, now_ms);
		else
			n++;
		g_free(c);
	}
	job.most = room - n - (int)d->waiting.length; /* those in hand get their turn first */
	if (job.most <= 0 || lane->next_due > now_ms)
		return n;
	if (store_write(d->o.store, JOB_DISPATCH, claims_run, &job) != JOB_KEEP) {
		d->store_ok_us = now_us + RETRY_US;
		return n;
	}
	lane->next_due = job.next_due;
	for (int i = 0; i < job.n; i++) {
		switch (prepare(d, &job.claims[i], lane, &wishes[n], now_ms, now_us)) {
		case PROMPT_READY:
			n++;
			break;
		case PROMPT_PENDING:
			hold(d, &job.claims[i]);
			break;
		case PROMPT_FAILED:
			hold_back(d, lane, &job.claims[i], now_ms);
			break;
		}
	}
	return n;
}

static int explain_run(struct db *db, void *arg)
{
	struct release *r = arg;

	ledger_explain_wait(db, r->claim.workspace_id, r->reason, r->now);
	return JOB_KEEP;
}

/* Leads that are due in a workspace without a working trunk are told so, now and then. */
static void explain_no_trunk(struct dispatcher *d, struct lane *lane, int64_t now_ms, int64_t now_us)
{
	struct release r = { .claim.workspace_id = lane->workspace_id, .now = now_ms,
			     .reason = LEAD_REASON_NO_TRUNK };

	if (now_us < lane->explained_us + EXPLAIN_US || lane->next_due > now_ms)
		return;
	lane->explained_us = now_us;
	store_write(d->o.store, JOB_DISPATCH, explain_run, &r);
}

/* One lane's turn; returns when the lane wants the next one. */
static int64_t serve_lane(struct dispatcher *d, struct lane *lane, int64_t now_ms, int64_t now_us)
{
	int room = lane_room(&d->lines, lane, now_us, HORIZON_US, CLAIMS_MAX);
	int64_t due_us, ready_us;

	look_ahead(d, lane);
	if (room > 0) {
		commit_intents(d, lane, gather(d, lane, room, now_ms, now_us), now_ms, now_us);
	} else if (lane_without_trunk(&d->lines, lane, now_us)) {
		give_back_waiting(d, lane, now_ms);
		explain_no_trunk(d, lane, now_ms, now_us);
	}
	if (d->waiting.length > 0)
		return MAX(lane_ready_us(&d->lines, lane, now_us), now_us + WAITING_US);
	if (lane->next_due == INT64_MAX)
		return INT64_MAX;
	due_us = now_us + MAX(lane->next_due - now_ms, 0) * 1000;
	ready_us = lane_ready_us(&d->lines, lane, now_us);
	if (ready_us == INT64_MAX) /* something must end first, and its event wakes us; or there is no trunk */
		return lane_without_trunk(&d->lines, lane, now_us) ? now_us + EXPLAIN_US : INT64_MAX;
	return MAX(due_us, ready_us);
}

/* ---- the step ---- */

void dispatcher_nudge(struct dispatcher *d, int64_t workspace_id)
{
	struct lane *lane = lane_of(&d->lines, workspace_id);

	if (lane)
		lane->next_due = 0;
}

void dispatcher_drain(struct dispatcher *d)
{
	d->draining = true;
}

/* A flight whose turn has not come is never placed; one that is under way is hung up, if it may be. */
static void call_off(struct dispatcher *d, struct flight *f, bool hang_up)
{
	if (g_queue_remove(&d->outbox, f))
		end_unplaced(d, f);
	else if (hang_up && !f->answered)
		d->o.carrier->hang_up(d->o.carrier, f->ref.attempt_id);
}

void dispatcher_lead_removed(struct dispatcher *d, int64_t workspace_id, int64_t campaign_id, int64_t talent_id)
{
	GHashTableIter it;
	struct flight *f;

	g_hash_table_iter_init(&it, d->flights);
	while (g_hash_table_iter_next(&it, NULL, (void **)&f))
		if (f->ref.workspace_id == workspace_id && f->campaign_id == campaign_id &&
		    f->talent_id == talent_id)
			call_off(d, f, true);
}

/* Their rows are parked and their fences over: kept, they would only take the turns of others. */
static void forget_claims(struct dispatcher *d, int64_t workspace_id, int64_t campaign_id)
{
	for (guint n = d->waiting.length; n > 0; n--) {
		struct claim *c = g_queue_pop_head(&d->waiting);

		if (c->workspace_id == workspace_id && c->campaign_id == campaign_id)
			g_free(c);
		else
			g_queue_push_tail(&d->waiting, c);
	}
}

void dispatcher_campaign_stopped(struct dispatcher *d, int64_t workspace_id, int64_t campaign_id, bool hang_up)
{
	GHashTableIter it;
	struct flight *f;

	g_hash_table_iter_init(&it, d->flights);
	while (g_hash_table_iter_next(&it, NULL, (void **)&f))
		if (f->ref.workspace_id == workspace_id && f->campaign_id == campaign_id)
			call_off(d, f, hang_up);
	forget_claims(d, workspace_id, campaign_id);
}

int64_t dispatcher_step(struct dispatcher *d, int64_t now_wall_ms, int64_t now_boot_us)
{
	int64_t next;

	place_due(d, now_boot_us);
	if (now_boot_us < d->store_ok_us)
		return MIN(d->store_ok_us, next_turn(d));
	if (!enter_events(d, now_wall_ms, now_boot_us)) {
		d->store_ok_us = now_boot_us + RETRY_US;
		return MIN(d->store_ok_us, next_turn(d));
	}
	if (d->draining)
		return g_async_queue_length(d->events) > 0 ? now_boot_us : INT64_MAX;
	next = INT64_MAX;
	for (int i = 0; i < d->lines.n_lanes; i++)
		next = MIN(next, serve_lane(d, &d->lines.lane[i], now_wall_ms, now_boot_us));
	return MIN(next, next_turn(d)); /* what was committed just now is placed by the next step's clock */
}
