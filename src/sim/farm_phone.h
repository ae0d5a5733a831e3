/*
 * A phone of the farm: one call at a callee, a SIP user agent server with its own audio. SIP thread only.
 */
#pragma once

#include "sim/farm_table.h"
#include "voice/prompt.h"
#include "voice/voice.h"

struct phone;
struct sip_msg;
struct agent;

struct phone_options {
	struct voice *voice;
	struct agent *agent;
	struct prompts *prompts; /* for its own voice */
	struct prompt *beep;
	const struct phone_row *row;
	int ring_ms;
	/* The phone has gone, by itself or by the caller. Not called by phone_free(). */
	void (*gone)(void *arg, struct phone *ph);
	void *arg;
};

/* What the phones say; asked for at the start so that they are spoken when the first call comes. */
extern const char phone_greeting[], phone_screening[];

/* Starts ringing. NULL when the INVITE is not fit for it; it has then been refused. */
struct phone *phone_ring(const struct phone_options *o, const struct sip_msg *invite);

void phone_free(struct phone *ph); /* hangs up, whatever it is doing */
