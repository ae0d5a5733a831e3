/* callsheet keys: create, list, revoke. */
#include "base/clock.h"
#include "cli/command.h"
#include "cli/operation.h"
#include "store/accounts.h"
#include "store/db.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- operations ---- */

int keys_op_create(struct db *db, const json_t *args, json_t **answer, struct problem *p)
{
	bool live = json_is_true(json_object_get(args, "live")), admin = json_is_true(json_object_get(args, "admin"));
	int64_t company, user;
	char key[TOKEN_KEY_SIZE];

	if (!account_first(db, &company, &user))
		return problem_set(p, PROBLEM_NOT_FOUND, "there is no company yet: run `callsheet init`");
	key_create(db, workspace_of(db, company, live), company, user, live, admin, clock_wall_ms(), key);
	*answer = json_pack("{s:s,s:s,s:s}", "key", key, "mode", live ? "live" : "test", "scope",
			    admin ? "admin" : "partner");
	return 0;
}

static void add_key(void *arg, const struct key_shown *k)
{
	char hint[16], iso[CLOCK_ISO_SIZE];

	snprintf(hint, sizeof(hint), "sk_%s_…%s", k->live ? "live" : "test", k->hint);
	json_array_append_new(arg, json_pack("{s:I,s:s,s:s,s:s,s:I,s:b,s:s}", "keyId", (json_int_t)k->key_id, "key",
					     hint, "mode", k->live ? "live" : "test", "scope",
					     k->admin ? "admin" : "partner", "userId", (json_int_t)k->user_id,
					     "active", (int)k->active, "createdAt", clock_iso(k->created_at, iso)));
}

int keys_op_list(struct db *db, const json_t *args, json_t **answer, struct problem *p)
{
	json_t *list = json_array();

	(void)args, (void)p;
	keys_each(db, add_key, list);
	*answer = json_pack("{s:o}", "keys", list);
	return 0;
}

int keys_op_revoke(struct db *db, const json_t *args, json_t **answer, struct problem *p)
{
	json_int_t id = json_integer_value(json_object_get(args, "keyId"));

	if (!key_revoke(db, id))
		return problem_set(p, PROBLEM_NOT_FOUND, "there is no active key %lld", (long long)id);
	*answer = json_pack("{s:I,s:b}", "keyId", id, "active", 0);
	return 0;
}

/* ---- commands ---- */

static int no_folder(const char *command)
{
	struct problem p = { 0 };

	problem_set(&p, PROBLEM_USAGE, "%s needs --data DIR", command);
	return command_fail(&p);
}

int keys_create(int argc, char **argv)
{
	g_autofree char *folder = NULL;
	gboolean live = FALSE, admin = FALSE, json = FALSE;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &folder, "the data folder", "DIR" },
		{ "live", 0, 0, G_OPTION_ARG_NONE, &live, "for the live workspace (default: test)", NULL },
		{ "admin", 0, 0, G_OPTION_ARG_NONE, &admin, "with admin scope (default: partner)", NULL },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "print JSON", NULL },
		{ NULL },
	};
	struct problem p = { 0 };
	json_t *answer = NULL;
	int code;

	if (!command_options(&argc, &argv, entries, "keys create --data DIR [--live] [--admin]",
			     "Makes an API key. It is shown once; only its hash is kept.", &code))
		return code;
	if (!folder)
		return no_folder("keys create");
	if (operation_call(folder, "keys.create", json_pack("{s:b,s:b}", "live", live, "admin", admin), &answer, &p))
		return command_fail(&p);
	if (json)
		command_print(answer, true, NULL, NULL, 0);
	else
		puts(json_string_value(json_object_get(answer, "key")));
	json_decref(answer);
	return 0;
}

int keys_list(int argc, char **argv)
{
	static const struct column columns[] = { { "keyId", "ID" }, { "key", "KEY" }, { "scope", "SCOPE" },
						 { "active", "ACTIVE" }, { "createdAt", "CREATED" } };
	g_autofree char *folder = NULL;
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &folder, "the data folder", "DIR" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "print JSON", NULL },
		{ NULL },
	};
	struct problem p = { 0 };
	json_t *answer = NULL;
	int code;

	if (!command_options(&argc, &argv, entries, "keys list --data DIR", "The API keys there are.", &code))
		return code;
	if (!folder)
		return no_folder("keys list");
	if (operation_call(folder, "keys.list", json_object(), &answer, &p) != 0)
		return command_fail(&p);
	command_print(answer, json, "keys", columns, G_N_ELEMENTS(columns));
	json_decref(answer);
	return 0;
}

int keys_revoke(int argc, char **argv)
{
	g_autofree char *folder = NULL;
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &folder, "the data folder", "DIR" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "print JSON", NULL },
		{ NULL },
	};
	struct problem p = { 0 };
	json_t *answer = NULL;
	gint64 id;
	int code;

	if (!command_options(&argc, &argv, entries, "keys revoke --data DIR ID",
			     "Switches a key off, at once and for good. ID is the one `keys list` shows.", &code))
		return code;
	if (!folder)
		return no_folder("keys revoke");
	if (argc != 2 || !g_ascii_string_to_signed(argv[1], 10, 1, INT64_MAX, &id, NULL)) {
		problem_set(&p, PROBLEM_USAGE, "keys revoke needs the id of a key");
		return command_fail(&p);
	}
	if (operation_call(folder, "keys.revoke", json_pack("{s:I}", "keyId", (json_int_t)id), &answer, &p) != 0)
		return command_fail(&p);
	if (json)
		command_print(answer, true, NULL, NULL, 0);
	json_decref(answer);
	return 0;
}
