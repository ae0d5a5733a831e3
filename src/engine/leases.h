/*
 * Leases: what is worked on is renewed, what nobody works on any more is found.
 *
 * A claim or an attempt belongs to whoever renews its lease. One that runs out says that its owner has lost it: the claim
 * goes back to the queue, since nothing was decided for it; the attempt may have been dialled and becomes UNKNOWN. In a
 * server that works none ever does. Runs on the dispatcher's thread.
 */
#pragma once

#include "store/ledger.h"

#include <glib.h>

struct store;

enum { LEASE_MS = 30000,
       LEASE_RENEW_MS = 10000 };

struct leases {
	GArray *attempts;   /* struct attempt_ref: in flight, by us */
	GArray *claims;	    /* struct claim: in hand */
	GArray *workspaces; /* int64_t: to look through */
	struct retry_rule retry;
	int64_t now; /* wall ms */
	/* results */
	int unknown, released;
};

/* A job of the writer's: renews, then looks for what ran out. */
int leases_run(struct db *db, void *leases);
