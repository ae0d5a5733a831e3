/* RFC 4733: one press is one digit, whatever the network does to its packets. */
#include "voice/keypress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct line {
	int64_t at_ms;
	uint32_t ssrc, ts;
	uint8_t code;
	bool end;
};

struct row {
	const char *name;
	const char *digits; /* what must be heard */
	struct line lines[12];
	int n;
};

static const struct row rows[] = {
	{ "a plain press",
	  "5",
	  { { 0, 1, 800, 5 },
	    { 20, 1, 800, 5 },
	    { 40, 1, 800, 5, true },
	    { 60, 1, 800, 5, true },
	    { 80, 1, 800, 5, true } },
	  5 },
	{ "the start is lost", "5", { { 40, 1, 800, 5, true }, { 60, 1, 800, 5, true } }, 2 },
	{ "the end is lost", "55", { { 0, 1, 800, 5 }, { 20, 1, 800, 5 }, { 400, 1, 4000, 5 } }, 3 },
	{ "a late start after the end",
	  "5",
	  { { 20, 1, 800, 5, true }, { 30, 1, 800, 5 }, { 500, 1, 800, 5 } },
	  3 },
	{ "a late start of the press before",
	  "12",
	  { { 0, 1, 800, 1, true }, { 100, 1, 2400, 2, true }, { 110, 1, 800, 1 } },
	  3 },
	{ "twice the same key",
	  "77",
	  { { 0, 1, 800, 7 }, { 60, 1, 800, 7, true }, { 140, 1, 2080, 7 }, { 200, 1, 2080, 7, true } },
	  4 },
	{ "another key at once", "78", { { 0, 1, 800, 7 }, { 20, 1, 1000, 8 } }, 2 },
	{ "the timestamp advances by 20",
	  "3",
	  { { 0, 1, 800, 3 },
	    { 20, 1, 820, 3 },
	    { 40, 1, 840, 3, true },
	    { 60, 1, 860, 3, true },
	    { 80, 1, 880, 3, true } },
	  5 },
	{ "the timestamp advances by 160",
	  "3",
	  { { 0, 1, 800, 3 },
	    { 20, 1, 960, 3 },
	    { 40, 1, 1120, 3, true },
	    { 60, 1, 1280, 3, true },
	    { 80, 1, 1440, 3, true } },
	  5 },
	{ "an advancing sender presses twice",
	  "33",
	  { { 0, 1, 800, 3 },
	    { 20, 1, 820, 3, true },
	    { 40, 1, 840, 3, true },
	    { 300, 1, 3200, 3 },
	    { 320, 1, 3220, 3, true } },
	  5 },
	{ "a new SSRC after the end", "44", { { 0, 1, 800, 4, true }, { 500, 2, 800, 4 } }, 2 },
	{ "a long press",
	  "6",
	  { { 0, 1, 800, 6 }, { 90, 1, 800, 6 }, { 3000, 1, 800, 6 }, { 3020, 1, 800, 6, true } },
	  4 },
	{ "the timestamp wraps", "12", { { 0, 1, 0xffffff00, 1, true }, { 500, 1, 0x100, 2 } }, 2 },
	{ "star, hash and letters",
	  "*#AD",
	  { { 0, 1, 800, 10, true },
	    { 200, 1, 2400, 11, true },
	    { 400, 1, 4000, 12, true },
	    { 600, 1, 5600, 15, true } },
	  4 },
	{ "a flash is no digit", "", { { 0, 1, 800, 16 }, { 20, 1, 800, 255, true } }, 2 },
};

static char receive(struct keypress *k, const struct line *l)
{
	const uint8_t payload[4] = { l->code, (uint8_t)(l->end ? 0x8a : 0x0a), 0, 160 };
	const struct packet p = { .ssrc = l->ssrc, .ts = l->ts, .payload = payload, .n = 4 };

	return keypress_receive(k, &p, l->at_ms);
}

static void rows_are_heard_as_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct keypress k = { 0 };
		char heard[16] = "";

		for (int j = 0; j < rows[i].n; j++) {
			char digit[2] = { receive(&k, &rows[i].lines[j]), 0 };

			strcat(heard, digit);
		}
		if (strcmp(heard, rows[i].digits) != 0)
			fail_msg("%s: heard \"%s\", not \"%s\"", rows[i].name, heard, rows[i].digits);
	}
}

static void a_short_payload_is_no_event(void **state)
{
	const uint8_t payload[3] = { 5, 0, 0 };
	const struct packet p = { .payload = payload, .n = 3 };
	struct keypress k = { 0 };

	(void)state;
	assert_int_equal(keypress_receive(&k, &p, 0), 0);
	assert_false(k.any);
}

static void codes(void **state)
{
	(void)state;
	assert_int_equal(keypress_code('0'), 0);
	assert_int_equal(keypress_code('#'), 11);
	assert_int_equal(keypress_code('D'), 15);
	assert_int_equal(keypress_code('x'), -1);
	assert_int_equal(keypress_code(0), -1);
}

static void the_plan_grows_and_ends_three_times(void **state)
{
	int ends = 0, duration = 0;

	(void)state;
	for (int step = 0; step < KEYPRESS_PACKETS; step++) {
		uint8_t b[KEYPRESS_PAYLOAD];

		keypress_plan(b, '#', step);
		assert_int_equal(b[0], 11);
		assert_true((b[2] << 8 | b[3]) >= duration);
		duration = b[2] << 8 | b[3];
		ends += b[1] >> 7;
	}
	assert_int_equal(ends, 3);
	assert_int_equal(duration, 800); /* 100 ms */
}

static void our_own_press_is_heard_once(void **state)
{
	struct keypress k = { 0 };
	int heard = 0;

	(void)state;
	for (int step = 0; step < KEYPRESS_PACKETS; step++) {
		uint8_t payload[KEYPRESS_PAYLOAD];
		const struct packet p = { .ts = 160, .payload = payload, .n = sizeof(payload) };

		keypress_plan(payload, '9', step);
		heard += keypress_receive(&k, &p, step * 20) == '9';
	}
	assert_int_equal(heard, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_heard_as_they_say),
		cmocka_unit_test(a_short_payload_is_no_event),
		cmocka_unit_test(codes),
		cmocka_unit_test(the_plan_grows_and_ends_three_times),
		cmocka_unit_test(our_own_press_is_heard_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
