#include "engine/intents.h"

#include "engine/flight.h"
#include "store/ai.h"
#include "store/appointments.h"
#include "store/db.h"
#include "store/dial.h"
#include "store/inbound_calls.h"
#include "store/number_checks.h"
#include "store/writer.h"
#include "voice/ai_brief.h"

#include <string.h>

/* A person who must not be called at all: the row is finished. */
static void finish_unreachable(struct db *db, const struct claim *c, const char *reason, int64_t now)
{
	struct lead_next next = { .state = LEAD_DONE, .bucket = BUCKET_PENDING, .reason = reason,
				  .completed = true };

	ledger_drop(db, c, &next, now);
}

/* Asks the policy about a claim; one that may not be called now goes back, or out of the queue, with the reason. */
static bool may_call(struct db *db, const struct dial_desk *desk, const struct claim *c, const struct dial *dial)
{
	struct verdict v = policy_check(&dial->question);

	switch (v.kind) {
	case VERDICT_LATER:
		ledger_release(db, c, v.not_before, v.reason, true, desk->now);
		return false;
	case VERDICT_NEVER:
		finish_unreachable(db, c, v.reason, desk->now);
		return false;
	case VERDICT_DIAL:
		return true;
	}
	return false;
}

/* ---- claims ---- */

/* Those of `n` that may be called now are moved to the front; returns how many. */
static int keep_callable(struct db *db, const struct dial_desk *desk, struct claim *claims, int n)
{
	struct dial dial;
	int kept = 0;

	for (int i = 0; i < n; i++) {
		/* A claim nobody can say anything about is kept: its prompts, or its intent, will tell. */
		bool known = dial_ask(db, desk, claims[i].campaign_id, claims[i].talent_id, &dial);

		if (!known || may_call(db, desk, &claims[i], &dial))
			claims[kept++] = claims[i];
	}
	return kept;
}

/*
 * Up to `share` of the campaign's rows. Who may not be called now makes room for the next in the queue, so that no turn
 * is lost with them; *left is how many rows may be looked at in all.
 */
static int claim_share(struct db *db, struct claims *c, const struct dial_desk *desk, int64_t campaign_id, int share,
		       int *left)
{
	struct claim *out = c->claims + c->n;
	int kept = 0;

	while (*left > 0 && share > kept) {
		int found = ledger_claim(db, c->workspace_id, campaign_id, &c->node, c->now, c->lease_until,
					 MIN(share - kept, *left), out + kept);

		if (found == 0)
			break;
		*left -= found;
		kept += keep_callable(db, desk, out + kept, found);
	}
	return kept;
}

int claims_run(struct db *db, void *arg)
{
	struct claims *c = arg;
	struct dial_desk desk;
	int left = CLAIMS_MAX;
	bool open = dial_desk_open(db, c->workspace_id, c->now, &desk);

	c->n = 0;
	for (int i = 0; i < c->n_campaigns; i++) {
		int behind = c->n_campaigns - i;
		int share = (c->most - c->n + behind - 1) / behind;

		if (open)
			c->n += claim_share(db, c, &desk, c->campaigns[i], share, &left);
		c->next_due[i] = ledger_next_due(db, c->workspace_id, c->campaigns[i]);
	}
	return JOB_KEEP;
}

/* ---- intents ---- */

/* The call's budget: what the caps leave, and no more than it can use. */
static void begin_ai(struct db *db, const struct wish *w, const struct policy_question *q)
{
	struct ai_brief *b = w->order.ai;

	b->budget_micros = MIN(policy_ai_budget(q), ai_brief_cost(b, b->longest_ms));
	ai_call_begun(db, w->claim.workspace_id,
		      &(struct ai_call_begun){ .attempt_id = w->attempt_id, .campaign_id = w->claim.campaign_id,
					       .talent_id = w->claim.talent_id, .provider = b->provider,
					       .budget_micros = b->budget_micros }, q->now);
}

/* A person is called from one number all along, even if the campaign's has changed since the first call. */
static void keep_caller(struct db *db, struct wish *w, const struct dial *dial)
{
	const char *first = dial->attempts > 0 ? ledger_first_caller(db, &w->claim) : NULL;

	if (first)
		g_strlcpy(w->order.from, first, sizeof(w->order.from));
}

static void try_intent(struct db *db, const struct intents *job, const struct dial_desk *desk, struct wish *w)
{
	struct dial dial;
	struct intent intent;

	if (!dial_ask(db, desk, w->claim.campaign_id, w->claim.talent_id, &dial) || dial.removed ||
	    !may_call(db, desk, &w->claim, &dial))
		return;
	/* The number may be another one since the line was chosen. */
	if (prefixes_match(w->line->prefixes, dial.number) < 0) {
		ledger_release(db, &w->claim, w->claim.due_at, LEAD_REASON_NO_PREFIX, false, job->now);
		return;
	}
	/* The campaign or the providers have changed since its words were gathered: they are gathered anew. */
	if (dial.question.ai.wanted != (w->order.ai != NULL)) {
		ledger_release(db, &w->claim, job->now, POLICY_AI_NO_PROVIDER, true, job->now);
		return;
	}
	g_strlcpy(w->order.to, dial.number, sizeof(w->order.to));
	keep_caller(db, w, &dial);
	intent = (struct intent){ .number = dial.number, .caller_number = w->order.from,
				  .trunk_id = w->line->trunk_id, .attempt_no = dial.attempts + 1,
				  .lease_until = job->lease_until };
	w->attempt_id = ledger_intend(db, &w->claim, &job->node, &intent, job->now);
	if (w->attempt_id && w->order.ai)
		begin_ai(db, w, &dial.question);
}

int intents_run(struct db *db, void *arg)
{
	struct intents *job = arg;
	struct dial_desk desk = { 0 };

	for (int i = 0; i < job->n; i++) {
		struct wish *w = &job->wishes[i];

		w->attempt_id = 0;
		if (w->claim.workspace_id == desk.workspace_id ||
		    dial_desk_open(db, w->claim.workspace_id, job->now, &desk))
			try_intent(db, job, &desk, w);
	}
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

static void enter_inbound(struct db *db, const struct flight *f, const struct carrier_event *ev, int64_t now,
			  struct word *word)
{
	const struct inbound_result r = { .outcome = ev->outcome, .answer = ev->answer, .person = ev->person,
					  .digits = ev->digits, .offered = f->n_times, .talk_ms = ev->talk_ms,
					  .chosen = ev->slot_no };

	if (ev->kind == CARRIER_CHOSE)
		*word = choose(db, f, ev->slot_no, now);
	else if (ev->kind == CARRIER_ENDED)
		inbound_end(db, f->ref.workspace_id, f->ref.attempt_id, &r, now);
}

static void enter(struct db *db, const struct reports *job, const struct carrier_event *ev, struct word *word)
{
	struct flight *f = g_hash_table_lookup(job->flights, &ev->attempt_id);
	int64_t now = f ? job->now + f->ahead_ms : job->now;
	struct attempt_result r = { .outcome = ev->outcome, .answer = ev->answer, .digits = ev->digits,
				    .sip_status = ev->sip_status, .retry_after_s = ev->retry_after_s,
				    .talk_ms = ev->talk_ms, .person = ev->person, .disclosed = ev->disclosed,
				    .chosen = ev->slot_no, .who = ev->who,
				    /* by the clock of the workspace, as everything the ledger plans */
				    .callback_at = f && ev->callback_at ? ev->callback_at + f->ahead_ms : 0 };

	if (!f || f->ref.fence != ev->fence)
		return;
	if (f->of_number) {
		if (ev->kind == CARRIER_ENDED)
			number_check_end(db, f->ref.workspace_id, ev->attempt_id, ev->outcome, job->now);
		return;
	}
	if (f->called_in) {
		enter_inbound(db, f, ev, now, word);
		return;
	}
	r.offered = f->n_times;
	switch (ev->kind) {
	case CARRIER_SENT:
		ledger_sent(db, &f->ref, ev->call_id);
		break;
	case CARRIER_RINGING:
		ledger_ringing(db, &f->ref, now);
		break;
	case CARRIER_ANSWERED:
		ledger_answered(db, &f->ref, now);
		break;
	case CARRIER_CHOSE:
		*word = choose(db, f, ev->slot_no, now);
		break;
	case CARRIER_ENDED:
		if (ledger_end(db, &f->ref, &r, &job->retry, now) && f->ai)
			ai_call_ended(db, f->ref.workspace_id, f->ref.attempt_id, ai_brief_cost(f->ai, ev->ai_ms),
				      ev->ai_ms, ev->transcript, job->now + f->keep_ms);
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
