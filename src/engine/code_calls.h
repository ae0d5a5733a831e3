/*
 * Calls that speak a code to whoever answers one of the company's own numbers. Their rows are committed before they come
 * here (store/number_checks.h); each is handed to the dispatcher once, or ends as never sent: after half a minute
 * without a channel, when it cannot be spoken, when the server stops.
 *
 * Dispatcher's thread only.
 */
#pragma once

#include "core/carrier.h"
#include "store/number_checks.h"

#include <stdint.h>

struct code_calls;
struct dispatcher;
struct prompts;
struct store;

struct code_call {
	int64_t workspace_id, attempt_id;
	char number[ORDER_NUMBER]; /* called, and shown as the caller: it is the one number nobody can object to */
	char code[CODE_SIZE];
};

/* What is given outlives them. */
struct code_calls *code_calls_new(struct store *store, struct prompts *prompts, struct dispatcher *dispatcher);
void code_calls_free(struct code_calls *cc);

void code_calls_add(struct code_calls *cc, const struct code_call *call, int64_t now_us);

/* Hands over what can go; returns the boot time (µs) of the next look, INT64_MAX for none. */
int64_t code_calls_step(struct code_calls *cc, int64_t now_wall_ms, int64_t now_us);

/* Those that wait, and any that come, end as never sent. */
void code_calls_drain(struct code_calls *cc, int64_t now_wall_ms);
