/*
 * What an AI call is given: who speaks (the provider, its model and voice), what it is told, and within which limits.
 *
 * Made by the engine for one call, referenced by its order, never changed afterwards. Any thread. The provider's key is
 * not in it: a file, or a systemd credential, has it and is read when a session connects.
 */
#pragma once

#include "core/carrier.h"

#include <stdint.h>

enum ai_dialect {
	AI_DIALECT_SCRIPT, /* no provider: the scripted agent of the sandbox */
	AI_DIALECT_GA,     /* OpenAI Realtime as it is generally available */
	AI_DIALECT_BETA,   /* and its event names before that */
	AI_DIALECT_END
};

enum { AI_NAME = 65 };

struct ai_brief {
	int refs; /* atomic */
	char provider[AI_NAME];
	enum ai_dialect dialect;
	char *url;    /* wss://host[:port]/path, ws:// on loopback; the model is added as ?model= */
	char *model, *voice;
	char *key_file; /* a path, or the name of a systemd credential */
	char *instructions;
	char *zone;   /* of wall times the model names */
	struct prompt *disclosure; /* "… you are talking to an artificial voice": said by us before anything else; a reference */
	int n_questions;
	struct call_option options[ORDER_QUESTIONS][ORDER_OPTIONS];
	int n_options[ORDER_QUESTIONS];
	int64_t price_micros;  /* of a minute, in millionths of the operator's currency; 0: it costs nothing */
	int64_t budget_micros; /* what this call may cost; the session ends when it is used up */
	int64_t longest_ms, silence_ms; /* the call; and how long nobody may say anything */
	bool keep_transcript;
	int64_t keep_ms; /* for how long */
};

struct ai_brief *ai_brief_new(void); /* empty, one reference */
struct ai_brief *ai_brief_ref(struct ai_brief *b);
void ai_brief_unref(struct ai_brief *b); /* NULL is fine */

/* "script", "ga", "beta"; -1 for no dialect's name. */
const char *ai_dialect_name(enum ai_dialect d);
int ai_dialect_named(const char *name);

/* What `ms` of a session cost, begun seconds counted whole. */
int64_t ai_brief_cost(const struct ai_brief *b, int64_t ms);

/* How long the budget lasts; INT64_MAX when it costs nothing. */
int64_t ai_brief_affords_ms(const struct ai_brief *b);
