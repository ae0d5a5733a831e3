/* The JSON writer: what comes out, byte by byte, and that a parser reads the same back. */
#include "base/json_writer.h"

#include <float.h>
#include <glib.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void strings_are_escaped(void **state)
{
	static const struct {
		const char *text, *json;
	} rows[] = {
		{ "", "\"\"" },
		{ "plain", "\"plain\"" },
		{ "\"", "\"\\\"\"" },
		{ "a\\b", "\"a\\\\b\"" },
		{ "a\nb\rc\td", "\"a\\nb\\rc\\td\"" },
		{ "\x01", "\"\\u0001\"" },
		{ "\x1f!", "\"\\u001f!\"" },
		{ "\b\f", "\"\\u0008\\u000c\"" },
		{ "</script>", "\"</script>\"" },
		{ "Zoë 🎈", "\"Zoë 🎈\"" },
		{ NULL, "null" },
	};
	struct jw w;

	(void)state;
	jw_init(&w);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		jw_reset(&w);
		jw_str(&w, rows[i].text);
		assert_string_equal(w.data, rows[i].json);
		assert_int_equal(w.len, strlen(rows[i].json));
	}
	jw_free(&w);
}

static void every_byte_below_space_reads_back(void **state)
{
	(void)state;
	for (char c = 1; c < 0x20; c++) {
		const char text[] = { 'a', c, 'z', 0 };
		struct jw w;
		json_t *back;

		jw_init(&w);
		jw_str(&w, text);
		back = json_loads(w.data, JSON_DECODE_ANY, NULL);
		assert_string_equal(json_string_value(back), text);
		json_decref(back);
		jw_free(&w);
	}
}

static void a_length_stops_a_string(void **state)
{
	struct jw w;

	(void)state;
	jw_init(&w);
	jw_strn(&w, "abc\"def", 4);
	assert_string_equal(w.data, "\"abc\\\"\"");
	jw_free(&w);
}

static void integers(void **state)
{
	static const struct {
		int64_t v;
		const char *json;
	} rows[] = {
		{ 0, "0" }, { 7, "7" }, { -7, "-7" }, { INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" },
	};
	struct jw w;

	(void)state;
	jw_init(&w);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		jw_reset(&w);
		jw_int(&w, rows[i].v);
		assert_string_equal(w.data, rows[i].json);
	}
	jw_free(&w);
}

static void doubles_are_short(void **state)
{
	static const struct {
		double v;
		const char *json;
	} rows[] = {
		{ 0, "0" }, { 24, "24" }, { -3, "-3" }, { 0.5, "0.5" }, { 0.1, "0.1" }, { 1.0 / 3, "0.3333333333333333" },
		{ 0.1 + 0.2, "0.30000000000000004" }, { 8999999999999999.0, "8999999999999999" }, { 1e300, "1e+300" },
	};
	struct jw w;

	(void)state;
	jw_init(&w);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		jw_reset(&w);
		jw_double(&w, rows[i].v);
		assert_string_equal(w.data, rows[i].json);
	}
	jw_free(&w);
}

static void doubles_read_back(void **state)
{
	static const double special[] = { DBL_MAX, -DBL_MAX, DBL_MIN, DBL_EPSILON, 9e15, 9007199254740993.0, 5e-324 };
	GRand *rand = g_rand_new_with_seed(1);

	(void)state;
	for (size_t i = 0; i < 2000; i++) {
		double v = i < G_N_ELEMENTS(special) ? special[i] : g_rand_double_range(rand, -1e6, 1e6);
		struct jw w;

		jw_init(&w);
		jw_double(&w, v);
		assert_true(g_ascii_strtod(w.data, NULL) == v);
		jw_free(&w);
	}
	g_rand_free(rand);
}

static void commas_are_kept(void **state)
{
	struct jw w;

	(void)state;
	jw_init(&w);
	jw_object(&w);
	jw_kint(&w, "a", 1);
	jw_key(&w, "list");
	jw_array(&w);
	jw_int(&w, 1);
	jw_object(&w);
	jw_end(&w);
	jw_array(&w);
	jw_end(&w);
	jw_null(&w);
	jw_raw(&w, "{\"x\":[]}", 8);
	jw_end(&w);
	jw_kstr(&w, "s", NULL);
	jw_kbool(&w, "yes", true);
	jw_ktime(&w, "t", 0);
	jw_end(&w);
	assert_string_equal(w.data, "{\"a\":1,\"list\":[1,{},[],null,{\"x\":[]}],\"s\":null,\"yes\":true,"
				    "\"t\":\"1970-01-01T00:00:00.000Z\"}");
	jw_free(&w);
}

static void deep_nesting(void **state)
{
	struct jw w;
	json_t *back;

	(void)state;
	jw_init(&w);
	for (int i = 0; i < 59; i++) {
		if (i % 2)
			jw_key(&w, "k");
		i % 2 ? jw_array(&w) : jw_object(&w);
		if (i % 2)
			jw_int(&w, i);
	}
	for (int i = 0; i < 59; i++)
		jw_end(&w);
	back = json_loads(w.data, 0, NULL);
	assert_non_null(back);
	json_decref(back);
	jw_free(&w);
}

static void a_long_text_grows_the_buffer(void **state)
{
	g_autofree char *text = g_strnfill(100000, '"');
	struct jw w;
	size_t len;
	char *taken;

	(void)state;
	jw_init(&w);
	jw_str(&w, text);
	taken = jw_take(&w, &len);
	assert_int_equal(len, 200002);
	assert_int_equal(strlen(taken), len);
	assert_null(w.data);
	g_free(taken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(every_byte_below_space_reads_back),
		cmocka_unit_test(a_length_stops_a_string),
		cmocka_unit_test(integers),
		cmocka_unit_test(doubles_are_short),
		cmocka_unit_test(doubles_read_back),
		cmocka_unit_test(commas_are_kept),
		cmocka_unit_test(deep_nesting),
		cmocka_unit_test(a_long_text_grows_the_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
