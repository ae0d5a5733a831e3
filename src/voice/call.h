/*
 * A call: from the order to its one CARRIER_ENDED event.
 *
 *	RESOLVING ─▶ INVITED ─180/183▶ RINGING ─200▶ TALKING ─▶ OVER
 *	    │           └──────────200──────────────▶ │
 *	    └──────────── no trunk, too late, refused: OVER (never sent)
 *
 *	OFFERED (they call us: inbound.h) ─an order▶ TAKEN ─ACK▶ TALKING
 *
 * TALKING is the business of talk.h: prompts go to the stream, key presses and silence come back. SIP thread only.
 */
#pragma once

#include "core/carrier.h"

struct call;
struct voice;

/* Takes the order over. The CARRIER_ENDED event may come before this returns. */
void call_place(struct voice *v, struct call_order **order);

/* The word on a choice (carrier.h); nothing when the call does not wait for one. */
void call_confirm(struct call *c, bool booked, unsigned left);

/* The conversation wants no more of the call: the menu takes over, or only its farewell. */
void call_ai_over(struct call *c, bool fall_back);

void call_hang_up(struct call *c); /* ends it now: its key presses count, else it is cancelled */

/* A copy that holds its own references on the prompts, and the end of it. Any thread. */
struct call_order *order_copy(const struct call_order *order);
void order_free(struct call_order *order);

/* The event of an order that never became a call. */
void call_refuse(struct voice *v, struct call_order **order, const char *why);
