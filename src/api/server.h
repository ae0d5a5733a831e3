/*
 * The HTTP server: from a socket to a handler's job and back.
 *
 * libmicrohttpd does the protocol; round it stand the guards it lacks (framing, deadlines, limits, drain). A
 * request is matched against the host's routes, its key is looked up, counted against the workspace's limit,
 * its body collected and checked, and then the route's handler runs where the route says. Everything that
 * parses as HTTP gets the API's error envelope, X-Request-Id and, with a key, the rate-limit headers.
 *
 * The server knows nothing of the store: the host brings connections and the writer. All host functions are
 * called from several threads at once.
 */
#pragma once

#include "api/caller.h"
#include "api/route.h"
#include "base/problem.h"
#include "base/settings.h"

#include <stdint.h>

struct reply;
struct request;
struct server;

enum { WRITE_MORE = -2 }; /* the writer's JOB_MORE */

struct server_host {
	void *arg;
	const struct route *routes;
	size_t n_routes;

	/* Looks the key up; it has the right form already. Must be quick: it runs on the HTTP thread. */
	enum auth_result (*authenticate)(void *arg, const char *key, struct caller *out);

	/* The read-only connection of the calling thread, made at its first call; NULL: answered with 503. */
	struct db *(*reader)(void *arg);

	/*
	 * Has the writer call run(db, job), maybe more than once: 0 asks for the commit, 1 for rolling back this
	 * job alone, WRITE_MORE for the commit of a piece, done(job, WRITE_MORE), and another run. Afterwards,
	 * exactly once, done(job, rc): 0 committed, 1 rolled back as asked, STORE_FAILED's negative when the store
	 * failed. `bulk` jobs wait behind the others. Must not block for long; done() may come at once
	 * (negative: no more jobs are taken). The host may answer instead of run(): done(job, 1) with `re` made.
	 */
	void (*write)(void *arg, bool bulk, const struct request *rq, struct reply *re,
		      int (*run)(struct db *db, void *job), void (*done)(void *job, int rc), void *job);

	/* May be NULL. For metrics and the log: a request is over; its route is NULL when none matched. */
	void (*finished)(void *arg, const struct request *rq, unsigned status, int64_t took_us);
};

/* Settings api.*. NULL with the problem set, for instance when the port is in use. `host` must outlive it. */
struct server *server_start(const struct settings *s, const struct server_host *host, struct problem *p);

unsigned server_port(const struct server *srv);

/*
 * Takes no new connections, answers what has arrived with Connection: close, waits up to `drain_ms` for the
 * connections to end, then cuts them. Jobs that were handed to the writer are waited for without limit, so
 * the writer must still run. Frees the server.
 */
void server_stop(struct server *srv, int64_t drain_ms);
