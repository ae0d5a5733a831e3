/* The send journal: what it proves, and when it proves nothing. */
#include "engine/journal.h"

#include "../store/house.h"

#include <signal.h>
#include <sys/resource.h>

enum { HEADER = 56, LINE = 16, BOOT_ID_AT = 8 };

static char *folder, *file;

static int begin(void **state)
{
	(void)state;
	folder = g_dir_make_tmp("callsheet-XXXXXX", NULL);
	file = g_build_filename(folder, "send-journal", NULL);
	return folder ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	house_remove(folder);
	g_clear_pointer(&folder, g_free);
	g_clear_pointer(&file, g_free);
	return 0;
}

/* A life of epoch 5 that sent attempts 7 and 9. */
static void a_life(void)
{
	struct problem p = { 0 };
	struct journal *j = journal_start(folder, 5, &p);

	assert_non_null(j);
	assert_int_equal(journal_sent(j, 7, 2), 0);
	assert_int_equal(journal_sent(j, 9, 2), 0);
	journal_close(j);
}

/* Whether the journal proves that the attempt was never sent. */
static bool proved(int64_t epoch, int64_t attempt)
{
	struct journal_past *past = journal_past(folder);
	bool never = journal_never_sent(past, epoch, attempt);

	journal_past_free(past);
	return never;
}

/* Changes the file by hand: cuts it, or alters a byte. */
static void damage(gsize keep, gssize flip)
{
	g_autofree char *data = NULL;
	gsize size;

	assert_true(g_file_get_contents(file, &data, &size, NULL));
	if (flip >= 0)
		data[flip] ^= 1;
	g_file_set_contents(file, data, (gssize)MIN(size, keep), NULL);
}

static void what_is_recorded_may_have_been_sent(void **state)
{
	(void)state;
	a_life();
	assert_false(proved(5, 7));
	assert_false(proved(5, 9));
	assert_true(proved(5, 8));
	assert_true(proved(5, 10));
}

static void another_epoch_proves_nothing(void **state)
{
	(void)state;
	a_life();
	assert_false(proved(4, 8));
	assert_false(proved(6, 8));
}

static void without_a_journal_nothing_is_proved(void **state)
{
	(void)state;
	assert_null(journal_past(folder));
	assert_false(proved(5, 8));
}

static void another_boot_proves_nothing(void **state)
{
	(void)state;
	a_life();
	damage(SIZE_MAX, BOOT_ID_AT + 3);
	assert_false(proved(5, 8));
}

static void another_file_proves_nothing(void **state)
{
	(void)state;
	a_life();
	damage(SIZE_MAX, 0);
	assert_false(proved(5, 8));
	damage(HEADER - 1, 0);
	assert_false(proved(5, 8));
}

static void an_empty_journal_proves_that_nothing_was_sent(void **state)
{
	struct problem p = { 0 };

	(void)state;
	journal_close(journal_start(folder, 5, &p));
	assert_true(proved(5, 7));
}

/* The last line is cut at every byte: 7 is always known; 9 counts as sent once its id is there. */
static void a_torn_tail(void **state)
{
	(void)state;
	for (gsize left = 0; left <= LINE; left++) {
		a_life();
		damage(HEADER + LINE + left, -1);
		assert_false(proved(5, 7));
		assert_int_equal(proved(5, 9), left < 8);
		assert_true(proved(5, 8));
	}
}

static void a_new_life_begins_a_new_journal(void **state)
{
	struct problem p = { 0 };
	struct journal *j;

	(void)state;
	a_life();
	j = journal_start(folder, 6, &p);
	assert_int_equal(journal_sent(j, 8, 3), 0);
	assert_false(proved(5, 10));
	assert_false(proved(6, 8));
	assert_true(proved(6, 7));
	journal_close(j);
}

static void a_folder_that_is_not_there_is_a_problem(void **state)
{
	struct problem p = { 0 };

	(void)state;
	assert_null(journal_start("/nowhere/at/all", 5, &p));
	assert_int_equal(p.kind, PROBLEM_FAILED);
}

static void limit_files(rlim_t most)
{
	struct rlimit l;

	getrlimit(RLIMIT_FSIZE, &l);
	l.rlim_cur = most;
	setrlimit(RLIMIT_FSIZE, &l);
}

/* The disk is full in the middle of a line, and later has room: what was sent after it must be readable. */
static void a_full_disk_spoils_no_later_line(void **state)
{
	struct problem p = { 0 };
	struct journal *j = journal_start(folder, 5, &p);

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	for (int part = 0; part < LINE; part += 4) {
		assert_int_equal(journal_sent(j, 100 + part, 1), 0);
		limit_files((rlim_t)(HEADER + LINE * (part / 2 + 1) + part));
		assert_int_equal(journal_sent(j, 200 + part, 1), -1);
		assert_int_equal(journal_sent(j, 300 + part, 1), -1);
		limit_files(RLIM_INFINITY);
		assert_int_equal(journal_sent(j, 400 + part, 1), 0);
	}
	journal_close(j);
	for (int part = 0; part < LINE; part += 4) {
		assert_false(proved(5, 100 + part));
		assert_false(proved(5, 400 + part));
		assert_true(proved(5, 500 + part));
	}
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_is_recorded_may_have_been_sent),
		CASE(another_epoch_proves_nothing),
		CASE(without_a_journal_nothing_is_proved),
		CASE(another_boot_proves_nothing),
		CASE(another_file_proves_nothing),
		CASE(an_empty_journal_proves_that_nothing_was_sent),
		CASE(a_torn_tail),
		CASE(a_new_life_begins_a_new_journal),
		CASE(a_folder_that_is_not_there_is_a_problem),
		CASE(a_full_disk_spoils_no_later_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
