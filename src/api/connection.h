/*
 * Connections under watch: the deadlines libmicrohttpd does not have.
 *
 * Its timeout begins again with every byte, so a client that drips one byte a second stays for ever. Here
 * each connection has a phase and a moment by which the phase must end; one thread looks at all of them a
 * few times a second and shuts the late ones' sockets down, which the library then notices.
 *
 *	IDLE ──begin──▶ RECEIVING ──work──▶ WORKING ──send──▶ SENDING ──idle──▶ IDLE
 *	  └───────────────┴── late: DOOMED ────────────────────┘
 *
 * WORKING has no deadline: that is our own time. The HTTP thread moves the phase, the watch may only doom
 * it, and both do so by compare-and-swap, so a late request is either answered or cut, never both. While
 * draining, idle connections have their reading side shut: a request that has arrived already is still
 * answered.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum phase { PHASE_IDLE, PHASE_RECEIVING, PHASE_WORKING, PHASE_SENDING, PHASE_DOOMED };

struct exchange;
struct watch;

struct connection {
	struct connection *prev, *next; /* in the watch's list; under its lock */
	struct watch *watch;
	int fd;
	bool fresh;  /* no request has ended on it yet: its first one is timed from the accept */
	_Atomic bool linger; /* unread input is to be drained after the answer, or a reset would destroy it */
	_Atomic int phase;
	_Atomic int64_t until_ms; /* boot clock */
	struct exchange *exchange; /* the request under way; HTTP thread only */
};

/* Starts the thread. */
struct watch *watch_new(int64_t request_timeout_ms);
/* All connections must have been closed. */
void watch_free(struct watch *w);
size_t watch_count(struct watch *w);
/* From now on idle connections are ended as soon as they are seen. */
void watch_drain(struct watch *w);

struct connection *connection_open(struct watch *w, int fd);
/* While the socket is still open. Frees it. */
void connection_close(struct connection *c);

/* The first three return false when the watch was faster: the connection is lost. */
bool connection_begin(struct connection *c);
bool connection_work(struct connection *c);
bool connection_send(struct connection *c, size_t bytes);
/* While sending: that many bytes more are to leave, counted from now. */
void connection_extend(struct connection *c, size_t bytes);
void connection_idle(struct connection *c);

/* Writes a whole answer past the library, where it takes none (amid a body). The connection must then end. */
void connection_answer_raw(struct connection *c, unsigned status, const char *reason, const char *json);
