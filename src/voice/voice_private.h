/* What voice.c and call.c share. */
#pragma once

#include "voice/loop.h"
#include "voice/media.h"
#include "voice/trunk.h"
#include "voice/voice.h"

#include <glib.h>

struct voice {
	struct carrier carrier; /* first: a carrier is a voice */
	struct voice_options o;
	struct loop *loop;
	struct media *media;
	gint placed; /* atomic: orders taken and not yet ended */
	gint draining; /* atomic */

	/* SIP thread only: */
	struct trunks *trunks;
	GHashTable *calls; /* &order.attempt_id to struct call */
	GHashTable *tags;  /* &tag to struct tag */
	uint64_t last_tag;
	GHashTable *rings; /* &ring_id to struct call: those nobody has answered yet */
	uint64_t last_ring;
	int inbound;	    /* calls from outside, ringing or answered */
	int64_t ring_second; /* boot clock, s: when `rung` of them came */
	int rung;
	struct ai_line *line; /* since the first AI call */
	bool no_line;
};

/* The line to the providers, opened when first asked for; NULL: there is none to be had. SIP thread. */
struct ai_line;
struct ai_line *voice_ai_line(struct voice *v);
/* call_ai_over() on the SIP thread, soon. Any thread. */
void voice_ai_over(struct voice *v, int64_t attempt_id, bool fall_back);

/* Hands an event to the sink; CARRIER_ENDED also counts the order as done. */
void voice_emit(struct voice *v, const struct carrier_event *ev);
