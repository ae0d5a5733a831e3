/* What is said for what was written. */
#include "voice/spoken_text.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct {
	const char *written, *spoken;
} rows[] = {
	{ NULL, "" },
	{ "", "" },
	{ " \t\r\n ", "" },
	{ "Hello,  world.", "Hello, world." },
	{ "one\x01two\x7fthree", "one two three" },
	{ "20% off", "20 percent off" },
	{ "20%.", "20 percent." },
	{ "Smith & Sons", "Smith and Sons" },
	{ "<b>Hello</b> you", "Hello you" },
	{ "a<br/>b<!-- no -->c", "a b c" },
	{ "<speak><break time='1s'/>Hi</speak>", "Hi" },
	{ "3 < 4 > 2", "3 4 2" },
	{ "an open <b tag", "an open b tag" },
	{ "<", "" },
	{ "Press * or #", "Press star or pound" },
	{ "*Really* **good**", "Really good" },
	{ "caf\xc3\xa9 \xe2\x80\x93 \xe2\x80\x9cyes\xe2\x80\x9d", "cafe, \"yes\"" },
	{ "it\xe2\x80\x99s", "it's" },
	{ "wait\xe2\x80\xa6", "wait." },
	{ "\xe6\x97\xa5\xe6\x9c\xac", "" },
	{ "bad \xff\xfe bytes", "bad bytes" },
	{ "cut short \xe2\x80", "cut short" },
	{ "me@example.com", "me at example.com" },
	{ "Call +15550100199.", "Call 1, 5 5 5, 0 1 0, 0 1 9 9." },
	{ "Call (312) 555-0100 now", "Call 3 1 2, 5 5 5, 0 1 0 0 now" },
	{ "+49 30 901820", "4 9, 3 0, 9 0 1, 8 2 0" },
	{ "In 2026, 150000 people", "In 2026, 150000 people" },
	{ "at 9:05 pm.", "at 9 oh 5 P M." },
	{ "from 10:00 to 14:30, or 8 a.m. on", "from 10 o'clock to 14 30, or 8 A M on" },
	{ "until 10am", "until 10 A M" },
	{ "10 amounts", "10 amounts" },
	{ "25:00 and 7:5", "25:00 and 7:5" },
	{ "our HR and IT people at NASA and the FBI", "our H R and I T people at NASA and the F B I" },
	{ "PLEASE CALL US NOW", "PLEASE CALL US NOW" },
	{ "Ada's R2D2 OK", "Ada's R2D2 OK" },
};

static void rows_are_said_as_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *got = spoken_text(rows[i].written);

		assert_string_equal(got, rows[i].spoken);
		g_free(got);
	}
}

static void a_long_text_ends_at_a_word(void **state)
{
	char *text = g_strnfill(100000, 'x'), *got;

	(void)state;
	for (int i = 6; i < 100000; i += 7)
		text[i] = ' ';
	got = spoken_text(text);
	assert_in_range(strlen(got), SPOKEN_TEXT_MAX - 7, SPOKEN_TEXT_MAX);
	assert_string_equal(got + strlen(got) - 7, " xxxxxx");
	g_free(got);
	g_free(text);
}

static void a_long_word_is_cut(void **state)
{
	char *text = g_strnfill(5000, 'x'), *got = spoken_text(text);

	(void)state;
	assert_int_equal(strlen(got), SPOKEN_TEXT_MAX);
	g_free(got);
	g_free(text);
}

static void chance_bytes_come_out_as_ascii(void **state)
{
	GRand *chance = g_rand_new_with_seed(1);

	(void)state;
	for (int round = 0; round < 2000; round++) {
		char text[65] = "", *got;

		for (int i = 0; i < 64; i++)
			text[i] = (char)g_rand_int_range(chance, 1, 256);
		got = spoken_text(text);
		for (const char *at = got; *at; at++)
			assert_in_range(*at, 0x20, 0x7e);
		g_free(got);
	}
	g_rand_free(chance);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_said_as_they_say),
		cmocka_unit_test(a_long_text_ends_at_a_word),
		cmocka_unit_test(a_long_word_is_cut),
		cmocka_unit_test(chance_bytes_come_out_as_ascii),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
