/*
 * Templates are split once, at the start. A request's path is split once too; then each group with as many
 * segments is compared, literals by length and bytes. With some sixty templates that is a few hundred
 * nanoseconds, and the table stays a table.
 */
#include "api/route.h"

#include <glib.h>
#include <string.h>

enum { METHODS = 6 };

#define ID_MOST ((INT64_C(1) << 53) - 1)

struct segment {
	const char *text;
	size_t len;
};

struct split {
	struct segment seg[ROUTE_SEGMENTS];
	unsigned n;
};

struct route_group {
	struct split path;
	unsigned literals; /* more of them: a better match */
	bool wildcard;
	const struct route *rows[METHODS];
	unsigned n;
	enum scope scope;
	char *allow;
};

struct route_table {
	struct route_group *groups;
	size_t n;
};

/* "/a/b/" into a, b. False when there are too many segments or an empty one in the middle. */
static bool split_path(const char *path, struct split *out)
{
	out->n = 0;
	if (*path != '/')
		return false;
	for (const char *s = path + 1; *s;) {
		size_t len = strcspn(s, "/");

		if (len == 0 || out->n == ROUTE_SEGMENTS)
			return false;
		out->seg[out->n++] = (struct segment){ s, len };
		s += len + (s[len] == '/');
	}
	return true;
}

static bool parse_id(const struct segment *s, int64_t *id)
{
	int64_t v = 0;

	for (size_t i = 0; i < s->len; i++) {
		if (!g_ascii_isdigit(s->text[i]) || __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, s->text[i] - '0', &v))
			return false;
	}
	*id = v;
	return v > 0 && v <= ID_MOST;
}

static bool group_matches(const struct route_group *g, const struct split *p, struct route_path *out)
{
	if (g->wildcard ? p->n < g->path.n : p->n != g->path.n)
		return false;
	*out = (struct route_path){ .n_ids = 0 };
	for (unsigned i = 0; i < g->path.n; i++) {
		const struct segment *want = &g->path.seg[i], *have = &p->seg[i];

		if (want->text[0] == '*' || want->text[0] == '@') {
			out->rest = have->text;
			out->n_rest = want->text[0] == '@' ? have->len : strlen(have->text);
		} else if (want->text[0] == ':') {
			if (!parse_id(have, &out->ids[out->n_ids++]))
				return false;
		} else if (want->len != have->len || memcmp(want->text, have->text, want->len) != 0) {
			return false;
		}
	}
	return true;
}

const struct route_group *route_find(const struct route_table *t, const char *path, struct route_path *out)
{
	const struct route_group *best = NULL;
	struct route_path found;
	struct split p;

	if (!split_path(path, &p))
		return NULL;
	for (size_t i = 0; i < t->n; i++) {
		const struct route_group *g = &t->groups[i];

		if ((best && g->literals <= best->literals) || !group_matches(g, &p, &found))
			continue;
		best = g;
		*out = found;
	}
	return best;
}

const struct route *route_for_method(const struct route_group *g, const char *method)
{
	if (strcmp(method, "HEAD") == 0)
		method = "GET";
	for (unsigned i = 0; i < g->n; i++)
		if (strcmp(g->rows[i]->method, method) == 0)
			return g->rows[i];
	return NULL;
}

const char *route_allow(const struct route_group *g)
{
	return g->allow;
}

enum scope route_scope(const struct route_group *g)
{
	return g->scope;
}

static void group_init(struct route_group *g, const struct route *r)
{
	unsigned ids = 0;

	if (!split_path(r->path, &g->path))
		g_error("route %s: malformed", r->path);
	for (unsigned i = 0; i < g->path.n; i++) {
		char c = g->path.seg[i].text[0];

		ids += c == ':';
		g->literals += c != ':' && c != '*' && c != '@';
		if (c == '*' && i + 1 != g->path.n)
			g_error("route %s: the wildcard must come last", r->path);
		g->wildcard |= c == '*';
	}
	if (ids > ROUTE_IDS)
		g_error("route %s: too many ids", r->path);
	g->scope = r->scope;
}

static struct route_group *group_of(struct route_table *t, const struct route *r)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->groups[i].rows[0]->path, r->path) == 0)
			return &t->groups[i];
	group_init(&t->groups[t->n], r);
	return &t->groups[t->n++];
}

static void allow_init(struct route_group *g)
{
	GString *s = g_string_new(NULL);

	for (unsigned i = 0; i < g->n; i++) {
		g_string_append_printf(s, "%s, ", g->rows[i]->method);
		if (strcmp(g->rows[i]->method, "GET") == 0)
			g_string_append(s, "HEAD, ");
	}
	g_string_append(s, "OPTIONS");
	g->allow = g_string_free(s, FALSE);
}

struct route_table *route_table_new(const struct route *routes, size_t n)
{
	struct route_table *t = g_new0(struct route_table, 1);

	t->groups = g_new0(struct route_group, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct route_group *g = group_of(t, &routes[i]);

		if (g->n == METHODS || (g->n && route_for_method(g, routes[i].method)))
			g_error("route %s %s comes twice", routes[i].method, routes[i].path);
		g->rows[g->n++] = &routes[i];
		g->scope = MIN(g->scope, routes[i].scope);
	}
	for (size_t i = 0; i < t->n; i++)
		allow_init(&t->groups[i]);
	return t;
}

void route_table_free(struct route_table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++)
		g_free(t->groups[i].allow);
	g_free(t->groups);
	g_free(t);
}
