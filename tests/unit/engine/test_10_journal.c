/* The send journal: what it proves, and what it must not after a disk that filled up. */
#include "engine/journal.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

enum { EPOCH = 7, HEAD = 64, LINE = 16 };

static char *folder;

static int make_folder(void **state)
{
	(void)state;
	folder = g_dir_make_tmp("journal-XXXXXX", NULL);
	return folder ? 0 : -1;
}

static int remove_folder(void **state)
{
	g_autofree char *path = g_build_filename(folder, "send-journal", NULL);

	(void)state;
	g_unlink(path);
	g_rmdir(folder);
	g_free(folder);
	return 0;
}

static struct journal *start(void)
{
	struct problem p = { 0 };
	struct journal *j = journal_start(folder, EPOCH, &p);

	assert_non_null(j);
	return j;
}

static void test_proves_what_was_not_sent(void **state)
{
	struct journal *j = start();
	struct journal_past *past;

	(void)state;
	assert_int_equal(journal_sent(j, 41, 2), 0);
	assert_int_equal(journal_sent(j, 42, 2), 0);
	journal_close(j);
	past = journal_past(folder);
	assert_non_null(past);
	assert_false(journal_never_sent(past, EPOCH, 41));
	assert_false(journal_never_sent(past, EPOCH, 42));
	assert_true(journal_never_sent(past, EPOCH, 43));
	assert_false(journal_never_sent(past, EPOCH - 1, 43)); /* another life's: no proof */
	assert_false(journal_never_sent(NULL, EPOCH, 43));
	journal_past_free(past);
}

static void limit_files(rlim_t size)
{
	struct rlimit r;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &r), 0);
	r.rlim_cur = size;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &r), 0);
}

/* Half a line, then room again: what is sent afterwards must still be found. */
static void test_a_torn_line_does_not_hide_the_next_ones(void **state)
{
	struct journal *j = start();
	struct journal_past *past;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(journal_sent(j, 41, 1), 0);
	limit_files(HEAD + LINE + LINE / 2);
	assert_int_equal(journal_sent(j, 42, 1), -1);
	assert_int_equal(journal_sent(j, 43, 1), -1);
	limit_files(RLIM_INFINITY);
	assert_int_equal(journal_sent(j, 44, 1), 0);
	assert_int_equal(journal_sent(j, 45, 1), 0);
	journal_close(j);
	past = journal_past(folder);
	assert_false(journal_never_sent(past, EPOCH, 41));
	assert_false(journal_never_sent(past, EPOCH, 44));
	assert_false(journal_never_sent(past, EPOCH, 45));
	assert_true(journal_never_sent(past, EPOCH, 43));
	journal_past_free(past);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_proves_what_was_not_sent, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_a_torn_line_does_not_hide_the_next_ones, make_folder,
						remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
