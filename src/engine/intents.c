#include "engine/intents.h"

#include "core/campaign.h"
#include "core/fold.h"
#include "engine/flight.h"
#include "store/appointments.h"
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

/* ---- reports ---- */

static struct word choose(struct db *db, const struct flight *f, int64_t slot_no, int64_t now)
{
	enum booking_verdict v = appointment_book(db, &f->ref, f->campaign_id, f->talent_id, slot_no, now);
	struct word w = { .given = true, .booked = v == BOOKING_MADE };

	for (int i = 0; i < f->n_times && v == BOOKING_TAKEN; i++)
		if (appointment_is_open(db, f->ref.workspace_id, f->campaign_id, f->times[i], now))
			w.left |= 1u << i;
	return w;
}

static void enter(struct db *db, const struct reports *job, const struct carrier_event *ev, struct word *word)
{
	struct flight *f = g_hash_table_lookup(job->flights, &ev->attempt_id);
	struct attempt_result r = { .outcome = ev->outcome, .answer = ev->answer, .digits = ev->digits,
				    .sip_status = ev->sip_status, .retry_after_s = ev->retry_after_s,
				    .talk_ms = ev->talk_ms, .chosen = ev->slot_no };

	if (!f || f->ref.fence != ev->fence)
		return;
	if (f->of_number) {
		if (ev->kind == CARRIER_ENDED)
			number_check_end(db, f->ref.workspace_id, ev->attempt_id, ev->outcome, job->now);
		return;
	}
	r.offered = f->n_times;
	switch (ev->kind) {
	case CARRIER_SENT:
		ledger_sent(db, &f->ref, ev->call_id);
		break;
	case CARRIER_RINGING:
		ledger_ringing(db, &f->ref, job->now);
		break;
	case CARRIER_ANSWERED:
		ledger_answered(db, &f->ref, job->now);
		break;
	case CARRIER_CHOSE:
		*word = choose(db, f, ev->slot_no, job->now);
		break;
	case CARRIER_ENDED:
		ledger_end(db, &f->ref, &r, &job->retry, job->now);
		break;
	}
}

int reports_run(struct db *db, void *arg)
{
	struct reports *job = arg;

	for (guint i = 0; i < job->events->len; i++)
		enter(db, job, g_ptr_array_index(job->events, i), &job->words[i]);
	return JOB_KEEP;
}
