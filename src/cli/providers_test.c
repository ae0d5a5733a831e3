/* callsheet providers test NAME: a session as a call would have it, without a call. */
#include "admin/operation.h"
#include "base/clock.h"
#include "cli/command.h"
#include "cli/reach.h"
#include "voice/ai_call.h"
#include "voice/ai_line.h"

#include <stdio.h>
#include <string.h>

enum { LIMIT_MS = 15000, STEP_US = 10000 };

/* The provider's row of `providers list`; borrowed from the answer. */
static const json_t *find(const json_t *answer, const char *name)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(answer, "providers"), i, row)
		if (strcmp(json_string_value(json_object_get(row, "name")), name) == 0)
			return row;
	return NULL;
}

static char *member(const json_t *row, const char *key)
{
	return g_strdup(json_string_value(json_object_get(row, key)));
}

static struct ai_brief *brief_of(const json_t *row)
{
	struct ai_brief *b = ai_brief_new();
	g_autofree char *dialect = member(row, "dialect");

	g_strlcpy(b->provider, json_string_value(json_object_get(row, "name")), sizeof(b->provider));
	b->dialect = (enum ai_dialect)ai_dialect_named(dialect);
	b->url = member(row, "url");
	b->model = member(row, "model");
	b->voice = member(row, "voice");
	b->key_file = member(row, "keyFile");
	b->instructions = g_strdup("This is a test of the connection. Say: it works.");
	b->zone = g_strdup("UTC");
	b->longest_ms = b->silence_ms = 2 * LIMIT_MS;
	return b;
}

static void over(void *arg, int64_t attempt_id, bool fall_back)
{
	(void)attempt_id, (void)fall_back;
	g_atomic_int_set((int *)arg, 1);
}

/* Waits for the first audio. */
static int try_it(const char *name, struct ai_brief *b, struct problem *p)
{
	struct call_order order = { .ai = b };
	struct ai_line *line = ai_line_start(p);
	int64_t began = clock_boot_ms(), ready = 0, heard = 0;
	struct ai_result result, none = { 0 };
	struct ai_call *a;
	int gone = 0;

	if (!line)
		return -1;
	a = ai_call_begin(line, &order, 0, &none, over, &gone);
	while (!heard && !g_atomic_int_get(&gone) && !ai_call_is_hopeless(a) && clock_boot_ms() < began + LIMIT_MS) {
		g_usleep(STEP_US);
		if (!ready && ai_call_is_ready(a))
			ready = clock_boot_ms();
		if (ai_call_has_spoken(a))
			heard = clock_boot_ms();
	}
	ai_call_close(a, &result);
	ai_call_unref(a);
	ai_line_stop(line);
	if (!ready)
		return problem_set(p, PROBLEM_UNREACHABLE, "the provider %s does not take a session; the log above says why",
				   name);
	if (!heard)
		return problem_set(p, PROBLEM_UNREACHABLE, "the provider %s took the session, but did not speak", name);
	printf("The provider %s took the session after %d ms and spoke after %d ms.\n", name, (int)(ready - began),
	       (int)(heard - began));
	return 0;
}

static int test(const char *folder, const char *name, struct problem *p)
{
	json_t *answer = NULL;
	const json_t *row;
	struct ai_brief *b;
	int rc = -1;

	if (reach_call(folder, operation_find("providers.list"), json_object(), &answer, p) != 0)
		return -1;
	row = find(answer, name);
	if (row) {
		b = brief_of(row);
		rc = try_it(name, b, p);
		ai_brief_unref(b);
	} else {
		problem_set(p, PROBLEM_NOT_FOUND, "there is no provider \"%s\"", name);
	}
	json_decref(answer);
	return rc;
}

int providers_test_run(int argc, char **argv)
{
	g_autofree char *folder = NULL;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &folder, "the data folder", "DIR" },
		{ NULL },
	};
	struct problem p = { 0 };
	int code;

	if (!command_options(&argc, &argv, entries, "providers test --data DIR NAME",
			     "Opens a session with a provider and waits for its first word.", &code))
		return code;
	if (!folder)
		return command_without_folder("providers test");
	if (argc != 2) {
		problem_set(&p, PROBLEM_USAGE, "providers test needs NAME");
		return command_fail(&p);
	}
	return test(folder, argv[1], &p) == 0 ? 0 : command_fail(&p);
}
