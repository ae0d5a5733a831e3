/*
 * The engine of a server: recovery, prompts, voice, the phone farm and the dispatcher with its thread.
 *
 * Every function from any thread but those of its own.
 */
#pragma once

#include "base/problem.h"
#include "base/settings.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct db;
struct engine;
struct message;
struct messages;
struct store;
struct texts_way;

/* Settings, store, way and folder outlive the engine. NULL with the problem set; nothing runs then. */
struct engine *engine_start(const struct settings *settings, struct store *store, const struct texts_way *way,
			    const char *folder, struct problem *p);

/* No new intents; live calls finish up to `drain_ms`; what they came to is booked; claims go back. */
void engine_stop(struct engine *e, int drain_ms);

/* Whether the dispatcher, which steps at least once a second, has not done so for long. */
bool engine_stuck(struct engine *e);

/* After a commit: something may have become due in the workspace. */
void engine_nudge(struct engine *e, int64_t workspace_id);

/* After a commit: what a campaign says is new; it is rendered now, before anybody is called. */
void engine_words_changed(struct engine *e, int64_t workspace_id, int64_t campaign_id);

/* After a commit: a test workspace's clock has been told where to go. */
void engine_clock_set(struct engine *e, int64_t workspace_id);

/* Who is told, on the dispatcher's thread, that a workspace's clock has jumped. NULL: nobody. */
typedef void engine_clock_fn(void *arg);
void engine_tell_clock(struct engine *e, engine_clock_fn *fn, void *arg);

/* After a commit: the trunks have changed. */
void engine_trunks_changed(struct engine *e);

/* A message of a campaign as hear.h makes it; waits until it is spoken. */
GByteArray *engine_say(struct engine *e, struct db *db, int64_t workspace_id, int64_t campaign_id,
		       const struct messages *all, const struct message *m, struct problem *p);
/* After a commit: the operator has confirmed a restored copy; dial again. */
void engine_recovered(struct engine *e);

/* After a commit: a call to the lead that has not been answered is cancelled. */
void engine_lead_removed(struct engine *e, int64_t workspace_id, int64_t campaign_id, int64_t talent_id);

/* After the commit of its intent: one of the company's own numbers is called and told the code. */
void engine_call_with_code(struct engine *e, int64_t workspace_id, int64_t attempt_id, const char *number,
			   const char *code);

/* After a commit: the campaign is paused, or cancelled, when calls that have not been answered are hung up. */
void engine_campaign_stopped(struct engine *e, int64_t workspace_id, int64_t campaign_id, bool cancelled);
