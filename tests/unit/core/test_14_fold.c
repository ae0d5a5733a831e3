/* Text that is the same to people folds to the same key. */
#include "core/fold.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

static void the_same_to_people(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "STRASSE", "Straße", true },
		{ "strasse", "STRAẞE", true },
		{ "caf\xc3\xa9", "CAFE\xcc\x81", true },          /* é composed, É decomposed */
		{ "\xef\xac\x81sh", "FISH", true },              /* the ligature fi */
		{ "Ａｄａ", "ada", true },                        /* full width */
		{ "ΣΊΣΥΦΟΣ", "σίσυφος", true },                  /* a final sigma is a sigma */
		{ "İstanbul", "i\xcc\x87stanbul", true },        /* a dotted capital is an i and its dot … */
		{ "İstanbul", "istanbul", false },               /* … and not an i */
		{ "ILGAZ", "ılgaz", false },                     /* without a language I is i, never ı */
		{ "Ada@Example.COM", "ada@example.com", true },
		{ "cafe", "caf\xc3\xa9", false },
		{ "", "", true },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *a = fold_text(rows[i].a), *b = fold_text(rows[i].b);

		if ((strcmp(a, b) == 0) != rows[i].same)
			fail_msg("\"%s\" and \"%s\"", rows[i].a, rows[i].b);
	}
}

static void folding_twice_is_folding_once(void **state)
{
	static const char *const texts[] = { "Straße", "İ", "ᾳ", "ŉ", "ΐ", "\xcd\x85\xcc\x81", "Ǆ", "ﬀ", "K" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *once = fold_text(texts[i]), *twice = fold_text(once);

		assert_string_equal(once, twice);
	}
}

static void what_is_no_utf_8_comes_back(void **state)
{
	g_autofree char *got = fold_text("A\xff\xfe");

	(void)state;
	assert_string_equal(got, "A\xff\xfe");
}

static void the_search_key_keeps_its_parts_apart(void **state)
{
	g_autofree char *a = fold_search_key("Ada", "Lovelace", "ada@example.com");
	g_autofree char *b = fold_search_key("AdaLove", "lace", "ada@example.com");

	(void)state;
	assert_non_null(strstr(a, "lovelace"));
	assert_null(strstr(a, "adalove"));
	assert_string_not_equal(a, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_to_people),
		cmocka_unit_test(folding_twice_is_folding_once),
		cmocka_unit_test(what_is_no_utf_8_comes_back),
		cmocka_unit_test(the_search_key_keeps_its_parts_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
