/*
 * AI calls in the database: the providers there are, who has vouched for a workspace's consent, what calls cost, and their
 * transcripts. Writes inside a job only; texts live in the connection's arena.
 *
 * A call's whole budget is charged with its intent and put right at its end, so that the caps hold whatever is in flight and
 * whatever crashes.
 */
#pragma once

#include "core/limits.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

/* ---- providers: the operator's, for all workspaces ---- */

struct ai_provider {
	const char *name, *base_url, *model, *voice, *dialect, *key_file;
	int64_t price_micros; /* of a minute */
	int64_t created_at;
};

bool ai_provider_add(struct db *db, const struct ai_provider *p); /* false: there is one of that name */
bool ai_provider_remove(struct db *db, const char *name);
bool ai_provider_get(struct db *db, const char *name, struct ai_provider *out);
void ai_providers_each(struct db *db, void (*each)(void *arg, const struct ai_provider *p), void *arg);

/*
 * Who speaks in a workspace's calls by its setting ai_provider: the one named, the first there is ("auto"), or in a test
 * workspace the scripted agent ("scripted": dialect "script"). False when there is none.
 */
bool ai_provider_for(struct db *db, const struct limits *l, bool live, struct ai_provider *out);

/* ---- the attestation ---- */

struct attestation {
	const char *by;
	int64_t at;
};
void attestation_put(struct db *db, int64_t workspace_id, const char *by, int64_t now);
bool attestation_get(struct db *db, int64_t workspace_id, struct attestation *out);

/* ---- calls ---- */

struct ai_spent {
	int64_t campaign, day; /* micros; of the campaign, and of the workspace since midnight UTC */
};
struct ai_spent ai_spent(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t now);

struct ai_call_begun {
	int64_t attempt_id, campaign_id, talent_id, budget_micros;
	const char *provider;
};
void ai_call_begun(struct db *db, int64_t workspace_id, const struct ai_call_begun *c, int64_t now);

/* transcript NULL: none is kept. Nothing happens when the call was none of these. */
void ai_call_ended(struct db *db, int64_t workspace_id, int64_t attempt_id, int64_t cost_micros, int64_t session_ms,
		   const char *transcript, int64_t keep_until);

struct ai_call_shown {
	int64_t attempt_id, campaign_id, talent_id, cost_micros, session_ms, keep_until;
	const char *provider, *transcript;
};
/* One whose transcript is still kept; false when there is none. */
bool ai_transcript(struct db *db, int64_t workspace_id, int64_t attempt_id, int64_t now, struct ai_call_shown *out);
/* The latest first, without their text. */
void ai_transcripts_each(struct db *db, int64_t workspace_id, int64_t now, int64_t limit,
			 void (*each)(void *arg, const struct ai_call_shown *c), void *arg);

/* Forgets the text of all whose time is over; how many. */
int64_t ai_transcripts_drop(struct db *db, int64_t now);
