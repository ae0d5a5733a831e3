/*
 * Idempotency-Key on POST and PATCH (draft-ietf-httpapi-idempotency-key-header-07): a request that is sent again
 * with its key gets the first one's answer, marked Idempotent-Replayed: true, and changes nothing.
 *
 *	first time           the answer is kept with the change, in one transaction
 *	still running        409 CONFLICT
 *	again                the kept answer
 *	again, another body  422 IDEMPOTENCY_KEY_REUSED
 *	refused, or 503      nothing is kept: the key stays free
 *	it showed a secret   409 CONFLICT: what was done stays done, but its answer is kept nowhere
 *
 * A key belongs to an API key, a method and a path, and is forgotten after a day. Only "still running" lives in
 * memory: it ends with the process, and so does what was running.
 */
#pragma once

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct db;
struct idempotency; /* the requests under way; any thread */
struct once;        /* one request with a key; in its arena */
struct reply;
struct request;

struct idempotency *idempotency_new(void);
void idempotency_free(struct idempotency *all);

/* The key of the header's value, bare or quoted; NULL when it is no key: empty, over 255, or beyond ASCII. */
const char *idempotency_key(struct arena *a, const char *value);

/*
 * Before the job. False with the reply made: a malformed key, or one whose first request is under way. `out` is
 * NULL for a request without a key; else once_end() must follow, from any thread.
 */
bool once_begin(struct idempotency *all, const struct request *rq, struct reply *re, struct once **out);

/* In the job, before the handler. True when the reply is made: the kept answer, or 422. */
bool once_replay(const struct once *o, const struct request *rq, struct db *db, struct reply *re);
/* In the job, after the handler said yes. */
void once_keep(const struct once *o, const struct request *rq, struct db *db, const struct reply *re);

/* After the commit, or instead of it. */
void once_end(struct once *o);
