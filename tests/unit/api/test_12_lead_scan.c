/* The quick reader of a list of leads: what it takes it reads as jansson and the rules do, the rest it leaves alone. */
#include "../../lib/lead_body.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#define ONE(fields) "{\"leads\":[{\"email\":\"a@b.co\"" fields "}]}"

static const char *const taken[] = {
	ONE(""),
	" { \"leads\" : [ { \"email\" : \"a@b.co\" } , {\"email\":\"c@d.co\",\"firstName\":\"\"}\n]\r\n}\t",
	ONE(",\"firstName\":\"Ada\",\"lastName\":\"L\",\"phoneNumber\":\"+1 555\",\"linkedin\":\"x\""),
	ONE(",\"firstName\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u20ac\""),
	"{\"leads\":[{\"email\":\"jos\xc3\xa9@b.co\",\"firstName\":\"Zo\xc3\xab \xf0\x9f\x98\x80\"}]}",
	"{\"\\u006ceads\":[{\"e\\u006dail\":\"a@b.co\"}]}",
};

static const char *const left[] = {
	"", "{}", "[]", "null", "{\"leads\":[]}", "{\"leads\":{}}", "{\"leads\":[{}]}", "{\"leads\":[{\"email\":\"\"}]}",
	"{\"leads\":[{\"email\":\"a\"}]}", "{\"leads\":[{\"email\":7}]}", "{\"leads\":[{\"email\":null}]}",
	ONE(",\"age\":\"7\""), ONE(",\"email\":\"a@b.co\""), ONE(","), ONE("},"), ONE("") " x",
	"{\"leads\":[{\"email\":\"a@b.co\"}],\"x\":1}", "{\"leads\":[{\"email\":\"a@b.co\"}]",
	"{\"leads\":[{\"email\":\"a@b.co\"}", "{\"leads\":[{\"email\":\"a@b.co", "{\"leads\":[{\"email\":\"a@b.co\\",
	"{\"leads\":[{\"email\":\"a@b.co\\u00", ONE(",\"firstName\":\"\\u0000\""), ONE(",\"firstName\":\"\\x\""),
	ONE(",\"firstName\":\"\\ud83d\\ude00\""), ONE(",\"firstName\":\"\x01\""), ONE(",\"firstName\":\"\xff\""),
	ONE(",\"firstName\":\"\xc0\x80\""), "{\"Leads\":[{\"email\":\"a@b.co\"}]}", "{\"leads\":[[{\"email\":\"a@b.co\"}]]}",
};

static void usual_bodies_are_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(taken); i++)
		if (lead_readers_agree(taken[i], strlen(taken[i])) != 1)
			fail_msg("not taken, or not alike: %s", taken[i]);
}

static void others_are_left(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(left); i++)
		if (lead_readers_agree(left[i], strlen(left[i])) != 0)
			fail_msg("taken: %s", left[i]);
}

/* A body with one field that long, of that character. */
static int with_length(const char *field, size_t n, const char *unit)
{
	GString *s = g_string_new("{\"leads\":[{\"email\":\"a@b.co\",\"");
	int rc;

	g_string_append_printf(s, "%s\":\"", field);
	for (size_t i = 0; i < n; i++)
		g_string_append(s, unit);
	g_string_append(s, "\"}]}");
	rc = lead_readers_agree(s->str, s->len);
	g_string_free(s, TRUE);
	return rc;
}

static void lengths_are_the_rules(void **state)
{
	(void)state;
	assert_int_equal(with_length("firstName", 200, "x"), 1);
	assert_int_equal(with_length("firstName", 201, "x"), 0);
	assert_int_equal(with_length("lastName", 200, "\xc3\xab"), 1);
	assert_int_equal(with_length("lastName", 101, "\xf0\x9f\x98\x80"), 0);
	assert_int_equal(with_length("phoneNumber", 64, "1"), 1);
	assert_int_equal(with_length("phoneNumber", 65, "1"), 0);
	assert_int_equal(with_length("linkedin", 500, "l"), 1);
	assert_int_equal(with_length("linkedin", 501, "l"), 0);
}

static int with_leads(size_t n)
{
	GString *s = g_string_new("{\"leads\":[");
	int rc;

	for (size_t i = 0; i < n; i++)
		g_string_append_printf(s, "%s{\"email\":\"n%zu@b.co\"}", i ? "," : "", i);
	g_string_append(s, "]}");
	rc = lead_readers_agree(s->str, s->len);
	g_string_free(s, TRUE);
	return rc;
}

static void ten_thousand_and_no_more(void **state)
{
	(void)state;
	assert_int_equal(with_leads(10000), 1);
	assert_int_equal(with_leads(10001), 0);
}

/* The same reader on a line of NDJSON. */
static void one_lead_a_line(void **state)
{
	static const char line[] = "{\"email\":\"a@b.co\",\"firstName\":\"\\u00e9\"}";

	(void)state;
	assert_int_equal(lead_lines_agree(line, strlen(line)), 1);
	assert_int_equal(lead_lines_agree("{\"email\":7}", 11), 0);
}

/* Every body that differs in one byte from a good one is read alike or left. */
static void one_byte_off(void **state)
{
	static const char signs[] = "\"\\{}[],:u0a@. \n\x01\x7f\xc3";
	char body[256];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(taken); i++)
		for (size_t at = 0, n = strlen(taken[i]); at < n; at++)
			for (size_t s = 0; s < sizeof(signs); s++) {
				memcpy(body, taken[i], n);
				body[at] = signs[s];
				if (lead_readers_agree(body, n) < 0)
					fail_msg("byte %zu of %s", at, taken[i]);
				if (lead_readers_agree(taken[i], at) < 0)
					fail_msg("the first %zu of %s", at, taken[i]);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual_bodies_are_taken),
		cmocka_unit_test(others_are_left),
		cmocka_unit_test(lengths_are_the_rules),
		cmocka_unit_test(ten_thousand_and_no_more),
		cmocka_unit_test(one_lead_a_line),
		cmocka_unit_test(one_byte_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
