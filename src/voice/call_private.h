/* What call.c, talk.c and inbound.c share: a call and the one way it moves and ends. SIP thread only. */
#pragma once

#include "voice/ai_call.h"
#include "voice/aside.h"
#include "voice/call.h"
#include "voice/ivr.h"
#include "voice/leg.h"
#include "voice/voice_private.h"

enum call_state { CALL_RESOLVING,
		  CALL_INVITED,
		  CALL_RINGING,
		  CALL_OFFERED,
		  CALL_TAKEN,
		  CALL_TALKING,
		  CALL_OVER,
		  CALL_STATE_END };

struct call {
	struct voice *voice;
	struct call_order *order;
	enum call_state state;
	struct trunk *trunk;
	struct stream *stream;
	struct audio *audio;
	struct leg *leg;
	struct ivr ivr;
	struct aside aside;
	struct ai_call *ai;	 /* while somebody else than the menu talks */
	bool disclosed, ai_done; /* it is the menu's turn for good */
	struct ai_result said;	 /* what that came to */
	uint64_t tag;
	bool inbound;	  /* they have called us: no order until somebody answers */
	uint64_t ring_id; /* then */
	bool heard;	  /* any response to the INVITE */
	bool held;
	bool trunk_down;
	int64_t answered_ms; /* boot clock */
	uint32_t play;	     /* the number of the prompt that plays */
	/* Deadlines: */
	uint64_t response, ring, longest, step; /* step: the resolver's poll, then the menu's wait */
};

void call_move(struct call *c, enum call_state to);

/* The one way out. The call is gone afterwards. */
void call_end(struct call *c, enum outcome outcome, const struct leg_event *last);

void call_on_leg(void *arg, const struct leg_event *ev); /* for its leg */

struct carrier_event call_event(const struct call_order *order, enum carrier_event_kind kind);
int call_ms(int64_t seconds);
bool call_is_dialable(const char *number); /* it becomes part of URIs and header lines as it is */
