/*
 * One database connection, and how statements are run on it. The engines (db_sqlite.c) stand behind a table
 * of functions; nothing above this header knows which one runs.
 *
 * Queries are named, live in sql/ and are compiled by tools/sqlgen into `struct NAME_in`, `struct NAME_row` and
 * `NAME_query`. They are run by name, parameters by name:
 *
 *	DB_EXEC(db, lead_remove, .workspace_id = ws, .campaign_id = c, .talent_id = t);
 *
 *	struct lead_get_row row;
 *	if (DB_ROW(db, lead_get, &row, .workspace_id = ws, ...)) ...
 *
 *	DB_EACH(db, lead_list, row, .workspace_id = ws, .limit = 20)
 *		use(row->email);
 *
 * NULL is DB_NULL for numbers and a NULL pointer for text. Text in rows lives in the connection's arena until
 * the job ends (DB_EACH: until the next row).
 *
 * Errors are sticky: after a failed statement every further one does nothing and says "no row", and the job is
 * rolled back by whoever runs it (writer.h). So handlers need not check each call; before they tell
 * the outside that something does not exist, db_failed() decides whether they know.
 *
 * A connection is used by one thread at a time.
 */
#pragma once

#include "base/arena.h"
#include "base/problem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DB_NULL INT64_MIN

enum db_type { DB_INT, DB_TEXT, DB_REAL };

struct db_field {
	const char *name;
	enum db_type type;
	size_t offset;
};

struct query {
	int index;
	const char *name, *sql;
	const struct db_field *in, *row; /* ended by a row without a name */
	size_t row_size;
};

struct migration {
	int version;
	const char *sql;
};
extern const struct migration migrations[]; /* ended by version 0 */

struct db;

enum db_control {
	DB_BEGIN, DB_COMMIT, DB_ROLLBACK,       /* a group of jobs */
	DB_SAVEPOINT, DB_RELEASE, DB_UNDO,      /* one job within it */
	DB_CONTROL_END
};

/* What an engine provides. All return 0 or -1; on -1 db->failed is set and a line is logged. */
struct db_engine {
	void (*close)(struct db *db);
	int (*start)(struct db *db, const struct query *q, const void *in);
	int (*step)(struct db *db, const struct query *q, void *row, bool keep_text); /* 1 row, 0 end, -1 */
	void (*finish)(struct db *db, const struct query *q);
	int64_t (*changes)(struct db *db);
	int (*control)(struct db *db, enum db_control what);
	bool (*in_transaction)(struct db *db);
	/* Copies committed pages into the main file; `empty` also cuts the log. Writer only, between groups. */
	void (*checkpoint)(struct db *db, bool empty);
	int64_t (*log_pages)(struct db *db); /* committed pages not yet in the main file */
	int (*copy_to)(struct db *db, const char *path, const char *fact, int64_t value, struct problem *p);
	int (*check)(struct db *db, const char *path, int64_t *schema, struct problem *p);
};

typedef void db_settle_fn(struct db *db, void *state);

struct db {
	const struct db_engine *engine;
	struct arena *arena;
	bool failed;       /* a statement of this job failed; nothing further is done */
	bool fatal;        /* the database itself is broken (I/O error, corruption), not only full or busy */
	char why[128];     /* for the log and the problem, never for the API */
	struct ids *ids; /* store/ids.c; writer only */
	const int *urgent; /* atomic, the writer's: jobs that wait and go before bulk ones; NULL: a reader */
	bool scrub;        /* something was erased: the log is cut as soon as no reader needs it; writer only */
	bool beside;       /* jobs of that kind are in this job's group */
	bool untold;       /* a copy: whatever happens in it is no event */
	const struct rulebook *rulebook; /* the store's; NULL on a connection of nobody's */
	struct {
		db_settle_fn *settle; /* NULL: nothing is shared */
		void *state;
	} shared; /* see db_share() */
};

bool db_failed(const struct db *db);

/*
 * What jobs of one commit that follow each other may do together (writer.h): `state`, in the arena, is there for the next of
 * them, and `settle` writes what it has gathered, once, before any other job runs and before the commit. A job that is refused
 * must not have changed it.
 */
void db_share(struct db *db, db_settle_fn *settle, void *state);
void *db_shared(const struct db *db, db_settle_fn *settle); /* NULL: not shared now */
void db_settle(struct db *db);

/* For a long job of the writer's: whether others wait for it to make way. */
bool db_hurried(const struct db *db);

/* Number of rows changed; 0 also when the connection has failed. */
int64_t db_exec(struct db *db, const struct query *q, const void *in);

/* The first row, if there is one. */
bool db_row(struct db *db, const struct query *q, const void *in, void *row);

/* All that is committed, as a new file with the fact written in it; the file may be there and broken after -1. */
int db_copy_to(struct db *db, const char *path, const char *fact, int64_t value, struct problem *p);

/* Whether it is a whole database of ours, and of which schema. -1 with the problem set. */
int db_check(struct db *db, const char *path, int64_t *schema, struct problem *p);

/* DB_EACH's parts. */
void *db_first(struct db *db, const struct query *q, const void *in, void *row);
void *db_next(struct db *db, const struct query *q, void *row);
void db_finish(struct db *db, const struct query *q);

#define DB_EXEC(db, name, ...) db_exec((db), &name##_query, &(struct name##_in){ __VA_ARGS__ })
#define DB_ROW(db, name, row, ...) db_row((db), &name##_query, &(struct name##_in){ __VA_ARGS__ }, (row))

/* `row` is declared here. Do not leave the loop except by its end or with DB_STOP. */
#define DB_EACH(db, name, row, ...)                                                                              \
	for (struct name##_row row##_buf, *row = db_first((db), &name##_query,                                  \
							  &(struct name##_in){ __VA_ARGS__ }, &row##_buf);       \
	     row; row = db_next((db), &name##_query, row))
#define DB_STOP(db, name) (db_finish((db), &name##_query))

/* ---- engines ---- */

enum db_mode { DB_WRITER, DB_READER, DB_MEMORY };

/* The SQLite file `path`; a writer creates it. DB_MEMORY: an empty one of this process's own, `path` is NULL. */
struct db *db_sqlite_open(const char *path, enum db_mode mode, struct problem *p);
void db_close(struct db *db);

/*
 * Copies what a campaign's calls depend on from the SQLite file `path` into `db`, which is fresh and in memory: the
 * campaign's own rows, the workspace's settings and suppressions, and earlier calls to its people. Reads only, beside a
 * running server, too. 0, or -1 with the problem set.
 */
int db_sqlite_copy(struct db *db, const char *path, int64_t workspace_id, int64_t campaign_id, struct problem *p);
