/* The reply's way out: the body is handed over without a copy, the server's own headers are added. */
#include "api/exchange.h"

#include <stdio.h>
#include <string.h>

static struct MHD_Response *response_of(struct exchange *ex)
{
	struct reply *re = &ex->re;
	size_t n;
	char *text;

	if (re->piece)
		return stream_response(ex);
	if (re->fixed)
		return MHD_create_response_from_buffer(re->fixed_len, (void *)re->fixed,
						       MHD_RESPMEM_PERSISTENT);
	if (!re->content_type)
		return MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
	text = jw_take(&re->body, &n);
	return MHD_create_response_from_buffer_with_free_callback(n, text, g_free);
}

static size_t length_of(const struct reply *re)
{
	return re->fixed ? re->fixed_len : re->content_type ? re->body.len : 0;
}

/* The figure in decimal, ending at `end`; returns its first digit. */
static char *decimal(char *end, int64_t v)
{
	*end = 0;
	do
		*--end = (char)('0' + v % 10);
	while (v /= 10);
	return end;
}

/*
 * draft-ietf-httpapi-ratelimit-headers-11: the policy, and what is left of it. X-RateLimit-Reset is the epoch
 * second of the reset, as GitHub has it.
 */
static void add_quota(const struct exchange *ex, struct MHD_Response *r)
{
	char left[24], wait[24], text[80], reset[24];
	const char *remaining = decimal(left + 23, ex->quota.remaining);
	const char *seconds = decimal(wait + 23, ex->quota.reset_s);

	g_snprintf(text, sizeof(text), "\"default\";r=%s;t=%s", remaining, seconds);
	MHD_add_response_header(r, "RateLimit-Policy", ex->srv->rate_policy);
	MHD_add_response_header(r, "RateLimit", text);
	MHD_add_response_header(r, "X-RateLimit-Limit", ex->srv->rate_limit);
	MHD_add_response_header(r, "X-RateLimit-Remaining", remaining);
	MHD_add_response_header(r, "X-RateLimit-Reset",
				decimal(reset + 23, ex->rq.arrived_ms / 1000 + ex->quota.reset_s));
	if (!ex->quota.allowed)
		MHD_add_response_header(r, "Retry-After", seconds);
}

static void add_headers(struct exchange *ex, struct MHD_Response *r)
{
	struct reply *re = &ex->re;

	if (re->content_type)
		MHD_add_response_header(r, "Content-Type", re->content_type);
	MHD_add_response_header(r, "X-Request-Id", ex->rq.id);
	for (unsigned i = 0; i < re->n_headers; i++)
		MHD_add_response_header(r, re->headers[i].name, re->headers[i].value);
	if (ex->has_quota)
		add_quota(ex, r);
	if (re->status == 401)
		MHD_add_response_header(r, "WWW-Authenticate", "Bearer");
	if (re->status == 503)
		MHD_add_response_header(r, "Retry-After", "1");
	if (re->close || atomic_load(&ex->srv->draining))
		MHD_add_response_header(r, "Connection", "close");
}

enum MHD_Result answer_send(struct exchange *ex)
{
	struct MHD_Response *r;
	enum MHD_Result sent;

	if (!connection_send(ex->con, length_of(&ex->re)))
		return MHD_NO;
	r = response_of(ex);
	add_headers(ex, r);
	ex->stage = STAGE_SENT;
	sent = MHD_queue_response(ex->mhd, ex->re.status, r);
	MHD_destroy_response(r);
	return sent;
}
