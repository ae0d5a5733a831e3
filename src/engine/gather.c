/* From the queue to wishes: whose turn it is, claims, prompts; and back to the queue what cannot be called now. */
#include "engine/dispatcher_private.h"
#include "engine/leases.h"
#include "engine/scripts.h"
#include "store/db.h"

#include <glib.h>

enum { EXPLAIN_US = 5000000,
       UNSPOKEN_MS = 60000 };

void hold(struct dispatcher *d, const struct claim *c)
{
	g_queue_push_tail(&d->waiting, g_memdup2(c, sizeof(*c)));
}

void look_ahead(struct dispatcher *d, struct lane *lane, int64_t now_us)
{
	bool known = !lane->turns.stale && turns_next_due(&lane->turns) > 0;
	struct db *db = known ? NULL : store_reader(d->o.store);

	if (!db)
		return;
	turns_look(&lane->turns, db, lane->workspace_id, now_us);
	store_read_end(db);
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

/* ---- back to the queue ---- */

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
	turns_forget(&lane->turns, c->campaign_id);
}

/* A campaign that cannot be spoken keeps its leads waiting instead of placing silent calls. */
static void hold_back(struct dispatcher *d, struct lane *lane, const struct claim *c, int64_t now_ms)
{
	give_back(d, lane, c, now_ms + UNSPOKEN_MS, LEAD_REASON_NO_PROMPT, now_ms);
}

/* Nobody is kept waiting in secret. */
static void give_back_waiting(struct dispatcher *d, struct lane *lane, const char *reason, int64_t now_ms)
{
	for (guint left = d->waiting.length; left > 0; left--) {
		struct claim *c = g_queue_pop_head(&d->waiting);

		if (c->workspace_id != lane->workspace_id) {
			g_queue_push_tail(&d->waiting, c);
			continue;
		}
		give_back(d, lane, c, c->due_at, reason, now_ms);
		g_free(c);
	}
}

/* ---- forth ---- */

/* What waited for its prompts and has them now. */
static int gather_waiting(struct dispatcher *d, struct lane *lane, int room, int64_t now_ms, int64_t now_us)
{
	int n = 0;

	for (guint left = d->waiting.length; left > 0 && n < room; left--) {
		struct claim *c = g_queue_pop_head(&d->waiting);
		enum prompt_state state = PROMPT_PENDING;

		if (c->workspace_id == lane->workspace_id)
			state = prepare(d, c, lane, &d->wishes[n], now_ms, now_us);
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
	return n;
}

struct in_hand {
	const struct dispatcher *d;
	int64_t workspace_id;
};

/* A campaign whose claims wait for prompts gets no more of them; the others go on meanwhile. */
static bool has_waiting(void *arg, int64_t campaign_id)
{
	const struct in_hand *h = arg;

	for (const GList *l = h->d->waiting.head; l; l = l->next) {
		const struct claim *c = l->data;

		if (c->workspace_id == h->workspace_id && c->campaign_id == campaign_id)
			return true;
	}
	return false;
}

static bool claim_fresh(struct dispatcher *d, struct lane *lane, struct claims *job, int64_t now_us)
{
	struct in_hand h = { d, lane->workspace_id };

	job->n_campaigns = turns_take(&lane->turns, job->now, has_waiting, &h, job->campaigns, MIN(job->most, CLAIMS_MAX));
	if (job->n_campaigns == 0)
		return false;
	if (store_write(d->o.store, JOB_DISPATCH, claims_run, job) != JOB_KEEP) {
		d->store_ok_us = now_us + RETRY_US;
		return false;
	}
	for (int i = 0; i < job->n_campaigns; i++)
		turns_know(&lane->turns, job->campaigns[i], job->next_due[i]);
	return true;
}

int gather(struct dispatcher *d, struct lane *lane, int room, int64_t now_ms, int64_t now_us)
{
	int n = gather_waiting(d, lane, room, now_ms, now_us);
	struct claims job = { .workspace_id = lane->workspace_id, .node = d->o.node, .now = now_ms,
			      .lease_until = now_ms - lane->ahead_ms + LEASE_MS, .most = room - n };

	if (job.most <= 0 || !claim_fresh(d, lane, &job, now_us))
		return n;
	for (int i = 0; i < job.n; i++) {
		switch (prepare(d, &job.claims[i], lane, &d->wishes[n], now_ms, now_us)) {
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

/* ---- nothing can be dialled ---- */

struct explanation {
	const struct lane *lane;
	const char *reason;
	int64_t now;
};

static int explain_run(struct db *db, void *arg)
{
	const struct explanation *e = arg;
	const struct turns *t = &e->lane->turns;

	for (int i = 0; i < t->n; i++)
		if (t->course[i].next_due <= e->now)
			ledger_explain_wait(db, e->lane->workspace_id, t->course[i].campaign_id, e->reason, e->now);
	return JOB_KEEP;
}

void cannot_dial(struct dispatcher *d, struct lane *lane, const char *reason, int64_t now_ms, int64_t now_us)
{
	struct explanation e = { lane, reason, now_ms };

	give_back_waiting(d, lane, reason, now_ms);
	if (now_us < lane->explained_us + EXPLAIN_US || turns_next_due(&lane->turns) > now_ms)
		return;
	lane->explained_us = now_us;
	store_write(d->o.store, JOB_DISPATCH, explain_run, &e);
}
