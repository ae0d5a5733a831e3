/* What came along: the body collected, parsed and checked, and the query string. */
#include "api/exchange.h"

#include "api/validate.h"

#include <string.h>

enum { JSON_DEPTH = 16, PARAMS_MAX = 100, FIRST_BODY = 4096 };

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

/* --- JSON --- */

/* The library's parser recurses; what is nested deeper than any body of ours is refused before it. */
static bool is_shallow(const char *s, size_t n)
{
	unsigned depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if (in_string) {
			i += c == '\\';
			in_string = c != '"';
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_DEPTH)
				return false;
		} else if ((c == '}' || c == ']') && depth) {
			depth--;
		}
	}
	return true;
}

static void refuse_json(struct exchange *ex, const char *why)
{
	char *valid = g_utf8_make_valid(why, -1);

	reply_error_at(&ex->re, ERROR_INVALID, NULL, "body", valid);
	g_free(valid);
}

static bool parse_json(struct exchange *ex)
{
	const size_t flags = JSON_DECODE_ANY | JSON_REJECT_DUPLICATES;
	json_error_t e;

	if (ex->n_body == 0) {
		ex->json = json_object();
	} else if (!is_shallow(ex->body, ex->n_body)) {
		refuse_json(ex, "\"body\" is nested too deeply");
		return false;
	} else {
		ex->json = json_loadb(ex->body, ex->n_body, flags, &e);
		/* Whole numbers past 64 bits are numbers all the same; the rules say what is a safe one. */
		if (!ex->json && json_error_code(&e) == json_error_numeric_overflow)
			ex->json = json_loadb(ex->body, ex->n_body, flags | JSON_DECODE_INT_AS_REAL, &e);
	}
	if (!ex->json) {
		refuse_json(ex,
			    arena_printf(ex->arena, "\"body\" must be valid JSON: %s (line %d, column %d)",
					 e.text, e.line, e.column));
		return false;
	}
	ex->rq.json = ex->json;
	return true;
}

/* --- the query string --- */

static int hex_pair(const char *s)
{
	int high = g_ascii_xdigit_value(s[0]);
	int low = high < 0 ? -1 : g_ascii_xdigit_value(s[1]);

	return low < 0 ? -1 : high * 16 + low;
}

/* "+" and "%20" decoded, bad escapes left as they are, made valid UTF-8 without NUL. */
static const char *decode(struct arena *a, const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1), *p = out;

	for (size_t i = 0; i < n; i++) {
		int c = s[i] == '%' && i + 2 < n ? hex_pair(s + i + 1) : -1;

		if (c > 0) {
			*p++ = (char)c;
			i += 2;
		} else {
			*p++ = s[i] == '+' ? ' ' : s[i];
		}
	}
	if (!g_utf8_validate(out, p - out, NULL)) {
		char *valid = g_utf8_make_valid(out, p - out);

		out = arena_strdup(a, valid);
		g_free(valid);
	}
	return out;
}

static struct params read_params(struct exchange *ex, struct faults *f)
{
	struct param *list = arena_alloc(ex->arena, PARAMS_MAX * sizeof(*list));
	const char *s = strchr(ex->rq.target, '?');
	size_t n = 0;

	for (s = s ? s + 1 : ""; *s;) {
		size_t len = strcspn(s, "&#"), key = strcspn(s, "=&#");

		if (n == PARAMS_MAX) {
			faults_add(f, "query", "\"query\" must contain less than or equal to 100 parameters");
			break;
		}
		if (len) {
			const char *value = key < len ? s + key + 1 : "";

			list[n].key = decode(ex->arena, s, key);
			list[n++].value = decode(ex->arena, value, key < len ? len - key - 1 : 0);
		}
		s += len;
		if (*s != '&')
			break;
		s++;
	}
	return (struct params){ list, n };
}

/* --- all of it --- */

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
		bool any = strchr(ex->rq.target, '?') != NULL;
		struct params q = any ? read_params(ex, f) : (struct params){ NULL, 0 };

		ex->rq.query = validate_query(r->query, &q, f);
	}
	if (r->body && !ex->rq.in)
		ex->rq.in = validate_body(r->body, ex->json, f);
	if (f->n == 0)
		return true;
	reply_faults(&ex->re, f);
	return false;
}
