/*
 * UDP ports for RTP: the even ports of a range, in turn, each resting a while after use.
 *
 * A port that another process holds is skipped (the bind says so, nothing is assumed). The rest keeps late
 * packets of one call out of the next. The range must not overlap ip_local_port_range.
 *
 * One thread at a time. Time is an argument; sockets are really opened.
 */
#pragma once

#include "base/problem.h"

#include <stdint.h>
#include <sys/socket.h>

enum { PORTS_REST_MS = 5000 };

struct ports;

/* NULL with the problem set when the range holds no even port. */
struct ports *ports_new(int low, int high, struct problem *p);
void ports_free(struct ports *ps);

/*
 * A non-blocking UDP socket bound to `local` (whose port is ignored) and the next free port, or -1 with the
 * problem set. The port is in use until ports_rest().
 */
int ports_bind(struct ports *ps, const struct sockaddr_storage *local, int64_t now_ms, uint16_t *port,
               struct problem *p);

/* The same for the port after `port`, RTCP's; -1 when it cannot be had. */
int ports_bind_next(const struct sockaddr_storage *local, uint16_t port);

/* The port is not needed any more; the socket is the caller's to close. */
void ports_rest(struct ports *ps, uint16_t port, int64_t now_ms);
