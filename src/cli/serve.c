/* callsheet serve: the server in the foreground, until SIGTERM or Ctrl-C. */
#include "base/settings.h"
#include "cli/command.h"
#include "cli/life.h"
#include "cli/signals.h"

#include <stdio.h>
#include <string.h>

/* "HOST:PORT" with the port that was really bound. */
static void announce(const struct settings *s, unsigned port)
{
	const char *colon = strrchr(s->api_listen, ':');

	printf("callsheet is listening on http://%.*s:%u\n", (int)(colon - s->api_listen), s->api_listen, port);
	fflush(stdout);
}

static int serve(const struct settings *s, const char *folder)
{
	struct problem p = { 0 };
	struct life *life;
	bool broken;

	signals_block();
	life = life_start(s, folder, &p);
	if (!life)
		return command_fail(&p);
	announce(s, life_port(life));
	signals_wait(-1);
	broken = life_broken(life);
	life_stop(life);
	return broken ? PROBLEM_FAILED : 0;
}

/* --listen and --database are settings with a name of their own. */
static char **collect_flags(char **sets, const char *listen, const char *database)
{
	GPtrArray *flags = g_ptr_array_new();

	if (listen)
		g_ptr_array_add(flags, g_strdup_printf("api.listen=%s", listen));
	if (database)
		g_ptr_array_add(flags, g_strdup_printf("store.database=%s", database));
	for (; sets && *sets; sets++)
		g_ptr_array_add(flags, g_strdup(*sets));
	g_ptr_array_add(flags, NULL);
	return (char **)g_ptr_array_free(flags, FALSE);
}

int serve_run(int argc, char **argv)
{
	g_autofree char *folder = NULL, *listen = NULL, *config = NULL, *database = NULL;
	g_auto(GStrv) sets = NULL, flags = NULL;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &folder, "the data folder", "DIR" },
		{ "listen", 0, 0, G_OPTION_ARG_STRING, &listen, "where HTTP listens (127.0.0.1:8080)", "ADDR:PORT" },
		{ "config", 0, 0, G_OPTION_ARG_FILENAME, &config, "the INI file", "FILE" },
		{ "database", 0, 0, G_OPTION_ARG_STRING, &database, "instead of SQLite in the folder", "URL" },
		{ "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &sets, "one setting", "section.key=value" },
		{ NULL },
	};
	struct problem p = { 0 };
	struct settings s;
	int code;

	if (!command_options(&argc, &argv, entries, "serve --data DIR [--listen ADDR:PORT] [--config FILE]",
			     "Runs the server until SIGTERM or Ctrl-C; live calls may finish.", &code))
		return code;
	if (!folder)
		problem_set(&p, PROBLEM_USAGE, "serve needs --data DIR");
	flags = collect_flags(sets, listen, database);
	if (settings_load(&s, config, (const char *const *)flags, &p) != 0 || p.kind != PROBLEM_NONE)
		code = command_fail(&p);
	else
		code = serve(&s, folder);
	settings_clear(&s);
	return code;
}
