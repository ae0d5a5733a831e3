/*
 * What a request's head must be before anything else is looked at, and the few headers the server itself
 * reads.
 *
 * libmicrohttpd 0.9.75 accepts heads by which two servers in a row can be made to disagree where a request
 * ends (request smuggling). Each such head is refused here, and its connection closed.
 */
#pragma once

#include "api/reply.h"

#include <stdbool.h>
#include <stdint.h>

struct MHD_Connection;

struct head {
	const char *authorization, *request_id, *content_type, *content_encoding, *expect;
	unsigned n_authorization, n_length, n_coding, n_host;
	int64_t length; /* Content-Length; 0 without one */
	bool chunked;
	bool bad_coding;   /* a Transfer-Encoding other than chunked */
	bool bad_value;    /* CR, LF or NUL in a value, or a length that is no number */
	const char *value_end; /* while reading: where the last value seemed to end */
};

/* Reads the head. NULL when it is sound, otherwise a sentence, and `kind` is the error to answer with. */
const char *guards_read(struct MHD_Connection *c, const char *version, struct head *h, enum error_kind *kind);

/* Whether the media type is JSON: application/json or application/…+json, in UTF-8. NULL is taken for it. */
bool guards_is_json(const char *content_type);

/* ≤ 128 characters that are safe in a log and a header. */
bool guards_is_request_id(const char *text);
