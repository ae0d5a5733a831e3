/* callsheet trunks: add, list. */
#include "base/clock.h"
#include "cli/command.h"
#include "cli/operation.h"
#include "store/accounts.h"
#include "store/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHANNELS = 10, CHANNELS_MAX = 10000, CPS = 1, CPS_MAX = 1000, SIP_PORT = 5060, SIPS_PORT = 5061 };

/* ---- operations ---- */

static const char *text(const json_t *args, const char *key)
{
	const char *s = json_string_value(json_object_get(args, key));

	return s ? s : "";
}

int trunks_op_add(struct db *db, const json_t *args, json_t **answer, struct problem *p)
{
	struct trunk t = { .name = text(args, "name"), .host = text(args, "host"),
			   .port = json_integer_value(json_object_get(args, "port")),
			   .transport = text(args, "transport"), .auth_user = text(args, "user"),
			   .auth_password = text(args, "password"),
			   .channels = json_integer_value(json_object_get(args, "channels")),
			   .cps = json_integer_value(json_object_get(args, "cps")) };
	int64_t company, user;

	if (!account_first(db, &company, &user))
		return problem_set(p, PROBLEM_NOT_FOUND, "there is no company yet: run `callsheet init`");
	t.workspace_id = workspace_of(db, company, true);
	t.trunk_id = trunk_add(db, &t, clock_wall_ms());
	if (t.trunk_id == 0)
		return problem_set(p, PROBLEM_CONFLICT, "there is a trunk called \"%s\" already", t.name);
	*answer = json_pack("{s:I,s:s}", "trunkId", (json_int_t)t.trunk_id, "name", t.name);
	return 0;
}

static void add_trunk(void *arg, const struct trunk *t)
{
	g_autofree char *address = g_strdup_printf("%s:%d", t->host, (int)t->port);

	json_array_append_new(arg, json_pack("{s:I,s:s,s:s,s:s,s:s,s:I,s:I}", "trunkId", (json_int_t)t->trunk_id,
					     "name", t->name, "address", address, "transport", t->transport,
					     "user", t->auth_user, "channels", (json_int_t)t->channels, "cps",
					     (json_int_t)t->cps));
}

int trunks_op_list(struct db *db, const json_t *args, json_t **answer, struct problem *p)
{
	json_t *list = json_array();

	(void)args, (void)p;
	trunks_each(db, add_trunk, list);
	*answer = json_pack("{s:o}", "trunks", list);
	return 0;
}

/* ---- commands ---- */

/* "host", "host:port", "[v6]:port". 0 or -1. */
static int split_address(const char *address, const char *transport, char **host, int *port, struct problem *p)
{
	const char *colon = strrchr(address, ':'), *bracket = strchr(address, ']');
	gint64 n;

	*port = strcmp(transport, "tls") == 0 ? SIPS_PORT : SIP_PORT;
	if (bracket && colon && colon < bracket)
		colon = NULL;
	if (colon) {
		if (!g_ascii_string_to_signed(colon + 1, 10, 1, 65535, &n, NULL))
			return problem_set(p, PROBLEM_USAGE, "--address %s: the port is not a port", address);
		*port = (int)n;
	}
	*host = colon ? g_strndup(address, (gsize)(colon - address)) : g_strdup(address);
	if (**host == '[' && (*host)[strlen(*host) - 1] == ']') {
		memmove(*host, *host + 1, strlen(*host));
		(*host)[strlen(*host) - 1] = 0;
	}
	if (!**host || strpbrk(*host, " \t/@<>\"\r\n"))
		return problem_set(p, PROBLEM_USAGE, "--address %s: that is no host", address);
	return 0;
}

static int read_password(const char *file, char **password, struct problem *p)
{
	g_autoptr(GError) err = NULL;

	if (!file) {
		*password = g_strdup("");
		return 0;
	}
	if (!g_file_get_contents(file, password, NULL, &err))
		return problem_set(p, PROBLEM_CONFIG, "cannot read the password: %s", err->message);
	g_strchomp(*password);
	return 0;
}

struct wish {
	char *folder, *name, *address, *transport, *user, *password_file;
	int channels, cps;
};

static int check(const struct wish *w, struct problem *p)
{
	static const char *const transports[] = { "udp", "tcp", "tls", NULL };

	if (!w->folder || !w->name || !w->name[0] || !w->address)
		return problem_set(p, PROBLEM_USAGE, "trunks add needs --data, --name and --address");
	if (!g_strv_contains(transports, w->transport))
		return problem_set(p, PROBLEM_USAGE, "--transport must be udp, tcp or tls");
	if (w->channels < 1 || w->channels > CHANNELS_MAX)
		return problem_set(p, PROBLEM_USAGE, "--channels must be from 1 to %d", CHANNELS_MAX);
	if (w->cps < 1 || w->cps > CPS_MAX)
		return problem_set(p, PROBLEM_USAGE, "--cps must be from 1 to %d", CPS_MAX);
	return 0;
}

static int add(const struct wish *w, json_t **answer, struct problem *p)
{
	g_autofree char *host = NULL, *password = NULL;
	int port;

	if (check(w, p) != 0 || split_address(w->address, w->transport, &host, &port, p) != 0 ||
	    read_password(w->password_file, &password, p) != 0)
		return -1;
	return operation_call(w->folder, "trunks.add",
			      json_pack("{s:s,s:s,s:i,s:s,s:s,s:s,s:i,s:i}", "name", w->name, "host", host, "port",
					port, "transport", w->transport, "user", w->user ? w->user : "",
					"password", password, "channels", w->channels, "cps", w->cps),
			      answer, p);
}

int trunks_add(int argc, char **argv)
{
	struct wish w = { .channels = CHANNELS, .cps = CPS };
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &w.folder, "the data folder", "DIR" },
		{ "name", 0, 0, G_OPTION_ARG_STRING, &w.name, "what you call it", "NAME" },
		{ "address", 0, 0, G_OPTION_ARG_STRING, &w.address, "its SIP host; port 5060, or 5061 for tls",
		  "HOST[:PORT]" },
		{ "transport", 0, 0, G_OPTION_ARG_STRING, &w.transport, "udp (default), tcp or tls", "T" },
		{ "user", 0, 0, G_OPTION_ARG_STRING, &w.user, "for digest authentication", "USER" },
		{ "password-file", 0, 0, G_OPTION_ARG_FILENAME, &w.password_file, "a file with the password", "FILE" },
		{ "channels", 0, 0, G_OPTION_ARG_INT, &w.channels, "calls at once (10)", "N" },
		{ "cps", 0, 0, G_OPTION_ARG_INT, &w.cps, "new calls a second (1)", "N" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "print JSON", NULL },
		{ NULL },
	};
	struct problem p = { 0 };
	json_t *answer = NULL;
	int code;

	if (!command_options(&argc, &argv, entries, "trunks add --data DIR --name NAME --address HOST:PORT",
			     "Adds a SIP carrier for the live workspace; a running server uses it at once.", &code))
		return code;
	if (!w.transport)
		w.transport = g_strdup("udp");
	code = add(&w, &answer, &p) == 0 ? 0 : command_fail(&p);
	if (code == 0 && json)
		command_print(answer, true, NULL, NULL, 0);
	else if (code == 0)
		printf("The trunk \"%s\" is there.\n", w.name);
	json_decref(answer);
	for (char **s = (char *[]){ w.folder, w.name, w.address, w.transport, w.user, w.password_file },
	     **end = s + 6; s < end; s++)
		g_free(*s);
	return code;
}

int trunks_list(int argc, char **argv)
{
	static const struct column columns[] = { { "trunkId", "ID" }, { "name", "NAME" }, { "address", "ADDRESS" },
						 { "transport", "TRANSPORT" }, { "user", "USER" },
						 { "channels", "CHANNELS" }, { "cps", "CPS" } };
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

	if (!command_options(&argc, &argv, entries, "trunks list --data DIR", "The carriers there are.", &code))
		return code;
	if (!folder) {
		problem_set(&p, PROBLEM_USAGE, "trunks list needs --data DIR");
		return command_fail(&p);
	}
	if (operation_call(folder, "trunks.list", json_object(), &answer, &p) != 0)
		return command_fail(&p);
	command_print(answer, json, "trunks", columns, G_N_ELEMENTS(columns));
	json_decref(answer);
	return 0;
}
