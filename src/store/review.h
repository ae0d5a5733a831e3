/*
 * Attempts whose end nobody saw (UNKNOWN): the list of those no person has looked into yet, and settling one.
 * The server itself never moves them: somebody may have been called, and the carrier's records know.
 */
#pragma once

#include "core/carrier.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

struct unknown_shown {
	int64_t attempt_id, campaign_id, talent_id, attempt_no, slot, trunk_id, intent_at, ended_at;
	const char *number, *call_id, *first_name, *last_name, *email;
};

/* `campaign_id` DB_NULL: of all campaigns. */
int64_t unknown_count(struct db *db, int64_t workspace_id, int64_t campaign_id);
int64_t unknown_count_all(struct db *db); /* of all workspaces */
void unknown_page(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t offset, int64_t limit,
		  void (*each)(void *arg, const struct unknown_shown *u), void *arg);

enum settled { SETTLED, SETTLED_NO_SUCH, SETTLED_NOT_UNKNOWN };

/*
 * What a person found out. OUTCOME_UNKNOWN: nobody can say; it stays as it is, off the list. OUTCOME_NEVER_SENT: it was
 * not made after all; the lead is called again in that slot, unless something newer has happened to it. Else the
 * outcome is noted and moves the lead's status as it would have then; no further call follows from it.
 */
enum settled unknown_settle(struct db *db, int64_t workspace_id, int64_t attempt_id, enum outcome outcome, int64_t now);

/* Up to `most` of a campaign (DB_NULL: of all) at once; how many. */
int64_t unknown_settle_all(struct db *db, int64_t workspace_id, int64_t campaign_id, enum outcome outcome, int most,
			   int64_t now);
