#include "engine/intents.h"

#include "core/campaign.h"
#include "core/fold.h"
#include "engine/flight.h"
#include "store/db.h"
#include "store/leads.h"
#include "store/number_checks.h"
#include "store/suppressions.h"
#include "store/writer.h"

#include <string.h>

int claims_run(struct db *db, void *arg)
{
	struct claims *c = arg;

	c->n = ledger_claim(db, c->workspace_id, &c->node, c->now, c->lease_until, MIN(c->most, CLAIMS_MAX),
			    c->claims);
	c->next_due = ledger_next_due(db, c->workspace_id);
	return JOB_KEEP;
}

/* ---- intents ---- */

static struct verdict ask_policy(struct db *db, const struct wish *w, const struct claim_facts *f, int64_t now)
{
	g_autofree char *email_key = fold_text(f->email);
	struct policy_question q = {
		.campaign_running = campaign_status_runs(f->status),
		.number_possible = f->number != NULL,
		.suppressed = person_suppressed(db, w->claim.workspace_id, f->number, email_key),
		.caller_verified = f->caller_verified,
		.person_busy = f->person_busy,
		.hours = w->hours,
		.zone = f->timezone,
		.now = now,
	};

	return policy_check(&q);
}

/* A person who must not be called at all: the row is finished. */
static void finish_unreachable(struct db *db, const struct claim *c, const char *reason, int64_t now)
{
	struct lead_next next = { .state = LEAD_DONE, .bucket = BUCKET_PENDING, .reason = reason,
				  .completed = true };

	ledger_drop(db, c, &next, now);
}

static void try_intent(struct db *db, const struct intents *job, struct wish *w)
{
	struct claim_facts facts;
	struct verdict v;
	struct intent intent;

	w->attempt_id = 0;
	if (!ledger_facts(db, &w->claim, &facts) || facts.removed)
		return;
	v = ask_policy(db, w, &facts, job->now);
	switch (v.kind) {
	case VERDICT_LATER:
		ledger_release(db, &w->claim, v.not_before, v.reason, job->now);
		return;
	case VERDICT_NEVER:
		finish_unreachable(db, &w->claim, v.reason, job->now);
		return;
	case VERDICT_DIAL:
		break;
	}
	g_strlcpy(w->order.to, facts.number, sizeof(w->order.to));
	intent = (struct intent){ .number = facts.number, .caller_number = w->order.from,
				  .trunk_id = w->line->trunk_id, .attempt_no = facts.attempts + 1,
				  .lease_until = job->lease_until };
	w->attempt_id = ledger_intend(db, &w->claim, &job->node, &intent, job->now);
}

int intents_run(struct db *db, void *arg)
{
	struct intents *job = arg;

	for (int i = 0; i < job->n; i++)
		try_intent(db, job, &job->wishes[i]);
	return JOB_KEEP;
}

/* ---- booking ---- */

static void book(struct db *db, const struct booking *b, const struct carrier_event *ev)
{
	struct flight *f = g_hash_table_lookup(b->flights, &ev->attempt_id);
	struct attempt_result r = { .outcome = ev->outcome, .answer = ev->answer, .digits = ev->digits,
				    .sip_status = ev->sip_status, .retry_after_s = ev->retry_after_s,
				    .talk_ms = ev->talk_ms };

	if (!f || f->ref.fence != ev->fence)
		return;
	if (f->of_number) {
		if (ev->kind == CARRIER_ENDED)
			number_check_end(db, f->ref.workspace_id, ev->attempt_id, ev->outcome, b->now);
		return;
	}
	switch (ev->kind) {
	case CARRIER_SENT:
		ledger_sent(db, &f->ref, ev->call_id);
		break;
	case CARRIER_RINGING:
		ledger_ringing(db, &f->ref, b->now);
		break;
	case CARRIER_ANSWERED:
		ledger_answered(db, &f->ref, b->now);
		break;
	case CARRIER_ENDED:
		ledger_end(db, &f->ref, &r, &b->retry, b->now);
		break;
	}
}

int booking_run(struct db *db, void *arg)
{
	struct booking *b = arg;

	for (guint i = 0; i < b->events->len; i++)
		book(db, b, g_ptr_array_index(b->events, i));
	return JOB_KEEP;
}
