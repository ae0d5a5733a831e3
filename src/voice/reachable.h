/*
 * Whether an address takes a TCP connection and, in TLS, has a certificate that is valid and names it: the same rules as a
 * TLS trunk's agent (agent.c), but with the reason in words. For `trunks test`; blocks up to 5 s a step, so never on the
 * SIP thread.
 */
#pragma once

#include "voice/names.h"

/* A connected socket, or -1 with the reason. */
int reachable_tcp(const struct target *to, char *why, size_t size);

/* Shakes hands on the socket; false with the reason, which names what is wrong with the certificate. `name` as in agent.h. */
bool reachable_tls(int fd, const char *name, char *why, size_t size);
