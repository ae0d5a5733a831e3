/*
 * A lead: a person on a campaign. What follows from an ended attempt is decided here and nowhere else, as a
 * pure function: same arguments, same answer.
 *
 *	WAITING(next due) ─▶ CALLING ─▶ WAITING │ DONE(reason)
 *	HELD(reason): cannot be dialled as it stands (no number)
 */
#pragma once

#include "core/attempt.h"
#include "core/schedule.h"

/* Stored in the database: append only, never renumber. */
enum lead_state { LEAD_WAITING = 1, LEAD_CALLING = 2, LEAD_HELD = 3, LEAD_DONE = 4, LEAD_STATE_END };

/* What the API's `status` says. Stored in the database: append only, never renumber. */
enum bucket { BUCKET_PENDING = 0, BUCKET_INTERESTED = 1, BUCKET_NOT_INTERESTED = 2, BUCKET_NO_ANSWER = 3, BUCKET_END };

const char *bucket_name(enum bucket b); /* "Pending", "Interested", "NotInterested", "NoAnswer" */
int bucket_named(const char *name);         /* -1 for no bucket's name, and for NULL */
const char *lead_state_name(enum lead_state s);

/* Asserts that the move is in the table; prints both states when it is not. */
void lead_move(enum lead_state *state, enum lead_state to);

/* Why a lead is done, held or waits; stored as text and shown to people. */
#define LEAD_REASON_DECIDED    "DECIDED"
#define LEAD_REASON_WANTS_PERSON "WANTS_A_PERSON"
#define LEAD_REASON_OPTED_OUT  "OPTED_OUT"
#define LEAD_REASON_NO_SLOT    "NO_SLOT_LEFT"
#define LEAD_REASON_NO_NUMBER  "NO_NUMBER"
#define LEAD_REASON_NOT_A_NUMBER "NOT_A_NUMBER"
#define LEAD_REASON_SUPPRESSED "SUPPRESSED"
#define LEAD_REASON_NO_TRUNK   "NO_TRUNK"
#define LEAD_REASON_NO_PREFIX  "NO_TRUNK_FOR_NUMBER" /* no trunk's prefixes fit */
#define LEAD_REASON_TRUNK_BUSY "TRUNK_BUSY"          /* the trunk for this number has no free channel */
#define LEAD_REASON_BACK_OFF   "BACK_OFF"
#define LEAD_REASON_NEXT_SLOT  "NEXT_SLOT"
#define LEAD_REASON_CALLBACK   "CALLBACK"
#define LEAD_REASON_NO_PROMPT  "PROMPT_CANNOT_BE_SPOKEN"
#define LEAD_REASON_FAILED     "CALLS_FAILED" /* the last slot's calls failed by the carrier's fault, as often as is tried */
#define LEAD_REASON_REVIEWED   "REVIEWED"     /* its last call was never made, as a person has found out */
#define LEAD_REASON_SUBMITTED  "SUBMITTED"    /* the assessment is done: nobody needs reminding */
#define LEAD_REASON_RECOVERY   "RECOVERY"     /* nothing is dialled until the operator has confirmed a restored copy */

struct attempt_end {
	enum outcome outcome;
	enum answer answer;
	enum person_wish person;
	int slot;
	int retries;         /* tries in this slot that were not the person's doing */
	int64_t intent_at;   /* epoch ms */
	int retry_after_s;   /* the carrier's wish, 0 if none */
	int64_t callback_at; /* the person's wish, epoch ms; 0: none */
};

struct retry_rule {
	int64_t min_gap_ms;
	int64_t backoff_ms;      /* first back-off; doubles with each retry */
	int64_t unsure_gap_ms;   /* least wait when an INVITE may still be alive (no response): I10 */
	int most_retries;        /* in one slot; then it is used up. 0: no end */
};

struct lead_next {
	enum lead_state state;
	enum bucket bucket;
	const char *reason;
	bool completed;      /* flowStatus */
	bool opt_out;        /* suppress the person */
	int slot;            /* LEAD_WAITING: the next attempt's slot, */
	int retries;         /* its retries, */
	int64_t due_at;      /* and when */
};

/*
 * What follows from a person's own word, whoever called whom: a decision, or the wish for a person. `state` 0: he has
 * decided nothing.
 */
struct lead_next lead_decided(enum bucket bucket, enum answer answer, enum person_wish person);

/* What follows from an ended attempt of a lead whose bucket was `bucket`. */
struct lead_next lead_after(enum bucket bucket, const struct attempt_end *end, const struct schedule *s,
			    const struct retry_rule *rule, int64_t now);
