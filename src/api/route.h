/*
 * Routes as a table, and the router that matches it.
 *
 *	static const struct route routes[] = {
 *		{ "PATCH", "/v1/partner/campaigns/:campaignId", SCOPE_PARTNER, RUN_WRITE, campaign_patch,
 *		  .body = &campaign_patch_shape, .doc = "Change a campaign" },
 *	};
 *
 * ":name" takes a whole number from 1 to 2^53 - 1, nothing else: /campaigns/abc is no route (404). "*name" at the end
 * takes the rest of the path; "@name" takes one segment of text, and there is one of either at most. A literal segment
 * wins over a number. HEAD is served by the GET row and OPTIONS by the server. The table must outlive the router; after
 * route_table_new() it is constant, so any thread may match.
 */
#pragma once

#include "api/caller.h"
#include "api/rules.h"

#include <stddef.h>
#include <stdint.h>

struct db;
struct reply;
struct request;

enum { ROUTE_IDS = 4, ROUTE_SEGMENTS = 12 };

/* Where the handler runs. */
enum run_at {
	RUN_READ,      /* on the HTTP thread, on that thread's read-only connection: must be quick */
	RUN_LONG_READ, /* on a small pool with read-only connections: search, export */
	RUN_WRITE, /* by the writer, in a transaction that is rolled back when the reply's status is >= 400 */
	RUN_BULK_WRITE, /* the same, behind the single writes */
};

enum body_kind {
	BODY_NONE,  /* not parsed */
	BODY_JSON,  /* parsed, and checked when there is a shape; implied by one */
};

/* Another form than JSON a body may come in. */
struct body_form {
	const char *media_type;
	/* Makes request.in of it; not on the writer's thread. NULL with the reply made: refused. */
	void *(*read)(struct request *rq, struct reply *re);
};

/* May run more than once (a full disk makes the writer run a group again): the reply is reset before each run. */
typedef void (*route_handler_fn)(struct request *rq, struct db *db, struct reply *re);

struct route {
	const char *method; /* GET, POST, PUT, PATCH, DELETE */
	const char *path;
	enum scope scope;
	enum run_at run;
	route_handler_fn handler;
	enum body_kind body_kind;
	const struct shape *body;  /* fills request.in before the handler runs */
	const struct shape *query; /* fills request.query */
	size_t max_body;           /* bytes; 0 is ROUTE_BODY_MAX */
	const struct body_form *forms; /* besides JSON; ended by a row without a media type */
	/* Reads the usual form of the JSON body faster than `body` does, to the same result. NULL: unsure, `body` decides. */
	void *(*scan)(struct request *rq);
	/* Whether this request, once checked, changes nothing, so that a write may run as a read. */
	bool (*only_reads)(const struct request *rq);
	bool together; /* RUN_WRITE: those to the same first id of the path share work in a commit (db_share()) */
	/*
	 * Whether the thing the path names is there, or cannot be looked up: asked, on a reader's connection, before
	 * faults of the input are told. What is not there is 404, whatever was sent to it.
	 */
	bool (*exists)(struct request *rq, struct db *db);
	const void *extra; /* the handler's own */
	/* RUN_READ: whether this request, once checked, is a long read after all. */
	bool (*takes_long)(const struct request *rq);
	const char *doc;
};

#define ROUTE_BODY_MAX ((size_t)1 << 20)

/* The variable parts of a path. */
struct route_path {
	int64_t ids[ROUTE_IDS];
	unsigned n_ids;
	const char *rest; /* of "*name" and "@name", still escaped */
	size_t n_rest;    /* its length */
};

/* The rows that share one path template. */
struct route_group;
struct route_table;

/* Stops the process when a template is malformed or a row comes twice: that is our mistake. */
struct route_table *route_table_new(const struct route *routes, size_t n);
void route_table_free(struct route_table *t);

/* NULL when no template matches. A trailing slash does not matter. */
const struct route_group *route_find(const struct route_table *t, const char *path, struct route_path *out);

/* The row for the method (HEAD finds GET's), or NULL: 405. */
const struct route *route_for_method(const struct route_group *g, const char *method);

/* "GET, HEAD, POST, OPTIONS" */
const char *route_allow(const struct route_group *g);
/* The least scope that opens any row of the group. */
enum scope route_scope(const struct route_group *g);
