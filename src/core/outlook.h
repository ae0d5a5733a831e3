/*
 * Whether a lead can be called, when, and if not, why: what the dispatcher will do with it, told beforehand. Pure.
 *
 * It asks policy_check(), the function that decides inside the intent's transaction, at the moment the call would be
 * made; nothing here knows a rule of its own.
 */
#pragma once

#include "core/lead.h"
#include "core/policy.h"

#include <stdbool.h>
#include <stdint.h>

#define OUTLOOK_NEVER INT64_MAX /* no moment is in sight */

/* Where a lead stands. */
struct standing {
	enum lead_state state;
	const char *reason; /* as stored with the lead; "" for none */
	bool queued;        /* something is due, */
	int slot;           /* for this slot, */
	int64_t due_at;     /* and then, epoch ms */
	bool trunk;         /* the workspace has one */
};

struct outlook {
	bool callable;      /* at this moment */
	const char *reason; /* stable; NULL when it is callable */
	const char *zone;   /* where the hours are closed, if that is the reason; or NULL */
	int64_t not_before; /* the earliest moment of the call: now when it is callable; OUTLOOK_NEVER */
	bool in_its_turn;   /* it is called when the schedule says so: nothing has put it off or will */
};

/* The next call of the lead at q->now. */
struct outlook outlook_of(const struct standing *s, const struct policy_question *q);

/* The first moment from `from` on at which the policy lets the call be made, everything else staying as it is. */
int64_t outlook_open(const struct policy_question *q, int64_t from);
