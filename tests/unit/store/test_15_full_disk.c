/*
 * A full disk, made by a layer under SQLite that grants the write-ahead log so many bytes and no more: who did not fit
 * is told, who fits succeeds, nothing half-made stays, and all is well once there is room again.
 */
#include "store/writer.h"

#include "house.h"
#include "store/events.h"

#include <unistd.h>

/* ---- the disk ---- */

static struct {
	GMutex lock;
	sqlite3_int64 most; /* bytes a log may have; < 0: no limit */
	bool broken;        /* writes fail for a reason other than room */
	const sqlite3_io_methods *real;
	sqlite3_io_methods limited;
	sqlite3_vfs vfs, *base;
} disk = { .most = -1 };

static void disk_set(sqlite3_int64 most, bool broken)
{
	g_mutex_lock(&disk.lock);
	disk.most = most;
	disk.broken = broken;
	g_mutex_unlock(&disk.lock);
}

static int limited_write(sqlite3_file *f, const void *data, int n, sqlite3_int64 at)
{
	sqlite3_int64 most;
	bool broken;

	g_mutex_lock(&disk.lock);
	most = disk.most;
	broken = disk.broken;
	g_mutex_unlock(&disk.lock);
	if (broken)
		return SQLITE_IOERR_WRITE;
	if (most >= 0 && at + n > most)
		return SQLITE_FULL;
	return disk.real->xWrite(f, data, n, at);
}

static int limited_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out)
{
	int rc = disk.base->xOpen(disk.base, name, f, flags, out);

	(void)vfs;
	if (rc == SQLITE_OK && f->pMethods && (flags & SQLITE_OPEN_WAL)) {
		disk.real = f->pMethods;
		disk.limited = *f->pMethods;
		disk.limited.xWrite = limited_write;
		f->pMethods = &disk.limited;
	}
	return rc;
}

static int disk_install(void **state)
{
	(void)state;
	disk.base = sqlite3_vfs_find(NULL);
	disk.vfs = *disk.base;
	disk.vfs.zName = "limited";
	disk.vfs.xOpen = limited_open;
	return sqlite3_vfs_register(&disk.vfs, 1);
}

/* ---- the house on it ---- */

static struct house house;
static struct store *store;
static int told_broken;

static void note_broken(void *arg)
{
	(void)arg;
	told_broken++;
}

static void open_store(void)
{
	struct problem p = { 0 };

	store = store_open(house.folder, note_broken, NULL, &p);
	if (!store)
		fail_msg("%s", p.text);
}

static int begin(void **state)
{
	(void)state;
	disk_set(-1, false);
	told_broken = 0;
	house_open(&house);
	house_db_close(&house);
	open_store();
	return 0;
}

static int end(void **state)
{
	(void)state;
	disk_set(-1, false);
	store_close(store);
	house_close(&house);
	return 0;
}

/* Writes so many events of a kilobyte each, and its name last. */
struct load {
	const char *name;
	int events;
	int told;
};

static int load_run(struct db *db, void *arg)
{
	struct load *l = arg;
	g_autofree char *filler = g_strnfill(1000, 'x');

	for (int i = 0; i < l->events; i++)
		event_add(db, 1, T0, &(struct event){ .type = "filler", .data = filler });
	event_add(db, 1, T0, &(struct event){ .type = l->name });
	return JOB_KEEP;
}

static void load_done(void *arg, int rc)
{
	((struct load *)arg)->told = rc;
}

static int gate_run(struct db *db, void *arg)
{
	(void)db;
	g_mutex_lock(arg);
	g_mutex_unlock(arg);
	return JOB_KEEP;
}

/* Runs the loads as one group. */
static void run_together(struct load *loads, int n)
{
	GMutex gate;

	g_mutex_init(&gate);
	g_mutex_lock(&gate);
	store_submit(store, JOB_SINGLE, gate_run, NULL, &gate);
	for (int i = 0; i < n; i++)
		store_submit(store, JOB_SINGLE, load_run, load_done, &loads[i]);
	g_mutex_unlock(&gate);
	store_write(store, JOB_BULK, gate_run, &gate);
	g_mutex_clear(&gate);
}

static int64_t events(const char *type)
{
	return ask(&house, "SELECT count(*) FROM event WHERE type = '%s'", type);
}

static int64_t sound(void)
{
	return ask(&house, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'");
}

static void what_fits_succeeds(void **state)
{
	struct load loads[] = { { "small", 1 }, { "big", 4000 }, { "small", 1 }, { "big", 4000 }, { "small", 1 } };

	(void)state;
	disk_set(1 << 20, false);
	run_together(loads, 5);
	for (int i = 0; i < 5; i++)
		assert_int_equal(loads[i].told, i % 2 ? STORE_FAILED : JOB_KEEP);
	assert_int_equal(events("small"), 3);
	assert_int_equal(events("big"), 0);
	assert_int_equal(events("filler"), 3);
	assert_int_equal(sound(), 1);
}

static void nobody_fits_and_then_everybody(void **state)
{
	struct load loads[] = { { "one", 1 }, { "two", 1 }, { "three", 40 } };

	(void)state;
	disk_set(0, false);
	run_together(loads, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(loads[i].told, STORE_FAILED);
	assert_int_equal(events("filler"), 0);
	disk_set(-1, false);
	run_together(loads, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(loads[i].told, JOB_KEEP);
	assert_int_equal(events("filler"), 42);
	assert_int_equal(sound(), 1);
}

static void a_full_disk_is_not_a_broken_one(void **state)
{
	struct load l = { "one", 1 };

	(void)state;
	disk_set(0, false);
	assert_int_equal(store_write(store, JOB_SINGLE, load_run, &l), STORE_FAILED);
	disk_set(-1, false);
	assert_int_equal(store_write(store, JOB_SINGLE, load_run, &l), JOB_KEEP);
	assert_int_equal(told_broken, 0);
}

static void a_broken_disk_is_told_once(void **state)
{
	struct load l = { "one", 1 };

	(void)state;
	disk_set(-1, true);
	for (int i = 0; i < 3; i++)
		assert_int_equal(store_write(store, JOB_SINGLE, load_run, &l), STORE_FAILED);
	assert_int_equal(told_broken, 1);
	assert_int_equal(events("one"), 0);
}

static int draw_run(struct db *db, void *arg)
{
	*(int64_t *)arg = ids_next(db, ID_TALENT);
	event_add(db, 1, T0, &(struct event){ .type = "id", .talent_id = *(int64_t *)arg });
	return JOB_KEEP;
}

static void ids_never_come_twice(void **state)
{
	int64_t id, last = 0;

	(void)state;
	for (int i = 0; i < 60; i++) {
		int rc;

		disk_set(i % 4 == 1 ? 0 : -1, false);
		rc = store_write(store, JOB_SINGLE, draw_run, &id);
		assert_int_equal(rc, i % 4 == 1 ? STORE_FAILED : JOB_KEEP);
		if (rc != JOB_KEEP)
			continue;
		assert_true(id > last);
		last = id;
	}
	assert_int_equal(ask(&house, "SELECT count(DISTINCT talent_id) FROM event WHERE type = 'id'"), 45);
}

static void what_was_kept_is_there_after_a_restart(void **state)
{
	struct load small = { "small", 1 }, big = { "big", 4000 };

	(void)state;
	disk_set(1 << 20, false);
	assert_int_equal(store_write(store, JOB_SINGLE, load_run, &small), JOB_KEEP);
	assert_int_equal(store_write(store, JOB_SINGLE, load_run, &big), STORE_FAILED);
	store_close(store);
	disk_set(-1, false);
	open_store();
	assert_int_equal(events("small"), 1);
	assert_int_equal(events("filler"), 1);
	assert_int_equal(sound(), 1);
}

/* A job that would refuse by itself when the connection has failed. */
static int tight_run(struct db *db, void *arg)
{
	struct load *l = arg;

	load_run(db, l);
	return db_failed(db) ? 1 : JOB_KEEP;
}

static void a_refusal_of_its_own_does_not_hide_the_disks(void **state)
{
	struct load l = { "big", 4000 };

	(void)state;
	disk_set(1 << 20, false);
	assert_int_equal(store_write(store, JOB_SINGLE, tight_run, &l), STORE_FAILED);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_fits_succeeds),
		CASE(nobody_fits_and_then_everybody),
		CASE(a_full_disk_is_not_a_broken_one),
		CASE(a_broken_disk_is_told_once),
		CASE(ids_never_come_twice),
		CASE(what_was_kept_is_there_after_a_restart),
		CASE(a_refusal_of_its_own_does_not_hide_the_disks),
	};

	return cmocka_run_group_tests(tests, disk_install, NULL);
}
