/*
 * A trunk's pulse: OPTIONS at its interval (RFC 3261 §11), the registration it may want (§10), and what calls tell of it.
 * The rules are core/trunk.h's; here are the requests. SIP thread only.
 */
#pragma once

#include "core/trunk.h"
#include "voice/loop.h"

struct pulse;
struct trunk;

/*
 * `told` hears of the health and why, at once and at every change. `missed` hears that the address in use did not answer;
 * it may pulse_aim() at another one. The trunk outlives the pulse.
 */
struct pulse_options {
	struct trunk *trunk;
	struct loop *loop;
	void (*told)(struct trunk *t, enum health h, const char *why);
	void (*missed)(struct trunk *t);
};
struct pulse *pulse_new(const struct pulse_options *o);
void pulse_free(struct pulse *p); /* also takes the registration back; NULL is fine */

/* The trunk has an agent and an address, perhaps new ones. */
void pulse_aim(struct pulse *p);

/* It has none: no name, no route. */
void pulse_lost(struct pulse *p, const char *why);

/* An INVITE was responded to, or was not. */
void pulse_call(struct pulse *p, bool heard);

/* What it knows; `why` belongs to the pulse. */
struct pulse_facts {
	bool answers;    /* an OPTIONS has been answered */
	bool registered;
	const char *why; /* of the health; "" */
};
struct pulse_facts pulse_facts(const struct pulse *p);
