/*
 * Trunks: the carriers calls leave through, each with its resolved address and the agent that reaches it.
 *
 * Names are resolved on a thread of their own before any call needs them, again every minute, and calls are
 * sent to the address found: libre never looks a trunk up, so it cannot fail over to another one by itself and
 * ring a person twice. Replacing the list leaves calls in progress alone: they hold a reference.
 * SIP thread only.
 */
#pragma once

#include "voice/agent.h"
#include "voice/loop.h"
#include "voice/voice.h"

struct trunks;

enum trunk_state { TRUNK_RESOLVING, TRUNK_READY, TRUNK_FAILED };

struct trunk {
	int refs; /* atomic */
	struct voice_trunk spec;
	enum trunk_state state;
	char ip[46];         /* READY: a literal */
	char why[256];       /* FAILED: in words */
	struct agent *agent; /* READY; belongs to the trunks */
};

struct trunks *trunks_new(struct loop *l, const struct settings *s);
void trunks_free(struct trunks *ts); /* closes the agents: all calls must be over */

void trunks_replace(struct trunks *ts, const struct voice_trunk *specs, int n);

/* A reference, or NULL when there is none of that id. */
struct trunk *trunks_find(struct trunks *ts, int64_t trunk_id);
void trunk_unref(struct trunk *t);

/* "192.0.2.7:5060" of the first real trunk that is ready, or "". */
void trunks_local(const struct trunks *ts, char *buf, int size);
