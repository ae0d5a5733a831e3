/*
 * The SQLite engine: WAL, strict, every statement prepared once.
 *
 * SQLite 3.7.0 to 3.51.2 can lose committed pages when one connection commits while another checkpoints. It
 * cannot happen here: the writer's connection makes every commit and every checkpoint, and readers are opened
 * read-only and told never to checkpoint when they close.
 */
#include "store/db_sqlite.h"

#include "base/log.h"
#include "queries.h"

#include <assert.h>
#include <glib.h>
#include <sqlite3.h>
#include <string.h>

enum { APPLICATION_ID = 0x43616c6c }; /* "Call", so that file(1) and we can tell our databases */

struct sqlite_db {
	struct db db;
	sqlite3 *handle;
	sqlite3_stmt *statements[QUERY_COUNT];
	sqlite3_stmt *controls[DB_CONTROL_END];
	int64_t log_pages;
};

static const char *const control_sql[DB_CONTROL_END] = {
	[DB_BEGIN] = "BEGIN IMMEDIATE",   [DB_COMMIT] = "COMMIT",       [DB_ROLLBACK] = "ROLLBACK",
	[DB_SAVEPOINT] = "SAVEPOINT job", [DB_RELEASE] = "RELEASE job", [DB_UNDO] = "ROLLBACK TO job",
};

static struct sqlite_db *of(struct db *db)
{
	return (struct sqlite_db *)db; /* db is its first member */
}

sqlite3 *db_sqlite_handle(struct db *db)
{
	return of(db)->handle;
}

static int failure(struct db *db, const char *what, int rc)
{
	struct sqlite_db *s = of(db);

	db->failed = true;
	rc &= 0xff;
	if (rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB || rc == SQLITE_IOERR)
		db->fatal = true;
	g_strlcpy(db->why, sqlite3_errmsg(s->handle), sizeof(db->why));
	log_error("store.failed", "%s: %s", what, db->why);
	return -1;
}

static void sqlite_close(struct db *db)
{
	struct sqlite_db *s = of(db);

	for (int i = 0; i < QUERY_COUNT; i++)
		sqlite3_finalize(s->statements[i]);
	for (int i = 0; i < DB_CONTROL_END; i++)
		sqlite3_finalize(s->controls[i]);
	sqlite3_close(s->handle);
	arena_free(db->arena);
	g_free(s);
}

static sqlite3_stmt *prepared(struct sqlite_db *s, const struct query *q)
{
	sqlite3_stmt **st = &s->statements[q->index];
	int rc;

	if (!*st) {
		rc = sqlite3_prepare_v3(s->handle, q->sql, -1, SQLITE_PREPARE_PERSISTENT, st, NULL);
		if (rc != SQLITE_OK) {
			failure(&s->db, q->name, rc);
			return NULL;
		}
	}
	return *st;
}

static int sqlite_start(struct db *db, const struct query *q, const void *in)
{
	sqlite3_stmt *st = prepared(of(db), q);
	int i = 1;

	if (!st)
		return -1;
	assert(!sqlite3_stmt_busy(st));
	for (const struct db_field *f = q->in; f->name; f++, i++) {
		const char *at = (const char *)in + f->offset;

		switch (f->type) {
		case DB_INT: {
			int64_t v = *(const int64_t *)(const void *)at;

			if (v == DB_NULL)
				sqlite3_bind_null(st, i);
			else
				sqlite3_bind_int64(st, i, v);
			break;
		}
		case DB_TEXT:
			sqlite3_bind_text(st, i, *(const char *const *)(const void *)at, -1, SQLITE_STATIC);
			break;
		case DB_REAL:
			sqlite3_bind_double(st, i, *(const double *)(const void *)at);
			break;
		}
	}
	return 0;
}

/*
 * Text of the current row; NULL for NULL. Kept, it is copied once: asked for as text, SQLite would first make a copy of
 * its own, for the NUL behind it.
 */
static const char *read_text(struct db *db, sqlite3_stmt *st, int i, bool null, bool keep)
{
	const char *bytes;

	if (null || !keep)
		return (const char *)sqlite3_column_text(st, i);
	bytes = sqlite3_column_blob(st, i);
	return arena_strndup(db->arena, bytes ? bytes : "", bytes ? (size_t)sqlite3_column_bytes(st, i) : 0);
}

static void read_row(struct db *db, sqlite3_stmt *st, const struct query *q, void *row, bool keep_text)
{
	int i = 0;

	for (const struct db_field *f = q->row; f->name; f++, i++) {
		char *at = (char *)row + f->offset;
		bool null = sqlite3_column_type(st, i) == SQLITE_NULL;

		switch (f->type) {
		case DB_INT:
			*(int64_t *)(void *)at = null ? DB_NULL : sqlite3_column_int64(st, i);
			break;
		case DB_TEXT:
			*(const char **)(void *)at = read_text(db, st, i, null, keep_text);
			break;
		case DB_REAL:
			*(double *)(void *)at = sqlite3_column_double(st, i);
			break;
		}
	}
}

static int sqlite_step(struct db *db, const struct query *q, void *row, bool keep_text)
{
	sqlite3_stmt *st = of(db)->statements[q->index];
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW) {
		if (row && q->row)
			read_row(db, st, q, row, keep_text);
		return 1;
	}
	return rc == SQLITE_DONE ? 0 : failure(db, q->name, rc);
}

static void sqlite_finish(struct db *db, const struct query *q)
{
	sqlite3_reset(of(db)->statements[q->index]);
}

static int64_t sqlite_changes(struct db *db)
{
	return sqlite3_changes64(of(db)->handle);
}

static int sqlite_script(struct db *db, const char *sql)
{
	int rc = sqlite3_exec(of(db)->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : failure(db, "script", rc);
}

static int sqlite_control(struct db *db, enum db_control what)
{
	struct sqlite_db *s = of(db);
	sqlite3_stmt **st = &s->controls[what];
	int rc = SQLITE_OK;

	if (!*st)
		rc = sqlite3_prepare_v3(s->handle, control_sql[what], -1, SQLITE_PREPARE_PERSISTENT, st, NULL);
	if (rc == SQLITE_OK) {
		rc = sqlite3_step(*st);
		sqlite3_reset(*st);
	}
	return rc == SQLITE_DONE ? 0 : failure(db, control_sql[what], rc);
}

static int note_log_pages(void *arg, sqlite3 *handle, const char *name, int pages)
{
	struct sqlite_db *s = arg;

	(void)handle, (void)name;
	s->log_pages = pages;
	return SQLITE_OK;
}

static void sqlite_checkpoint(struct db *db, bool empty)
{
	struct sqlite_db *s = of(db);
	int left = 0, done = 0;

	if (sqlite3_wal_checkpoint_v2(s->handle, NULL, empty ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
				      &left, &done) != SQLITE_OK)
		return; /* a reader needs the log: next time */
	s->log_pages = left - done;
	if (empty)
		db->scrub = false;
}

static int64_t sqlite_log_pages(struct db *db)
{
	return of(db)->log_pages;
}

static bool sqlite_in_transaction(struct db *db)
{
	return !sqlite3_get_autocommit(of(db)->handle);
}

static int64_t pragma_value(struct sqlite_db *s, const char *sql);

/* Says in the copy what it is. Its own connection: a copy is no log, and is whole when this is done. */
static int write_fact(const char *path, const char *fact, int64_t value, struct problem *p)
{
	char *sql = sqlite3_mprintf("PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE;"
				    "INSERT INTO fact (name, value) VALUES (%Q, %lld)"
				    " ON CONFLICT (name) DO UPDATE SET value = excluded.value", fact, (long long)value);
	sqlite3 *copy = NULL;
	int rc = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(copy, sql, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		problem_set(p, PROBLEM_FAILED, "cannot write %s: %s", path, sqlite3_errmsg(copy));
	sqlite3_close(copy);
	sqlite3_free(sql);
	return rc == SQLITE_OK ? 0 : -1;
}

/* VACUUM INTO reads one snapshot, however much is written meanwhile; the backup API would begin anew each time. */
static int sqlite_copy_to(struct db *db, const char *path, const char *fact, int64_t value, struct problem *p)
{
	char *sql = sqlite3_mprintf("PRAGMA query_only = OFF; VACUUM INTO %Q; PRAGMA query_only = ON", path);
	int rc = sqlite_script(db, sql);

	sqlite3_free(sql);
	if (rc != 0)
		return problem_set(p, PROBLEM_FAILED, "cannot write %s: %s", path, db->why);
	return write_fact(path, fact, value, p);
}

static bool is_whole(struct sqlite_db *s, char *why, size_t size)
{
	sqlite3_stmt *st = NULL;
	bool whole = false;

	if (sqlite3_prepare_v2(s->handle, "PRAGMA integrity_check(1)", -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW) {
		g_strlcpy(why, (const char *)sqlite3_column_text(st, 0), size);
		whole = strcmp(why, "ok") == 0;
	} else {
		g_strlcpy(why, sqlite3_errmsg(s->handle), size);
	}
	sqlite3_finalize(st);
	return whole;
}

static int sqlite_check(struct db *db, const char *path, int64_t *schema, struct problem *p)
{
	struct sqlite_db *s = of(db);
	int64_t newest = 0;
	char why[128];

	if (pragma_value(s, "PRAGMA application_id") != APPLICATION_ID)
		return problem_set(p, PROBLEM_INVALID, "%s is not a callsheet database", path);
	*schema = pragma_value(s, "PRAGMA user_version");
	for (const struct migration *m = migrations; m->version; m++)
		newest = m->version;
	if (*schema > newest)
		return problem_set(p, PROBLEM_INVALID, "%s was made by a newer version of callsheet (schema %lld, this one "
				   "knows %lld)", path, (long long)*schema, (long long)newest);
	if (!is_whole(s, why, sizeof(why)))
		return problem_set(p, PROBLEM_INVALID, "%s is damaged: %s", path, why);
	return 0;
}

static const struct db_engine sqlite_engine = {
	.close = sqlite_close,
	.start = sqlite_start,
	.step = sqlite_step,
	.finish = sqlite_finish,
	.changes = sqlite_changes,
	.control = sqlite_control,
	.in_transaction = sqlite_in_transaction,
	.checkpoint = sqlite_checkpoint,
	.log_pages = sqlite_log_pages,
	.copy_to = sqlite_copy_to,
	.check = sqlite_check,
};

static int64_t pragma_value(struct sqlite_db *s, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int64_t v = -1;

	if (sqlite3_prepare_v2(s->handle, sql, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
		v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return v;
}

/* One transaction per migration; user_version is the last one applied. */
static int migrate(struct sqlite_db *s, const char *path, struct problem *p)
{
	int64_t version = pragma_value(s, "PRAGMA user_version");
	int64_t application = pragma_value(s, "PRAGMA application_id");
	int64_t tables = pragma_value(s, "SELECT count(*) FROM sqlite_master");
	int64_t newest = 0;

	if (version < 0 || application < 0 || tables < 0)
		return problem_set(p, PROBLEM_FAILED, "%s: %s", path, sqlite3_errmsg(s->handle));
	if (application != APPLICATION_ID && (application != 0 || version != 0 || tables != 0))
		return problem_set(p, PROBLEM_CONFIG, "%s is not a callsheet database", path);
	for (const struct migration *m = migrations; m->version; m++) {
		g_autofree char *sql = NULL;

		newest = m->version;
		if (m->version <= version)
			continue;
		sql = g_strdup_printf("BEGIN IMMEDIATE; %s; PRAGMA user_version = %d; PRAGMA application_id = %d; COMMIT",
				      m->sql, m->version, APPLICATION_ID);
		if (sqlite_script(&s->db, sql) != 0)
			return problem_set(p, PROBLEM_FAILED, "%s: migration %d failed: %s", path, m->version,
					   s->db.why);
	}
	if (version > newest)
		return problem_set(p, PROBLEM_CONFIG, "%s was made by a newer version of callsheet (schema %d, "
				   "this one knows %d)", path, (int)version, (int)newest);
	return 0;
}

static int prepare_all(struct sqlite_db *s, const char *path, struct problem *p)
{
	for (int i = 0; i < QUERY_COUNT; i++)
		if (!prepared(s, query_all[i]))
			return problem_set(p, PROBLEM_FAILED, "%s: query %s: %s", path, query_all[i]->name,
					   s->db.why);
	return 0;
}

static int set_up_writer(struct sqlite_db *s, const char *path, struct problem *p)
{
	/* FULL: an intent that was committed must survive a power cut, or its person is dialled twice. */
	if (sqlite_script(&s->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
				  "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -65536;"
				  "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
				  "PRAGMA cell_size_check = ON; PRAGMA secure_delete = ON") != 0)
		return problem_set(p, PROBLEM_FAILED, "%s: %s", path, s->db.why);
	sqlite3_wal_hook(s->handle, note_log_pages, s);
	return migrate(s, path, p) != 0 ? -1 : prepare_all(s, path, p);
}

/*
 * A reader looks into the file by mapping it, as much of it as SQLite allows (2 GiB): the pages are the kernel's then, and
 * not copied into a cache of each reader's own.
 */
static int set_up_reader(struct sqlite_db *s, const char *path, struct problem *p)
{
	sqlite3_db_config(s->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (sqlite_script(&s->db, "PRAGMA query_only = ON;"
				  "PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY") != 0)
		return problem_set(p, PROBLEM_FAILED, "%s: %s", path, s->db.why);
	return 0;
}

/* The counters of memory cost a lock at every allocation, and nobody reads them. */
static void *configure(void *unused)
{
	(void)unused;
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	return NULL;
}

struct db *db_sqlite_open(const char *path, enum db_mode mode, struct problem *p)
{
	static GOnce configured = G_ONCE_INIT;
	struct sqlite_db *s = g_new0(struct sqlite_db, 1);
	int flags = SQLITE_OPEN_NOMUTEX |
		    (mode == DB_READER ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	if (mode == DB_MEMORY) {
		path = ":memory:";
		flags |= SQLITE_OPEN_URI; /* the file it copies from is attached by its URI, to read only */
	}

	g_once(&configured, configure, NULL);
	s->db.engine = &sqlite_engine;
	s->db.arena = arena_new();
	if (sqlite3_open_v2(path, &s->handle, flags, NULL) != SQLITE_OK) {
		problem_set(p, PROBLEM_FAILED, "cannot open %s: %s", path, sqlite3_errmsg(s->handle));
		goto failed;
	}
	if ((mode == DB_READER ? set_up_reader : set_up_writer)(s, path, p) != 0)
		goto failed;
	return &s->db;
failed:
	sqlite_close(&s->db);
	return NULL;
}
