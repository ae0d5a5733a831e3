/*
 * Entity tags and page links as text.
 */
#include "api/conditional.h"
#include "api/paging.h"

#include <glib.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static void test_tags(void **state)
{
	static const struct {
		const char *list, *tag;
		bool weakly, strongly;
	} cases[] = {
		{ "\"a\"", "\"a\"", true, true },
		{ "\"b\"", "\"a\"", false, false },
		{ "\"ab\"", "\"a\"", false, false },
		{ "\"a\"", "\"ab\"", false, false },
		{ "W/\"a\"", "\"a\"", true, false },
		{ "\"a\"", "W/\"a\"", true, false },
		{ "W/\"a\"", "W/\"a\"", true, false },
		{ "\"x\", W/\"y\" ,\t\"a\"", "\"a\"", true, true },
		{ "\"x\",,\"a\"", "\"a\"", true, true },
		{ "\"x, \"", "\"a\"", false, false },
		{ "\"x,\"a\"", "\"a\"", false, false },
		{ "*", "\"a\"", true, true },
		{ " * ", "\"a\"", true, true },
		{ "*", "W/\"a\"", true, true },
		{ "*", NULL, true, true },
		{ "*, \"b\"", "\"a\"", false, false },
		{ "\"*\"", "\"a\"", false, false },
		{ "\"a\"", NULL, false, false },
		{ "a", "\"a\"", false, false },
		{ "w/\"a\"", "\"a\"", false, false },
		{ "\"a", "\"a\"", false, false },
		{ "", "\"a\"", false, false },
		{ "W/", "\"a\"", false, false },
		{ "\"\"", "\"\"", true, true },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		if (tag_listed(cases[i].list, cases[i].tag, false) != cases[i].weakly)
			fail_msg("%s, weakly", cases[i].list);
		if (tag_listed(cases[i].list, cases[i].tag, true) != cases[i].strongly)
			fail_msg("%s, strongly", cases[i].list);
	}
}

static void test_bases(void **state)
{
	static const struct {
		const char *target, *base;
	} cases[] = {
		{ "/a", "/a?page=" },
		{ "/a?", "/a?page=" },
		{ "/a?page=3", "/a?page=" },
		{ "/a?page=3&limit=5", "/a?limit=5&page=" },
		{ "/a?limit=5&page=3&status=X", "/a?limit=5&status=X&page=" },
		{ "/a?pages=3&xpage=1&page", "/a?pages=3&xpage=1&page=" },
		{ "/a?p%61ge=3&search=a%20b+c", "/a?search=a%20b+c&page=" },
		{ "/a?&&x=1&", "/a?x=1&page=" },
		{ "/a?x=<b>;\"\xc3\xa9\"{}|^`\\", "/a?x=%3Cb%3E;%22%C3%A9%22%7B%7D%7C%5E%60%5C&page=" },
		{ "/a?x=1#page", "/a?x=1&page=" },
		{ "/a?x=%zz", "/a?x=%zz&page=" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *base = paging_base(cases[i].target);

		assert_string_equal(base, cases[i].base);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_bases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
