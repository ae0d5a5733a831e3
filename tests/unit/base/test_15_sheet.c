/* Spreadsheet text: what is read of it, and that what is written is harmless and reads back. */
#include "base/sheet.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static bool note(void *arg, char *const *cells, size_t n)
{
	GString *s = arg;

	for (size_t i = 0; i < n; i++)
		g_string_append_printf(s, "[%s]", cells[i]);
	g_string_append_c(s, '\n');
	return true;
}

static char *rows_of(const char *bytes, size_t n, const char **why)
{
	GString *s = g_string_new(NULL);
	size_t len;
	char *text = sheet_decode(bytes, n, &len, why);

	if (text)
		*why = sheet_read(text, len, note, s);
	g_free(text);
	return g_string_free(s, FALSE);
}

static const struct {
	const char *text, *rows, *why;
} sheets[] = {
	{ "", "", NULL },
	{ "a,b\nc,d", "[a][b]\n[c][d]\n", NULL },
	{ "a;b\r\nc;d,e\r\n", "[a][b]\n[c][d,e]\n", NULL },
	{ "a\tb\rc\t d \r", "[a][b]\n[c][d]\n", NULL },
	{ "\"a,x\";b\n1;2\n", "[a,x][b]\n[1][2]\n", NULL },
	{ "\xef\xbb\xbf" "a,\xc3\xab\n", "[a][\xc3\xab]\n", NULL },
	{ "a,\xeb\x80\n", "[a][\xc3\xab\xe2\x82\xac]\n", NULL },
	{ "a,b\n\n  \n,,\n,x\n", "[a][b]\n[][x]\n", NULL },
	{ "\"a\n\"\"b\"\"\",c\n", "[a\n\"b\"][c]\n", NULL },
	{ "a,b\n5\" pipe,x\n", "[a][b]\n[5\" pipe][x]\n", NULL },
	{ "a,b\n\"open,x\n1,2\n", "[a][b]\n", "has a quoted cell that never ends" },
	{ "\xff\xfe" "a", "", "must be text in UTF-8 or Windows-1252: it is UTF-16" },
	{ "a\x81", "", "must be text in UTF-8 or Windows-1252" },
};

static void sheets_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(sheets); i++) {
		const char *why = NULL;
		g_autofree char *rows = rows_of(sheets[i].text, strlen(sheets[i].text), &why);

		if (g_strcmp0(why, sheets[i].why) != 0 || strcmp(rows, sheets[i].rows) != 0)
			fail_msg("%s: %s, %s", sheets[i].text, rows, why ? why : "no fault");
	}
}

static void nul_is_no_text(void **state)
{
	const char *why = NULL;
	g_autofree char *rows = rows_of("a\0b\n", 4, &why);

	(void)state;
	assert_string_equal(why, "must be text in UTF-8 or Windows-1252: it has NUL characters (is it UTF-16?)");
}

static bool one_only(void *arg, char *const *cells, size_t n)
{
	(void)cells, (void)n;
	return ++*(int *)arg < 2;
}

static void reading_ends_when_told(void **state)
{
	int rows = 0;

	(void)state;
	assert_null(sheet_read("a\nb\nc\nd\n", 8, one_only, &rows));
	assert_int_equal(rows, 2);
}

static const struct {
	const char *cell, *written;
} cells[] = {
	{ "", "" }, { "plain", "plain" }, { "a,b", "\"a,b\"" }, { "a;b", "\"a;b\"" }, { "say \"hi\"", "\"say \"\"hi\"\"\"" },
	{ "x\ny", "\"x\ny\"" }, { " x", "\" x\"" }, { "x ", "\"x \"" }, { "=1", "\"'=1\"" }, { "@x", "\"'@x\"" },
	{ "-1", "\"'-1\"" }, { "+15559876543", "+15559876543" }, { "+1 555 987 6543", "+1 555 987 6543" },
	{ "+1 (555) 987-6543", "\"'+1 (555) 987-6543\"" }, { "+", "\"'+\"" }, { "+cmd", "\"'+cmd\"" }, { "'=1", "\"''=1\"" },
	{ "'quoted'", "'quoted'" }, { "'", "'" }, { "O'Brien", "O'Brien" },
};

static void cells_are_harmless_and_come_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cells); i++) {
		g_autoptr(GString) s = g_string_new(NULL);
		GString *read = g_string_new(NULL);

		sheet_put(s, cells[i].cell, true);
		assert_string_equal(s->str, cells[i].written);
		sheet_put(s, "end", false);
		sheet_put_end(s);
		assert_null(sheet_read(s->str, s->len, note, read));
		g_string_truncate(read, read->len - strlen("][end]\n"));
		assert_string_equal(sheet_cell_plain(read->str + 1), cells[i].cell);
		g_string_free(read, TRUE);
	}
}

static void cut_numbers_are_seen(void **state)
{
	static const char *const cut[] = { "1.55512E+10", "1,55512E+10", "1E10", "1.5e+10", "155512E+5" };
	static const char *const whole[] = { "",    "E",    "E10", "15551234567", "+1.5", "1.5",
					     "1.5E", "1E+", "1E1x", "12 E 3",      "1e-3" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cut); i++)
		if (!sheet_cell_cut(cut[i]))
			fail_msg("not seen: %s", cut[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(whole); i++)
		if (sheet_cell_cut(whole[i]))
			fail_msg("not cut: %s", whole[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sheets_are_read),
		cmocka_unit_test(nul_is_no_text),
		cmocka_unit_test(reading_ends_when_told),
		cmocka_unit_test(cells_are_harmless_and_come_back),
		cmocka_unit_test(cut_numbers_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
