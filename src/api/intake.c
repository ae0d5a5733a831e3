/* What came along: the body collected, parsed and checked, and the query string. */
#include "api/exchange.h"

#include "api/json_in.h"
#include "api/query_in.h"

#include <string.h>

enum { FIRST_BODY = 4096 };

/* --- the body, piece by piece --- */

bool intake_chunk(struct exchange *ex, const char *chunk, size_t n)
{
	if (n > ex->max_body - ex->n_body)
		return false;
	if (ex->n_body + n > ex->cap_body) {
		size_t known = ex->head.length > 0 ? (size_t)ex->head.length : FIRST_BODY;

		/* Content-Length is believed only as far as bytes have come. */
		ex->cap_body = MAX(ex->n_body + n, MIN(MAX(known, FIRST_BODY), 4 * (ex->n_body + n)));
		ex->body = g_realloc(ex->body, ex->cap_body);
	}
	memcpy(ex->body + ex->n_body, chunk, n);
	ex->n_body += n;
	return true;
}

/* --- all of it --- */

static bool parse_json(struct exchange *ex)
{
	const char *why;

	ex->json = ex->n_body ? json_in_read(ex->arena, ex->body, ex->n_body, &why) : json_object();
	if (!ex->json)
		reply_error_at(&ex->re, ERROR_INVALID, NULL, "body", why);
	ex->rq.json = ex->json;
	return ex->json;
}

/* To request.in if it has a quick reader or a form of its own, else to request.json. False: refused. */
static bool take_body(struct exchange *ex)
{
	const struct route *r = ex->rq.route;

	if (ex->rq.form) {
		ex->rq.in = ex->rq.form->read(&ex->rq, &ex->re);
		return ex->rq.in != NULL;
	}
	if (!r->body && r->body_kind != BODY_JSON)
		return true;
	if (r->scan && ex->n_body)
		ex->rq.in = r->scan(&ex->rq);
	return ex->rq.in || parse_json(ex);
}

bool intake_check(struct exchange *ex)
{
	const struct route *r = ex->rq.route;
	struct faults *f;

	if (ex->n_body) {
		ex->rq.bytes = ex->body;
		ex->rq.n_bytes = ex->n_body;
	}
	if (!take_body(ex))
		return false;
	if (!r->body && !r->query)
		return true;
	f = faults_new(ex->arena);
	if (r->query) {
		struct params q = query_in_read(ex->arena, ex->rq.target, f);

		ex->rq.query = validate_query(r->query, &q, f);
	}
	if (r->body && !ex->rq.in)
		ex->rq.in = validate_body(r->body, ex->json, f);
	if (f->n == 0)
		return true;
	reply_faults(&ex->re, f);
	return false;
}
