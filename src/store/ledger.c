#include "store/ledger.h"

#include "base/json_writer.h"
#include "core/questions.h"
#include "queries.h"
#include "store/appointments.h"
#include "store/campaigns.h"
#include "store/events.h"
#include "store/ids.h"
#include "store/leads.h"
#include "store/texts.h"
#include "store/suppressions.h"
#include "store/workspaces.h"

#include <glib.h>
#include <stddef.h>

enum { UNKNOWN_TALK_MS = 15 * 60 * 1000 };

int64_t ledger_epoch(struct db *db)
{
	struct fact_raise_row row = { 0 };

	DB_ROW(db, fact_raise, &row, .name = "epoch");
	return row.value;
}

/* ---- the queue ---- */

int ledger_claim(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct ledger_node *node, int64_t now,
		 int64_t lease_until, int most, struct claim *out)
{
	int found = 0, n = 0;

	DB_EACH(db, due_ready, row, .workspace_id = workspace_id, .campaign_id = campaign_id, .now = now, .limit = most)
		out[found++] = (struct claim){ .workspace_id = workspace_id, .campaign_id = campaign_id,
					       .talent_id = row->talent_id, .due_at = row->due_at,
					       .fence = row->fence, .slot = (int)row->slot,
					       .retries = (int)row->retries };
	for (int i = 0; i < found; i++) {
		struct claim c = out[i];

		if (DB_EXEC(db, due_claim, .workspace_id = workspace_id, .campaign_id = c.campaign_id,
			    .talent_id = c.talent_id, .fence = c.fence, .node_id = node->node_id,
			    .epoch = node->epoch, .lease_until = lease_until) != 1)
			continue;
		c.fence++;
		out[n++] = c;
	}
	return n;
}

int64_t ledger_next_due(struct db *db, int64_t workspace_id, int64_t campaign_id)
{
	struct due_next_row row;

	return DB_ROW(db, due_next, &row, .workspace_id = workspace_id, .campaign_id = campaign_id) ? row.due_at : INT64_MAX;
}

int64_t ledger_campaign_after(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t *next_due)
{
	struct due_campaign_after_row row;

	if (!DB_ROW(db, due_campaign_after, &row, .workspace_id = workspace_id, .campaign_id = campaign_id))
		return 0;
	*next_due = row.due_at;
	return row.campaign_id;
}

void ledger_release(struct db *db, const struct claim *c, int64_t due_at, const char *reason, bool by_policy,
		    int64_t now)
{
	if (DB_EXEC(db, due_release, .workspace_id = c->workspace_id, .campaign_id = c->campaign_id,
		    .talent_id = c->talent_id, .fence = c->fence, .due_at = due_at, .policy_wait = by_policy) == 1)
		DB_EXEC(db, lead_waits, .workspace_id = c->workspace_id, .campaign_id = c->campaign_id,
			.talent_id = c->talent_id, .reason = reason, .now = now);
}

const char *ledger_first_caller(struct db *db, const struct claim *c)
{
	struct attempt_first_caller_row row;

	return DB_ROW(db, attempt_first_caller, &row, .workspace_id = c->workspace_id, .campaign_id = c->campaign_id,
		      .talent_id = c->talent_id)
		       ? row.caller_number
		       : NULL;
}

/* The attempt's row, the lead calling, the event. */
static void begin_attempt(struct db *db, int64_t id, const struct claim *c, const struct ledger_node *node,
			  const struct intent *intent, int64_t now)
{
	DB_EXEC(db, attempt_insert, .workspace_id = c->workspace_id, .attempt_id = id,
		.campaign_id = c->campaign_id, .talent_id = c->talent_id, .attempt_no = intent->attempt_no,
		.slot = c->slot, .retries = c->retries, .number = intent->number,
		.caller_number = intent->caller_number, .trunk_id = intent->trunk_id, .fence = c->fence,
		.node_id = node->node_id, .epoch = node->epoch, .lease_until = intent->lease_until,
		.due_at = c->due_at, .intent_at = now);
	DB_EXEC(db, lead_calling, .workspace_id = c->workspace_id, .campaign_id = c->campaign_id,
		.talent_id = c->talent_id, .attempts = intent->attempt_no, .now = now);
	DB_EXEC(db, campaign_first_attempt, .workspace_id = c->workspace_id, .campaign_id = c->campaign_id,
		.now = now);
	workspace_count_call(db, c->workspace_id, now, 1);
	event_add(db, c->workspace_id, now,
		  &(struct event){ .type = "attempt.started", .campaign_id = c->campaign_id,
				   .talent_id = c->talent_id, .attempt_id = id });
}

void ledger_number(struct db *db, const struct claim *c, char *out, size_t size)
{
	struct lead_number_row row;

	out[0] = 0;
	if (DB_ROW(db, lead_number, &row, .workspace_id = c->workspace_id, .campaign_id = c->campaign_id,
		   .talent_id = c->talent_id) && row.number)
		g_strlcpy(out, row.number, size);
}

int64_t ledger_intend(struct db *db, const struct claim *c, const struct ledger_node *node,
		      const struct intent *intent, int64_t now)
{
	int64_t id = ids_next(db, ID_ATTEMPT);

	if (DB_EXEC(db, person_lock_take, .workspace_id = c->workspace_id, .number = intent->number,
		    .attempt_id = id, .locked_at = now) != 1)
		return 0;
	if (DB_EXEC(db, due_take, .workspace_id = c->workspace_id, .campaign_id = c->campaign_id,
		    .talent_id = c->talent_id, .fence = c->fence) != 1) {
		DB_EXEC(db, person_lock_drop, .workspace_id = c->workspace_id, .number = intent->number,
			.attempt_id = id);
		return 0;
	}
	begin_attempt(db, id, c, node, intent, now);
	return id;
}

/* ---- progress ---- */

void ledger_sent(struct db *db, const struct attempt_ref *ref, const char *call_id)
{
	DB_EXEC(db, attempt_sent, .workspace_id = ref->workspace_id, .attempt_id = ref->attempt_id,
		.fence = ref->fence, .call_id = call_id);
}

/* Whether the attempt is still the one of that fence and may move to the state; its row as it is. */
static bool may_move(struct db *db, const struct attempt_ref *ref, enum attempt_state to, struct attempt_get_row *a)
{
	return DB_ROW(db, attempt_get, a, .workspace_id = ref->workspace_id, .attempt_id = ref->attempt_id) &&
	       a->fence == ref->fence && attempt_may((enum attempt_state)a->attempt_state, to);
}

void ledger_ringing(struct db *db, const struct attempt_ref *ref, int64_t now)
{
	struct attempt_get_row a;

	if (!may_move(db, ref, ATTEMPT_RINGING, &a))
		return;
	DB_EXEC(db, attempt_ringing, .workspace_id = ref->workspace_id, .attempt_id = ref->attempt_id,
		.fence = ref->fence, .now = now);
}

void ledger_answered(struct db *db, const struct attempt_ref *ref, int64_t now)
{
	struct attempt_get_row a;

	if (!may_move(db, ref, ATTEMPT_ANSWERED, &a))
		return;
	DB_EXEC(db, attempt_answered, .workspace_id = ref->workspace_id, .attempt_id = ref->attempt_id,
		.fence = ref->fence, .now = now);
}

/* ---- ends ---- */

static void move_total(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t from, int64_t to)
{
	if (from == to)
		return;
	DB_EXEC(db, lead_total_add, .workspace_id = workspace_id, .campaign_id = campaign_id, .bucket = from,
		.n = -1);
	DB_EXEC(db, lead_total_add, .workspace_id = workspace_id, .campaign_id = campaign_id, .bucket = to,
		.n = 1);
}

static void event_of_lead(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id,
			  const struct lead_next *next, int64_t now)
{
	struct jw w;

	jw_init(&w);
	jw_object(&w);
	jw_kstr(&w, "status", bucket_name(next->bucket));
	jw_kstr(&w, "flowStatus", next->completed ? "Completed" : "Pending");
	jw_kstr(&w, "reason", next->reason);
	jw_end(&w);
	event_add(db, workspace_id, now, &(struct event){ .type = "lead.status_changed", .campaign_id = campaign_id,
							  .talent_id = talent_id, .data = w.data });
	jw_free(&w);
}

/* Told once nobody on the campaign is due or being called; again when others are added later and it happens again. */
static void finish_campaign(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t now)
{
	struct campaign_anybody_left_row row;

	if (!DB_ROW(db, campaign_anybody_left, &row, .workspace_id = workspace_id, .campaign_id = campaign_id) && !db_failed(db))
		event_add(db, workspace_id, now, &(struct event){ .type = "campaign.finished", .campaign_id = campaign_id });
}

/* Moves the lead to where `next` says, with its total and its event. */
static void move_lead(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id,
		      const struct lead_now_row *lead, const struct lead_next *next, int64_t now)
{
	enum lead_state state = (enum lead_state)lead->lead_state;

	if (state != next->state)
		lead_move(&state, next->state);
	DB_EXEC(db, lead_moved, .workspace_id = workspace_id, .campaign_id = campaign_id,
		.talent_id = talent_id, .bucket = next->bucket, .completed = next->completed,
		.lead_state = state, .reason = next->reason, .now = now);
	if (!lead->removed) {
		move_total(db, workspace_id, campaign_id, lead->bucket, next->bucket);
		leads_changed(db, workspace_id, campaign_id, now);
	}
	event_of_lead(db, workspace_id, campaign_id, talent_id, next, now);
}

void ledger_drop(struct db *db, const struct claim *c, const struct lead_next *next, int64_t now)
{
	struct lead_next kept = *next;
	struct lead_now_row lead;

	if (DB_EXEC(db, due_take, .workspace_id = c->workspace_id, .campaign_id = c->campaign_id,
		    .talent_id = c->talent_id, .fence = c->fence) != 1 ||
	    !DB_ROW(db, lead_now, &lead, .workspace_id = c->workspace_id, .campaign_id = c->campaign_id,
		    .talent_id = c->talent_id))
		return;
	kept.bucket = (enum bucket)lead.bucket; /* no call was made: what the last one said stays */
	move_lead(db, c->workspace_id, c->campaign_id, c->talent_id, &lead, &kept, now);
	finish_campaign(db, c->workspace_id, c->campaign_id, now);
}

bool ledger_submitted(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, int64_t now)
{
	struct lead_now_row lead;
	struct lead_next next = { .state = LEAD_DONE, .reason = LEAD_REASON_SUBMITTED, .completed = true };

	if (!DB_ROW(db, lead_now, &lead, .workspace_id = workspace_id, .campaign_id = campaign_id, .talent_id = talent_id) ||
	    DB_EXEC(db, lead_submitted, .workspace_id = workspace_id, .campaign_id = campaign_id, .talent_id = talent_id,
		    .now = now) != 1)
		return false;
	DB_EXEC(db, due_delete, .workspace_id = workspace_id, .campaign_id = campaign_id, .talent_id = talent_id);
	texts_forget(db, workspace_id, campaign_id, talent_id);
	if (lead.lead_state == LEAD_CALLING) { /* the call's end will move it */
		if (!lead.removed)
			leads_changed(db, workspace_id, campaign_id, now);
		return true;
	}
	next.bucket = (enum bucket)lead.bucket;
	if (lead.lead_state == LEAD_DONE)
		next.reason = lead.reason;
	move_lead(db, workspace_id, campaign_id, talent_id, &lead, &next, now);
	return !db_failed(db);
}

void ledger_write_end(struct jw *w, enum outcome outcome, int64_t talk_ms, enum person_wish person)
{
	jw_kstr(w, "outcome", outcome_rule(outcome)->name);
	jw_kint(w, "talkMs", talk_ms);
	if (person != PERSON_NOT_ASKED)
		jw_kstr(w, "person", person_wish_name(person));
}

static void event_of_attempt(struct db *db, int64_t workspace_id, const struct attempt_get_row *a,
			     int64_t attempt_id, const struct attempt_result *r, int64_t now)
{
	struct jw w;

	jw_init(&w);
	jw_object(&w);
	ledger_write_end(&w, r->outcome, r->talk_ms, r->person);
	if (r->digits[0])
		jw_kstr(&w, "digits", r->digits);
	if (r->disclosed)
		jw_kbool(&w, "disclosed", true);
	jw_end(&w);
	event_add(db, workspace_id, now, &(struct event){ .type = "attempt.ended", .campaign_id = a->campaign_id,
							  .talent_id = a->talent_id, .attempt_id = attempt_id,
							  .data = w.data });
	jw_free(&w);
}

/* The text after a call: to whoever answered it and may still be written to. */
static void plan_text(struct db *db, const struct text_key *k, enum answer answer, const struct lead_now_row *lead, int64_t now)
{
	struct campaign_texts_row texts;

	if (answer != ANSWER_OPT_OUT && !lead->removed && !lead->submitted &&
	    DB_ROW(db, campaign_texts, &texts, .workspace_id = k->workspace_id, .campaign_id = k->campaign_id) &&
	    texts.post_call_sms[0] && purpose_reminds(texts.purpose))
		text_plan(db, k, now);
}

static void opt_out(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, const char *number,
		    const char *email, int64_t now)
{
	suppress_person(db, workspace_id, number, email, "OPTED_OUT", now);
	event_add(db, workspace_id, now, &(struct event){ .type = "person.opted_out", .campaign_id = campaign_id,
							  .talent_id = talent_id });
}

/* Who has called us while we called him and has said something there: that holds, unless he has said something here. */
static void heed_call_back(struct db *db, int64_t workspace_id, const struct attempt_get_row *a, struct attempt_end *end)
{
	struct inbound_decided_row said;

	if (end->answer != ANSWER_NONE && end->answer != ANSWER_NEUTRAL)
		return;
	if (!DB_ROW(db, inbound_decided, &said, .workspace_id = workspace_id, .campaign_id = a->campaign_id,
		    .talent_id = a->talent_id, .since = a->intent_at))
		return;
	end->answer = (enum answer)said.answer;
	if (end->person == PERSON_NOT_ASKED)
		end->person = (enum person_wish)said.person;
}

/* What follows for the lead: its next state, and the queue's row if there is a next attempt. */
static void follow_up(struct db *db, int64_t workspace_id, int64_t attempt_id, const struct attempt_get_row *a,
		      const struct attempt_result *r, const struct retry_rule *rule, int64_t now)
{
	struct attempt_end end = { .outcome = r->outcome, .answer = r->answer, .person = r->person, .slot = (int)a->slot,
				   .retries = (int)a->retries, .intent_at = a->intent_at,
				   .retry_after_s = r->retry_after_s, .callback_at = r->callback_at };
	const struct text_key text = { workspace_id, a->campaign_id, a->talent_id, MESSAGE_POST_CALL, attempt_id };
	struct lead_now_row lead;
	struct lead_next next;
	struct schedule schedule;

	if (!DB_ROW(db, lead_now, &lead, .workspace_id = workspace_id, .campaign_id = a->campaign_id,
		    .talent_id = a->talent_id))
		return;
	campaign_schedule(db, workspace_id, a->campaign_id, &schedule);
	heed_call_back(db, workspace_id, a, &end);
	next = lead_after((enum bucket)lead.bucket, &end, &schedule, rule, now);
	if (lead.submitted && !next.opt_out) { /* during the call */
		next.state = LEAD_DONE;
		next.reason = LEAD_REASON_SUBMITTED;
		next.completed = true;
	}
	if (outcome_rule(r->outcome)->reach == REACH_PERSON)
		plan_text(db, &text, r->answer, &lead, now);
	if (r->answer == ANSWER_OPT_OUT)
		opt_out(db, workspace_id, a->campaign_id, a->talent_id, a->number, lead.email, now);
	/* Removed and added again meanwhile, perhaps with a newer call of its own: only a decision counts. */
	if (lead.lead_state != LEAD_CALLING || a->attempt_no != lead.attempts) {
		if (end.answer == ANSWER_NONE || end.answer == ANSWER_NEUTRAL || lead.lead_state == LEAD_DONE)
			return;
		DB_EXEC(db, due_delete, .workspace_id = workspace_id, .campaign_id = a->campaign_id,
			.talent_id = a->talent_id);
	}
	move_lead(db, workspace_id, a->campaign_id, a->talent_id, &lead, &next, now);
	if (next.state == LEAD_WAITING && !lead.removed)
		DB_EXEC(db, due_put, .workspace_id = workspace_id, .campaign_id = a->campaign_id,
			.talent_id = a->talent_id, .due_at = next.due_at,
			.due_state = campaign_running(db, workspace_id, a->campaign_id) ? DUE_READY : DUE_PARKED,
			.slot = next.slot, .retries = next.retries, .fence = a->fence + 1);
	else if (next.state == LEAD_DONE)
		finish_campaign(db, workspace_id, a->campaign_id, now);
}

bool ledger_called_back(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id,
			const struct called_back *c, int64_t now)
{
	const struct text_key text = { workspace_id, campaign_id, talent_id, MESSAGE_POST_CALL, c->attempt_id };
	struct lead_now_row lead;
	struct lead_next next;

	if (!DB_ROW(db, lead_now, &lead, .workspace_id = workspace_id, .campaign_id = campaign_id, .talent_id = talent_id))
		return false;
	next = lead_decided((enum bucket)lead.bucket, c->answer, c->person);
	if (next.opt_out) {
		appointment_release(db, workspace_id, campaign_id, talent_id, now);
		opt_out(db, workspace_id, campaign_id, talent_id, c->number, lead.email, now);
	}
	if (c->answer != ANSWER_NONE)
		plan_text(db, &text, c->answer, &lead, now);
	if (!next.state || lead.removed || lead.lead_state == LEAD_CALLING)
		return !db_failed(db);
	if (lead.submitted && !next.opt_out)
		next.reason = LEAD_REASON_SUBMITTED;
	DB_EXEC(db, due_delete, .workspace_id = workspace_id, .campaign_id = campaign_id, .talent_id = talent_id);
	move_lead(db, workspace_id, campaign_id, talent_id, &lead, &next, now);
	finish_campaign(db, workspace_id, campaign_id, now);
	return !db_failed(db);
}

/* A call that did not ring is taken back from person and workspace; one that talked is charged. */
static void charge(struct db *db, const struct attempt_ref *ref, const struct attempt_get_row *a,
		   const struct attempt_result *r, int64_t now)
{
	int64_t talk_ms = r->talk_ms;

	if (outcome_rule(r->outcome)->rang_nobody && a->ringing_at == DB_NULL &&
	    DB_EXEC(db, attempt_uncount, .workspace_id = ref->workspace_id, .attempt_id = ref->attempt_id) == 1)
		workspace_count_call(db, ref->workspace_id, a->intent_at, -1);
	/* Nobody knows how long a call went on whose server died: it is charged until now, within reason. */
	if (r->outcome == OUTCOME_UNKNOWN && a->answered_at != DB_NULL)
		talk_ms = CLAMP(now - a->answered_at, 0, UNKNOWN_TALK_MS);
	if (talk_ms > 0)
		workspace_count_talk(db, ref->workspace_id, now, talk_ms);
}

/* What the call has come to: a crash may have lost the answer, but not what was booked. */
static struct attempt_result with_booking(struct db *db, const struct attempt_ref *ref, const struct attempt_get_row *a,
					  const struct attempt_result *r, int64_t now)
{
	struct attempt_result out = *r;
	struct booked b;

	if (r->answer == ANSWER_OPT_OUT) {
		appointment_release(db, ref->workspace_id, a->campaign_id, a->talent_id, now);
	} else if (appointment_of(db, ref->workspace_id, a->campaign_id, a->talent_id, &b) &&
		   b.attempt_id == ref->attempt_id) {
		out.answer = ANSWER_INTERESTED;
		out.chosen = b.slot_no;
	}
	return out;
}

bool ledger_end(struct db *db, const struct attempt_ref *ref, const struct attempt_result *told,
		const struct retry_rule *rule, int64_t now)
{
	enum attempt_state state = told->outcome == OUTCOME_UNKNOWN ? ATTEMPT_UNKNOWN : ATTEMPT_ENDED;
	struct attempt_get_row a;
	struct attempt_result r;

	/* UNKNOWN may still end, but by the review alone: an end that comes too late changes nothing */
	if (!may_move(db, ref, state, &a) || attempt_terminal((enum attempt_state)a.attempt_state))
		return false;
	r = with_booking(db, ref, &a, told, now);
	DB_EXEC(db, attempt_end, .workspace_id = ref->workspace_id, .attempt_id = ref->attempt_id, .fence = ref->fence,
		.attempt_state = state, .outcome = r.outcome, .answer = r.answer, .digits = r.digits,
		.offered = r.offered, .chosen = r.chosen, .person = r.person, .disclosed = r.disclosed, .answered_by = r.who,
		.sip_status = r.sip_status, .talk_ms = r.talk_ms, .now = now);
	DB_EXEC(db, person_lock_drop, .workspace_id = ref->workspace_id, .number = a.number,
		.attempt_id = ref->attempt_id);
	charge(db, ref, &a, &r, now);
	event_of_attempt(db, ref->workspace_id, &a, ref->attempt_id, &r, now);
	follow_up(db, ref->workspace_id, ref->attempt_id, &a, &r, rule, now);
	return !db_failed(db);
}

void ledger_presume(struct db *db, const struct claim *c, const struct ledger_node *node, const struct intent *intent,
		    const struct retry_rule *rule, int64_t now)
{
	const struct attempt_result nobody_knows = { .outcome = OUTCOME_UNKNOWN, .digits = "" };
	struct attempt_ref ref = { c->workspace_id, ids_next(db, ID_ATTEMPT), c->fence, node->epoch };

	DB_EXEC(db, due_delete, .workspace_id = c->workspace_id, .campaign_id = c->campaign_id, .talent_id = c->talent_id);
	begin_attempt(db, ref.attempt_id, c, node, intent, now);
	ledger_end(db, &ref, &nobody_knows, rule, now);
}

/* What the lead becomes by the review; false when nothing newer may be undone for it. */
static bool after_review(const struct lead_now_row *lead, const struct attempt_get_row *a, enum outcome outcome,
			 int64_t now, struct lead_next *next)
{
	bool decided = lead->bucket == BUCKET_INTERESTED || lead->bucket == BUCKET_NOT_INTERESTED;

	if (lead->removed || lead->submitted || decided || a->attempt_no != lead->attempts || lead->lead_state == LEAD_CALLING ||
	    lead->lead_state == LEAD_HELD)
		return false;
	*next = (struct lead_next){ .state = (enum lead_state)lead->lead_state, .reason = lead->reason,
				    .bucket = (enum bucket)lead->bucket, .completed = lead->lead_state == LEAD_DONE };
	if (outcome == OUTCOME_NEVER_SENT) {
		next->state = LEAD_WAITING;
		next->reason = LEAD_REASON_REVIEWED;
		next->completed = false;
		next->due_at = now;
	} else if (outcome_rule(outcome)->reach == REACH_NOBODY) {
		next->bucket = BUCKET_NO_ANSWER;
	}
	return true;
}

void ledger_reviewed(struct db *db, int64_t workspace_id, int64_t attempt_id, enum outcome outcome, int64_t now)
{
	struct attempt_get_row a;
	struct lead_now_row lead;
	struct lead_next next;

	if (!DB_ROW(db, attempt_get, &a, .workspace_id = workspace_id, .attempt_id = attempt_id) ||
	    !DB_ROW(db, lead_now, &lead, .workspace_id = workspace_id, .campaign_id = a.campaign_id,
		    .talent_id = a.talent_id) ||
	    !after_review(&lead, &a, outcome, now, &next))
		return;
	if (next.state != (enum lead_state)lead.lead_state || next.due_at || next.bucket != (enum bucket)lead.bucket)
		move_lead(db, workspace_id, a.campaign_id, a.talent_id, &lead, &next, now);
	if (next.due_at)
		DB_EXEC(db, due_put, .workspace_id = workspace_id, .campaign_id = a.campaign_id,
			.talent_id = a.talent_id, .due_at = next.due_at,
			.due_state = campaign_running(db, workspace_id, a.campaign_id) ? DUE_READY : DUE_PARKED,
			.slot = a.slot, .retries = 0, .fence = a.fence + 1);
}

int ledger_live(struct db *db, struct attempt_ref *out, int most)
{
	int n = 0;

	DB_EACH(db, attempt_live, row) {
		if (n == most) {
			DB_STOP(db, attempt_live);
			break;
		}
		out[n++] = (struct attempt_ref){ row->workspace_id, row->attempt_id, row->fence,
						       row->epoch };
	}
	return n;
}

int64_t ledger_release_all(struct db *db)
{
	return DB_EXEC(db, due_release_all);
}

void ledger_renew_claim(struct db *db, const struct claim *c, int64_t lease_until)
{
	DB_EXEC(db, due_renew, .workspace_id = c->workspace_id, .campaign_id = c->campaign_id, .talent_id = c->talent_id,
		.fence = c->fence, .lease_until = lease_until);
}

void ledger_renew_attempt(struct db *db, const struct attempt_ref *ref, int64_t lease_until)
{
	DB_EXEC(db, attempt_renew, .workspace_id = ref->workspace_id, .attempt_id = ref->attempt_id,
		.fence = ref->fence, .lease_until = lease_until);
}

int ledger_overdue_attempts(struct db *db, int64_t workspace_id, int64_t now, struct attempt_ref *out)
{
	int n = 0;

	DB_EACH(db, attempt_overdue, row, .workspace_id = workspace_id, .now = now)
		out[n++] = (struct attempt_ref){ workspace_id, row->attempt_id, row->fence, row->epoch };
	return n;
}

int ledger_overdue_claims(struct db *db, int64_t workspace_id, int64_t now, struct claim *out)
{
	int n = 0;

	DB_EACH(db, due_overdue, row, .workspace_id = workspace_id, .now = now)
		out[n++] = (struct claim){ .workspace_id = workspace_id, .campaign_id = row->campaign_id,
					   .talent_id = row->talent_id, .fence = row->fence, .due_at = row->due_at };
	return n;
}

void ledger_explain_wait(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *reason, int64_t now)
{
	DB_EXEC(db, due_explain, .workspace_id = workspace_id, .campaign_id = campaign_id, .reason = reason, .now = now);
}
