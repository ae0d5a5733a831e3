/*
 * The queue of what is due and the ledger of attempts: claims, intents, progress, ends, what a crash left.
 *
 * Every write names the fence it was given; a write with an old fence changes nothing and says so. Inside a job
 * only.
 */
#pragma once

#include "core/attempt.h"
#include "core/lead.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

/* Who claims: this server, in this life of it. */
struct ledger_node {
	int64_t node_id, epoch;
};

/* A row of the queue that is ours until the lease runs out. */
struct claim {
	int64_t workspace_id, campaign_id, talent_id;
	int64_t due_at, fence;
	int slot, retries;
};

/* Raises the epoch: once per start. */
int64_t ledger_epoch(struct db *db);

/* Claims up to `most` rows of the campaign that are due, oldest first; returns how many. */
int ledger_claim(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct ledger_node *node, int64_t now,
		 int64_t lease_until, int most, struct claim *out);

/* When the campaign's next row is due; INT64_MAX when there is none. */
int64_t ledger_next_due(struct db *db, int64_t workspace_id, int64_t campaign_id);

/* The campaign after `campaign_id` that has rows ready, 0 for none, and when its first is due. */
int64_t ledger_campaign_after(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t *next_due);

/* Back to the queue, due at `due_at`; the lead shows why it waits. `by_policy`: looked at again when settings change. */
void ledger_release(struct db *db, const struct claim *c, int64_t due_at, const char *reason, bool by_policy,
		    int64_t now);

/* Out of the queue for good: the lead ends as `next` says, in the bucket it has. */
void ledger_drop(struct db *db, const struct claim *c, const struct lead_next *next, int64_t now);

/* The number the lead was first called from, if its workspace may still use it; else NULL. */
const char *ledger_first_caller(struct db *db, const struct claim *c);

/* The lead's number as it is now, "" when there is none. */
void ledger_number(struct db *db, const struct claim *c, char *out, size_t size);

/* The intent: the attempt's row, the person's lock, the queue's row gone, the lead calling. 0 when the claim was
 * not ours any more or the person is locked; else the attempt's id. */
struct intent {
	const char *number, *caller_number;
	int64_t trunk_id, attempt_no, lease_until;
};
int64_t ledger_intend(struct db *db, const struct claim *c, const struct ledger_node *node,
		      const struct intent *intent, int64_t now);

/* ---- after the intent ---- */

enum { LEDGER_BATCH = 500 };

struct attempt_ref {
	int64_t workspace_id, attempt_id, fence;
	int64_t epoch; /* of the server's life that made the intent; filled by ledger_live() */
};

void ledger_sent(struct db *db, const struct attempt_ref *ref, const char *call_id);
void ledger_ringing(struct db *db, const struct attempt_ref *ref, int64_t now);
void ledger_answered(struct db *db, const struct attempt_ref *ref, int64_t now);

struct attempt_result {
	enum outcome outcome;
	enum answer answer;
	const char *digits;
	int sip_status, retry_after_s, talk_ms;
	enum who who;	/* who answered, by ear */
	int offered;	/* how many times the call had to choose from */
	int64_t callback_at; /* when the person asked to be called again, epoch ms; 0: never said */
	enum person_wish person;
	bool disclosed; /* who calls, and that it is a machine, was said to the end */
	int64_t chosen; /* the slot_no of the one chosen last; 0: none */
};

/* What the event of any call's end tells of it, into the object that is open: "outcome", "talkMs", "person". */
struct jw;
void ledger_write_end(struct jw *w, enum outcome outcome, int64_t talk_ms, enum person_wish person);

/*
 * The one end of an attempt: outcome, lead, totals, suppression, next due row and events together. False when the
 * attempt had ended already or the fence is old; nothing is changed then.
 *
 * A time that was booked in this call decides, whatever became of the call afterwards; an opt-out gives it back.
 */
bool ledger_end(struct db *db, const struct attempt_ref *ref, const struct attempt_result *r,
		const struct retry_rule *rule, int64_t now);

/*
 * The lead may have been called by a life whose records are lost: an attempt that was made and is UNKNOWN, in place of
 * what was due.
 */
void ledger_presume(struct db *db, const struct claim *c, const struct ledger_node *node, const struct intent *intent,
		    const struct retry_rule *rule, int64_t now);

/*
 * The person has submitted the assessment: the row is completed, and nothing more is due. A call in progress goes on; what
 * it comes to changes nothing of that. False when there is no such lead, or it had been submitted before.
 */
bool ledger_submitted(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, int64_t now);

/*
 * The lead has called us and said something: it moves as by a call of ours, what was due is gone and the text after a call
 * is planned, but no attempt is made or counted. While a call of ours to him is on, only an opt-out is acted upon at once; the
 * end of that call moves the lead, by what he has said here unless he says something else there. False when there is no such
 * lead.
 */
struct called_back {
	int64_t attempt_id; /* the call's, of the attempts' counter */
	const char *number; /* he has called from */
	enum answer answer;
	enum person_wish person;
};
bool ledger_called_back(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id,
			const struct called_back *c, int64_t now);

/* A person has found out what became of an UNKNOWN attempt of the lead's: what follows for the lead. */
void ledger_reviewed(struct db *db, int64_t workspace_id, int64_t attempt_id, enum outcome outcome, int64_t now);

/* Up to LEDGER_BATCH attempts that are in flight by the database. */
int ledger_live(struct db *db, struct attempt_ref *out, int most);

/* A starting server owns every claim it finds: back to the queue. Returns how many. */
int64_t ledger_release_all(struct db *db);

/* ---- leases ---- */

/* Whoever works on a claim or a call keeps its lease; what has another fence or is over is left alone. */
void ledger_renew_claim(struct db *db, const struct claim *c, int64_t lease_until);
void ledger_renew_attempt(struct db *db, const struct attempt_ref *ref, int64_t lease_until);

/* What has a lease that ran out: up to 500 attempts in flight, up to 500 claims. */
int ledger_overdue_attempts(struct db *db, int64_t workspace_id, int64_t now, struct attempt_ref *out);
int ledger_overdue_claims(struct db *db, int64_t workspace_id, int64_t now, struct claim *out);

/* Up to 500 leads of the campaign that are due and cannot be called get the reason. */
void ledger_explain_wait(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *reason, int64_t now);
