#include "cli/command.h"

#include "admin/operation.h"
#include "base/settings.h"
#include "store/rulebook.h"

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
	{ "rehearse", NULL, rehearse_run, "how a campaign would go, before anybody's telephone rings" },
	{ "suppress", "import", suppress_import_run, "a file of people who must not be called" },
	{ "leads", "import", leads_import_run, "people from a CSV or NDJSON file onto a campaign" },
	{ "leads", "list", leads_list_run, "the people of a campaign and where they stand" },
	{ "leads", "export", leads_export_run, "all people of a campaign as CSV or NDJSON" },
	{ "campaigns", "say", campaigns_say_run, "what its calls say: the list, or a message as a WAV file" },
	{ "campaigns", "record", campaigns_record_run, "a WAV file to be played instead of a message" },
	{ "trunks", "test", trunks_test_run, "one carrier, step by step; with --call it rings your own telephone" },
	{ "providers", "test", providers_test_run, "open a session with an AI provider and wait for its first word" },
	{ "audit", NULL, audit_run, "look through the ledger for broken promises" },
	{ "backup", "create", backup_create_run, "a copy of the data, while the server runs" },
	{ "backup", "verify", backup_verify_run, "check a copy" },
	{ "backup", "restore", backup_restore_run, "put a copy in place of the data" },
	{ "routes", NULL, routes_run, "every path the server answers" },
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

/* ---- all commands: the rows above, and the operations ---- */

/* Calls each(arg, "users add", doc) in the order of help. */
typedef void (*each_fn)(void *arg, const char *name, const char *doc);

struct walk {
	each_fn each;
	void *arg;
};

static void walk_operation(void *arg, const struct operation *o)
{
	const struct walk *w = arg;
	g_autofree char *name = g_strdelimit(g_strdup(o->name), ".", ' ');

	if (!o->unlisted)
		w->each(w->arg, name, o->doc);
}

static void walk_commands(each_fn each, void *arg)
{
	struct walk w = { each, arg };

	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *name = g_strjoin(" ", commands[i].noun, commands[i].verb, NULL);

		each(arg, name, commands[i].doc);
	}
	operation_each(walk_operation, &w);
}

static void print_command(void *to, const char *name, const char *doc)
{
	fprintf(to, "  %-18s %s\n", name, doc);
}

static void print_commands(FILE *to)
{
	fputs("callsheet: outbound-call campaigns for recruiting teams\n\n"
	      "  callsheet demo\n  callsheet init --data DIR\n  callsheet serve --data DIR\n\nCommands:\n", to);
	walk_commands(print_command, to);
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

/* Which facts are in force: those of the data folder, or the built-in ones. */
static int print_facts(const char *folder, struct problem *p)
{
	struct rulebook *r = rulebook_open(folder, p);

	if (!r)
		return -1;
	printf("%-26s %-18s %s\n", "calling hours", calling_hours_date(r->hours), r->hours_origin);
	printf("%-26s %-18s %s\n", "numbering plan", numbering_date(r->plan), r->plan_origin);
	rulebook_free(r);
	return 0;
}

static int settings_run(int argc, char **argv)
{
	g_autofree char *config = NULL, *folder = NULL;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &folder, "the data folder, whose facts may be newer", "DIR" },
		{ "config", 0, 0, G_OPTION_ARG_FILENAME, &config, "the INI file", "FILE" },
		{ NULL },
	};
	struct problem p = { 0 };
	struct settings s;
	int code, rc;

	if (!command_options(&argc, &argv, entries, "settings [--config FILE] [--data DIR]",
			     "Every setting: in the INI file as [section] key = value, in the environment as "
			     "CALLSHEET_SECTION_KEY, for `serve` also as --set section.key=value. Below them the dated facts "
			     "in force; a file of their name in the data folder takes the place of the built-in ones.", &code))
		return code;
	rc = settings_load(&s, config, NULL, &p);
	if (rc == 0)
		settings_each(&s, print_setting, NULL);
	if (rc == 0)
		rc = print_facts(folder, &p);
	settings_clear(&s);
	return rc == 0 ? 0 : command_fail(&p);
}

/* ---- what was meant ---- */

enum { NEAR = 2 };

/* The number of letters to add, drop or change (Levenshtein). */
static unsigned distance(const char *a, const char *b)
{
	size_t n = strlen(b);
	g_autofree unsigned *row = g_new(unsigned, n + 1);

	for (size_t j = 0; j <= n; j++)
		row[j] = (unsigned)j;
	for (; *a; a++) {
		unsigned corner = row[0]++;

		for (size_t j = 1; j <= n; j++) {
			unsigned change = corner + (b[j - 1] != *a);

			corner = row[j];
			row[j] = MIN(change, MIN(row[j], row[j - 1]) + 1);
		}
	}
	return row[n];
}

struct guess {
	const char *noun, *verb; /* as typed; verb may be NULL */
	bool noun_is_right;
	GString *all, *near;
};

static void add_guess(GString *s, const char *name)
{
	g_string_append_printf(s, "%s`callsheet %s`", s->len ? ", or " : "", name);
}

static void consider(void *arg, const char *name, const char *doc)
{
	struct guess *g = arg;
	g_auto(GStrv) words = g_strsplit(name, " ", 2);
	bool same_noun = strcmp(words[0], g->noun) == 0;

	(void)doc;
	g->noun_is_right |= same_noun;
	if (same_noun && words[1])
		add_guess(g->all, name);
	if (same_noun ? words[1] && g->verb && distance(words[1], g->verb) <= NEAR :
			distance(words[0], g->noun) <= NEAR &&
				(!words[1] || (g->verb && distance(words[1], g->verb) <= NEAR)))
		add_guess(g->near, name);
}

static int unknown_command(char **argv)
{
	bool has_verb = argv[2] && argv[2][0] != '-';
	struct guess g = { .noun = argv[1], .verb = has_verb ? argv[2] : NULL, .all = g_string_new(NULL),
			   .near = g_string_new(NULL) };

	walk_commands(consider, &g);
	if (g.noun_is_right && !has_verb)
		fprintf(stderr, "callsheet: %s needs a verb: %s", argv[1], g.all->str);
	else
		fprintf(stderr, "callsheet: there is no command \"%s%s%s\"", argv[1],
			g.noun_is_right && has_verb ? " " : "", g.noun_is_right && has_verb ? argv[2] : "");
	if (g.near->len)
		fprintf(stderr, "; did you mean %s?", g.near->str);
	else if (g.noun_is_right && has_verb)
		fprintf(stderr, "; there is %s", g.all->str);
	fputs("\nTry `callsheet help`.\n", stderr);
	g_string_free(g.all, TRUE);
	g_string_free(g.near, TRUE);
	return PROBLEM_USAGE;
}

static int run_command(int argc, char **argv)
{
	g_autofree char *name = argc > 2 ? g_strdup_printf("%s.%s", argv[1], argv[2]) : NULL;
	const struct operation *o = name ? operation_find(name) : NULL;

	if (o && !o->unlisted)
		return noun_run(o, argc - 2, argv + 2);
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
	return run_command(argc, argv);
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

int command_without_folder(const char *command)
{
	struct problem p = { 0 };

	problem_set(&p, PROBLEM_USAGE, "%s needs --data DIR", command);
	return command_fail(&p);
}
