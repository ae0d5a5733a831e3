/* SRV records: read from an answer, and put into order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "voice/names.h"

#include <string.h>

static const unsigned char answer[] = "\x12\x34\x81\x80\0\x01\0\x02\0\0\0\0"
				      "\x04_sip\x04_udp\x01" "c\x04test\0\0\x21\0\x01"
				      "\xc0\x0c\0\x21\0\x01\0\0\0\x3c\0\x09\0\x0a\0\x05\x13\xc4\x01" "a\0"
				      "\xc0\x0c\0\x21\0\x01\0\0\0\x3c\0\x09\0\x14\0\0\x13\xc5\x01" "b\0";

static void an_answer_is_read(void **state)
{
	struct srv s[NAMES_TARGETS];

	(void)state;
	assert_int_equal(srv_parse(answer, sizeof(answer) - 1, s), 2);
	assert_int_equal(s[0].priority, 10);
	assert_int_equal(s[0].weight, 5);
	assert_int_equal(s[0].port, 5060);
	assert_string_equal(s[0].host, "a");
	assert_int_equal(s[1].port, 5061);
	assert_string_equal(s[1].host, "b");
}

static void a_damaged_answer_is_none(void **state)
{
	unsigned char copy[sizeof(answer)];
	struct srv s[NAMES_TARGETS];

	(void)state;
	for (int cut = 0; cut < (int)sizeof(answer) - 1; cut++)
		assert_true(srv_parse(answer, cut, s) <= 2);
	for (size_t at = 0; at < sizeof(answer) - 1; at++)
		for (int value = 0; value < 256; value += 17) {
			memcpy(copy, answer, sizeof(answer));
			copy[at] = (unsigned char)value;
			assert_true(srv_parse(copy, sizeof(answer) - 1, s) <= NAMES_TARGETS);
		}
}

static void the_order_is_by_priority_and_weights_decide_within(void **state)
{
	const struct srv given[] = { { 20, 0, 1, "spare" }, { 10, 30, 2, "big" }, { 10, 10, 3, "small" }, { 10, 0, 4, "nil" } };
	GRand *chance = g_rand_new_with_seed(7);
	int first[5] = { 0 };

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct srv s[4];

		memcpy(s, given, sizeof(given));
		srv_order(s, 4, chance);
		assert_string_equal(s[3].host, "spare");
		first[s[0].port]++;
	}
	assert_in_range(first[2], 2600, 3200); /* three quarters, RFC 2782 */
	assert_in_range(first[3], 700, 1200);
	assert_in_range(first[4], 20, 300); /* small, and yet a chance */
	g_rand_free(chance);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_read),
		cmocka_unit_test(a_damaged_answer_is_none),
		cmocka_unit_test(the_order_is_by_priority_and_weights_decide_within),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
