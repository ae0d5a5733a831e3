/*
 * Sends texts: a thread of its own that looks for what is due, has the store decide (policy and intent in one
 * transaction), and hands what is durable to the provider. What the provider answers, or that it does not, is settled by
 * another job. Test workspaces write to the outbox and never reach a provider.
 *
 * A message that was handed over is never handed over again unless the connection proves that nothing was sent.
 */
#pragma once

#include "text/sms_provider.h"

#include <stdbool.h>

struct store;
struct texts;

/* How live workspaces send; outlives the texts. */
struct texts_way {
	struct sms_provider provider;
	struct http_client *http;
};

/* The store outlives it. */
struct texts *texts_start(const struct texts_way *way, struct store *store, bool halted);

/* Waits for the requests under way, up to their time limit. */
void texts_stop(struct texts *t);

/* Something may have become due. Any thread. */
void texts_nudge(struct texts *t);

/* Halted, it decides nothing: a restored copy that is not confirmed yet. Any thread. */
void texts_halt(struct texts *t, bool halted);
