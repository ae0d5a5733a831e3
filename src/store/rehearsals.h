/*
 * What a rehearsal asks about its campaign, in a database of its own (db_sqlite_copy()).
 */
#pragma once

#include "core/carrier.h"
#include "core/lead.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

/* Where a rehearsal begins: at the first slot, or where the calls made so far have left the campaign. */
struct rehearsal_start {
	int64_t begin_at, leads;
	int64_t last_attempt; /* id; those of the rehearsal are above */
};
/* False when the campaign has no slot (or db_failed()). */
bool rehearsal_start(struct db *db, int64_t workspace_id, int64_t campaign_id, struct rehearsal_start *out);

/* Whether anybody is still to be called. */
bool rehearsal_waits(struct db *db, int64_t workspace_id, int64_t campaign_id);

/* When the last call ended; 0: there was none. */
int64_t rehearsal_finish(struct db *db, int64_t workspace_id);

/* Calls of the rehearsal by the hour (epoch hours) and by outcome. */
void rehearsal_hours(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t after,
		     void (*each)(void *arg, int64_t hour, int64_t calls, int64_t answered), void *arg);
void rehearsal_outcomes(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t after,
			void (*each)(void *arg, enum outcome o, int64_t calls), void *arg);

/* A candidate none of whose calls was answered. */
struct unreached {
	int64_t lead_id, attempts;
	const char *first_name, *last_name, *phone, *reason;
	enum lead_state state;
	enum outcome last; /* of the last call; OUTCOME_NONE: there was none */
};
void rehearsal_unreached(struct db *db, int64_t workspace_id, int64_t campaign_id,
			 void (*each)(void *arg, const struct unreached *u), void *arg);
