/*
 * Calls from outside: an INVITE of a trunk's becomes a call (voice/call.h) without an order; it rings until whoever decides
 * about it answers or turns it away (voice.h).
 *
 * Strangers never come here (agent.h). Whoever does may be flooding: calls at once are bounded by voice.inbound_calls, new ones
 * by a number a second, and what is beyond is refused without keeping anything: 503 with Retry-After. An offer without audio we
 * speak gets 488. A call nobody decides about ends after a while with 480. Nothing is said, and no audio sent, before the ACK.
 * SIP thread only.
 */
#pragma once

#include <stdint.h>

struct agent;
struct call;
struct call_order;
struct sip_msg;
struct voice;

/* An INVITE of a peer's we know; `arg` is the voice. */
void inbound_invite(void *arg, struct agent *a, const struct sip_msg *msg);

/* Takes the order over; its CARRIER_ENDED may come before this returns. */
void inbound_answer(struct voice *v, uint64_t ring_id, struct call_order **order);

/* 404, 480, 486 or 503; nothing when the caller has gone. */
void inbound_turn_away(struct voice *v, uint64_t ring_id, int status);
void inbound_turn_all_away(struct voice *v); /* 503: the server stops */

/* Such a call is being freed. */
void inbound_over(struct call *c);
