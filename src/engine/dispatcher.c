#include "base/log.h"
#include "base/metrics.h"
#include "engine/dispatcher_private.h"
#include "engine/lane_clock.h"
#include "engine/leases.h"
#include "engine/scripts.h"
#include "store/db.h"

#include <assert.h>
#include <glib.h>

enum {
	SEND_DEADLINE_MS = 2000,   /* from the intent's commit to the INVITE */
	WAITING_US = 20000,        /* how often claims whose prompts are not ready are looked at; with many of them */
	WAITING_EACH_US = 1000,    /* it is so much for each, and so costs always the same */
	IDLE_US = 5000000,         /* how often one without a trunk looks again */
	HOLD_OFF_MAX_S = 3600,     /* no trunk is left alone longer because it asked for it */
};

static void event_free(void *event)
{
	g_free(((struct carrier_event *)event)->transcript);
	g_free(event);
}

struct dispatcher *dispatcher_new(const struct dispatcher_options *o)
{
	struct dispatcher *d = g_new0(struct dispatcher, 1);

	d->o = *o;
	d->lines.quiet_until_us = o->quiet_until_us;
	d->lines.shows = o->shows_trunks;
	d->flights = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, flight_free);
	g_queue_init(&d->outbox);
	g_queue_init(&d->waiting);
	d->events = g_async_queue_new_full(event_free);
	d->unentered = g_ptr_array_new_with_free_func(event_free);
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
		turns_forget(&d->lines.lane[i].turns, 0);
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

/* What the end of a call says of its trunk; its channel is free again. */
static void judge_line(struct dispatcher *d, struct line *line, const struct carrier_event *ev, int64_t now_us)
{
	/* the farm fails on purpose and never rests */
	bool fault = line->trunk_id != 0 && (ev->trunk_down || outcome_rule(ev->outcome)->trunk_fault);

	pace_give_back(&line->pace, fault, !fault && ev->outcome != OUTCOME_NEVER_SENT, now_us, d->o.rest_us);
	/* A 503 with Retry-After means every request, not only this one (RFC 3261 §21.5.4). */
	if (fault && ev->sip_status == 503 && ev->retry_after_s > 0)
		pace_hold_off(&line->pace, now_us + MIN(ev->retry_after_s, HOLD_OFF_MAX_S) * INT64_C(1000000));
}

/* What the event means for the flight now that it is in the ledger: an end gives the channel back. */
static void after_entry(struct dispatcher *d, const struct carrier_event *ev, const struct word *word, int64_t now_us)
{
	struct flight *f = g_hash_table_lookup(d->flights, &ev->attempt_id);
	struct lane *lane;
	struct line *line;

	if (!f)
		return;
	if (ev->kind == CARRIER_ANSWERED)
		f->answered = true;
	if (word->given)
		d->o.carrier->confirm(d->o.carrier, ev->attempt_id, word->booked, word->left);
	if (ev->kind != CARRIER_ENDED)
		return;
	line = line_of(&d->lines, f->trunk_id);
	if (!d->o.rehearsal)
		metric_add(metric_of(f->called_in ? METRIC_INBOUND_CALLS : METRIC_CALLS, line ? line->name : "",
				     outcome_rule(ev->outcome)->name, NULL), 1);
	if (f->called_in) /* it says nothing of how our calls fare there */
		dispatcher_give_back(d, f->trunk_id, now_us);
	else if (line)
		judge_line(d, line, ev, now_us);
	lane = lane_of(&d->lines, f->ref.workspace_id);
	if (lane)
		turns_forget(&lane->turns, f->campaign_id); /* the end may have made a new row due */
	g_hash_table_remove(d->flights, &ev->attempt_id);
}

/* Whatever is heard of a call, it has left or never will: the trunk's pace is told, before anything is written. */
static void end_turn(struct dispatcher *d, const struct carrier_event *ev, int64_t now_us)
{
	struct flight *f = g_hash_table_lookup(d->flights, &ev->attempt_id);
	struct line *line = f && f->ref.fence == ev->fence && !f->turn_over ? line_of(&d->lines, f->trunk_id) : NULL;

	if (!line)
		return;
	f->turn_over = true;
	if (ev->kind == CARRIER_ENDED && ev->outcome == OUTCOME_NEVER_SENT)
		pace_unsent(&line->pace, f->turn.no);
	else
		pace_sent(&line->pace, f->turn.no, ev->kind == CARRIER_SENT ? ev->sent_us : now_us);
}

/* Enters everything the carrier has said, in one job. False when the store refused: it is kept and tried again. */
static bool enter_events(struct dispatcher *d, int64_t now_ms, int64_t now_us)
{
	struct reports job = { .events = d->unentered, .flights = d->flights, .retry = d->o.retry, .now = now_ms };
	g_autofree struct word *words = NULL;
	struct carrier_event *ev;

	while ((ev = g_async_queue_try_pop(d->events))) {
		end_turn(d, ev, now_us);
		g_ptr_array_add(d->unentered, ev);
	}
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

static int by_turn(const void *a, const void *b, void *unused)
{
	const struct flight *x = a, *y = b;

	(void)unused;
	return (x->turn.at_us > y->turn.at_us) - (x->turn.at_us < y->turn.at_us);
}

/* When the next call's turn is; INT64_MAX for none. */
static int64_t next_turn(const struct dispatcher *d)
{
	const struct flight *f = g_queue_peek_head((GQueue *)&d->outbox);

	return f ? f->turn.at_us : INT64_MAX;
}

/* Hands over the calls whose turn has come. */
static void place_due(struct dispatcher *d, int64_t now_us)
{
	struct flight *f;

	while ((f = g_queue_peek_head(&d->outbox)) && (d->draining || f->turn.at_us <= now_us)) {
		struct line *line = line_of(&d->lines, f->trunk_id);

		g_queue_pop_head(&d->outbox);
		if (d->draining || (line && pace_resting(&line->pace, now_us))) {
			end_unplaced(d, f);
		} else {
			d->o.carrier->place(d->o.carrier, &f->order);
			if (!d->o.carrier->tells_sent && line) {
				pace_sent(&line->pace, f->turn.no, now_us);
				f->turn_over = true;
			}
		}
		order_release(&f->order); /* the carrier holds its own references */
	}
}

/* ---- intents ---- */

/* An order whose row is committed, with its line and its turn, waits for its moment. Takes the order's prompts over. */
static struct flight *board(struct dispatcher *d, int64_t workspace_id, const struct call_order *order,
			    const struct line *line, const struct pace_turn *turn, int64_t now_us)
{
	struct flight *f = g_new0(struct flight, 1);

	f->ref = (struct attempt_ref){ .workspace_id = workspace_id, .attempt_id = order->attempt_id,
				       .fence = order->fence };
	f->trunk_id = line->trunk_id;
	f->turn = *turn;
	f->order = *order;
	f->order.trunk_id = line->trunk_id;
	f->order.ring_timeout_s = d->o.ring_timeout_s;
	f->order.send_before_boot_ms = now_us / 1000 + SEND_DEADLINE_MS;
	g_hash_table_insert(d->flights, &f->ref.attempt_id, f);
	g_queue_insert_sorted(&d->outbox, f, by_turn, NULL);
	return f;
}

bool dispatcher_call(struct dispatcher *d, int64_t workspace_id, const struct call_order *order, int64_t now_us)
{
	struct lane *lane = d->draining || d->halted ? NULL : lane_of(&d->lines, workspace_id);
	struct line *line;
	struct pace_turn turn;
	struct flight *f;

	if (!lane || lane_take(&d->lines, lane, order->to, 0, now_us, HORIZON_US, &line, &turn) != LINE_TAKEN)
		return false;
	f = board(d, workspace_id, order, line, &turn, now_us);
	f->of_number = true;
	order_hold(&f->order);
	return true;
}

/* What it offers, for when one of the times is chosen. */
static void keep_times(struct flight *f, const struct call_order *order)
{
	f->n_times = order->offer.n;
	for (int i = 0; i < f->n_times; i++)
		f->times[i] = order->offer.times[i].slot_no;
}

bool dispatcher_take_in(struct dispatcher *d, int64_t trunk_id)
{
	struct line *line = d->draining || d->halted ? NULL : line_of(&d->lines, trunk_id);

	return line && line->enabled && pace_take_in(&line->pace);
}

void dispatcher_give_back(struct dispatcher *d, int64_t trunk_id, int64_t now_us)
{
	struct line *line = line_of(&d->lines, trunk_id);

	if (line)
		pace_give_back(&line->pace, false, false, now_us, 0);
}

int64_t dispatcher_now(struct dispatcher *d, int64_t workspace_id, int64_t wall_ms)
{
	struct lane *lane = lane_of(&d->lines, workspace_id);

	return lane ? lane_now(lane, wall_ms) : wall_ms;
}

void dispatcher_join(struct dispatcher *d, const struct inbound_flight *in)
{
	struct lane *lane = lane_of(&d->lines, in->workspace_id);
	struct flight *f = g_new0(struct flight, 1);

	f->ref = (struct attempt_ref){ .workspace_id = in->workspace_id, .attempt_id = in->order->attempt_id,
				       .fence = in->order->fence };
	f->trunk_id = in->trunk_id;
	f->campaign_id = in->campaign_id;
	f->talent_id = in->talent_id;
	f->ahead_ms = lane ? lane->ahead_ms : 0;
	f->called_in = f->answered = true;
	f->turn_over = true; /* it has taken none */
	keep_times(f, in->order);
	g_hash_table_insert(d->flights, &f->ref.attempt_id, f);
}

/* A wish that became an intent takes off; one that did not gives its channel back. */
static void take_off(struct dispatcher *d, const struct lane *lane, struct wish *w, int64_t now_us)
{
	struct flight *f;

	if (w->attempt_id == 0) {
		pace_unsent(&w->line->pace, w->turn.no);
		pace_give_back(&w->line->pace, false, false, now_us, 0);
		order_release(&w->order);
		return;
	}
	w->order.attempt_id = w->attempt_id;
	w->order.fence = w->claim.fence;
	f = board(d, w->claim.workspace_id, &w->order, w->line, &w->turn, now_us);
	f->campaign_id = w->claim.campaign_id;
	f->talent_id = w->claim.talent_id;
	f->ai = ai_brief_ref(w->order.ai);
	f->keep_ms = f->ai ? f->ai->keep_ms : 0;
	f->ahead_ms = lane->ahead_ms;
	keep_times(f, &w->order);
}

/* Commits the intents of the first `n` wishes. When the store refuses, their claims wait for the next step. */
static void commit_intents(struct dispatcher *d, struct lane *lane, int n, int64_t now_ms, int64_t now_us)
{
	struct intents job = { .wishes = d->wishes, .n = n, .node = d->o.node, .now = now_ms,
			       .lease_until = now_ms - lane->ahead_ms + LEASE_MS }; /* leases go by the wall clock */
	bool ok = n == 0 || store_write(d->o.store, JOB_DISPATCH, intents_run, &job) == JOB_KEEP;

	if (!ok)
		d->store_ok_us = now_us + RETRY_US;
	for (int i = 0; i < n; i++) {
		struct wish *w = &d->wishes[i];

		if (!ok) {
			w->attempt_id = 0;
			hold(d, &w->claim);
		} else if (w->attempt_id == 0) {
			/* it went back to the queue, perhaps due before what we know of */
			turns_forget(&lane->turns, w->claim.campaign_id);
		}
		take_off(d, lane, w, now_us);
	}
}

/* ---- a lane's turn ---- */

/* When the lane has something to do next. */
static int64_t lane_wakes(const struct dispatcher *d, const struct lane *lane, int64_t now_ms, int64_t now_us)
{
	int64_t next_due = turns_next_due(&lane->turns), ready_us, wakes = INT64_MAX;

	if (lane->turns.stale)
		wakes = MAX(lane->turns.again_us, now_us);
	if (d->waiting.length > 0)
		return MIN(wakes, MAX(lane_ready_us(&d->lines, lane, now_us, AHEAD_US),
				      now_us + MAX(WAITING_US, (int64_t)d->waiting.length * WAITING_EACH_US)));
	if (next_due == INT64_MAX)
		return wakes;
	ready_us = lane_ready_us(&d->lines, lane, now_us, AHEAD_US);
	if (ready_us == INT64_MAX) /* something must end first, and its event wakes us; or there is no trunk */
		return MIN(wakes, lane_without_trunk(&d->lines, lane, now_us) ? now_us + IDLE_US : INT64_MAX);
	return MIN(wakes, MAX(now_us + MAX(next_due - now_ms, 0) * 1000, ready_us));
}

/* Whether nothing of the lane's is due or under way. */
static bool lane_rests(struct dispatcher *d, const struct lane *lane, int64_t now_ms)
{
	GHashTableIter it;
	struct flight *f;

	if (lane->turns.stale || turns_next_due(&lane->turns) <= now_ms)
		return false;
	for (GList *l = d->waiting.head; l; l = l->next)
		if (((struct claim *)l->data)->workspace_id == lane->workspace_id)
			return false;
	g_hash_table_iter_init(&it, d->flights);
	while (g_hash_table_iter_next(&it, NULL, (void **)&f))
		if (f->ref.workspace_id == lane->workspace_id)
			return false;
	return true;
}

/* A test clock on its way jumps when there is nothing to do before; then the lane wants its turn at once. */
static bool advance(struct dispatcher *d, struct lane *lane, int64_t wall_ms)
{
	if (!lane_advances(lane) || !lane_rests(d, lane, lane_now(lane, wall_ms)))
		return false;
	if (!lane_clock_jump(lane, d->o.store, wall_ms))
		return false;
	if (d->o.clock_moved)
		d->o.clock_moved(d->o.clock_arg);
	return true;
}

/* Returns when the lane wants the next turn. */
static int64_t serve_lane(struct dispatcher *d, struct lane *lane, int64_t wall_ms, int64_t now_us)
{
	int64_t now_ms = lane_now(lane, wall_ms);
	int room = lane_room(&d->lines, lane, now_us, HORIZON_US, CLAIMS_MAX);

	look_ahead(d, lane, now_us);
	if (d->halted) {
		cannot_dial(d, lane, LEAD_REASON_RECOVERY, now_ms, now_us);
		return now_us + IDLE_US;
	}
	if (advance(d, lane, wall_ms))
		return now_us;
	if (now_us < lane->crowded_until_us)
		return lane->crowded_until_us;
	if (room > 0) {
		int n = gather(d, lane, room, now_ms, now_us);

		if (n > 0)
			lane->served = ++d->served;
		commit_intents(d, lane, n, now_ms, now_us);
	} else if (lane_without_trunk(&d->lines, lane, now_us)) {
		cannot_dial(d, lane, LEAD_REASON_NO_TRUNK, now_ms, now_us);
	}
	return MAX(lane_wakes(d, lane, now_ms, now_us), lane->crowded_until_us);
}

static int64_t serve_lanes(struct dispatcher *d, int64_t now_ms, int64_t now_us)
{
	g_autofree struct lane **order = lanes_in_turn(&d->lines);
	int64_t next = INT64_MAX;

	for (int i = 0; i < d->lines.n_lanes; i++)
		next = MIN(next, serve_lane(d, order[i], now_ms, now_us));
	return next;
}

/* ---- leases ---- */

static void collect_leases(const struct dispatcher *d, struct leases *l)
{
	GHashTableIter it;
	struct flight *f;

	g_hash_table_iter_init(&it, d->flights);
	while (g_hash_table_iter_next(&it, NULL, (void **)&f))
		g_array_append_val(l->attempts, f->ref);
	for (const GList *at = d->waiting.head; at; at = at->next)
		g_array_append_vals(l->claims, at->data, 1);
	for (int i = 0; i < d->lines.n_lanes; i++)
		g_array_append_val(l->workspaces, d->lines.lane[i].workspace_id);
}

/* When leases must be renewed; what others have lost is looked for whenever somebody wakes us. */
static int64_t next_lease(const struct dispatcher *d)
{
	return !d->o.alone && g_hash_table_size(d->flights) + d->waiting.length > 0 ? d->leases_us : INT64_MAX;
}

/* Renews what is ours and lets go of what nobody works on. */
static void keep_leases(struct dispatcher *d, int64_t now_ms, int64_t now_us)
{
	g_autoptr(GArray) attempts = g_array_new(FALSE, FALSE, sizeof(struct attempt_ref));
	g_autoptr(GArray) claims = g_array_new(FALSE, FALSE, sizeof(struct claim));
	g_autoptr(GArray) workspaces = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct leases l = { attempts, claims, workspaces, .retry = d->o.retry, .now = now_ms };

	if (d->o.alone || now_us < d->leases_us)
		return;
	collect_leases(d, &l);
	if (store_write(d->o.store, JOB_DISPATCH, leases_run, &l) != JOB_KEEP) {
		d->store_ok_us = now_us + RETRY_US;
		return;
	}
	d->leases_us = now_us + LEASE_RENEW_MS * INT64_C(1000);
	if (l.unknown + l.released == 0)
		return;
	log_error("lease.lost", "%d calls and %d claims that nobody works on: the calls are unknown now, the claims are "
		  "back in the queue", l.unknown, l.released);
	for (int i = 0; i < d->lines.n_lanes; i++)
		turns_forget(&d->lines.lane[i].turns, 0);
}

/* ---- the step ---- */

void dispatcher_trunk_health(struct dispatcher *d, int64_t trunk_id, enum health health, const char *why)
{
	struct line *line = line_of(&d->lines, trunk_id);

	if (!line)
		return;
	line->health = health;
	g_strlcpy(line->why, why, sizeof(line->why));
}

void dispatcher_nudge(struct dispatcher *d, int64_t workspace_id)
{
	struct lane *lane = lane_of(&d->lines, workspace_id);

	if (lane)
		turns_forget(&lane->turns, 0);
}

void dispatcher_halt(struct dispatcher *d, bool halted)
{
	d->halted = halted;
	for (int i = 0; i < d->lines.n_lanes; i++) {
		d->lines.lane[i].explained_us = 0;
		turns_forget(&d->lines.lane[i].turns, 0);
	}
}

void dispatcher_clock_set(struct dispatcher *d, int64_t workspace_id)
{
	struct lane *lane = lane_of(&d->lines, workspace_id);
	struct db *db = lane ? store_reader(d->o.store) : NULL;

	if (!db)
		return;
	lane_clock_load(lane, db);
	turns_forget(&lane->turns, 0);
	store_read_end(db);
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
	keep_leases(d, now_wall_ms, now_boot_us);
	if (d->draining)
		return g_async_queue_length(d->events) > 0 ? now_boot_us : next_lease(d);
	next = MIN(serve_lanes(d, now_wall_ms, now_boot_us), next_lease(d));
	lines_show(&d->lines, now_boot_us);
	return MIN(next, next_turn(d)); /* what was committed just now is placed by the next step's clock */
}
