#include "store/audit.h"

#include "queries.h"
#include "store/db.h"

enum phase { PHASE_BEGIN, PHASE_ATTEMPTS, PHASE_LEADS };

struct told {
	const struct audit *audit;
	void (*found)(void *arg, const struct audit_finding *f);
	void *arg;
};

static void tell(const struct told *t, const char *invariant, int64_t campaign_id, int64_t talent_id,
		 int64_t attempt_id, const char *text)
{
	struct audit_finding f = { .invariant = invariant, .workspace_id = t->audit->workspace_id,
				   .campaign_id = campaign_id, .talent_id = talent_id, .attempt_id = attempt_id,
				   .text = text };

	t->found(t->arg, &f);
}

/* One question: each row of its answer is a violation. */
#define ASK(invariant, query, ...)                                                                             \
	DB_EACH(db, query, query##_r, .workspace_id = t->audit->workspace_id, __VA_ARGS__)                     \
	tell(t, invariant, query##_r->campaign_id, query##_r->talent_id, query##_r->attempt_id, query##_r->detail)

static void ask_of_flights(struct db *db, const struct told *t, int64_t now)
{
	int64_t serving = t->audit->serving;

	if (serving) { /* without a server nobody renews; the next start recovers */
		ASK("I4", audit_stuck, .now = now);
		ASK("I4", audit_endless, .now = now);
	}
	ASK("I5", audit_channels);
	ASK("I7", audit_epoch, .serving = serving);
	ASK("I7", audit_claim, .serving = serving);
	ASK("I9", audit_twice);
	ASK("I9", audit_unlocked);
	ASK("I9", audit_lock);
}

static void ask_of_attempts(struct db *db, const struct told *t, int64_t after, int64_t upto)
{
	ASK("I1", audit_number, .after = after, .upto = upto);
	ASK("I2", audit_denied, .after = after, .upto = upto);
	ASK("I3", audit_call, .after = after, .upto = upto);
	ASK("I5", audit_rate, .after = after, .upto = upto);
	ASK("I6", audit_suppressed, .after = after, .upto = upto);
	ASK("I6", audit_stopped, .after = after, .upto = upto);
	ASK("I8", audit_outcome, .after = after, .upto = upto);
	ASK("I8", audit_event, .after = after, .upto = upto);
	ASK("I10", audit_gap, .after = after, .upto = upto);
	ASK("I10", audit_slot, .after = after, .upto = upto);
}

static void ask_of_leads(struct db *db, const struct told *t, int64_t campaign_id, int64_t after, int64_t upto)
{
	ASK("I4", audit_lost, .campaign_id = campaign_id, .after = after, .upto = upto);
	ASK("I4", audit_queued, .campaign_id = campaign_id, .after = after, .upto = upto);
}

static bool next_workspace(struct db *db, struct audit *a)
{
	struct audit_workspace_after_row row;
	bool more = DB_ROW(db, audit_workspace_after, &row, .workspace_id = a->workspace_id);

	*a = (struct audit){ .workspace_id = more ? row.workspace_id : 0, .phase = PHASE_ATTEMPTS,
			     .checked = a->checked, .serving = a->serving };
	if (!more)
		a->phase = PHASE_BEGIN;
	return more;
}

/* False when there are no more. */
static bool step_attempts(struct db *db, struct audit *a, const struct told *t, int most)
{
	struct audit_upto_row to;

	if (!DB_ROW(db, audit_upto, &to, .workspace_id = a->workspace_id, .after = a->attempt_id, .limit = most) ||
	    to.n == 0)
		return false;
	ask_of_attempts(db, t, a->attempt_id, to.upto);
	a->attempt_id = to.upto;
	a->checked += to.n;
	return true;
}

static bool next_campaign(struct db *db, struct audit *a, const struct told *t)
{
	struct audit_campaign_after_row row;

	if (!DB_ROW(db, audit_campaign_after, &row, .workspace_id = a->workspace_id, .campaign_id = a->campaign_id))
		return false;
	a->campaign_id = row.campaign_id;
	a->talent_id = 0;
	ASK("I8", audit_totals, .campaign_id = a->campaign_id);
	ASK("I8", audit_roster, .campaign_id = a->campaign_id);
	return true;
}

static bool step_leads(struct db *db, struct audit *a, const struct told *t, int most)
{
	struct audit_lead_upto_row to = { 0 };

	DB_ROW(db, audit_lead_upto, &to, .workspace_id = a->workspace_id, .campaign_id = a->campaign_id,
	       .after = a->talent_id, .limit = most);
	if (to.n == 0)
		return next_campaign(db, a, t);
	ask_of_leads(db, t, a->campaign_id, a->talent_id, to.upto);
	a->talent_id = to.upto;
	a->checked += to.n;
	return true;
}

bool audit_step(struct db *db, struct audit *a, int most, int64_t now,
		void (*found)(void *arg, const struct audit_finding *f), void *arg)
{
	struct told t = { a, found, arg };

	switch ((enum phase)a->phase) {
	case PHASE_BEGIN:
		if (!next_workspace(db, a))
			return false;
		ask_of_flights(db, &t, now);
		return true;
	case PHASE_ATTEMPTS:
		if (!step_attempts(db, a, &t, most))
			a->phase = PHASE_LEADS;
		return true;
	case PHASE_LEADS:
		if (step_leads(db, a, &t, most))
			return true;
		if (!next_workspace(db, a))
			return false;
		ask_of_flights(db, &t, now);
		return true;
	}
	return false;
}

static const char *rows_of_attempt(struct db *db, const struct audit_finding *f)
{
	struct audit_attempt_row r;

	if (!DB_ROW(db, audit_attempt, &r, .workspace_id = f->workspace_id, .attempt_id = f->attempt_id))
		return "";
	return arena_printf(db->arena, "attempt %lld: no %lld, slot %lld, state %lld, outcome %lld, number %s, trunk %lld, "
			    "call \"%s\", fence %lld, epoch %lld, due %lld, intent %lld, ended %lld",
			    (long long)f->attempt_id, (long long)r.attempt_no, (long long)r.slot,
			    (long long)r.attempt_state, (long long)r.outcome, r.number, (long long)r.trunk_id, r.call_id,
			    (long long)r.fence, (long long)r.epoch, (long long)r.due_at, (long long)r.intent_at,
			    r.ended_at == DB_NULL ? 0LL : (long long)r.ended_at);
}

static const char *rows_of_lead(struct db *db, const struct audit_finding *f)
{
	struct audit_lead_row r;
	bool queued;

	if (!DB_ROW(db, audit_lead, &r, .workspace_id = f->workspace_id, .campaign_id = f->campaign_id,
		    .talent_id = f->talent_id))
		return "";
	queued = r.due_at != DB_NULL;
	return arena_printf(db->arena, "lead %lld: state %lld, reason \"%s\", bucket %lld, attempts %lld, removed %lld; "
			    "queue: due %lld, state %lld, fence %lld", (long long)f->talent_id, (long long)r.lead_state,
			    r.reason, (long long)r.bucket, (long long)r.attempts, (long long)r.removed,
			    queued ? (long long)r.due_at : 0LL, queued ? (long long)r.due_state : 0LL,
			    queued ? (long long)r.fence : 0LL);
}

const char *audit_rows(struct db *db, const struct audit_finding *f)
{
	if (f->attempt_id)
		return rows_of_attempt(db, f);
	return f->talent_id ? rows_of_lead(db, f) : "";
}
