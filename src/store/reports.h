/*
 * What became of a campaign's calls, in groups of alike ones. Walks all of them: long reads.
 */
#pragma once

#include "core/carrier.h"

#include <stdint.h>

struct db;

/* Calls that went alike: the same try, the same end, in the same quarter of an hour. */
struct report_calls {
	int64_t attempt_no;
	enum outcome outcome; /* OUTCOME_NONE: under way */
	enum answer answer;
	int64_t at;           /* the beginning of the quarter, epoch ms */
	int64_t calls, picked_up;
};
void report_calls_each(struct db *db, int64_t workspace_id, int64_t campaign_id,
		       void (*each)(void *arg, const struct report_calls *c), void *arg);
