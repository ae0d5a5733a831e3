/*
 * The dispatcher's three jobs in the store: claim what is due, commit intents, enter what the carrier reported, and with
 * it the times people choose while they are on the telephone.
 *
 * They run on the writer's thread and may run twice, so they touch only the database and the result fields of their
 * own structure.
 */
#pragma once

#include "core/carrier.h"
#include "core/policy.h"
#include "engine/lines.h"
#include "store/ledger.h"

#include <glib.h>

enum { CLAIMS_MAX = 256 };

/* Each of the campaigns gets an equal share of the room; what one does not use, those behind it get. */
struct claims {
	int64_t workspace_id, now, lease_until;
	struct ledger_node node;
	int64_t campaigns[CLAIMS_MAX];
	int n_campaigns;
	int most; /* up to CLAIMS_MAX */
	/* results */
	struct claim claims[CLAIMS_MAX];
	int n;
	int64_t next_due[CLAIMS_MAX]; /* of each campaign; INT64_MAX: nothing waits */
};
int claims_run(struct db *db, void *claims);

/* A claim with channel, turn and prompts in hand. */
struct wish {
	struct claim claim;
	struct line *line;
	struct pace_turn turn;
	struct call_order order;  /* `from` and the prompts filled; `to` by the job */
	/* result */
	int64_t attempt_id;       /* 0: the policy said no, or the claim was lost; the ledger knows why */
};

struct intents {
	struct wish *wishes;
	int n;
	struct ledger_node node;
	int64_t now, lease_until;
};
int intents_run(struct db *db, void *intents);

/* What the person is to be told about a choice. */
struct word {
	bool given; /* otherwise nobody waits for one */
	bool booked;
	unsigned left; /* bit i: times[i] of the flight can still be had */
};

struct reports {
	GPtrArray *events;   /* struct carrier_event */
	GHashTable *flights; /* read only: names the workspace of an attempt */
	struct retry_rule retry;
	int64_t now;         /* wall clock; each flight knows how far its workspace's clock is ahead */
	/* result */
	struct word *words; /* one per event, of those that are a choice */
};
int reports_run(struct db *db, void *reports);
