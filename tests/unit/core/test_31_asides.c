/* What is said to machines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/asides.h"

#include <glib.h>

static void test_introduction(void **state)
{
	static const struct {
		enum purpose purpose;
		const char *company, *job, *said;
	} rows[] = {
		{ PURPOSE_SCHEDULE, "Acme", "Picker",
		  "This is Acme, calling to arrange a meeting about the position of Picker." },
		{ PURPOSE_ONLINE_INTERVIEW, "Acme", NULL, "This is Acme, calling to arrange an online interview for a job." },
		{ PURPOSE_INTEREST_CHECK, "Acme", " ", "This is Acme, calling to ask about interest in a job." },
		{ PURPOSE_ASSESSMENT_REMINDER, NULL, "Picker",
		  "This is a recruiting team, calling with a reminder of the assessment for the position of Picker." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct template_values v = { { [TEMPLATE_COMPANY_NAME] = rows[i].company, [TEMPLATE_JOB_TITLE] = rows[i].job } };
		char *said = aside_introduction(rows[i].purpose, &v);

		assert_string_equal(said, rows[i].said);
		g_free(said);
	}
}

static void test_call_back(void **state)
{
	static const struct {
		const char *number, *said;
	} rows[] = {
		{ "+13125550142", "Please call us back at 3 1 2, 5 5 5, 0 1 4 2. Again: 3 1 2, 5 5 5, 0 1 4 2." },
		{ "+442079460018",
		  "Please call us back at plus 4 4, 2 0 7, 9 4 6, 0 0 1 8. Again: plus 4 4, 2 0 7, 9 4 6, 0 0 1 8." },
		{ "+1242", "Please call us back at plus 1 2 4 2. Again: plus 1 2 4 2." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *said = aside_call_back(rows[i].number);

		assert_string_equal(said, rows[i].said);
		g_free(said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_introduction),
		cmocka_unit_test(test_call_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
