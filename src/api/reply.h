/*
 * An answer under construction: a status, a few headers, and a body.
 *
 *	struct jw *w = reply_json(re, 200);
 *	jw_object(w) …
 *
 * A handler calls exactly one of reply_json(), reply_error() …, reply_empty(), reply_static(); a later call
 * replaces an earlier one, headers and all. A handler that calls none has answered 500. One thread at a time.
 */
#pragma once

#include "api/fault.h"
#include "base/arena.h"
#include "base/json_writer.h"

#include <stdint.h>

enum { REPLY_HEADERS = 12 };

/* The error kinds; their status, code, type and usual message are the table in reply.c. */
enum error_kind {
	ERROR_INVALID,
	ERROR_PURPOSE,
	ERROR_UNAUTHORIZED,
	ERROR_FORBIDDEN,
	ERROR_INACTIVE,
	ERROR_NOT_FOUND,
	ERROR_METHOD,
	ERROR_TIMEOUT,
	ERROR_CONFLICT,
	ERROR_PRECONDITION,
	ERROR_TOO_LARGE,
	ERROR_UNPROCESSABLE,
	ERROR_KEY_REUSED,
	ERROR_RATE_LIMIT,
	ERROR_INTERNAL,
	ERROR_NOT_IMPLEMENTED,
	ERROR_UNAVAILABLE,
};

struct reply_header {
	const char *name, *value;
};

struct reply {
	unsigned status; /* 0: nothing answered yet */
	const char *content_type;
	struct arena *arena;
	struct jw body;
	const void *fixed; /* instead of body: bytes that outlive the answer */
	size_t fixed_len;
	struct reply_header headers[REPLY_HEADERS];
	unsigned n_headers;
	void (*after)(void *arg);
	void *after_arg;
	bool close; /* the connection ends with this answer */
};

void reply_init(struct reply *re, struct arena *a);
void reply_reset(struct reply *re); /* as if nothing had been answered */
void reply_clear(struct reply *re); /* gives the memory back */

/* An empty writer for the body. */
struct jw *reply_json(struct reply *re, unsigned status);
void reply_empty(struct reply *re, unsigned status); /* 204, 304 */
/* `bytes` are not copied: assets compiled in, or text in the request's arena. The same goes for the type. */
void reply_static(struct reply *re, unsigned status, const char *content_type, const void *bytes, size_t n);

/* Adds a header; both are copied. Not for the ones the server writes (request id, rate limit, framing). */
void reply_header(struct reply *re, const char *name, const char *value);

/*
 * Asks for a call once the work is durable and before the answer leaves: nudges, caches. Runs on the
 * writer's thread for writes, and not at all when the commit failed. `arg` must live in the request's arena,
 * or longer.
 */
void reply_after(struct reply *re, void (*fn)(void *arg), void *arg);

/* The envelope {"error":{code,type,message,details}}. `message` NULL: the kind's usual one. */
void reply_error(struct reply *re, enum error_kind kind, const char *message);
/* The same with one entry in details. */
void reply_error_at(struct reply *re, enum error_kind kind, const char *message, const char *path,
		    const char *text);
/* 400 with every fault in details. */
void reply_faults(struct reply *re, const struct faults *f);
void reply_not_found(struct reply *re);

unsigned reply_error_status(enum error_kind kind);
/* The envelope as text to be freed with g_free(). */
char *reply_error_text(enum error_kind kind, const char *message);
