/*
 * What the policy asks before a call, gathered from the database: everything it needs are look-ups by key and the
 * person's last few calls, whatever history there is. In a job or on a reader's connection.
 *
 *	dial_desk_open(db, workspace_id, now, &desk);
 *	if (dial_ask(db, &desk, campaign_id, talent_id, &dial))
 *		v = policy_check(&dial.question);
 */
#pragma once

#include "core/policy.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

/* What is the same for all leads of a workspace. Short-lived: as long as the job, or the arena of the reader. */
struct dial_desk {
	int64_t workspace_id, now, company_id;
	bool live;
	bool text;           /* set it to ask about texts instead of calls */
	const char *country;  /* the company's */
	struct limits limits; /* the workspace's settings */
};

/* False when there is no such workspace (or db_failed()). */
bool dial_desk_open(struct db *db, int64_t workspace_id, int64_t now, struct dial_desk *out);

/* One lead's question. It points into itself: not to be copied. */
struct dial {
	struct policy_question question;
	struct callee callee;
	const char *number; /* E.164; NULL: none */
	bool removed;
	int64_t attempts;   /* numbers given out so far: the next try is attempts + 1 */
};

/* False when the lead is not there (or db_failed()). `desk` must outlive `out`. */
bool dial_ask(struct db *db, const struct dial_desk *desk, int64_t campaign_id, int64_t talent_id, struct dial *out);
