/* Jobs in pieces: each is durable before the next, a piece that fails leaves those before, and others come in between. */
#include "store/ledger.h"
#include "store/writer.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

struct work {
	int pieces, fail_at; /* -1: never */
	int done, ends, rc;
	bool broken;          /* fails by a statement instead of refusing */
	GString *order;
	char letter;
	GMutex lock;
	GCond over;
};

static int run(struct db *db, void *arg)
{
	struct work *w = arg;

	ledger_epoch(db); /* a number that grows by one */
	if (w->done == w->fail_at) {
		db->failed = w->broken;
		return 1;
	}
	return w->done + 1 < w->pieces ? JOB_MORE : JOB_KEEP;
}

static void done(void *arg, int rc)
{
	struct work *w = arg;

	g_mutex_lock(&w->lock);
	if (rc == JOB_MORE || rc == JOB_KEEP)
		w->done++;
	if (w->order)
		g_string_append_c(w->order, w->letter);
	if (rc != JOB_MORE) {
		w->ends++;
		w->rc = rc;
		g_cond_signal(&w->over);
	}
	g_mutex_unlock(&w->lock);
}

static void wait_for(struct work *w)
{
	g_mutex_lock(&w->lock);
	while (!w->ends)
		g_cond_wait(&w->over, &w->lock);
	g_mutex_unlock(&w->lock);
}

static int pieces_in(struct db *db, void *arg)
{
	*(int64_t *)arg = ledger_epoch(db) - 1;
	return 1; /* only looked */
}

struct place {
	char *folder;
	struct store *store;
};

static int set_up(void **state)
{
	struct place *p = g_new0(struct place, 1);
	struct problem problem = { 0 };

	p->folder = g_dir_make_tmp("callsheet-XXXXXX", NULL);
	p->store = store_open(p->folder, NULL, NULL, &problem);
	*state = p;
	return p->store ? 0 : -1;
}

static int tear_down(void **state)
{
	static const char *const files[] = { "callsheet.db", "callsheet.db-wal", "callsheet.db-shm" };
	struct place *p = *state;

	store_close(p->store);
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(p->folder, files[i], NULL);

		g_unlink(path);
	}
	g_rmdir(p->folder);
	g_free(p->folder);
	g_free(p);
	return 0;
}

static int64_t kept(struct place *p)
{
	int64_t n = -1;

	store_write(p->store, JOB_SINGLE, pieces_in, &n);
	return n;
}

static void all_pieces_are_kept(void **state)
{
	struct place *p = *state;
	struct work w = { .pieces = 5, .fail_at = -1 };

	store_submit(p->store, JOB_BULK, run, done, &w);
	wait_for(&w);
	assert_int_equal(w.rc, JOB_KEEP);
	assert_int_equal(w.done, 5);
	assert_int_equal(w.ends, 1);
	assert_int_equal(kept(p), 5);
}

static void what_was_before_a_failure_stays(void **state)
{
	struct place *p = *state;

	for (int broken = 0; broken < 2; broken++) {
		int64_t before = kept(p);
		struct work w = { .pieces = 5, .fail_at = 2, .broken = broken };

		store_submit(p->store, JOB_BULK, run, done, &w);
		wait_for(&w);
		assert_int_equal(w.rc, broken ? STORE_FAILED : 1);
		assert_int_equal(w.done, 2);
		assert_int_equal(kept(p), before + 2);
	}
}

static void single_jobs_come_in_between(void **state)
{
	struct place *p = *state;
	GString *order = g_string_new(NULL);
	struct work bulk = { .pieces = 200, .fail_at = -1, .order = order, .letter = 'b' };
	struct work one = { .pieces = 1, .fail_at = -1, .order = order, .letter = 's' };

	store_submit(p->store, JOB_BULK, run, done, &bulk);
	store_submit(p->store, JOB_SINGLE, run, done, &one);
	wait_for(&one);
	wait_for(&bulk);
	assert_true(strchr(order->str, 's') - order->str < 199);
	g_string_free(order, TRUE);
}

/* ---- who waits ---- */

struct patient {
	GMutex lock;
	GCond begun;
	bool running, alone_was_hurried;
};

static int until_hurried(struct db *db, void *arg)
{
	struct patient *p = arg;

	g_mutex_lock(&p->lock);
	p->alone_was_hurried = db_hurried(db);
	p->running = true;
	g_cond_signal(&p->begun);
	g_mutex_unlock(&p->lock);
	while (!db_hurried(db))
		g_thread_yield();
	return JOB_KEEP;
}

static void a_long_job_sees_that_others_wait(void **state)
{
	struct place *place = *state;
	struct patient p = { .running = false };
	int64_t epoch;

	g_mutex_init(&p.lock);
	g_cond_init(&p.begun);
	store_submit(place->store, JOB_BULK, until_hurried, NULL, &p);
	g_mutex_lock(&p.lock);
	while (!p.running)
		g_cond_wait(&p.begun, &p.lock);
	g_mutex_unlock(&p.lock);
	assert_int_equal(store_write(place->store, JOB_SINGLE, pieces_in, &epoch), 1);
	assert_false(p.alone_was_hurried);
	g_mutex_clear(&p.lock);
	g_cond_clear(&p.begun);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_pieces_are_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_before_a_failure_stays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(single_jobs_come_in_between, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_long_job_sees_that_others_wait, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
