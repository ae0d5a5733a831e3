/*
 * What a campaign's calls say: its messages and questions as prompts that are ready to play, in the words of one person
 * where they hold his name, and the times it has left to offer.
 *
 * What everybody hears is kept per campaign and version of its row, so a change of the campaign makes a new script and
 * calls in progress keep the old one. What depends on the person or the day is spoken for the call. One thread (the
 * dispatcher's).
 */
#pragma once

#include "core/carrier.h"
#include "store/ledger.h"
#include "voice/prompt.h"

#include <stdint.h>

struct db;
struct scripts;

/* `prompts` NULL: nothing is spoken, and every campaign is ready (rehearsals). */
struct scripts *scripts_new(struct prompts *prompts);
/* How long AI calls may last, and be silent. */
void scripts_limit_ai(struct scripts *s, int64_t longest_ms, int64_t silence_ms);
void scripts_free(struct scripts *s);

/* Asks for what a campaign says to everybody, so that it is rendered by the time the first call is due. */
void scripts_prepare(struct scripts *s, struct db *db, int64_t workspace_id, int64_t campaign_id);

/*
 * Whether the claim's call can be spoken now. READY: `order` has its prompts (referenced), the times that are free at
 * `now` and its caller number; the caller lets go of them with order_release(). PENDING: ask again when a prompt has
 * become ready. FAILED: some prompt cannot be rendered, or the campaign is gone.
 */
enum prompt_state scripts_get(struct scripts *s, struct db *db, const struct claim *c, int64_t now,
			      struct call_order *order);
