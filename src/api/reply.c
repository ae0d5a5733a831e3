#include "api/reply.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const struct {
	unsigned status;
	const char *code, *type, *message;
} errors[] = {
	[ERROR_INVALID] = { 400, "INVALID_REQUEST", "validation_error", "One or more fields are invalid." },
	[ERROR_PURPOSE] = { 400, "PURPOSE_NOT_ALLOWED_FOR_PARTNER", "invalid_request_error",
			    "This operation is not allowed for the campaign's current configuration." },
	[ERROR_UNAUTHORIZED] = { 401, "UNAUTHORIZED", "authentication_error",
				 "A valid API key is required." },
	[ERROR_FORBIDDEN] = { 403, "FORBIDDEN", "permission_error", "This API key may not do that." },
	[ERROR_INACTIVE] = { 403, "ACCOUNT_INACTIVE", "permission_error",
			     "The company's account is not active." },
	[ERROR_NOT_FOUND] = { 404, "NOT_FOUND", "not_found_error", "The requested resource was not found." },
	[ERROR_METHOD] = { 405, "METHOD_NOT_ALLOWED", "invalid_request_error",
			   "This method is not allowed here; see the Allow header." },
	[ERROR_TIMEOUT] = { 408, "REQUEST_TIMEOUT", "invalid_request_error",
			    "The request took too long to arrive." },
	[ERROR_CONFLICT] = { 409, "CONFLICT", "conflict_error",
			     "The request conflicts with the current state." },
	[ERROR_PRECONDITION] = { 412, "PRECONDITION_FAILED", "conflict_error",
				 "The resource has changed since it was read." },
	[ERROR_TOO_LARGE] = { 413, "PAYLOAD_TOO_LARGE", "invalid_request_error", "The request body is too large." },
	[ERROR_UNPROCESSABLE] = { 422, "UNPROCESSABLE", "invalid_request_error", "The request cannot be processed." },
	[ERROR_KEY_REUSED] = { 422, "IDEMPOTENCY_KEY_REUSED", "invalid_request_error",
			       "This Idempotency-Key was used with another request body." },
	[ERROR_HEAD_TOO_LARGE] = { 431, "PAYLOAD_TOO_LARGE", "invalid_request_error",
				   "The request line and the headers are too large." },
	[ERROR_RATE_LIMIT] = { 429, "RATE_LIMIT_EXCEEDED", "rate_limit_error",
			       "Too many requests; wait for the time in Retry-After." },
	[ERROR_INTERNAL] = { 500, "INTERNAL_ERROR", "api_error", "Something went wrong on our side." },
	[ERROR_NOT_IMPLEMENTED] = { 501, "NOT_IMPLEMENTED", "invalid_request_error",
				    "This transfer coding is not supported." },
	[ERROR_UNAVAILABLE] = { 503, "UNAVAILABLE", "api_error",
				"The server cannot do this right now; nothing was changed. Try again." },
};

void reply_init(struct reply *re, struct arena *a)
{
	memset(re, 0, sizeof(*re));
	re->arena = a;
}

void reply_reset(struct reply *re)
{
	struct jw body = re->body;

	if (body.data)
		jw_reset(&body);
	reply_init(re, re->arena);
	re->body = body;
}

void reply_clear(struct reply *re)
{
	jw_free(&re->body);
}

struct jw *reply_json(struct reply *re, unsigned status)
{
	reply_reset(re);
	if (!re->body.data)
		jw_init(&re->body);
	re->status = status;
	re->content_type = "application/json; charset=utf-8";
	return &re->body;
}

void reply_empty(struct reply *re, unsigned status)
{
	reply_reset(re);
	re->status = status;
}

void reply_static(struct reply *re, unsigned status, const char *content_type, const void *bytes, size_t n)
{
	reply_reset(re);
	re->status = status;
	re->content_type = content_type;
	re->fixed = bytes;
	re->fixed_len = n;
}

void reply_stream(struct reply *re, unsigned status, const char *content_type, stream_piece_fn piece, void *arg)
{
	reply_reset(re);
	re->status = status;
	re->content_type = content_type;
	re->piece = piece;
	re->piece_arg = arg;
}

void reply_more(struct reply *re)
{
	reply_reset(re);
	re->more = true;
}

void reply_header(struct reply *re, const char *name, const char *value)
{
	assert(re->n_headers < REPLY_HEADERS);
	re->headers[re->n_headers++] =
		(struct reply_header){ arena_strdup(re->arena, name), arena_strdup(re->arena, value) };
}

void reply_after(struct reply *re, void (*fn)(void *arg), void *arg)
{
	re->after = fn;
	re->after_arg = arg;
}

static void envelope(struct jw *w, enum error_kind kind, const char *message, const struct fault *list,
		     size_t n)
{
	jw_object(w);
	jw_key(w, "error"), jw_object(w);
	jw_kstr(w, "code", errors[kind].code);
	jw_kstr(w, "type", errors[kind].type);
	jw_kstr(w, "message", message ? message : errors[kind].message);
	jw_key(w, "details"), jw_object(w);
	for (size_t i = 0; i < n; i++)
		jw_kstr(w, list[i].path, list[i].text);
	jw_end(w);
	jw_end(w);
	jw_end(w);
}

void reply_error(struct reply *re, enum error_kind kind, const char *message)
{
	envelope(reply_json(re, errors[kind].status), kind, message, NULL, 0);
}

void reply_error_at(struct reply *re, enum error_kind kind, const char *message, const char *path,
		    const char *text)
{
	const struct fault one = { path, text };

	envelope(reply_json(re, errors[kind].status), kind, message, &one, 1);
}

void reply_faults(struct reply *re, const struct faults *f)
{
	char message[128];

	snprintf(message, sizeof(message), "%s %zu more are not listed.", errors[ERROR_INVALID].message,
		 f->more);
	envelope(reply_json(re, 400), ERROR_INVALID, f->more ? message : NULL, f->list, f->n);
}

void reply_not_found(struct reply *re)
{
	reply_error(re, ERROR_NOT_FOUND, NULL);
}

char *reply_error_text(enum error_kind kind, const char *message)
{
	struct jw w;

	jw_init(&w);
	envelope(&w, kind, message, NULL, 0);
	return jw_take(&w, NULL);
}
