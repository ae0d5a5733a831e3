/*
 * A campaign's rows from one database into another, for rehearsals.
 *
 * Which rows of a table, its columns tell: those of the workspace where there is a workspace, those of the campaign where
 * there is a campaign, else all. Few tables need a rule of their own. The two have one schema, so rows go as they are.
 */
#include "store/db_sqlite.h"

#include <glib.h>
#include <string.h>

/* Tables with a rule of their own; NULL: nothing of it. ?1 is the workspace, ?2 the campaign. */
static const struct {
	const char *table, *where;
} rules[] = {
	{ "api_key", NULL }, /* nobody calls the copy from outside */
	{ "kept_answer", NULL },
	{ "roster", NULL }, /* nobody asks for lists */
	{ "event", NULL },	 /* what happened does not change what will */
	{ "person_lock", NULL }, /* calls that are on now will be over */
	{ "talent", "workspace_id = ?1 AND talent_id IN (SELECT talent_id FROM main.lead WHERE campaign_id = ?2)" },
	/* calls of other campaigns count where a person's calls are counted */
	{ "attempt", "workspace_id = ?1 AND (campaign_id = ?2 OR (ended_at IS NOT NULL AND number IN "
		     "(SELECT number FROM main.lead WHERE workspace_id = ?1 AND campaign_id = ?2)))" },
};

static const char table_columns[] =
	"SELECT t.name, max(c.name = 'workspace_id'), max(c.name = 'campaign_id')"
	"  FROM real.sqlite_master t, pragma_table_info(t.name, 'real') c"
	" WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
	" GROUP BY t.name ORDER BY t.name IN ('attempt', 'talent'), t.name"; /* those look at lead */

static const char *rows_of(const char *table, bool by_workspace, bool by_campaign)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		if (strcmp(rules[i].table, table) == 0)
			return rules[i].where;
	return by_campaign && by_workspace ? "workspace_id = ?1 AND campaign_id = ?2" : by_workspace ? "workspace_id = ?1"
												     : "true";
}

/* Runs one statement with the two parameters, as far as it has them. */
static int run(sqlite3 *h, const char *sql, int64_t workspace_id, int64_t campaign_id)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(h, sql, -1, &st, NULL);

	if (rc == SQLITE_OK) {
		sqlite3_bind_int64(st, 1, workspace_id);
		sqlite3_bind_int64(st, 2, campaign_id);
		rc = sqlite3_step(st);
	}
	sqlite3_finalize(st);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : -1;
}

static int copy_tables(sqlite3 *h, int64_t workspace_id, int64_t campaign_id)
{
	sqlite3_stmt *tables = NULL;
	int rc = sqlite3_prepare_v2(h, table_columns, -1, &tables, NULL) == SQLITE_OK ? 0 : -1;

	while (rc == 0 && sqlite3_step(tables) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(tables, 0);
		const char *where = rows_of(table, sqlite3_column_int(tables, 1), sqlite3_column_int(tables, 2));
		g_autofree char *sql = g_strdup_printf("INSERT OR REPLACE INTO main.\"%s\" SELECT * FROM real.\"%s\" WHERE %s",
						       table, table, where ? where : "false");

		rc = where ? run(h, sql, workspace_id, campaign_id) : 0;
	}
	sqlite3_finalize(tables);
	return rc;
}

/* What lists, searches and the auditor look at costs every call, and nobody asks for it here. */
static int drop_indexes(sqlite3 *h)
{
	return sqlite3_exec(h, "DROP INDEX main.lead_bucket; DROP INDEX main.attempt_unknown",
			    NULL, NULL, NULL) == SQLITE_OK ? 0 : -1;
}

static int version_of(sqlite3 *h, const char *pragma)
{
	sqlite3_stmt *st = NULL;
	int version = sqlite3_prepare_v2(h, pragma, -1, &st, NULL) == SQLITE_OK &&
		sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int(st, 0) : -1;

	sqlite3_finalize(st);
	return version;
}

/* Attached by URI, so that it can be opened to read only; no checkpoint when it is let go of (db_sqlite.c says why). */
static int attach(sqlite3 *h, const char *path, struct problem *p)
{
	g_autofree char *full = g_canonicalize_filename(path, NULL);
	g_autofree char *uri = g_filename_to_uri(full, NULL, NULL);
	char *sql = sqlite3_mprintf("ATTACH '%q?mode=ro' AS real", uri);
	int rc;

	sqlite3_db_config(h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	rc = run(h, sql, 0, 0);
	sqlite3_free(sql);
	if (rc != 0)
		return problem_set(p, PROBLEM_FAILED, "cannot read %s: %s", path, sqlite3_errmsg(h));
	if (version_of(h, "PRAGMA main.user_version") != version_of(h, "PRAGMA real.user_version"))
		return problem_set(p, PROBLEM_CONFLICT, "%s is of another version of callsheet; start the server once, "
							"or use the version that runs",
				   path);
	return 0;
}

int db_sqlite_copy(struct db *db, const char *path, int64_t workspace_id, int64_t campaign_id, struct problem *p)
{
	sqlite3 *h = db_sqlite_handle(db);
	int rc = attach(h, path, p);

	if (rc == 0 && (run(h, "BEGIN", 0, 0) != 0 || drop_indexes(h) != 0 ||
			copy_tables(h, workspace_id, campaign_id) != 0 ||
			run(h, "COMMIT", 0, 0) != 0)) {
		rc = problem_set(p, PROBLEM_FAILED, "cannot copy the campaign from %s: %s", path, sqlite3_errmsg(h));
		run(h, "ROLLBACK", 0, 0);
	}
	run(h, "DETACH real", 0, 0);
	db->untold = true;
	return rc;
}
