/*
 * Where the leads of a campaign stand, with the question the policy would be asked about each: the same facts the
 * intent's transaction asks with. Reads; texts live until the next lead.
 */
#pragma once

#include "core/outlook.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

/* What the questions of all leads of a campaign have in common. */
struct asker {
	int64_t workspace_id, campaign_id;
	int64_t now;            /* by the workspace's clock */
	bool live;
	struct hours hours;     /* of the workspace */
	bool as_if_running;     /* whatever the campaign's status is */
	bool trunk;             /* there is one; filled by asker_open() */
	int64_t channels, cps;  /* of all trunks together; likewise */
};
void asker_open(struct asker *a, struct db *db);

/* False when there is no such lead (or db_failed()). */
bool standing_get(struct db *db, const struct asker *a, int64_t talent_id, struct standing *s, struct policy_question *q);

void standings_each(struct db *db, const struct asker *a,
		    void (*each)(void *arg, const struct standing *s, const struct policy_question *q), void *arg);
