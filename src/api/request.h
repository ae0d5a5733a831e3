/*
 * A request as a handler sees it: matched, authenticated, within its limits, its body parsed and checked.
 *
 * Everything here lives until the answer is sent. Work memory comes from `arena` and is never freed by hand.
 */
#pragma once

#include "api/caller.h"
#include "api/route.h"
#include "base/arena.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct request {
	const struct route *route;
	const char *method; /* as sent; HEAD where the route says GET */
	const char *target; /* path and query as they came, still encoded */
	const char *id;     /* X-Request-Id: sent along, or made here */
	struct caller caller; /* scope SCOPE_NONE on routes for anyone */
	int64_t rate_limit;   /* requests a minute for the workspace; 0: none */
	struct route_path path;
	const struct body_form *form; /* the body's; NULL: JSON */
	const void *in;    /* the struct of route->body; NULL without one */
	const void *query; /* the struct of route->query; NULL without one */
	const json_t *json;  /* the body, when it is JSON */
	const char *bytes;   /* the body as it came; NULL when there is none */
	size_t n_bytes;
	int64_t arrived_ms; /* wall clock */
	int64_t now_ms;     /* the same moment by the workspace's clock: what is stored and planned is in its time */
	unsigned piece;     /* of a write in pieces: how many are durable (reply_more()) */
	void *work;         /* the handler's own, from one piece to the next; NULL at first */
	struct arena *arena;
	void *app;        /* the host's `arg` */
	void *connection; /* the library's; for the functions below */
};

/* The value of a header of the request, or NULL. Names do not differ by case. */
const char *request_header(const struct request *rq, const char *name);

/* "127.0.0.1" or "::1"; in the arena. */
const char *request_peer(const struct request *rq);
