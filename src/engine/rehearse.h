/*
 * A rehearsal: the campaign as it would go, before anybody's telephone rings.
 *
 * The dispatcher, the policy and the ledger are the server's own; only the carrier, the people and the clock are
 * simulated (sim/), on a copy of the campaign in memory. It begins at the campaign's first slot, or where the calls made
 * so far have left it, as if it ran and nothing else did. The real clock has no part in it: the same data, settings and
 * seed give the same answer to the last byte.
 */
#pragma once

#include "base/json_writer.h"
#include "base/problem.h"
#include "base/settings.h"

#include <stdint.h>

struct rehearsal_wish {
	const struct settings *settings;
	const char *folder; /* with the database, which is only read */
	int64_t workspace_id, campaign_id;
	uint64_t seed;
	int64_t most_leads; /* refuse larger ones; 0: any number */
	int64_t most_ms;    /* give up after so long; 0: never */
};

/*
 * Rehearses and writes the answer as one JSON object: campaignId, seed, startsAt, finishesAt, finished, calls, funnel,
 * outcomes, callsPerHour, neverReached. 0, or -1 with the problem set: PROBLEM_NOT_FOUND no such campaign,
 * PROBLEM_CONFLICT it is cancelled, PROBLEM_INVALID too many leads, PROBLEM_FAILED.
 * Any thread; takes as much memory as the campaign's rows.
 */
int rehearse(const struct rehearsal_wish *wish, struct jw *out, struct problem *p);
