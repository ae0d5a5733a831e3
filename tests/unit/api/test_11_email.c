/* Which texts are e-mail addresses. */
#include "api/validate.h"

#include <glib.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static const char *const good[] = {
	"a@b.co",
	"ada.lovelace@example.com",
	"a+tag@example.co.uk",
	"!#$%&'*+-/=?^_`{|}~@example.com",
	"jos\xc3\xa9@example.com",
	"a@xn--bcher-kva.example",
	"a@b\xc3\xbc" "cher.example",
	"a@1.b-c.d2",
	"UPPER@EXAMPLE.COM",
	"a@example.nosuchtld",
};

static const char *const bad[] = {
	"",
	"a",
	"a@",
	"@b.co",
	"a@b",
	"a@@b.co",
	"a@b@c.co",
	".a@b.co",
	"a.@b.co",
	"a..b@b.co",
	"a b@b.co",
	" a@b.co",
	"a@b.co ",
	"\"a b\"@b.co",
	"a@-b.co",
	"a@b-.co",
	"a@b_c.co",
	"a@b..co",
	"a@b.co.",
	"a@.co",
	"a@b.1co",
	"a@[127.0.0.1]",
	"a(b)@b.co",
	"a,b@b.co",
	"a@b.c\xc3\xa9 o",
};

static void addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
		if (!validate_email(good[i]))
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		if (validate_email(bad[i]))
			fail_msg("taken: %s", bad[i]);
}

static char *address(size_t local, size_t label, size_t labels)
{
	GString *s = g_string_new(NULL);

	for (size_t i = 0; i < local; i++)
		g_string_append_c(s, 'a');
	g_string_append_c(s, '@');
	for (size_t i = 0; i < labels; i++) {
		for (size_t j = 0; j < label; j++)
			g_string_append_c(s, 'b');
		g_string_append_c(s, '.');
	}
	g_string_append(s, "co");
	return g_string_free(s, FALSE);
}

static void lengths(void **state)
{
	static const struct {
		size_t local, label, labels;
		bool ok;
	} sizes[] = {
		{ 64, 10, 1, true }, { 65, 10, 1, false }, { 1, 63, 1, true }, { 1, 64, 1, false },
		{ 59, 63, 3, true }, /* 59 + 1 + 3 * 64 + 2 = 254 */
		{ 60, 63, 3, false },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		char *text = address(sizes[i].local, sizes[i].label, sizes[i].labels);

		if (validate_email(text) != sizes[i].ok)
			fail_msg("%zu long: %s", strlen(text), text);
		g_free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(addresses), cmocka_unit_test(lengths) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
