/* The conversation's machine, input by input, on an invented clock. */
#include "ai_briefing.h"
#include "voice/ai_session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct ai_session s;
static struct ai_actions out;
static struct ai_input in;

static int begin(void **state)
{
	struct ai_brief *b = briefing(AI_DIALECT_GA);

	(void)state;
	in = (struct ai_input){ .now_ms = 1000, .now_wall_ms = INT64_C(1774958400000) };
	ai_session_init(&s, b, 1000);
	ai_brief_unref(b);
	return 0;
}

static int end(void **state)
{
	(void)state;
	ai_actions_clear(&out);
	ai_session_clear(&s);
	return 0;
}

static void on(enum ai_input_kind kind)
{
	ai_actions_clear(&out);
	in.kind = kind;
	ai_session_on(&s, &in, &out);
}

static void hear(struct ai_event ev)
{
	in.event = &ev;
	on(AI_IN_EVENT);
}

static bool did(enum ai_action_kind kind)
{
	for (int i = 0; i < out.n; i++)
		if (out.list[i].kind == kind)
			return true;
	return false;
}

static const struct ai_message *sent(enum ai_message_kind kind)
{
	for (int i = 0; i < out.n; i++)
		if (out.list[i].kind == AI_DO_SEND && out.list[i].message.kind == kind)
			return &out.list[i].message;
	return NULL;
}

static void audio(const char *item, size_t n)
{
	static const uint8_t samples[8000];

	hear((struct ai_event){ .kind = AI_EVENT_AUDIO, .item_id = item, .audio = samples, .n = n });
	if (did(AI_DO_PLAY))
		in.waiting += n;
}

static void tool(const char *name, const char *arguments)
{
	hear((struct ai_event){ .kind = AI_EVENT_TOOL, .name = name, .call_id = "c", .text = arguments });
}

static void talk(void)
{
	on(AI_IN_CONNECTED);
	assert_non_null(sent(AI_SEND_SESSION));
	hear((struct ai_event){ .kind = AI_EVENT_READY });
	assert_non_null(sent(AI_SEND_SPEAK));
	on(AI_IN_DISCLOSED);
	assert_int_equal(s.state, AI_TALKING);
}

static void wait_until_due(void)
{
	int64_t at = ai_session_deadline(&s);

	assert_true(at < INT64_MAX);
	in.now_ms = at;
	on(AI_IN_TIME);
}

static void a_conversation_ends_as_the_model_says(void **state)
{
	(void)state;
	talk();
	audio("a", 800);
	assert_true(did(AI_DO_PLAY));
	tool("record_answer", "{\"question\":1,\"choice\":\"1\"}");
	assert_string_equal(sent(AI_SEND_RESULT)->text, "{\"ok\":true}");
	hear((struct ai_event){ .kind = AI_EVENT_RESPONSE_DONE });
	assert_non_null(sent(AI_SEND_SPEAK));
	tool("end_call", "{}");
	assert_int_equal(s.state, AI_CLOSING);
	wait_until_due();
	assert_true(did(AI_DO_END));
	assert_int_equal(s.answer, ANSWER_INTERESTED);
	assert_string_equal(s.digits, "1-");
}

static void who_interrupts_is_listened_to(void **state)
{
	(void)state;
	talk();
	audio("a", 8000);
	in.played = 3200; /* 400 ms of the second were heard */
	in.waiting = 4800;
	on(AI_IN_SPEECH);
	assert_true(did(AI_DO_FLUSH));
	assert_string_equal(sent(AI_SEND_TRUNCATE)->item_id, "a");
	assert_int_equal(sent(AI_SEND_TRUNCATE)->heard_ms, 400);
	assert_non_null(sent(AI_SEND_CANCEL));
	in.waiting = 0;
	audio("a", 800); /* was under way */
	assert_false(did(AI_DO_PLAY));
	hear((struct ai_event){ .kind = AI_EVENT_SPEECH_STARTED });
	assert_null(sent(AI_SEND_TRUNCATE)); /* once is enough */
	audio("b", 800);
	assert_true(did(AI_DO_PLAY));
}

static void a_cough_does_not_silence_the_model(void **state)
{
	(void)state;
	talk();
	audio("a", 8000);
	on(AI_IN_SPEECH);
	in.waiting = 0;
	wait_until_due();
	assert_non_null(sent(AI_SEND_SPEAK));
}

static void nine_opts_out_whatever_the_model_says(void **state)
{
	(void)state;
	talk();
	tool("set_outcome", "{\"outcome\":\"interested\"}");
	in.key = '9';
	on(AI_IN_KEY);
	assert_true(did(AI_DO_END));
	assert_int_equal(s.answer, ANSWER_OPT_OUT);
	assert_string_equal(s.digits, "9-");
}

static void an_opt_out_during_the_disclosure_counts(void **state)
{
	(void)state;
	in.key = '9';
	on(AI_IN_KEY);
	assert_true(did(AI_DO_END));
	assert_int_equal(s.answer, ANSWER_OPT_OUT);
}

static void a_key_during_the_disclosure_is_passed_on_after_it(void **state)
{
	(void)state;
	on(AI_IN_CONNECTED);
	hear((struct ai_event){ .kind = AI_EVENT_READY });
	in.key = '1';
	on(AI_IN_KEY);
	assert_int_equal(out.n, 0);
	on(AI_IN_DISCLOSED);
	assert_int_equal(sent(AI_SEND_TEXT)->key, '1');
}

static void bad_arguments_are_answered_and_change_nothing(void **state)
{
	(void)state;
	talk();
	tool("record_answer", "{\"question\":1,\"choice\":\"1\",\"leadId\":4}");
	assert_string_equal(sent(AI_SEND_RESULT)->text, "{\"error\":\"leadId is not something record_answer takes\"}");
	assert_int_equal(s.answer, ANSWER_NONE);
	assert_string_equal(s.digits, "--");
}

static void the_model_cannot_end_the_call_before_the_disclosure(void **state)
{
	(void)state;
	on(AI_IN_CONNECTED);
	hear((struct ai_event){ .kind = AI_EVENT_READY });
	tool("end_call", "{}");
	assert_int_equal(s.state, AI_DISCLOSING);
}

static void a_lost_provider_is_tried_once_more(void **state)
{
	(void)state;
	talk();
	on(AI_IN_LOST);
	assert_true(did(AI_DO_CONNECT));
	on(AI_IN_CONNECTED);
	hear((struct ai_event){ .kind = AI_EVENT_READY });
	assert_non_null(sent(AI_SEND_SPEAK)->text);
	on(AI_IN_LOST);
	assert_true(did(AI_DO_FALL_BACK));
}

static void what_was_decided_needs_no_menu(void **state)
{
	(void)state;
	talk();
	tool("set_outcome", "{\"outcome\":\"not_interested\"}");
	on(AI_IN_LOST);
	on(AI_IN_LOST);
	assert_true(did(AI_DO_END));
}

static void a_refused_key_is_not_tried_again(void **state)
{
	(void)state;
	in.refused = true;
	on(AI_IN_LOST);
	assert_false(did(AI_DO_CONNECT));
	assert_false(did(AI_DO_FALL_BACK)); /* the disclosure is still on */
	on(AI_IN_DISCLOSED);
	assert_true(did(AI_DO_FALL_BACK));
}

static void a_provider_that_never_speaks_is_given_up(void **state)
{
	(void)state;
	talk();
	for (int i = 0; i < 3 && s.state != AI_OVER; i++)
		wait_until_due();
	assert_true(did(AI_DO_FALL_BACK));
	assert_true(in.now_ms <= 1000 + 31000);
}

static void silence_is_asked_about_once(void **state)
{
	(void)state;
	talk();
	audio("a", 800);
	hear((struct ai_event){ .kind = AI_EVENT_RESPONSE_DONE });
	in.played = 800;
	in.waiting = 0;
	wait_until_due();
	assert_non_null(sent(AI_SEND_SPEAK)->text);
	audio("b", 800);
	in.waiting = 0;
	wait_until_due();
	assert_true(did(AI_DO_END));
}

static void the_budget_ends_the_session(void **state)
{
	(void)state;
	s.budget_by = in.now_ms + 2000;
	talk();
	audio("a", 800);
	wait_until_due();
	assert_true(did(AI_DO_FALL_BACK));
	assert_int_equal(in.now_ms, 3000);
}

static void more_than_can_be_said_is_given_up(void **state)
{
	int i;

	(void)state;
	talk();
	for (i = 0; i < 1000 && s.state != AI_OVER; i++)
		audio("a", 8000);
	assert_true(did(AI_DO_FALL_BACK));
	assert_true(in.waiting <= AI_RING);
	assert_true(i < 200);
}

static void nonsense_is_borne_for_a_while(void **state)
{
	int i;

	(void)state;
	talk();
	for (i = 0; i < 100 && s.state != AI_OVER; i++)
		hear((struct ai_event){ .kind = AI_EVENT_NONSENSE });
	assert_true(did(AI_DO_FALL_BACK));
	assert_true(i > 5);
}

static void a_transcript_is_kept_when_wanted(void **state)
{
	(void)state;
	talk();
	hear((struct ai_event){ .kind = AI_EVENT_HEARD, .text = "Yes, please." });
	assert_int_equal(json_array_size(s.transcript), 1);
	s.brief->keep_transcript = false;
	hear((struct ai_event){ .kind = AI_EVENT_SAID, .text = "Fine." });
	assert_int_equal(json_array_size(s.transcript), 1);
}

static void minutes_cost_what_they_cost(void **state)
{
	(void)state;
	assert_int_equal(ai_brief_cost(s.brief, 60000), 600000);
	assert_int_equal(ai_brief_cost(s.brief, 500), 10000);
	assert_int_equal(ai_brief_affords_ms(s.brief), 3600000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_conversation_ends_as_the_model_says), TEST(who_interrupts_is_listened_to),
		TEST(a_cough_does_not_silence_the_model), TEST(nine_opts_out_whatever_the_model_says),
		TEST(an_opt_out_during_the_disclosure_counts), TEST(a_key_during_the_disclosure_is_passed_on_after_it),
		TEST(bad_arguments_are_answered_and_change_nothing),
		TEST(the_model_cannot_end_the_call_before_the_disclosure), TEST(a_lost_provider_is_tried_once_more),
		TEST(what_was_decided_needs_no_menu), TEST(a_refused_key_is_not_tried_again),
		TEST(a_provider_that_never_speaks_is_given_up), TEST(silence_is_asked_about_once),
		TEST(the_budget_ends_the_session), TEST(more_than_can_be_said_is_given_up),
		TEST(nonsense_is_borne_for_a_while), TEST(a_transcript_is_kept_when_wanted),
		TEST(minutes_cost_what_they_cost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
