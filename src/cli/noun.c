/*
 * The command an operation is: its options and operands into JSON, the call, the answer on stdout. Values stay text
 * here; the operation's shape converts and judges them.
 */
#include "admin/operation.h"
#include "cli/command.h"
#include "cli/reach.h"

#include <stdio.h>
#include <string.h>

enum { OPTIONS_MAX = 32, OWN_MAX = 5 };

struct line {
	const struct operation *o;
	char *command; /* "users add" */
	char *folder;
	gboolean json, live, test;
	gboolean set[OPTIONS_MAX];
	char *value[OPTIONS_MAX];
	GOptionEntry entries[OPTIONS_MAX + OWN_MAX];
	int n;
};

static void add_entry(struct line *l, const char *name, GOptionArg kind, void *into, const char *doc, const char *arg)
{
	g_assert(l->n < OPTIONS_MAX + OWN_MAX - 1);
	l->entries[l->n++] = (GOptionEntry){ name, 0, 0, kind, into, doc, arg };
}

static void describe(struct line *l)
{
	const struct op_option *opt = l->o->options;

	add_entry(l, "data", G_OPTION_ARG_FILENAME, &l->folder, "the data folder", "DIR");
	for (int i = 0; opt && opt[i].name; i++) {
		g_assert(i < OPTIONS_MAX);
		if (opt[i].constant)
			add_entry(l, opt[i].name, G_OPTION_ARG_NONE, &l->set[i], opt[i].doc, NULL);
		else
			add_entry(l, opt[i].name, opt[i].file ? G_OPTION_ARG_FILENAME : G_OPTION_ARG_STRING,
				  &l->value[i], opt[i].doc, opt[i].arg);
	}
	if (l->o->modes != OP_COMPANY && l->o->modes != OP_NAMED) {
		const char *otherwise = l->o->modes == OP_TEST ? "the test workspace (default)" :
								 "only the test workspace (default: both)";

		add_entry(l, "live", G_OPTION_ARG_NONE, &l->live,
			  l->o->modes == OP_TEST ? "the live workspace" : "only the live workspace", NULL);
		add_entry(l, "test", G_OPTION_ARG_NONE, &l->test, otherwise, NULL);
	}
	add_entry(l, "json", G_OPTION_ARG_NONE, &l->json, "print JSON", NULL);
}

static char *usage_of(const struct line *l)
{
	GString *s = g_string_new(l->command);

	g_string_append(s, " --data DIR");
	for (const struct op_option *opt = l->o->options; opt && opt->name; opt++)
		if (opt->required)
			g_string_append_printf(s, " --%s %s", opt->name, opt->arg);
	for (const struct op_operand *each = l->o->operands; each->key; each++)
		g_string_append_printf(s, each->optional ? " [%s]" : " %s", each->shown);
	return g_string_free(s, FALSE);
}

static int set_text(json_t *args, const char *key, const char *text, struct problem *p)
{
	if (json_object_set_new(args, key, json_string(text)) == 0)
		return 0;
	return problem_set(p, PROBLEM_USAGE, "the value of %s is not UTF-8", key);
}

static int set_file(json_t *args, const char *key, const char *path, struct problem *p)
{
	g_autoptr(GError) err = NULL;
	g_autofree char *content = NULL;

	if (!g_file_get_contents(path, &content, NULL, &err))
		return problem_set(p, PROBLEM_CONFIG, "cannot read the %s: %s", key, err->message);
	return set_text(args, key, g_strchomp(content), p);
}

static int take_options(const struct line *l, json_t *args, struct problem *p)
{
	const struct op_option *opt = l->o->options;
	int rc = 0;

	for (int i = 0; opt && opt[i].name && rc == 0; i++) {
		if (opt[i].constant && l->set[i])
			rc = set_text(args, opt[i].key, opt[i].constant, p);
		else if (l->value[i])
			rc = (opt[i].file ? set_file : set_text)(args, opt[i].key, l->value[i], p);
		else if (opt[i].required)
			rc = problem_set(p, PROBLEM_USAGE, "%s needs --%s %s", l->command, opt[i].name, opt[i].arg);
	}
	return rc;
}

/* NAME=VALUE from `argv` on, to its end. */
static int take_pairs(const struct line *l, const struct op_operand *want, char **argv, json_t *args, struct problem *p)
{
	json_t *pairs = json_object();

	json_object_set_new(args, want->key, pairs);
	if (!*argv)
		return problem_set(p, PROBLEM_USAGE, "%s needs %s", l->command, want->shown);
	for (; *argv; argv++) {
		g_auto(GStrv) side = g_strsplit(*argv, "=", 2);

		if (!side[0] || !side[1])
			return problem_set(p, PROBLEM_USAGE, "%s does not know what to do with \"%s\": it is not NAME=VALUE",
					   l->command, *argv);
		if (set_text(pairs, side[0], side[1], p) != 0)
			return -1;
	}
	return 0;
}

static int take_operands(const struct line *l, int argc, char **argv, json_t *args, struct problem *p)
{
	const struct op_operand *want = l->o->operands;
	int i = 1;

	if (i < argc && strcmp(argv[i], "--") == 0)
		i++;
	for (; want->key; want++, i++) {
		if (i >= argc && want->optional)
			break;
		if (want->pairs)
			return take_pairs(l, want, argv + MIN(i, argc), args, p);
		if (i >= argc)
			return problem_set(p, PROBLEM_USAGE, "%s needs %s", l->command, want->shown);
		if (set_text(args, want->key, argv[i], p) != 0)
			return -1;
	}
	return i == argc ? 0 : problem_set(p, PROBLEM_USAGE, "%s does not know what to do with \"%s\"", l->command,
					   argv[i]);
}

/* The arguments as JSON; NULL with the problem set. */
static json_t *take(const struct line *l, int argc, char **argv, struct problem *p)
{
	json_t *args = json_object();

	if (l->live && l->test)
		problem_set(p, PROBLEM_USAGE, "%s takes --live or --test, not both", l->command);
	else if (l->live || l->test)
		json_object_set_new(args, "mode", json_string(op_mode(l->live)));
	if (p->kind == PROBLEM_NONE && take_options(l, args, p) == 0 && take_operands(l, argc, argv, args, p) == 0)
		return args;
	json_decref(args);
	return NULL;
}

static int call(const struct line *l, int argc, char **argv)
{
	struct problem p = { 0 };
	json_t *args, *answer = NULL;

	if (!l->folder)
		return command_without_folder(l->command);
	args = take(l, argc, argv, &p);
	if (!args || reach_call(l->folder, l->o, args, &answer, &p) != 0)
		return command_fail(&p);
	if (l->json)
		print_json(answer);
	else
		print_answer(l->o, answer);
	json_decref(answer);
	return 0;
}

int noun_run(const struct operation *o, int argc, char **argv)
{
	struct line l = { .o = o, .command = g_strdelimit(g_strdup(o->name), ".", ' ') };
	g_autofree char *usage = NULL, *about = g_strdup(o->doc);
	int code;

	describe(&l);
	usage = usage_of(&l);
	about[0] = g_ascii_toupper(about[0]);
	if (command_options(&argc, &argv, l.entries, usage, about, &code))
		code = call(&l, argc, argv);
	for (int i = 0; i < OPTIONS_MAX; i++)
		g_free(l.value[i]);
	g_free(l.folder);
	g_free(l.command);
	return code;
}
