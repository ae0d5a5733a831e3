/*
 * The states of one try at a lead, and the moves between them (research: at most once per attempt).
 *
 *	READY ─▶ CLAIMED ─▶ DIALLING ─▶ RINGING ─▶ ANSWERED ─▶ ENDED(outcome)
 *	            │           └─ restart, or the lease ran out ─▶ UNKNOWN (counts as made)
 *	            └─ released: back to READY with the next fence; refused for good: SKIPPED
 *
 * UNKNOWN becomes ENDED only by a person's word, who has looked into the carrier's records (the review).
 *
 * READY and CLAIMED live in the `due` table, the rest in `attempt`: its row is the intent, committed before the
 * INVITE leaves. DIALLING goes back to READY only when the send journal of the same boot proves that nothing was
 * sent, which is ENDED with OUTCOME_NEVER_SENT here and a due row again.
 */
#pragma once

#include "core/carrier.h"

#include <stdbool.h>

/* Stored in the database: append only, never renumber. */
enum attempt_state {
	ATTEMPT_READY = 1,
	ATTEMPT_CLAIMED = 2,
	ATTEMPT_DIALLING = 3,
	ATTEMPT_RINGING = 4,
	ATTEMPT_ANSWERED = 5,
	ATTEMPT_ENDED = 6,
	ATTEMPT_UNKNOWN = 7,
	ATTEMPT_SKIPPED = 8,
	ATTEMPT_STATE_END
};

/* due.due_state: what a row of the queue may be. */
enum due_state { DUE_READY = 1, DUE_CLAIMED = 2, DUE_PARKED = 3 };

const char *attempt_state_name(enum attempt_state s);
bool attempt_may(enum attempt_state from, enum attempt_state to);
bool attempt_terminal(enum attempt_state s); /* the server moves it no more */

/*
 * How long after its intent an INVITE whose end nobody saw may still ring somewhere: lease, SIP's timer B (RFC 3261
 * §17.1.1.2) and send deadline. Nobody is called again before (I10).
 */
enum { ATTEMPT_UNSURE_MS = (30 + 32 + 2) * 1000 };

/* What the API calls it: "Noted", "PutThrough"; NULL: nobody asked. */
const char *person_wish_name(enum person_wish p);

/* What an outcome does to the lead. */
enum reach {
	REACH_PERSON,    /* somebody, or something, picked up */
	REACH_NOBODY,    /* the telephone of the person said no: busy, declined, rang out … */
	REACH_NOT_DONE,  /* not the person's doing: it costs no slot and is tried again after a back-off */
	REACH_UNSURE,    /* nobody knows; counts as made */
};

struct outcome_rule {
	const char *name;  /* stable: reports and metrics */
	enum reach reach;
	bool trunk_fault;  /* speaks against the trunk's health */
	bool rang_nobody;  /* unless it was heard ringing, no telephone rang: counts neither for person nor workspace */
};

/* The rule of an outcome; OUTCOME_NONE has none and is asserted against. */
const struct outcome_rule *outcome_rule(enum outcome o);

/* The outcome of that name; OUTCOME_NONE for no outcome's name, and for NULL. */
int outcome_named(const char *name);

/* "human", "voicemail", "screening", "announcement", "unsure". */
const char *who_name(enum who w);
