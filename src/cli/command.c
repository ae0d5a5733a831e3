#include "cli/command.h"

#include "base/settings.h"

#include <libsmartcols/libsmartcols.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static int version_run(int argc, char **argv);
static int help_run(int argc, char **argv);
static int settings_run(int argc, char **argv);

static const struct command {
	const char *noun, *verb; /* verb NULL: the noun alone is the command */
	int (*run)(int argc, char **argv);
	const char *doc;
} commands[] = {
	{ "demo", NULL, demo_run, "a throw-away server, and a campaign that telephones 40 invented people" },
	{ "init", NULL, init_run, "make a data folder with a company, a site, a number and keys" },
	{ "serve", NULL, serve_run, "run the server" },
	{ "keys", "create", keys_create, "a new API key, shown once" },
	{ "keys", "list", keys_list, "the keys there are" },
	{ "keys", "revoke", keys_revoke, "switch a key off" },
	{ "leads", "import", leads_import_run, "people from a CSV or NDJSON file onto a campaign" },
	{ "leads", "list", leads_list_run, "the people of a campaign and where they stand" },
	{ "leads", "export", leads_export_run, "all people of a campaign as CSV or NDJSON" },
	{ "trunks", "add", trunks_add, "a SIP carrier for the live workspace" },
	{ "trunks", "list", trunks_list, "the carriers there are" },
	{ "settings", NULL, settings_run, "every setting with its value here and its meaning" },
	{ "version", NULL, version_run, "the version" },
	{ "help", NULL, help_run, "this list" },
};

static int version_run(int argc, char **argv)
{
	(void)argc, (void)argv;
	puts("callsheet " CALLSHEET_VERSION);
	return 0;
}

static void print_commands(FILE *to)
{
	fputs("callsheet: outbound-call campaigns for recruiting teams\n\n"
	      "  callsheet demo\n  callsheet init --data DIR\n  callsheet serve --data DIR\n\nCommands:\n", to);
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *name = g_strjoin(" ", commands[i].noun, commands[i].verb, NULL);

		fprintf(to, "  %-14s %s\n", name, commands[i].doc);
	}
	fputs("\nEach takes --help.\n", to);
}

static int help_run(int argc, char **argv)
{
	(void)argc, (void)argv;
	print_commands(stdout);
	return 0;
}

static void print_setting(void *unused, const char *name, const char *value, const char *unit, const char *doc)
{
	(void)unused;
	printf("%-26s %-18s %s%s%s\n", name, value[0] ? value : "(empty)", unit, unit[0] ? ": " : "", doc);
}

static int settings_run(int argc, char **argv)
{
	g_autofree char *config = NULL;
	const GOptionEntry entries[] = {
		{ "config", 0, 0, G_OPTION_ARG_FILENAME, &config, "the INI file", "FILE" },
		{ NULL },
	};
	struct problem p = { 0 };
	struct settings s;
	int code, rc;

	if (!command_options(&argc, &argv, entries, "settings [--config FILE]",
			     "Every setting: in the INI file as [section] key = value, in the environment as "
			     "CALLSHEET_SECTION_KEY, for `serve` also as --set section.key=value.", &code))
		return code;
	rc = settings_load(&s, config, NULL, &p);
	if (rc == 0)
		settings_each(&s, print_setting, NULL);
	settings_clear(&s);
	return rc == 0 ? 0 : command_fail(&p);
}

static int unknown_command(char **argv)
{
	fprintf(stderr, "callsheet: there is no command \"%s\"", argv[1]);
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		if (strcmp(commands[i].noun, argv[1]) == 0 && commands[i].verb)
			fprintf(stderr, "%s `callsheet %s %s`", i && strcmp(commands[i - 1].noun, argv[1]) == 0 ?
				", or" : " without a verb: did you mean", argv[1], commands[i].verb);
	fputs("\nTry `callsheet help`.\n", stderr);
	return PROBLEM_USAGE;
}

int command_main(int argc, char **argv)
{
	setlocale(LC_CTYPE, ""); /* libsmartcols prints what is not ASCII as escapes otherwise */
	if (argc < 2) {
		print_commands(stderr);
		return PROBLEM_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return help_run(argc, argv);
	if (strcmp(argv[1], "--version") == 0)
		return version_run(argc, argv);
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		const struct command *c = &commands[i];

		if (strcmp(c->noun, argv[1]) != 0)
			continue;
		if (!c->verb)
			return c->run(argc - 1, argv + 1);
		if (argc > 2 && strcmp(c->verb, argv[2]) == 0)
			return c->run(argc - 2, argv + 2);
	}
	return unknown_command(argv);
}

bool command_options(int *argc, char ***argv, const GOptionEntry *entries, const char *usage, const char *about,
		     int *code)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) err = NULL;
	gboolean help = FALSE;
	const GOptionEntry own[] = {
		{ "help", 'h', 0, G_OPTION_ARG_NONE, &help, "show this", NULL },
		{ NULL },
	};

	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_add_main_entries(context, own, NULL);
	if (!g_option_context_parse(context, argc, argv, &err)) {
		fprintf(stderr, "callsheet: %s\nUsage: callsheet %s\n", err->message, usage);
		*code = PROBLEM_USAGE;
		return false;
	}
	if (help) {
		g_autofree char *options = g_option_context_get_help(context, TRUE, NULL);

		printf("callsheet %s\n\n%s\n\n%s", usage, about, strstr(options, "\n\n") + 2);
		*code = 0;
		return false;
	}
	return true;
}

int command_fail(const struct problem *p)
{
	fprintf(stderr, "callsheet: %s\n", p->text);
	return p->kind ? (int)p->kind : PROBLEM_FAILED;
}

static char *cell_text(const json_t *v)
{
	if (json_is_string(v))
		return g_strdup(json_string_value(v));
	if (json_is_boolean(v))
		return g_strdup(json_is_true(v) ? "yes" : "no");
	return json_is_integer(v) ? g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(v)) : g_strdup("");
}

static void print_table(const json_t *rows, const struct column *columns, size_t n)
{
	struct libscols_table *table = scols_new_table();
	const json_t *row;
	size_t i;

	for (size_t c = 0; c < n; c++)
		scols_table_new_column(table, columns[c].title, 0, 0);
	json_array_foreach(rows, i, row) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		for (size_t c = 0; c < n; c++) {
			g_autofree char *text = cell_text(json_object_get(row, columns[c].key));

			scols_line_set_data(line, c, text);
		}
	}
	scols_print_table(table);
	scols_unref_table(table);
}

void command_print(const json_t *answer, bool json, const char *list, const struct column *columns, size_t n)
{
	if (json) {
		json_dumpf(answer, stdout, JSON_INDENT(2));
		putchar('\n');
		return;
	}
	print_table(json_object_get(answer, list), columns, n);
}
