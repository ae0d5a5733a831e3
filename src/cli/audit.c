/* callsheet audit: whether the promises were kept. Only reads; beside a running server or without one. */
#include "base/clock.h"
#include "cli/command.h"
#include "cli/folder.h"
#include "store/audit.h"
#include "store/db.h"

#include <stdio.h>
#include <unistd.h>

enum { SLICE = 2000 };

struct report {
	struct db *db;
	json_t *list; /* NULL: printed as they are found */
	int64_t found;
};

static void on_found(void *arg, const struct audit_finding *f)
{
	struct report *r = arg;
	const char *rows = audit_rows(r->db, f);

	r->found++;
	if (r->list) {
		json_array_append_new(r->list, json_pack("{s:s,s:I,s:I,s:I,s:I,s:s,s:s}", "invariant", f->invariant,
							 "workspaceId", (json_int_t)f->workspace_id, "campaignId",
							 (json_int_t)f->campaign_id, "leadId", (json_int_t)f->talent_id,
							 "attemptId", (json_int_t)f->attempt_id, "text", f->text, "rows",
							 rows));
		return;
	}
	printf("%s: workspace %lld, campaign %lld, lead %lld, attempt %lld: %s\n", f->invariant,
	       (long long)f->workspace_id, (long long)f->campaign_id, (long long)f->talent_id, (long long)f->attempt_id,
	       f->text);
	if (rows[0])
		printf("    %s\n", rows);
}

/* A server holds the folder: then nothing may be left of an older life, and leases are kept. */
static bool is_served(const char *folder)
{
	struct problem unused = { 0 };
	struct folder f = { 0 };
	bool busy = false;

	if (folder_lock(&f, folder, FOLDER_COMMAND, &busy, &unused) == 0)
		folder_unlock(&f);
	return busy;
}

static int look(const char *folder, struct audit *a, struct report *r, struct problem *p)
{
	g_autofree char *path = g_build_filename(folder, "callsheet.db", NULL);

	if (access(path, F_OK) != 0)
		return problem_set(p, PROBLEM_NOT_FOUND, "%s holds no callsheet data", folder);
	a->serving = is_served(folder);
	r->db = db_sqlite_open(path, DB_READER, p);
	if (!r->db)
		return -1;
	while (audit_step(r->db, a, SLICE, clock_wall_ms(), on_found, r) && !db_failed(r->db))
		arena_reset(r->db->arena);
	if (db_failed(r->db))
		problem_set(p, PROBLEM_FAILED, "the database cannot be read: %s", r->db->why);
	else if (r->found)
		problem_set(p, PROBLEM_FAILED, "%lld broken promises", (long long)r->found);
	db_close(r->db);
	return p->kind == PROBLEM_NONE ? 0 : -1;
}

static int audit(const char *folder, bool json)
{
	struct report r = { .list = json ? json_array() : NULL };
	struct problem p = { 0 };
	struct audit a = { 0 };
	int rc = look(folder, &a, &r, &p);

	if (json) {
		json_t *answer = json_pack("{s:I,s:o}", "checked", (json_int_t)a.checked, "violations", r.list);

		print_json(answer);
		json_decref(answer);
	} else if (rc == 0) {
		printf("All promises are kept.\n");
	}
	return rc == 0 ? 0 : command_fail(&p);
}

int audit_run(int argc, char **argv)
{
	g_autofree char *folder = NULL;
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &folder, "the data folder", "DIR" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "print JSON", NULL },
		{ NULL },
	};
	int code;

	if (!command_options(&argc, &argv, entries, "audit --data DIR",
			     "Looks through the ledger for broken promises (docs/ledger.md says what they are), prints each "
			     "with its rows, and ends with 1 if there is one.", &code))
		return code;
	return folder ? audit(folder, json) : command_without_folder("audit");
}
