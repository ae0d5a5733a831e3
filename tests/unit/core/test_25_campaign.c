#include "core/campaign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *before;
	enum campaign_verb verb;
	const char *after; /* NULL: not allowed */
} cases[] = {
	{ "RUNNING", CAMPAIGN_PAUSE, "PAUSED" },      { "RUNNING", CAMPAIGN_RESUME, "RUNNING" },
	{ "RUNNING", CAMPAIGN_CANCEL, "CANCELLED" },  { "PAUSED", CAMPAIGN_PAUSE, "PAUSED" },
	{ "PAUSED", CAMPAIGN_RESUME, "RUNNING" },     { "PAUSED", CAMPAIGN_CANCEL, "CANCELLED" },
	{ "CANCELLED", CAMPAIGN_PAUSE, NULL },        { "CANCELLED", CAMPAIGN_RESUME, NULL },
	{ "CANCELLED", CAMPAIGN_CANCEL, "CANCELLED" }, { "DRAFT", CAMPAIGN_PAUSE, "PAUSED" },
	{ "DRAFT", CAMPAIGN_RESUME, "RUNNING" },      { "DRAFT", CAMPAIGN_CANCEL, "CANCELLED" },
};

static void every_verb_in_every_status(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *after = campaign_status_after(cases[i].before, cases[i].verb);

		if (cases[i].after)
			assert_string_equal(after, cases[i].after);
		else
			assert_null(after);
	}
}

static void only_running_runs(void **unused)
{
	(void)unused;
	assert_true(campaign_status_runs("RUNNING"));
	assert_false(campaign_status_runs("PAUSED"));
	assert_false(campaign_status_runs("CANCELLED"));
	assert_false(campaign_status_runs("running"));
	assert_false(campaign_status_runs(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verb_in_every_status),
		cmocka_unit_test(only_running_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
