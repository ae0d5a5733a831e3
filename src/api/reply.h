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

#include <glib.h>
#include <stdint.h>

struct db;

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
	ERROR_HEAD_TOO_LARGE, /* 431 */
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

enum stream_state { STREAM_MORE, STREAM_END, STREAM_FAILED };

/* Appends the next piece to `out` (something, unless it is the end). On a thread of the pool, with its reader. */
typedef enum stream_state (*stream_piece_fn)(void *arg, struct db *db, GString *out);

struct reply {
	unsigned status; /* 0: nothing answered yet */
	const char *content_type;
	struct arena *arena;
	struct jw body;
	stream_piece_fn piece; /* instead of body: a stream */
	void *piece_arg;
	const void *fixed; /* instead of body: bytes that outlive the answer */
	size_t fixed_len;
	struct reply_header headers[REPLY_HEADERS];
	unsigned n_headers;
	void (*after)(void *arg);
	void *after_arg;
	bool close; /* the connection ends with this answer */
	bool more;  /* no answer yet: the handler is to be run again */
	bool keep;  /* an error, and yet what was written stays: a try that counts */
	bool secret; /* shows something that is shown once and kept nowhere */
};

void reply_init(struct reply *re, struct arena *a);
void reply_reset(struct reply *re); /* as if nothing had been answered */
void reply_clear(struct reply *re); /* gives the memory back */

/* An empty writer for the body. */
struct jw *reply_json(struct reply *re, unsigned status);
void reply_empty(struct reply *re, unsigned status); /* 204, 304 */
/* `bytes` are not copied: assets compiled in, or text in the request's arena. The same goes for the type. */
void reply_static(struct reply *re, unsigned status, const char *content_type, const void *bytes, size_t n);

/*
 * A body that is made piece by piece while it is sent, so that it may be long: memory is bounded by a piece, and a
 * client that reads slowly holds nobody up. `arg` must live in the request's arena. A piece that fails ends the
 * connection in mid-body, so that the client cannot take the part for the whole.
 */
void reply_stream(struct reply *re, unsigned status, const char *content_type, stream_piece_fn piece, void *arg);

/*
 * For writes: this piece of the work is done. It is committed, then the handler is run again with request.piece one
 * higher; others' writes come in between. What is to follow the commit may be asked for with reply_after().
 */
void reply_more(struct reply *re);

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

/* The envelope as text to be freed with g_free(). */
char *reply_error_text(enum error_kind kind, const char *message);
