/* From the queue to wishes: whose turn it is, claims, prompts; and back to the queue what cannot be called now. */
#include "engine/dispatcher_private.h"
#include "engine/leases.h"
#include "engine/scripts.h"
#include "store/db.h"

#include <glib.h>

enum {
	EXPLAIN_US = 5000000,
	ASIDE_MS = 60000, /* what only an operator can change is looked at again after */
	CROWDED_MS = 1000,
	CROWDED_US = 50000,
};

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

/* What becomes of a claim. */
enum readiness {
	CLAIM_READY,
	CLAIM_WAITS, /* in hand, until its prompts or a turn are there */
	CLAIM_UNSPEAKABLE,
	CLAIM_NO_TRUNK,	 /* those that take its number rest */
	CLAIM_NO_PREFIX, /* no trunk takes its number */
	CLAIM_CROWDED,	 /* the trunk for its number is busy, while others are not */
};

static enum readiness with_line(struct dispatcher *d, const struct lane *lane, const char *number, struct wish *w,
				int64_t now_us)
{
	bool choice = lane_has_prefixes(&d->lines, lane);

	switch (lane_take(&d->lines, lane, number, w->claim.retries, now_us, HORIZON_US, &w->line, &w->turn)) {
	case LINE_TAKEN:
		return CLAIM_READY;
	case LINE_BUSY:
		break; /* the room was counted before; another lane has had it */
	case LINE_RESTING:
		return CLAIM_NO_TRUNK;
	case LINE_NONE:
		return choice ? CLAIM_NO_PREFIX : CLAIM_NO_TRUNK;
	}
	return choice ? CLAIM_CROWDED : CLAIM_WAITS;
}

/* Makes a wish of the claim if its prompts and a turn are there. */
static enum readiness prepare(struct dispatcher *d, const struct claim *c, struct lane *lane, struct wish *w,
				 int64_t now_ms, int64_t now_us)
{
	struct db *db = store_reader(d->o.store);
	char number[ORDER_NUMBER] = "";
	enum prompt_state state;
	enum readiness ready;

	if (!db)
		return CLAIM_WAITS;
	*w = (struct wish){ .claim = *c };
	state = scripts_get(d->o.scripts, db, c, now_ms, &w->order);
	if (state == PROMPT_READY && lane_has_prefixes(&d->lines, lane))
		ledger_number(db, c, number, sizeof(number));
	store_read_end(db);
	if (state != PROMPT_READY)
		return state == PROMPT_FAILED ? CLAIM_UNSPEAKABLE : CLAIM_WAITS;
	ready = with_line(d, lane, number, w, now_us);
	if (ready != CLAIM_READY)
		order_release(&w->order);
	return ready;
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

/* A claim that did not become a wish. */
static void put_aside(struct dispatcher *d, struct lane *lane, const struct claim *c, enum readiness why, int64_t now_ms,
		      int64_t now_us)
{
	switch (why) {
	case CLAIM_READY:
		break;
	case CLAIM_WAITS:
		hold(d, c);
		break;
	case CLAIM_UNSPEAKABLE: /* its leads wait instead of being placed silent calls */
		give_back(d, lane, c, now_ms + ASIDE_MS, LEAD_REASON_NO_PROMPT, now_ms);
		break;
	case CLAIM_NO_TRUNK:
		give_back(d, lane, c, now_ms + CROWDED_MS, LEAD_REASON_NO_TRUNK, now_ms);
		break;
	case CLAIM_NO_PREFIX:
		give_back(d, lane, c, now_ms + ASIDE_MS, LEAD_REASON_NO_PREFIX, now_ms);
		break;
	case CLAIM_CROWDED: /* kept in hand, it would take the turns of those whose trunk is free */
		give_back(d, lane, c, now_ms + CROWDED_MS, LEAD_REASON_TRUNK_BUSY, now_ms);
		lane->crowded_until_us = now_us + CROWDED_US; /* a long queue must not be turned over and over */
		break;
	}
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
		enum readiness ready = CLAIM_WAITS;

		if (c->workspace_id == lane->workspace_id)
			ready = prepare(d, c, lane, &d->wishes[n], now_ms, now_us);
		if (ready == CLAIM_READY)
			n++;
		else
			put_aside(d, lane, c, ready, now_ms, now_us);
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
		enum readiness ready = prepare(d, &job.claims[i], lane, &d->wishes[n], now_ms, now_us);

		if (ready == CLAIM_READY)
			n++;
		else
			put_aside(d, lane, &job.claims[i], ready, now_ms, now_us);
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
