/* Both generations of the protocol, read and written. */
#include "ai_briefing.h"
#include "voice/ai_dialect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static json_t *encoded(enum ai_dialect dialect, const struct ai_message *m)
{
	struct ai_brief *b = briefing(dialect);
	char *text = ai_encode(b, m);
	json_t *json = json_loads(text, 0, NULL);

	assert_non_null(json);
	g_free(text);
	ai_brief_unref(b);
	return json;
}

static const char *at(json_t *o, const char *a, const char *b, const char *c, const char *d)
{
	const char *const keys[] = { a, b, c, d };

	for (int i = 0; i < 4 && keys[i]; i++)
		o = json_object_get(o, keys[i]);
	return json_string_value(o);
}

static void a_session_is_g711_in_both(void **state)
{
	const struct ai_message m = { .kind = AI_SEND_SESSION };
	json_t *ga = encoded(AI_DIALECT_GA, &m), *beta = encoded(AI_DIALECT_BETA, &m);

	(void)state;
	assert_string_equal(at(ga, "type", NULL, NULL, NULL), "session.update");
	assert_string_equal(at(ga, "session", "type", NULL, NULL), "realtime");
	assert_string_equal(json_string_value(json_object_get(json_object_get(json_object_get(json_object_get(json_object_get(
				    ga, "session"), "audio"), "input"), "format"), "type")), "audio/pcmu");
	assert_string_equal(at(beta, "session", "output_audio_format", NULL, NULL), "g711_ulaw");
	assert_string_equal(at(beta, "session", "instructions", NULL, NULL), "Be \"kind\".");
	assert_int_equal(json_array_size(json_object_get(json_object_get(beta, "session"), "tools")), 5);
	json_decref(ga);
	json_decref(beta);
}

static void messages_say_what_they_must(void **state)
{
	json_t *o = encoded(AI_DIALECT_GA, &(struct ai_message){ .kind = AI_SEND_TRUNCATE, .item_id = "i1", .heard_ms = 420 });

	(void)state;
	assert_string_equal(at(o, "type", NULL, NULL, NULL), "conversation.item.truncate");
	assert_int_equal(json_integer_value(json_object_get(o, "audio_end_ms")), 420);
	json_decref(o);
	o = encoded(AI_DIALECT_GA, &(struct ai_message){ .kind = AI_SEND_AUDIO, .audio = (const uint8_t *)"abc", .n = 3 });
	assert_string_equal(at(o, "audio", NULL, NULL, NULL), "YWJj");
	json_decref(o);
	o = encoded(AI_DIALECT_BETA, &(struct ai_message){ .kind = AI_SEND_RESULT, .call_id = "c1", .text = "{\"ok\":true}" });
	assert_string_equal(at(o, "item", "output", NULL, NULL), "{\"ok\":true}");
	json_decref(o);
}

static void reads(const char *text, enum ai_event_kind kind)
{
	struct ai_frame f;

	ai_decode(text, strlen(text), &f);
	if (f.event.kind != kind)
		fail_msg("%s is read as %d", text, f.event.kind);
	ai_frame_clear(&f);
}

static void audio_comes_under_both_names(void **state)
{
	const char *const both[] = { "{\"type\":\"response.audio.delta\",\"item_id\":\"i\",\"delta\":\"YWJj\"}",
				     "{\"type\":\"response.output_audio.delta\",\"item_id\":\"i\",\"delta\":\"YWJj\"}" };
	struct ai_frame f;

	(void)state;
	for (int i = 0; i < 2; i++) {
		ai_decode(both[i], strlen(both[i]), &f);
		assert_int_equal(f.event.kind, AI_EVENT_AUDIO);
		assert_int_equal(f.event.n, 3);
		assert_memory_equal(f.event.audio, "abc", 3);
		assert_string_equal(f.event.item_id, "i");
		ai_frame_clear(&f);
	}
}

static void nonsense_is_known_as_such(void **state)
{
	(void)state;
	reads("", AI_EVENT_NONSENSE);
	reads("{", AI_EVENT_NONSENSE);
	reads("[1]", AI_EVENT_NONSENSE);
	reads("{\"type\":7}", AI_EVENT_NONSENSE);
	reads("{\"type\":\"response.audio.delta\"}", AI_EVENT_NONSENSE);
	reads("{\"type\":\"response.audio.delta\",\"item_id\":\"i\",\"delta\":\"!\"}", AI_EVENT_NONSENSE);
	reads("{\"type\":\"response.output_item.done\",\"item\":{\"type\":\"function_call\",\"name\":\"x\"}}", AI_EVENT_NONSENSE);
	reads("{\"type\":\"response.done\"}", AI_EVENT_NONSENSE);
	reads("{\"type\":\"error\"}", AI_EVENT_NONSENSE);
	reads("{\"type\":\"rate_limits.updated\"}", AI_EVENT_OTHER);
	reads("{\"type\":\"session.updated\"}", AI_EVENT_READY);
	reads("{\"type\":\"error\",\"error\":{\"message\":\"no\"}}", AI_EVENT_ERROR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_is_g711_in_both),
		cmocka_unit_test(messages_say_what_they_must),
		cmocka_unit_test(audio_comes_under_both_names),
		cmocka_unit_test(nonsense_is_known_as_such),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
