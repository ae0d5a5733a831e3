/* The API's way of writing a moment; and that the clocks go forward. */
#include "base/clock.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void moments_as_the_api_writes_them(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00.000Z" },
		{ 1, "1970-01-01T00:00:00.001Z" },
		{ -1, "1969-12-31T23:59:59.999Z" },
		{ -1000, "1969-12-31T23:59:59.000Z" },
		{ INT64_C(1744725600000), "2025-04-15T14:00:00.000Z" },
		{ INT64_C(1709164800123), "2024-02-29T00:00:00.123Z" },
		{ INT64_C(253402300799999), "9999-12-31T23:59:59.999Z" },
	};
	char buf[CLOCK_ISO_SIZE];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_string_equal(clock_iso(rows[i].ms, buf), rows[i].text);
}

static void the_boot_clock_never_goes_back(void **state)
{
	int64_t before = clock_boot_us();

	(void)state;
	for (int i = 0; i < 1000; i++) {
		int64_t now = clock_boot_us();

		assert_true(now >= before);
		before = now;
	}
	assert_true(clock_boot_ms() >= before / 1000);
	assert_true(clock_wall_ms() > INT64_C(1700000000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_as_the_api_writes_them),
		cmocka_unit_test(the_boot_clock_never_goes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
