/* Every path the server answers: the Partner API's table, and the routes that operations are. */
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

static void add_rows(json_t *rows, const struct route *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		json_array_append_new(rows, json_pack("{s:s,s:s,s:s,s:s}", "method", from[i].method, "path",
						      from[i].path, "scope", scope_name(from[i].scope), "doc",
						      from[i].doc));
}

static json_t *all_routes(void)
{
	json_t *rows = json_array();
	size_t n;
	g_autofree struct route *more = admin_routes(&n);

	add_rows(rows, routes, routes_count);
	add_rows(rows, more, n);
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
