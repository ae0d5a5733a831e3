#include "cli/session.h"

#include "admin/operation.h"
#include "base/clock.h"
#include "cli/folder.h"
#include "cli/reach.h"
#include "store/writer.h"

#include <glib.h>
#include <unistd.h>

enum { HOLD_MS = 1500, BREATHE_US = 200000 };

struct session {
	char *path;
	struct folder folder;
	struct store *store; /* NULL: not ours now */
	int64_t until_ms;
};

struct session *session_new(const char *folder)
{
	struct session *s = g_new0(struct session, 1);

	s->path = g_strdup(folder);
	return s;
}

static void let_go(struct session *s)
{
	if (!s->store)
		return;
	store_close(s->store);
	s->store = NULL;
	folder_unlock(&s->folder);
}

void session_free(struct session *s)
{
	let_go(s);
	g_free(s->path);
	g_free(s);
}

/* Leaves the store NULL when somebody else holds the folder, or when it cannot be opened at all: others say why. */
static void take(struct session *s)
{
	g_autofree char *database = g_build_filename(s->path, "callsheet.db", NULL);
	struct problem unused = { 0 };
	bool busy;

	if (access(database, F_OK) != 0 || folder_lock(&s->folder, s->path, FOLDER_COMMAND, &busy, &unused) != 0)
		return;
	s->store = store_open(s->path, NULL, NULL, &unused);
	if (!s->store)
		folder_unlock(&s->folder);
	s->until_ms = clock_boot_ms() + HOLD_MS;
}

int session_call(struct session *s, const char *name, json_t *args, json_t **answer, struct problem *p)
{
	const struct operation *o = operation_find(name);
	int rc;

	if (s->store && clock_boot_ms() > s->until_ms) {
		let_go(s);
		g_usleep(BREATHE_US);
	}
	if (!s->store)
		take(s);
	if (!s->store)
		return reach_call(s->path, o, args, answer, p);
	rc = reach_run(s->store, o, args, answer, NULL, p);
	json_decref(args);
	return rc;
}
