#include "api/idempotency.h"

#include "api/reply.h"
#include "api/request.h"
#include "base/token.h"
#include "store/db.h"
#include "store/idempotency.h"

#include <glib.h>
#include <string.h>

enum { KEY_MAX = 255 };

struct idempotency {
	GMutex lock;
	GHashTable *running; /* a set of struct once, by scope */
};

struct once {
	struct idempotency *all;
	char scope[TOKEN_HASH_SIZE]; /* API key, method, path and key */
	char asked[TOKEN_HASH_SIZE]; /* query and body */
};

/* scope is the first thing that differs; the struct is its own key. */
static guint once_hash(gconstpointer o)
{
	return g_str_hash(((const struct once *)o)->scope);
}

static gboolean once_equal(gconstpointer a, gconstpointer b)
{
	return strcmp(((const struct once *)a)->scope, ((const struct once *)b)->scope) == 0;
}

struct idempotency *idempotency_new(void)
{
	struct idempotency *all = g_new0(struct idempotency, 1);

	g_mutex_init(&all->lock);
	all->running = g_hash_table_new(once_hash, once_equal);
	return all;
}

void idempotency_free(struct idempotency *all)
{
	if (!all)
		return;
	g_hash_table_unref(all->running);
	g_mutex_clear(&all->lock);
	g_free(all);
}

/* ---- the key ---- */

/* RFC 9651 3.3.3: "…" with \" and \\ as its only escapes. */
static const char *unquote(struct arena *a, const char *s, size_t n)
{
	char *out = arena_alloc(a, n), *p = out;

	if (n < 2 || s[n - 1] != '"')
		return NULL;
	for (size_t i = 1; i < n - 1; i++) {
		if (s[i] == '"')
			return NULL;
		if (s[i] == '\\' && (++i == n - 1 || (s[i] != '"' && s[i] != '\\')))
			return NULL;
		*p++ = s[i];
	}
	return out;
}

const char *idempotency_key(struct arena *a, const char *value)
{
	size_t n = strlen(value);
	const char *key;

	while (n && (value[n - 1] == ' ' || value[n - 1] == '\t'))
		n--;
	key = value[0] == '"' ? unquote(a, value, n) : arena_strndup(a, value, n);
	if (!key || !key[0] || strlen(key) > KEY_MAX)
		return NULL;
	for (const char *s = key; *s; s++)
		if (!g_ascii_isprint(*s))
			return NULL;
	return key;
}

/* ---- what is being asked, and under which name ---- */

/* The target up to the query, without the slashes at its end: the router does not see them either. */
static size_t path_length(const char *target)
{
	size_t n = strcspn(target, "?#");

	while (n > 1 && target[n - 1] == '/')
		n--;
	return n;
}

static void name_request(struct once *o, const struct request *rq, const char *key)
{
	size_t n = path_length(rq->target);
	const char *query = rq->target + strcspn(rq->target, "?#");
	g_autoptr(GString) s = g_string_new(NULL);
	char body[TOKEN_HASH_SIZE];

	g_string_printf(s, "%lld %s %.*s %s", (long long)rq->caller.key_id, rq->method, (int)n, rq->target, key);
	token_hash(s->str, s->len, o->scope);
	token_hash(rq->n_bytes ? rq->bytes : "", rq->n_bytes, body);
	g_string_printf(s, "%s %s", body, query);
	token_hash(s->str, s->len, o->asked);
}

bool once_begin(struct idempotency *all, const struct request *rq, struct reply *re, struct once **out)
{
	const char *value = request_header(rq, "Idempotency-Key"), *key;
	struct once *o;
	bool alone;

	*out = NULL;
	if (!value || (strcmp(rq->method, "POST") != 0 && strcmp(rq->method, "PATCH") != 0))
		return true;
	key = idempotency_key(rq->arena, value);
	if (!key) {
		reply_error_at(re, ERROR_INVALID, NULL, "Idempotency-Key",
			       "\"Idempotency-Key\" must be 1 to 255 printable ASCII characters, bare or quoted");
		return false;
	}
	o = arena_alloc(rq->arena, sizeof(*o));
	o->all = all;
	name_request(o, rq, key);
	g_mutex_lock(&all->lock);
	alone = !g_hash_table_contains(all->running, o);
	if (alone)
		g_hash_table_add(all->running, o);
	g_mutex_unlock(&all->lock);
	if (!alone)
		reply_error(re, ERROR_CONFLICT, "The first request with this Idempotency-Key is still running.");
	else
		*out = o;
	return alone;
}

void once_end(struct once *o)
{
	g_mutex_lock(&o->all->lock);
	g_hash_table_remove(o->all->running, o);
	g_mutex_unlock(&o->all->lock);
}

/* ---- the answer ---- */

static struct answer_name name_of(const struct once *o, const struct request *rq)
{
	return (struct answer_name){ .workspace_id = rq->caller.workspace_id, .key_id = rq->caller.key_id,
				     .scope_hash = o->scope };
}

static void replay_headers(const struct request *rq, struct reply *re, const char *lines)
{
	while (*lines) {
		size_t name = strcspn(lines, ":"), all = strcspn(lines, "\n");

		reply_header(re, arena_strndup(rq->arena, lines, name),
			     arena_strndup(rq->arena, lines + name + 2, all - name - 2));
		lines += all + 1;
	}
	reply_header(re, "Idempotent-Replayed", "true");
}

bool once_replay(const struct once *o, const struct request *rq, struct db *db, struct reply *re)
{
	const struct answer_name name = name_of(o, rq);
	struct kept_answer kept;

	if (!answer_find(db, &name, rq->arrived_ms, &kept))
		return false;
	if (strcmp(kept.body_hash, o->asked) != 0) {
		reply_error(re, ERROR_KEY_REUSED, NULL);
		return true;
	}
	if (kept.content_type[0])
		reply_static(re, (unsigned)kept.http_status, arena_strdup(rq->arena, kept.content_type),
			     arena_strdup(rq->arena, kept.body), strlen(kept.body));
	else
		reply_empty(re, (unsigned)kept.http_status);
	replay_headers(rq, re, kept.headers);
	return true;
}

/* In place of an answer that shows an API key. */
static void keep_that_it_was_done(const struct answer_name *name, const struct request *rq, struct db *db, const char *asked)
{
	g_autofree char *body = reply_error_text(ERROR_CONFLICT, "This was done by the first request with this Idempotency-Key; "
							         "its answer was shown once.");

	answer_keep(db, name,
		    &(struct kept_answer){ .http_status = 409, .body_hash = asked,
					   .content_type = "application/json; charset=utf-8", .headers = "", .body = body },
		    rq->arrived_ms);
}

void once_keep(const struct once *o, const struct request *rq, struct db *db, const struct reply *re)
{
	const struct answer_name name = name_of(o, rq);
	g_autoptr(GString) headers = g_string_new(NULL);
	const char *body = re->fixed ? arena_strndup(rq->arena, re->fixed, re->fixed_len) : re->body.data;

	if (re->secret) {
		keep_that_it_was_done(&name, rq, db, o->asked);
		return;
	}
	for (unsigned i = 0; i < re->n_headers; i++)
		g_string_append_printf(headers, "%s: %s\n", re->headers[i].name, re->headers[i].value);
	answer_keep(db, &name,
		    &(struct kept_answer){ .http_status = re->status, .body_hash = o->asked,
					   .content_type = re->content_type ? re->content_type : "",
					   .headers = headers->str, .body = re->content_type ? body : "" },
		    rq->arrived_ms);
}
