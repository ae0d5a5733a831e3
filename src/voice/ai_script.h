/*
 * The scripted agent of the sandbox: what a provider is to a session, without one. It speaks the campaign's own prompts,
 * is answered by key presses, and notes them with the tools a model has, so that a test workspace's calls end as the menu
 * would end them. Its mind is the menu of ivr.h.
 *
 * Pure: messages and moments in, events out. The caller serialises.
 */
#pragma once

#include "voice/ai_event.h"
#include "voice/ivr.h"

struct ai_script;

/* Takes a copy of the order, with its prompts. */
struct ai_script *ai_script_new(const struct call_order *order, int answer_wait_ms);
void ai_script_free(struct ai_script *s); /* NULL is fine */

/* A message of the session's. */
void ai_script_take(struct ai_script *s, const struct ai_message *m, int64_t now_ms);
/* What was said has been heard to its end. */
void ai_script_played(struct ai_script *s, int64_t now_ms);
/* The moment of ai_script_deadline() has come. */
void ai_script_waited(struct ai_script *s, int64_t now_ms);
int64_t ai_script_deadline(const struct ai_script *s); /* boot clock; INT64_MAX: none */

/* The next event; false when there is none. Its texts live until the next call of any function here. */
bool ai_script_next(struct ai_script *s, struct ai_event *out);
