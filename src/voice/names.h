/*
 * From a trunk's name to the addresses it is reached at, in the order to try them (RFC 3263 §4.2, RFC 2782): an address
 * is itself; a name with a port has its A and AAAA records; a name without one has its SRV records first.
 *
 * These calls block for as long as name servers take. Never on the SIP thread.
 */
#pragma once

#include "voice/voice.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NAMES_TARGETS = 8, NAMES_HOST = 256 };

struct target {
	char ip[46]; /* a literal */
	uint16_t port;
};

struct names_question {
	char host[NAMES_HOST];
	uint16_t port; /* 0: none is said */
	enum transport transport;
	char server[64]; /* "192.0.2.53" or "192.0.2.53:5353"; "": what the system uses */
};

/* How many targets were found; 0 with the reason in `why`. */
int names_find(const struct names_question *q, struct target out[NAMES_TARGETS], char *why, size_t size);

bool names_literal(const char *host); /* an IPv4 or IPv6 address, without brackets */

uint16_t names_default_port(enum transport t);

/* ---- pure, for tests ---- */

struct srv {
	uint16_t priority, weight, port;
	char host[NAMES_HOST];
};

/* Reads an answer of DNS; how many records it has, at most NAMES_TARGETS, or -1 when it is none. */
int srv_parse(const unsigned char *answer, int length, struct srv out[NAMES_TARGETS]);

/* Sorts by priority, and by chance as the weights say within one. */
void srv_order(struct srv *list, int n, GRand *chance);
