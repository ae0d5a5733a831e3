/*
 * May it come in? The order decides what a stranger learns: a path no template has is 404 to anyone; on a
 * path that exists a key is asked for before anything else is told; an admin path is 404 to a partner key.
 */
#include "api/exchange.h"

#include "base/clock.h"
#include "base/token.h"

#include <string.h>

/* The path of the target, still encoded: our paths need no escapes, so "%2F" can never pass for a slash. */
static char *path_of(struct exchange *ex)
{
	const char *s = ex->rq.target;

	/* Absolute form, as sent to proxies; RFC 9112 3.2.2: a server must accept it. */
	if (g_ascii_strncasecmp(s, "http://", 7) == 0 || g_ascii_strncasecmp(s, "https://", 8) == 0) {
		s = strstr(s, "//") + 2;
		s += strcspn(s, "/?");
	}
	return arena_strndup(ex->arena, s, strcspn(s, "?#"));
}

/* The key of "Bearer KEY", or NULL when there is none, more than one, or one of a wrong form. */
static const char *bearer_of(struct exchange *ex)
{
	const char *s = ex->head.authorization;
	size_t n;

	if (ex->head.n_authorization != 1 || g_ascii_strncasecmp(s, "Bearer ", 7) != 0)
		return NULL;
	s += 7;
	s += strspn(s, " ");
	n = strcspn(s, " \t");
	if (s[n + strspn(s + n, " \t")])
		return NULL;
	s = arena_strndup(ex->arena, s, n);
	return token_key_form(s) ? s : NULL;
}

static bool authenticate(struct exchange *ex)
{
	const struct server_host *host = ex->srv->host;
	const char *key = bearer_of(ex);

	switch (key ? host->authenticate(host->arg, key, &ex->rq.caller) : AUTH_UNKNOWN) {
	case AUTH_OK: ex->rq.now_ms = ex->rq.arrived_ms + ex->rq.caller.ahead_ms; return true;
	case AUTH_UNKNOWN: reply_error(&ex->re, ERROR_UNAUTHORIZED, NULL); break;
	case AUTH_DEACTIVATED:
		reply_error(&ex->re, ERROR_FORBIDDEN, "This API key has been deactivated.");
		break;
	case AUTH_USER_DISABLED:
		reply_error(&ex->re, ERROR_FORBIDDEN, "The user of this API key has been disabled.");
		break;
	case AUTH_USER_GONE:
		reply_error(&ex->re, ERROR_FORBIDDEN, "The user of this API key does not belong to the company any more.");
		break;
	case AUTH_INACTIVE: reply_error(&ex->re, ERROR_INACTIVE, NULL); break;
	case AUTH_UNAVAILABLE: reply_error(&ex->re, ERROR_UNAVAILABLE, NULL); break;
	}
	memset(&ex->rq.caller, 0, sizeof(ex->rq.caller));
	return false;
}

static bool within_quota(struct exchange *ex)
{
	const struct caller *c = &ex->rq.caller;

	ex->quota = limiter_take(ex->srv->limiter, c->company_id, c->workspace_id, ex->began_us / 1000);
	ex->has_quota = ex->quota.limit > 0;
	ex->rq.rate_limit = ex->quota.limit;
	if (!ex->quota.allowed)
		reply_error(&ex->re, ERROR_RATE_LIMIT, NULL);
	return ex->quota.allowed;
}

/* Who asks, and may they: everything that needs the key. */
static bool admit_caller(struct exchange *ex)
{
	enum scope needs = route_scope(ex->group);

	if (needs == SCOPE_NONE && ex->head.n_authorization == 0)
		return true;
	if (needs == SCOPE_NONE && !bearer_of(ex))
		return true; /* a public page does not care what came along */
	if (!authenticate(ex))
		return needs == SCOPE_NONE;
	if (!within_quota(ex))
		return false;
	if (needs > ex->rq.caller.scope) {
		reply_not_found(&ex->re);
		return false;
	}
	return true;
}

/* What a path takes is no secret, but for administration's: there even the path is. */
static bool admit_options(struct exchange *ex)
{
	reply_empty(&ex->re, 204);
	reply_header(&ex->re, "Allow", route_allow(ex->group));
	return false;
}

static bool asks_options(const struct exchange *ex)
{
	return strcmp(ex->rq.method, "OPTIONS") == 0;
}

/* Whether the row is open to the caller; a group may have rows of different scopes. */
static bool admit_method(struct exchange *ex)
{
	const struct route *r = route_for_method(ex->group, ex->rq.method);

	if (asks_options(ex))
		return admit_options(ex);
	if (!r) {
		reply_error(&ex->re, ERROR_METHOD, NULL);
		reply_header(&ex->re, "Allow", route_allow(ex->group));
		return false;
	}
	ex->rq.route = r;
	if (r->scope == SCOPE_NONE || r->scope <= ex->rq.caller.scope)
		return true;
	if (ex->rq.caller.scope == SCOPE_NONE)
		reply_error(&ex->re, ERROR_UNAUTHORIZED, NULL);
	else
		reply_not_found(&ex->re);
	return false;
}

/* The form of the body by its media type: text/csv; charset=utf-8 is text/csv. */
static const struct body_form *form_of(const struct route *r, const char *content_type)
{
	size_t n = content_type ? strcspn(content_type, "; \t") : 0;

	for (const struct body_form *f = r->forms; f && f->media_type; f++)
		if (strlen(f->media_type) == n && g_ascii_strncasecmp(f->media_type, content_type, n) == 0)
			return f;
	return NULL;
}

static bool admit_body(struct exchange *ex)
{
	const struct route *r = ex->rq.route;
	const char *coding = ex->head.content_encoding;
	bool has_body = ex->head.length > 0 || ex->head.chunked;

	ex->rq.form = form_of(r, ex->head.content_type);
	ex->max_body = r->max_body ? r->max_body : ROUTE_BODY_MAX;
	if (ex->head.length > 0 && (uint64_t)ex->head.length > ex->max_body) {
		reply_error(&ex->re, ERROR_TOO_LARGE, NULL);
		ex->re.close = true;
		return false;
	}
	if (!has_body || !(r->body || r->body_kind == BODY_JSON))
		return true;
	if ((ex->rq.form || guards_is_json(ex->head.content_type)) &&
	    (!coding || g_ascii_strcasecmp(coding, "identity") == 0))
		return true;
	reply_error_at(&ex->re, ERROR_INVALID, NULL, "body", "\"body\" must be sent as application/json, uncompressed");
	return false;
}

static bool admit_route(struct exchange *ex)
{
	ex->group = route_find(ex->srv->routes, path_of(ex), &ex->rq.path);
	if (!ex->group) {
		reply_not_found(&ex->re);
		return false;
	}
	return asks_options(ex) && route_scope(ex->group) < SCOPE_ADMIN ? admit_options(ex) : true;
}

bool admit(struct exchange *ex, const char *version)
{
	enum error_kind kind;
	const char *wrong = guards_read(ex->mhd, version, &ex->head, &kind);

	exchange_take_id(ex);
	if (wrong) {
		reply_error(&ex->re, kind, wrong);
		ex->re.close = true;
		return false;
	}
	return admit_route(ex) && admit_caller(ex) && admit_method(ex) && admit_body(ex);
}
