/* The writer: jobs committed together, each undone alone; what readers see; ids that never come twice. */
#include "store/writer.h"

#include "house.h"
#include "store/events.h"
#include "store/ledger.h"

struct desk {
	struct house house;
	struct store *store;
	GMutex gate;   /* held: the writer waits in its job, and what is submitted meanwhile is one group */
};

static void open_store(struct desk *d)
{
	struct problem p = { 0 };

	house_db_close(&d->house);
	d->store = store_open(d->house.folder, NULL, NULL, &p);
	if (!d->store)
		fail_msg("%s", p.text);
}

static int begin(void **state)
{
	struct desk *d = g_new0(struct desk, 1);

	house_open(&d->house);
	g_mutex_init(&d->gate);
	open_store(d);
	*state = d;
	return 0;
}

static int end(void **state)
{
	struct desk *d = *state;

	store_close(d->store);
	house_close(&d->house);
	g_mutex_clear(&d->gate);
	g_free(d);
	return 0;
}

/* ---- jobs ---- */

/* A job that writes an event of its type and returns its rc. */
struct note {
	const char *type;
	int rc, told, times;
	int64_t id; /* an id it drew */
};

static int note_run(struct db *db, void *arg)
{
	struct note *n = arg;

	n->times++;
	n->id = ids_next(db, ID_TALENT);
	event_add(db, 1, T0, &(struct event){ .type = n->type, .talent_id = n->id });
	return n->rc;
}

static void note_done(void *arg, int rc)
{
	((struct note *)arg)->told = rc;
}

static int gate_run(struct db *db, void *arg)
{
	(void)db;
	g_mutex_lock(arg);
	g_mutex_unlock(arg);
	return JOB_KEEP;
}

static int nothing_run(struct db *db, void *arg)
{
	(void)db, (void)arg;
	return JOB_KEEP;
}

static void flush(struct desk *d)
{
	store_write(d->store, JOB_BULK, nothing_run, NULL); /* behind everything */
}

static void shut_gate(struct desk *d)
{
	g_mutex_lock(&d->gate);
	store_submit(d->store, JOB_SINGLE, gate_run, NULL, &d->gate);
}

static int64_t events(struct desk *d, const char *type)
{
	return ask(&d->house, "SELECT count(*) FROM event WHERE type = '%s'", type);
}

/* ---- tests ---- */

struct worker {
	struct desk *desk;
	int missing;
};

static void *work(void *arg)
{
	struct worker *w = arg;

	for (int i = 0; i < 50; i++) {
		struct note n = { .type = "worker" };

		if (store_write(w->desk->store, i % 3 ? JOB_SINGLE : JOB_DISPATCH, note_run, &n) != JOB_KEEP)
			w->missing++;
	}
	return NULL;
}

static void what_many_threads_wrote_is_there(void **state)
{
	struct desk *d = *state;
	struct worker w[8] = { 0 };
	GThread *t[8];

	for (int i = 0; i < 8; i++) {
		w[i].desk = d;
		t[i] = g_thread_new("worker", work, &w[i]);
	}
	for (int i = 0; i < 8; i++) {
		g_thread_join(t[i]);
		assert_int_equal(w[i].missing, 0);
	}
	assert_int_equal(events(d, "worker"), 400);
	assert_int_equal(ask(&d->house, "SELECT count(DISTINCT talent_id) FROM event WHERE type = 'worker'"), 400);
}

static void a_refusal_undoes_itself_alone(void **state)
{
	struct desk *d = *state;
	struct note notes[5] = { { "good" }, { "bad", 7 }, { "good" }, { "bad", 1 }, { "good" } };

	shut_gate(d);
	for (int i = 0; i < 5; i++)
		store_submit(d->store, JOB_SINGLE, note_run, note_done, &notes[i]);
	g_mutex_unlock(&d->gate);
	flush(d);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(notes[i].told, notes[i].rc);
		assert_int_equal(notes[i].times, 1);
	}
	assert_int_equal(events(d, "good"), 3);
	assert_int_equal(events(d, "bad"), 0);
}

/* ---- together ---- */

/* A job that counts in what it shares; `settled` is written once for all of them. */
struct tally {
	int n;
};

static void settle(struct db *db, void *arg)
{
	g_autofree char *data = g_strdup_printf("%d", ((struct tally *)arg)->n);

	event_add(db, 1, T0, &(struct event){ .type = "settled", .data = data });
}

static int tally_run(struct db *db, void *arg)
{
	struct note *n = arg;
	struct tally *t = db_shared(db, settle);

	n->times++;
	if (n->rc)
		return n->rc;
	if (!t) {
		t = arena_alloc(db->arena, sizeof(*t));
		db_share(db, settle, t);
	}
	t->n++;
	if (n->type) /* a statement that fails: of no workspace */
		event_add(db, DB_NULL, T0, &(struct event){ .type = n->type });
	return JOB_KEEP;
}

static void assert_settled(struct desk *d, const char *want)
{
	assert_says(&d->house, want, "SELECT coalesce(group_concat(data, ' '), '') FROM"
				     " (SELECT data FROM event WHERE type = 'settled' ORDER BY event_id)");
}

static void jobs_of_one_number_share_until_another_comes(void **state)
{
	struct desk *d = *state;
	struct note notes[8] = { { 0 } }, other = { "other" };

	notes[1].rc = 4; /* refused, and nobody else's matter */
	shut_gate(d);
	for (int i = 0; i < 4; i++)
		store_submit_together(d->store, JOB_SINGLE, tally_run, note_done, &notes[i], 9);
	store_submit(d->store, JOB_SINGLE, note_run, note_done, &other);
	for (int i = 4; i < 6; i++)
		store_submit_together(d->store, JOB_SINGLE, tally_run, note_done, &notes[i], 9);
	store_submit_together(d->store, JOB_SINGLE, tally_run, note_done, &notes[6], 8);
	store_submit(d->store, JOB_SINGLE, tally_run, note_done, &notes[7]); /* with nobody */
	g_mutex_unlock(&d->gate);
	flush(d);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(notes[i].told, notes[i].rc);
		assert_int_equal(notes[i].times, 1);
	}
	assert_settled(d, "3 2 1 1");
}

static void one_that_fails_leaves_the_others_theirs(void **state)
{
	struct desk *d = *state;
	struct note notes[3] = { { 0 }, { "fails" }, { 0 } };

	shut_gate(d);
	for (int i = 0; i < 3; i++)
		store_submit_together(d->store, JOB_SINGLE, tally_run, note_done, &notes[i], 9);
	g_mutex_unlock(&d->gate);
	flush(d);
	assert_int_equal(notes[0].told, JOB_KEEP);
	assert_int_equal(notes[1].told, STORE_FAILED);
	assert_int_equal(notes[2].told, JOB_KEEP);
	assert_settled(d, "1 1"); /* each alone */
}

static void the_caller_is_told_the_refusal(void **state)
{
	struct desk *d = *state;
	struct note n = { "bad", 42 };

	assert_int_equal(store_write(d->store, JOB_SINGLE, note_run, &n), 42);
	assert_int_equal(events(d, "bad"), 0);
}

/* A row with an id that is taken: the statement fails, whatever the job returns. */
static int collide_run(struct db *db, void *arg)
{
	struct note *n = arg;

	note_run(db, n);
	for (int i = 0; i < 2; i++)
		campaign_add(db, 1, &(struct campaign){ .campaign_id = 1, .title = NULL }, &(struct schedule){ .n = 1 });
	assert_true(db_failed(db));
	return JOB_KEEP;
}

static void a_failed_statement_fails_the_job_alone(void **state)
{
	struct desk *d = *state;
	struct note bad = { "bad" }, good[2] = { { "good" }, { "good" } };

	shut_gate(d);
	store_submit(d->store, JOB_SINGLE, note_run, note_done, &good[0]);
	store_submit(d->store, JOB_SINGLE, collide_run, note_done, &bad);
	store_submit(d->store, JOB_SINGLE, note_run, note_done, &good[1]);
	g_mutex_unlock(&d->gate);
	flush(d);
	assert_int_equal(bad.told, STORE_FAILED);
	assert_int_equal(good[0].told, JOB_KEEP);
	assert_int_equal(good[1].told, JOB_KEEP);
	assert_int_equal(events(d, "bad"), 0);
	assert_int_equal(events(d, "good"), 2);
}

static int pieces_run(struct db *db, void *arg)
{
	struct note *n = arg;

	note_run(db, n);
	return n->times < 5 ? JOB_MORE : JOB_KEEP;
}

static void a_bulk_job_goes_on_until_it_is_done(void **state)
{
	struct desk *d = *state;
	struct note n = { "piece" };

	assert_int_equal(store_write(d->store, JOB_BULK, pieces_run, &n), JOB_KEEP);
	assert_int_equal(n.times, 5);
	assert_int_equal(events(d, "piece"), 5);
}

/* Writes down in which order the classes ran. */
static GString *order;

static int order_run(struct db *db, void *arg)
{
	(void)db;
	g_string_append(order, arg);
	return JOB_KEEP;
}

static void the_dispatcher_goes_first_and_bulk_last(void **state)
{
	struct desk *d = *state;

	order = g_string_new(NULL);
	shut_gate(d);
	store_submit(d->store, JOB_BULK, order_run, NULL, "b");
	store_submit(d->store, JOB_SINGLE, order_run, NULL, "s");
	store_submit(d->store, JOB_DISPATCH, order_run, NULL, "d");
	store_submit(d->store, JOB_SINGLE, order_run, NULL, "t");
	g_mutex_unlock(&d->gate);
	flush(d);
	assert_string_equal(order->str, "dstb");
	g_string_free(order, TRUE);
}

struct peek {
	struct desk *desk;
	int64_t during;
};

static int peek_run(struct db *db, void *arg)
{
	struct peek *p = arg;

	event_add(db, 1, T0, &(struct event){ .type = "peek" });
	p->during = events(p->desk, "peek");
	return JOB_KEEP;
}

static void others_see_only_what_is_committed(void **state)
{
	struct peek p = { .desk = *state };

	assert_int_equal(store_write(p.desk->store, JOB_SINGLE, peek_run, &p), JOB_KEEP);
	assert_int_equal(p.during, 0);
	assert_int_equal(events(p.desk, "peek"), 1);
}

static void a_reader_reads_and_cannot_write(void **state)
{
	struct desk *d = *state;
	struct db *db = store_reader(d->store);
	int64_t company, user;

	assert_ptr_equal(db, store_reader(d->store));
	assert_true(account_first(db, &company, &user));
	assert_int_equal(company, d->house.account.company_id);
	store_read_end(db);
	assert_int_equal(ledger_epoch(db), 0);
	assert_true(db_failed(db));
	store_read_end(db);
	assert_true(account_exists(db));
	store_read_end(db);
}

static void ids_never_come_twice(void **state)
{
	struct desk *d = *state;
	int64_t last = 0;

	for (int i = 0; i < 300; i++) {
		struct note n = { "id", i % 7 == 3 };

		if (i % 100 == 99) {
			store_close(d->store);
			open_store(d);
		}
		store_write(d->store, JOB_SINGLE, note_run, &n);
		if (n.rc)
			continue; /* undone: its id was never anybody's */
		assert_true(n.id > last);
		last = n.id;
	}
	assert_int_equal(ask(&d->house, "SELECT count(*) FROM event WHERE type = 'id'"),
			 ask(&d->house, "SELECT count(DISTINCT talent_id) FROM event WHERE type = 'id'"));
}

static void what_was_queued_is_done_before_it_closes(void **state)
{
	struct desk *d = *state;
	struct note notes[20];

	shut_gate(d);
	for (int i = 0; i < 20; i++) {
		notes[i] = (struct note){ .type = "last", .told = -5 };
		store_submit(d->store, i % 2 ? JOB_BULK : JOB_SINGLE, note_run, note_done, &notes[i]);
	}
	g_mutex_unlock(&d->gate);
	store_close(d->store);
	d->store = NULL;
	assert_int_equal(events(d, "last"), 20);
	for (int i = 0; i < 20; i++)
		assert_int_equal(notes[i].told, JOB_KEEP);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_many_threads_wrote_is_there),
		CASE(a_refusal_undoes_itself_alone),
		CASE(jobs_of_one_number_share_until_another_comes),
		CASE(one_that_fails_leaves_the_others_theirs),
		CASE(the_caller_is_told_the_refusal),
		CASE(a_failed_statement_fails_the_job_alone),
		CASE(a_bulk_job_goes_on_until_it_is_done),
		CASE(the_dispatcher_goes_first_and_bulk_last),
		CASE(others_see_only_what_is_committed),
		CASE(a_reader_reads_and_cannot_write),
		CASE(ids_never_come_twice),
		CASE(what_was_queued_is_done_before_it_closes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
