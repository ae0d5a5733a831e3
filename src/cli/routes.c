/*
 * Every path the server answers: the Partner API's table, and the routes that operations are. As JSON also with the keys
 * of query and body, so that tests can compare them with what is documented.
 */
#include "admin/operation.h"
#include "api/route.h"
#include "api/routes.h"
#include "cli/command.h"

static const char *scope_name(enum scope scope)
{
	switch (scope) {
	case SCOPE_NONE: return "none";
	case SCOPE_PARTNER: return "partner";
	case SCOPE_ADMIN: return "admin";
	}
	return NULL;
}

/* ---- what a route takes: {"jobDetails.jobTitle": whether it must be there} ---- */

static void add_keys(json_t *keys, const char *prefix, const struct shape *s);

/* An object's own keys, or those of an array's elements. */
static void add_keys_within(json_t *keys, const char *name, const struct field *f)
{
	g_autofree char *prefix = g_strdup_printf("%s%s.", name, f->kind == KIND_ARRAY ? "[]" : "");
	const struct field *of = f->kind == KIND_ARRAY ? f->item : f;

	if (of->or_object)
		of = of->or_object;
	if (of->kind == KIND_OBJECT)
		add_keys(keys, prefix, of->shape);
}

static void add_keys(json_t *keys, const char *prefix, const struct shape *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct field *f = &s->fields[i];
		g_autofree char *name = g_strconcat(prefix, f->key, NULL);

		json_object_set_new(keys, name, json_boolean(f->flags & FIELD_REQUIRED));
		add_keys_within(keys, name, f);
	}
}

static json_t *keys_of(const struct shape *s)
{
	json_t *keys = json_object();

	if (s)
		add_keys(keys, "", s);
	return keys;
}

/* An operation's shape has what the path names, too. */
static json_t *body_of(const struct route *r, const struct operation *o)
{
	json_t *keys = keys_of(o && !r->query ? o->in : r->body);
	g_auto(GStrv) segments = g_strsplit(r->path, "/", -1);

	for (char **s = segments; *s; s++)
		if (**s == ':' || **s == '*' || **s == '@')
			json_object_del(keys, *s + 1);
	return keys;
}

/* ---- rows ---- */

static json_t *row_of(const struct route *r, const struct operation *o)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:o,s:o}", "method", r->method, "path", r->path, "scope", scope_name(r->scope),
			 "doc", r->doc, "query", keys_of(r->query), "body", body_of(r, o));
}

static json_t *all_routes(void)
{
	json_t *rows = json_array();
	size_t n;
	g_autofree struct route *more = admin_routes(&n);

	for (size_t i = 0; i < routes_count; i++)
		json_array_append_new(rows, row_of(&routes[i], NULL));
	for (size_t i = 0; i < n; i++)
		json_array_append_new(rows, row_of(&more[i], more[i].extra));
	return json_pack("{s:o}", "routes", rows);
}

static const struct op_column columns[] = { { "method", "METHOD" }, { "path", "PATH" }, { "scope", "KEY" },
					    { "doc", "WHAT IT IS" }, { 0 } };
static const struct operation shown = { .list = "routes", .columns = columns };

int routes_run(int argc, char **argv)
{
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "print JSON", NULL },
		{ NULL },
	};
	json_t *answer;
	int code;

	if (!command_options(&argc, &argv, entries, "routes [--json]",
			     "Every path the server answers, and the key it takes: none, partner or admin. \":name\" "
			     "is a number, \"*name\" the rest of the path.", &code))
		return code;
	answer = all_routes();
	if (json)
		print_json(answer);
	else
		print_answer(&shown, answer);
	json_decref(answer);
	return 0;
}
