/* The ear that hears who interrupts, and the sandbox's agent. */
#include "voice/ai_ear.h"
#include "voice/ai_script.h"
#include "voice/law.h"
#include "voice/prompt.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { FRAME = 160 };

static struct ai_ear ear;

/* A square wave of that amplitude, 20 ms at a time; how many frames it took to be heard, 0 if it was not. */
static int hears(int amplitude, int frames)
{
	uint8_t ulaw[FRAME];

	for (int i = 0; i < FRAME; i++)
		ulaw[i] = law_ulaw_encode((int16_t)(i % 20 < 10 ? amplitude : -amplitude));
	for (int f = 1; f <= frames; f++)
		if (ai_ear_hears(&ear, ulaw, FRAME))
			return f;
	return 0;
}

static void speech_is_heard_in_its_second_frame(void **state)
{
	(void)state;
	ear = (struct ai_ear){ 0 };
	assert_int_equal(hears(20, 50), 0);
	assert_int_equal(hears(3000, 50), 2);
	assert_int_equal(hears(3000, 50), 0); /* once */
	assert_int_equal(hears(20, 15), 0);
	assert_int_equal(hears(3000, 5), 2);
}

static void neither_silence_nor_a_click_nor_noise_is_speech(void **state)
{
	(void)state;
	ear = (struct ai_ear){ 0 };
	assert_int_equal(hears(0, 100), 0);
	assert_int_equal(hears(3000, 1), 0);
	assert_int_equal(hears(100, 100), 0);
	ear = (struct ai_ear){ 0 };
	assert_int_equal(hears(600, 100), 0); /* the line itself is that loud */
	assert_int_equal(hears(5000, 10), 2);
}

/* ---- the script ---- */

static struct call_order order;
static struct ai_script *s;
static struct ai_event ev;

static int begin(void **state)
{
	static const int16_t pcm[FRAME];

	(void)state;
	order = (struct call_order){ .opening = prompt_from_pcm(pcm, 80), .closing = prompt_from_pcm(pcm, 80), .n_questions = 1 };
	order.questions[0] = (struct call_question){ .prompt = prompt_from_pcm(pcm, FRAME), .n_options = 2,
						     .options = { { '1', ANSWER_INTERESTED },
								  { '2', ANSWER_NOT_INTERESTED } } };
	s = ai_script_new(&order, 2000);
	return 0;
}

static int end(void **state)
{
	(void)state;
	ai_script_free(s);
	order_release(&order);
	return 0;
}

static void comes(enum ai_event_kind kind)
{
	assert_true(ai_script_next(s, &ev));
	assert_int_equal(ev.kind, kind);
}

static void take(enum ai_message_kind kind, char key)
{
	ai_script_take(s, &(struct ai_message){ .kind = kind, .key = key }, 1000);
}

static void the_opening_then_the_question_then_the_answer(void **state)
{
	(void)state;
	take(AI_SEND_SESSION, 0);
	comes(AI_EVENT_READY);
	take(AI_SEND_SPEAK, 0);
	comes(AI_EVENT_AUDIO);
	assert_int_equal(ev.n, 80);
	comes(AI_EVENT_RESPONSE_DONE);
	ai_script_played(s, 1000);
	comes(AI_EVENT_AUDIO);
	assert_int_equal(ev.n, FRAME);
	take(AI_SEND_TEXT, '2');
	comes(AI_EVENT_TOOL);
	assert_string_equal(ev.name, "record_answer");
	assert_string_equal(ev.text, "{\"question\":1,\"choice\":\"2\"}");
	comes(AI_EVENT_TOOL);
	assert_string_equal(ev.name, "end_call");
	assert_false(ai_script_next(s, &ev));
}

static void who_says_nothing_is_asked_again_and_let_go(void **state)
{
	(void)state;
	take(AI_SEND_SPEAK, 0);
	comes(AI_EVENT_AUDIO);
	comes(AI_EVENT_RESPONSE_DONE);
	for (int asked = 0; asked < 2; asked++) {
		if (asked == 0)
			ai_script_played(s, 1000);
		comes(AI_EVENT_AUDIO);
		ai_script_played(s, 1000);
		assert_int_equal(ai_script_deadline(s), 3000);
		ai_script_waited(s, 3000);
	}
	comes(AI_EVENT_TOOL);
	assert_string_equal(ev.name, "end_call");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(speech_is_heard_in_its_second_frame),
		cmocka_unit_test(neither_silence_nor_a_click_nor_noise_is_speech),
		cmocka_unit_test_setup_teardown(the_opening_then_the_question_then_the_answer, begin, end),
		cmocka_unit_test_setup_teardown(who_says_nothing_is_asked_again_and_let_go, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
