/*
 * A campaign's status and how an operator moves it. Pure.
 *
 *	RUNNING ◀─▶ PAUSED ─▶ CANCELLED (for good)
 *
 * Only RUNNING places calls. A campaign may have been created with another word as its status; it waits like a
 * paused one.
 */
#pragma once

#include <stdbool.h>

#define CAMPAIGN_RUNNING   "RUNNING"
#define CAMPAIGN_PAUSED    "PAUSED"
#define CAMPAIGN_CANCELLED "CANCELLED"

/* What a campaign may be for; ends with NULL. */
extern const char *const campaign_purposes[];
bool campaign_purpose_known(const char *purpose);

enum campaign_verb { CAMPAIGN_PAUSE, CAMPAIGN_RESUME, CAMPAIGN_CANCEL, CAMPAIGN_VERB_END };

bool campaign_status_runs(const char *status);
bool campaign_status_over(const char *status); /* for good */

/* The status after the verb, which may be the one it has; NULL when the verb is not allowed in it. */
const char *campaign_status_after(const char *status, enum campaign_verb verb);
