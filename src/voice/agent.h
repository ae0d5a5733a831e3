/*
 * A user agent: libre's SIP stack bound to one local address.
 *
 * There is one for each address calls leave from, and one for each TLS trunk. Calls are placed through it;
 * whatever strangers send to it is refused here: an INVITE gets 403, unless it is a peer's we know and somebody takes those;
 * OPTIONS are answered for the peers we know and for nobody else, and scanners hear nothing at all. SIP thread only.
 */
#pragma once

#include "base/problem.h"

#include <stdint.h>

struct agent;
struct sip;
struct sip_msg;
struct sipsess_sock;
struct sipevent_sock;

struct agent_options {
	const char *address;  /* a literal; a concrete one, not 0.0.0.0 */
	uint16_t port;        /* 0: any free one, the same for UDP and TCP */
	const char *tls_name; /* NULL: UDP and TCP. Else TLS only, to a server whose certificate names this */
	/* Takes calls from anybody who can reach the address (the phone farm); NULL: refuse them. */
	void (*invite)(void *arg, const struct sip_msg *msg);
	void *arg;
	/* An INVITE of a peer we know; it must be answered. NULL: refused. */
	void (*called)(void *arg, struct agent *a, const struct sip_msg *msg);
	void *called_arg;
};

struct agent *agent_new(const struct agent_options *o, struct problem *p);
void agent_free(struct agent *a); /* at once: what is still on its way is dropped */

void agent_know(struct agent *a, const char *ip); /* a trunk's address: its OPTIONS are answered */

const char *agent_address(const struct agent *a);
uint16_t agent_port(const struct agent *a);
struct sip *agent_sip(const struct agent *a);
struct sipsess_sock *agent_sessions(const struct agent *a);
struct sipevent_sock *agent_events(const struct agent *a);
