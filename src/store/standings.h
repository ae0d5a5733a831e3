/*
 * Where the leads of a campaign stand, with the question the policy would be asked about each (store/dial.h): the same
 * facts the intent's transaction asks with. Reads; texts live until the next lead.
 */
#pragma once

#include "core/outlook.h"
#include "store/dial.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

/* What all leads of a campaign have in common. */
struct asker {
	struct dial_desk desk;
	int64_t campaign_id;
	bool as_if_running;    /* whatever the campaign's status is */
	bool trunk;            /* the workspace has one */
	int64_t channels, cps; /* of all trunks together */
	int64_t min_gap_ms;
};

/* `now` is the workspace's. False when there is no such workspace (or db_failed()). */
bool asker_open(struct asker *a, struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t now);

/* False when there is no such lead (or db_failed()). */
bool standing_get(struct db *db, const struct asker *a, int64_t talent_id, struct standing *s, struct dial *d);

void standings_each(struct db *db, const struct asker *a,
		    void (*each)(void *arg, const struct standing *s, const struct dial *d), void *arg);
