/*
 * The store of one server: the thread that writes, and a read-only connection for every thread that reads.
 *
 * A write is a job: a plain function (db, arg) that runs on the writer thread. Jobs that wait are committed
 * together (group commit), each inside a savepoint of its own, so that one job's refusal undoes that job only.
 * Nothing leaves the house before the commit: `done` is called on the writer thread once the job is durable, or
 * has failed. A job may run more than once (a full disk rolls the whole group back, which is then rerun
 * singly), so it must not touch anything but the database and what it prepares for `done`.
 *
 * Dispatch and single jobs go before bulk ones; a bulk job does a bounded piece and returns JOB_MORE. `done` is told
 * JOB_MORE for each piece that is durable, and only then may the job count it as done: a piece may run more than
 * once, like any job.
 */
#pragma once

#include "base/problem.h"
#include "store/db.h"

#include <stdint.h>

struct rulebook;
struct store;

enum job_class { JOB_DISPATCH, JOB_SINGLE, JOB_BULK, JOB_CLASS_END };

/* What a job may return besides a refusal of its own (any number from 1 on, which undoes the job). */
enum { JOB_KEEP = 0, JOB_MORE = -2 };

/* What `done` and store_write() may be told besides that. */
enum { STORE_FAILED = -1 };

typedef int job_run(struct db *db, void *arg);
typedef void job_done(void *arg, int rc); /* JOB_KEEP, JOB_MORE: durable; from 1 on: refused and undone; STORE_FAILED */

/*
 * Opens (and migrates) the database in `folder`. The caller holds the folder's lock. NULL with the problem set.
 * `broken` is called once, on the writer thread, when the disk refuses what it had accepted: the server must
 * stop, since what is durable is no longer known.
 */
struct store *store_open(const char *folder, void (*broken)(void *arg), void *arg, struct problem *p);

/*
 * A store over a database in memory, which it takes over (db_sqlite_open() with DB_MEMORY): no thread, every job runs at
 * once on its caller's, and there is one caller. For rehearsals, where a run must be the same to the last byte. The facts
 * are those of `folder` (NULL: built in). NULL with the problem set; the database is closed then.
 */
struct store *store_alone(struct db *db, const char *folder, struct problem *p);

/* The facts of its folder. They may be changed before others know the store, never afterwards. */
struct rulebook *store_rulebook(struct store *s);

/* Runs what is queued, checkpoints, closes. No other thread may use the store any more. */
void store_close(struct store *s);

/*
 * False after the disk has refused a commit (it is full, most likely), until one succeeds; a small write is tried every
 * second meanwhile. Any thread.
 */
bool store_takes_writes(const struct store *s);

void store_submit(struct store *s, enum job_class class, job_run *run, job_done *done, void *arg);

/*
 * For jobs that can do part of their work together when one follows the other in a commit (db_share()): those of the same
 * number, 0 for none.
 */
void store_submit_together(struct store *s, enum job_class class, job_run *run, job_done *done, void *arg, int64_t together);

/* store_submit(), waiting for the commit. Not from the writer thread. Returns what `done` would be told. */
int store_write(struct store *s, enum job_class class, job_run *run, void *arg);

/* This thread's read-only connection, opened at its first use and closed when the thread ends; its arena is
 * emptied by store_read_end(). NULL when it cannot be opened. */
struct db *store_reader(struct store *s);
void store_read_end(struct db *db);

/* Grows with every commit: whoever saw it unchanged need not look into the database again. Any thread. */
uint64_t store_commits(const struct store *s);
