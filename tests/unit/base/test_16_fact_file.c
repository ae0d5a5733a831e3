/* Files of facts: words a line, faults by line, and the data folder's in the place of the built-in one. */
#include "base/fact_file.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void lines_are_words(void **state)
{
	struct problem p = { 0 };
	struct fact_lines f = { .rest = "# a comment\n\n  one\ttwo  three\r\nfour # five\n   #\nsix", .origin = "x", .p = &p };

	(void)state;
	assert_true(fact_next(&f));
	assert_int_equal(f.line, 3);
	assert_int_equal(f.n, 3);
	assert_string_equal(f.word[2], "three");
	assert_null(f.word[3]);
	assert_true(fact_next(&f));
	assert_int_equal(f.n, 1);
	assert_string_equal(f.word[0], "four");
	assert_true(fact_next(&f));
	assert_int_equal(f.line, 6);
	assert_string_equal(f.word[0], "six");
	assert_false(fact_next(&f));
	assert_int_equal(p.kind, PROBLEM_NONE);
}

static void a_fault_names_the_line_and_ends_it(void **state)
{
	struct problem p = { 0 };
	struct fact_lines f = { .rest = "one\ntwo\nthree\n", .origin = "/etc/facts", .p = &p };

	(void)state;
	assert_true(fact_next(&f) && fact_next(&f));
	assert_int_equal(fact_fault(&f, "\"%s\" is wrong", f.word[0]), -1);
	assert_string_equal(p.text, "/etc/facts line 2: \"two\" is wrong");
	assert_int_equal(p.kind, PROBLEM_CONFIG);
	assert_false(fact_next(&f));
}

static void lines_have_bounds(void **state)
{
	g_autofree char *letters = g_strnfill(1024, 'a');
	g_autoptr(GString) words = g_string_new("a");

	(void)state;
	for (int i = 0; i < FACT_WORDS; i++)
		g_string_append(words, " a");
	for (int i = 0; i < 2; i++) {
		struct problem p = { 0 };
		struct fact_lines f = { .rest = i ? letters : words->str, .origin = "x", .p = &p };

		assert_false(fact_next(&f));
		assert_true(g_str_has_prefix(p.text, "x line 1: "));
	}
}

static void dates_and_numbers(void **state)
{
	(void)state;
	assert_int_equal(fact_date("2026-11-24"), 20261124);
	assert_int_equal(fact_date("2028-02-29"), 20280229);
	assert_int_equal(fact_date("2026-02-29"), 0);
	assert_int_equal(fact_date("2026-11-24x"), 0);
	assert_int_equal(fact_date("26-11-24"), 0);
	assert_int_equal(fact_date("2026--1-24"), 0);
	assert_int_equal(fact_number("12", 1, 12), 12);
	assert_int_equal(fact_number("13", 1, 12), -1);
	assert_int_equal(fact_number("1x", 1, 12), -1);
	assert_int_equal(fact_number("", 1, 12), -1);
}

static void the_folders_file_goes_before(void **state)
{
	g_autofree char *folder = g_dir_make_tmp("callsheet-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "calling-hours", NULL);
	g_autofree char *text = NULL, *origin = NULL, *own = NULL, *own_origin = NULL, *unused = NULL;
	struct problem p = { 0 };

	(void)state;
	text = fact_file_read(folder, "calling-hours", &origin, &p);
	assert_non_null(strstr(text, "\nhours * "));
	assert_string_equal(origin, "built-in calling-hours");
	assert_true(g_file_set_contents(path, "mine", -1, NULL));
	own = fact_file_read(folder, "calling-hours", &own_origin, &p);
	assert_string_equal(own, "mine");
	assert_string_equal(own_origin, path);
	g_unlink(path);
	g_mkdir(path, 0700); /* there, and nothing to read */
	assert_null(fact_file_read(folder, "calling-hours", &unused, &p));
	assert_int_equal(p.kind, PROBLEM_CONFIG);
	assert_non_null(strstr(p.text, path));
	g_rmdir(path);
	g_rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_words),
		cmocka_unit_test(a_fault_names_the_line_and_ends_it),
		cmocka_unit_test(lines_have_bounds),
		cmocka_unit_test(dates_and_numbers),
		cmocka_unit_test(the_folders_file_goes_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
