/* What a model may ask for, and what is refused. */
#include "ai_briefing.h"
#include "voice/ai_tools.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define NOW INT64_C(1774958400000) /* 2026-03-31T12:00:00Z, 08:00 in New York */

static struct ai_wish wish;
static char why[AI_TOOL_WHY];

static bool reads(const char *name, const char *arguments)
{
	struct ai_brief *b = briefing(AI_DIALECT_GA);
	bool ok = ai_tool_read(b, name, arguments, NOW, &wish, why);

	ai_brief_unref(b);
	return ok;
}

static void an_answer_is_one_of_those_on_offer(void **state)
{
	(void)state;
	assert_true(reads("record_answer", "{\"question\":1,\"choice\":\"2\"}"));
	assert_int_equal(wish.question, 0);
	assert_int_equal(wish.digit, '2');
	assert_int_equal(wish.answer, ANSWER_NOT_INTERESTED);
	assert_false(reads("record_answer", "{\"question\":1,\"choice\":\"3\"}"));
	assert_string_equal(why, "choice must be the digit of one of the options of question 1");
	assert_false(reads("record_answer", "{\"question\":3,\"choice\":\"1\"}"));
	assert_string_equal(why, "question must be a whole number from 1 to 2");
	assert_false(reads("record_answer", "{\"question\":\"1\",\"choice\":\"1\"}"));
	assert_false(reads("record_answer", "{\"question\":1}"));
	assert_string_equal(why, "choice is missing");
}

static void nobody_else_can_be_acted_upon(void **state)
{
	(void)state;
	assert_false(reads("opt_out", "{\"phoneNumber\":\"+12025550199\"}"));
	assert_string_equal(why, "phoneNumber is not something opt_out takes");
	assert_false(reads("record_answer", "{\"question\":1,\"choice\":\"1\",\"leadId\":7}"));
	assert_false(reads("set_outcome", "{\"outcome\":\"interested\",\"outcome\":\"not_interested\"}"));
	assert_false(reads("delete_lead", "{}"));
	assert_string_equal(why, "there is no tool delete_lead");
	assert_false(reads("opt_out", "[]"));
	assert_false(reads("opt_out", "{\"\":"));
}

static void outcomes_are_three(void **state)
{
	(void)state;
	assert_true(reads("set_outcome", "{\"outcome\":\"interested\"}"));
	assert_int_equal(wish.answer, ANSWER_INTERESTED);
	assert_true(reads("set_outcome", "{\"outcome\":\"undecided\"}"));
	assert_int_equal(wish.answer, ANSWER_NEUTRAL);
	assert_false(reads("set_outcome", "{\"outcome\":\"hired\"}"));
	assert_string_equal(why, "outcome must be interested, not_interested or undecided");
}

static void a_callback_is_soon_and_in_the_persons_time(void **state)
{
	(void)state;
	assert_true(reads("schedule_callback", "{\"at\":\"2026-03-31T15:30:00\"}"));
	assert_true(wish.at == NOW + (7 * 60 + 30) * 60000);
	assert_true(reads("schedule_callback", "{\"at\":\"2026-03-31T15:30:00Z\"}"));
	assert_true(wish.at == NOW + (3 * 60 + 30) * 60000);
	assert_false(reads("schedule_callback", "{\"at\":\"2026-03-31T08:01:00\"}"));
	assert_string_equal(why, "at must be between five minutes and 30 days from now");
	assert_false(reads("schedule_callback", "{\"at\":\"2027-03-31T15:30:00\"}"));
	assert_false(reads("schedule_callback", "{\"at\":\"tomorrow\"}"));
	assert_false(reads("schedule_callback", "{\"at\":17}"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_one_of_those_on_offer),
		cmocka_unit_test(nobody_else_can_be_acted_upon),
		cmocka_unit_test(outcomes_are_three),
		cmocka_unit_test(a_callback_is_soon_and_in_the_persons_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
