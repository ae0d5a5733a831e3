/* Numbers in what carriers write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "voice/caller_id.h"

#include <string.h>

static void test_numbers(void **state)
{
	static const struct {
		const char *value, *number; /* "": none */
	} rows[] = {
		{ "sip:+13125550199@192.0.2.1", "+13125550199" },
		{ "sip:13125550199@192.0.2.1:5060;transport=udp", "13125550199" },
		{ "<sip:+13125550199@carrier.example>", "+13125550199" },
		{ "\"Ada <3\" <sips:03125550199;phone-context=x@carrier.example;user=phone>;tag=1", "" },
		{ "\"Ada\" <SIPS:03125550199;phone-context=x@carrier.example;user=phone>;tag=1", "03125550199" },
		{ "tel:+1-312-555-0199", "+13125550199" },
		{ "<tel:+1(312)555.0199;ext=9>", "+13125550199" },
		{ "sip:anonymous@anonymous.invalid", "" },
		{ "sip:+1312555019a@h", "" },
		{ "sip:13125550199+@h", "" },
		{ "sip:%2B13125550199@h", "" },
		{ "sip:192.0.2.1", "" }, /* a host, and too few digits for a number */
		{ "sip:1234@h", "" },
		{ "sip:12345@h", "12345" },
		{ "sip:12345678901234567890@h", "12345678901234567890" },
		{ "sip:123456789012345678901@h", "" },
		{ "sip:", "" },
		{ "sip", "" },
		{ "", "" },
		{ "<", "" },
		{ "mailto:13125550199@h", "" },
	};
	char out[CALLER_ID_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(caller_id_number(rows[i].value, strlen(rows[i].value), out), rows[i].number[0] != 0);
		assert_string_equal(out, rows[i].number);
	}
	assert_true(caller_id_number("tel:12345678", 10, out)); /* only what is given is read */
	assert_string_equal(out, "123456");
}

static void test_privacy(void **state)
{
	static const struct {
		const char *value;
		bool private;
	} rows[] = { { "id", true }, { "none", false }, { "critical;ID", true }, { "header; user", true }, { "idle", false },
		     { "", false } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(caller_id_private(rows[i].value, strlen(rows[i].value)), rows[i].private);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_privacy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
