#include "store/writer.h"

#include "base/clock.h"
#include "base/log.h"
#include "queries.h"
#include "store/ids.h"
#include "store/rulebook.h"

#include <glib.h>
#include <stdatomic.h>
#include <stdio.h>

enum {
	GROUP_MAX = 512,       /* jobs in one commit */
	CHECKPOINT_PAGES = 4096, /* 16 MiB of log */
	PAUSE_PAGES = 1024,	 /* from here on any short pause is taken for it */
	PAUSE_MS = 10,
	IDLE_MS = 500,
	PROBE_MS = 1000,
};

struct job {
	enum job_class class;
	job_run *run;
	job_done *done;
	void *arg;
	int64_t together; /* jobs of the same number may share (db_share()); 0: with nobody */
	int rc;
};

struct store {
	char *path;
	struct rulebook *rulebook;
	struct db *db; /* the writer thread's own */
	GThread *thread;
	GMutex lock;
	GCond ready;
	GQueue queues[JOB_CLASS_END];
	bool stopping;
	int refusing; /* atomic: the last commit failed */
	int urgent;   /* atomic, changed under lock: queued jobs that go before bulk ones */
	void (*broken)(void *arg);
	void *broken_arg;
	_Atomic uint64_t commits;
};

/* ---- one group ---- */

/* What was shared is written before somebody else's job, and outside of its savepoint. */
static bool begin_job(struct db *db, const struct job *j, int64_t *together)
{
	db->failed = false;
	if (!j->together || j->together != *together)
		db_settle(db);
	*together = j->together;
	return !db->failed;
}

/*
 * Runs a job inside its savepoint. False when the whole transaction is lost: the engine says so, or a job failed that shares
 * with others.
 */
static bool run_job(struct db *db, struct job *j, int64_t *together)
{
	if (!begin_job(db, j, together))
		return false;
	if (db->engine->control(db, DB_SAVEPOINT) != 0) {
		j->rc = STORE_FAILED;
		return db->engine->in_transaction(db);
	}
	j->rc = j->run(db, j->arg);
	if (!j->together)
		db_settle(db);
	if (db->failed)
		j->rc = STORE_FAILED;
	if (j->rc == STORE_FAILED && j->together)
		return false;
	if (!db->engine->in_transaction(db)) /* a full disk undoes everything, not only this job */
		return false;
	if (j->rc != JOB_KEEP && j->rc != JOB_MORE) {
		db->failed = false;
		ids_forget(db);
		if (db->engine->control(db, DB_UNDO) != 0)
			return false;
	}
	return db->engine->control(db, DB_RELEASE) == 0;
}

static void abandon(struct db *db)
{
	ids_forget(db);
	db->shared.settle = NULL;
	if (db->engine->in_transaction(db))
		db->engine->control(db, DB_ROLLBACK);
}

static bool commit_jobs(struct db *db, struct job **jobs, int n)
{
	int64_t together = 0;

	db->failed = false;
	if (db->engine->control(db, DB_BEGIN) != 0)
		return false;
	for (int i = 0; i < n; i++)
		if (!run_job(db, jobs[i], &together))
			return false;
	db->failed = false;
	db_settle(db);
	return !db->failed && db->engine->control(db, DB_COMMIT) == 0;
}

/* All together; and when that fails, each alone, so that a job the disk has room for still succeeds. */
static void run_group(struct store *s, struct job **jobs, int n)
{
	struct db *db = s->db;
	bool refused = false;

	db->beside = n > 1 && jobs[0]->class != JOB_BULK;
	if (!commit_jobs(db, jobs, n)) {
		abandon(db);
		for (int i = 0; i < n; i++) {
			if (n > 1 && commit_jobs(db, &jobs[i], 1))
				continue;
			abandon(db);
			jobs[i]->rc = STORE_FAILED;
			refused = true;
		}
	}
	g_atomic_int_set(&s->refusing, refused);
	if (db->fatal && s->broken) {
		log_error("store.broken", "the data folder cannot be trusted any more: %s", db->why);
		s->broken(s->broken_arg);
		s->broken = NULL;
	}
	atomic_fetch_add_explicit(&s->commits, 1, memory_order_release);
	arena_reset(db->arena);
}

/* ---- the thread ---- */

/* Under the lock, after every change of the queues. */
static void count_urgent(struct store *s)
{
	g_atomic_int_set(&s->urgent, (int)(s->queues[JOB_DISPATCH].length + s->queues[JOB_SINGLE].length));
}

static int take_group(struct store *s, struct job **jobs)
{
	int n = 0;

	for (int class = 0; class < JOB_CLASS_END; class++) {
		int most = class == JOB_BULK ? 1 : GROUP_MAX - n;

		while (most-- > 0 && !g_queue_is_empty(&s->queues[class]))
			jobs[n++] = g_queue_pop_head(&s->queues[class]);
		if (n >= GROUP_MAX - 1)
			break;
	}
	count_urgent(s);
	return n;
}

static void enqueue(struct store *s, struct job *j)
{
	g_mutex_lock(&s->lock);
	g_queue_push_tail(&s->queues[j->class], j);
	count_urgent(s);
	g_cond_signal(&s->ready);
	g_mutex_unlock(&s->lock);
}

static void finish_group(struct store *s, struct job **jobs, int n)
{
	for (int i = 0; i < n; i++) {
		struct job *j = jobs[i];

		if (j->rc == JOB_MORE) {
			if (j->done)
				j->done(j->arg, JOB_MORE);
			enqueue(s, j);
			continue;
		}
		if (j->done)
			j->done(j->arg, j->rc);
		g_free(j);
	}
}

static int probe_run(struct db *db, void *unused)
{
	(void)unused;
	DB_EXEC(db, fact_raise, .name = "probes");
	return JOB_KEEP;
}

/* Whether the disk takes writes again is found out by writing: nobody else may come to it. */
static void probe(struct store *s)
{
	struct job j = { .class = JOB_SINGLE, .run = probe_run }, *jobs[] = { &j };

	run_group(s, jobs, 1);
}

/* What is done while there are no jobs; without the lock. */
static void idle(struct store *s)
{
	if (g_atomic_int_get(&s->refusing))
		probe(s);
	if (s->db->scrub || s->db->engine->log_pages(s->db) > 0)
		s->db->engine->checkpoint(s->db, s->db->scrub);
}

bool store_takes_writes(const struct store *s)
{
	return !g_atomic_int_get(&s->refusing);
}

/*
 * How long without a job until idle() is called. Calls come one by one all day: a checkpoint between two of them, soon and
 * small, is better than a large one that the next must wait for.
 */
static int64_t patience_ms(struct store *s)
{
	if (g_atomic_int_get(&s->refusing))
		return PROBE_MS;
	return s->db->engine->log_pages(s->db) > PAUSE_PAGES ? PAUSE_MS : IDLE_MS;
}

/* Waits for jobs; false when the store is closing and nothing is left. */
static bool wait_for_jobs(struct store *s, struct job **jobs, int *n)
{
	g_mutex_lock(&s->lock);
	while ((*n = take_group(s, jobs)) == 0 && !s->stopping) {
		bool refusing = g_atomic_int_get(&s->refusing);

		if (!refusing && !s->db->scrub && s->db->engine->log_pages(s->db) == 0) {
			g_cond_wait(&s->ready, &s->lock);
		} else if (!g_cond_wait_until(&s->ready, &s->lock, g_get_monotonic_time() + patience_ms(s) * 1000)) {
			g_mutex_unlock(&s->lock);
			idle(s);
			g_mutex_lock(&s->lock);
		}
	}
	g_mutex_unlock(&s->lock);
	return *n > 0;
}

static void *writer_thread(void *arg)
{
	struct store *s = arg;
	struct job *jobs[GROUP_MAX + 1];
	int n;

	while (wait_for_jobs(s, jobs, &n)) {
		run_group(s, jobs, n);
		finish_group(s, jobs, n);
		if (s->db->engine->log_pages(s->db) > CHECKPOINT_PAGES)
			s->db->engine->checkpoint(s->db, s->db->scrub);
	}
	s->db->engine->checkpoint(s->db, true);
	return NULL;
}

uint64_t store_commits(const struct store *s)
{
	return atomic_load_explicit(&s->commits, memory_order_acquire);
}

/* A store without a thread: the caller is the writer. */
static void run_here(struct store *s, struct job *j)
{
	do {
		run_group(s, &j, 1);
		if (j->done)
			j->done(j->arg, j->rc);
	} while (j->rc == JOB_MORE);
}

void store_submit(struct store *s, enum job_class class, job_run *run, job_done *done, void *arg)
{
	store_submit_together(s, class, run, done, arg, 0);
}

void store_submit_together(struct store *s, enum job_class class, job_run *run, job_done *done, void *arg, int64_t together)
{
	struct job j = { .class = class, .run = run, .done = done, .arg = arg, .together = together };

	if (s->thread)
		enqueue(s, g_memdup2(&j, sizeof(j)));
	else
		run_here(s, &j);
}

struct waiting {
	job_run *run;
	void *arg;
	GMutex lock;
	GCond over;
	bool finished;
	int rc;
};

static int run_waiting(struct db *db, void *arg)
{
	struct waiting *w = arg;

	return w->run(db, w->arg);
}

static void waiting_done(void *arg, int rc)
{
	struct waiting *w = arg;

	if (rc == JOB_MORE)
		return;
	g_mutex_lock(&w->lock);
	w->rc = rc;
	w->finished = true;
	g_cond_signal(&w->over);
	g_mutex_unlock(&w->lock);
}

int store_write(struct store *s, enum job_class class, job_run *run, void *arg)
{
	struct waiting w = { .run = run, .arg = arg };

	g_mutex_init(&w.lock);
	g_cond_init(&w.over);
	store_submit(s, class, run_waiting, waiting_done, &w);
	g_mutex_lock(&w.lock);
	while (!w.finished)
		g_cond_wait(&w.over, &w.lock);
	g_mutex_unlock(&w.lock);
	g_mutex_clear(&w.lock);
	g_cond_clear(&w.over);
	return w.rc;
}

/* ---- readers ---- */

/* A thread reads one store at a time; when it turns to another, its connection is opened anew. */
struct reader {
	const struct store *store;
	struct db *db;
};

static void close_reader(gpointer arg)
{
	struct reader *r = arg;

	db_close(r->db);
	g_free(r);
}

static GPrivate this_reader = G_PRIVATE_INIT(close_reader);

struct db *store_reader(struct store *s)
{
	struct reader *r = g_private_get(&this_reader);
	struct problem p = { 0 };
	struct db *db;

	if (!s->thread)
		return s->db;
	if (r && r->store == s)
		return r->db;
	db = db_sqlite_open(s->path, DB_READER, &p);
	if (!db) {
		log_error("store.reader", "%s", p.text);
		return NULL;
	}
	db->rulebook = s->rulebook;
	r = g_new(struct reader, 1);
	*r = (struct reader){ .store = s, .db = db };
	g_private_replace(&this_reader, r);
	return db;
}

void store_read_end(struct db *db)
{
	db->failed = false;
	arena_reset(db->arena);
}

/* ---- life ---- */

static struct store *store_new(struct db *db, struct rulebook *rulebook)
{
	struct store *s = g_new0(struct store, 1);

	s->db = db;
	s->rulebook = rulebook;
	db->rulebook = rulebook;
	db->ids = ids_new();
	db->urgent = &s->urgent;
	g_mutex_init(&s->lock);
	g_cond_init(&s->ready);
	for (int i = 0; i < JOB_CLASS_END; i++)
		g_queue_init(&s->queues[i]);
	return s;
}

struct store *store_alone(struct db *db, const char *folder, struct problem *p)
{
	struct rulebook *rulebook = rulebook_open(folder, p);

	if (rulebook)
		return store_new(db, rulebook);
	db_close(db);
	return NULL;
}

struct store *store_open(const char *folder, void (*broken)(void *arg), void *arg, struct problem *p)
{
	g_autofree char *path = g_build_filename(folder, "callsheet.db", NULL);
	struct rulebook *rulebook = rulebook_open(folder, p);
	struct db *db = rulebook ? db_sqlite_open(path, DB_WRITER, p) : NULL;
	struct store *s;

	if (!db) {
		rulebook_free(rulebook);
		return NULL;
	}
	s = store_new(db, rulebook);
	s->path = g_steal_pointer(&path);
	s->broken = broken;
	s->broken_arg = arg;
	s->thread = g_thread_new("writer", writer_thread, s);
	return s;
}

struct rulebook *store_rulebook(struct store *s)
{
	return s->rulebook;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	if (s->thread) {
		g_mutex_lock(&s->lock);
		s->stopping = true;
		g_cond_signal(&s->ready);
		g_mutex_unlock(&s->lock);
		g_thread_join(s->thread);
		g_private_replace(&this_reader, NULL); /* this thread's reader, if it has one */
	}
	ids_free(s->db->ids);
	db_close(s->db);
	rulebook_free(s->rulebook);
	g_mutex_clear(&s->lock);
	g_cond_clear(&s->ready);
	g_free(s->path);
	g_free(s);
}
