#include "voice/ai_dialect.h"

#include "voice/ai_tools.h"

#include <glib.h>
#include <string.h>

/* ---- sending ---- */

static json_t *tools(const struct ai_brief *b)
{
	json_t *list = json_array();

	for (int i = 0; i < AI_TOOLS; i++)
		json_array_append_new(list, ai_tool_schema(b, i));
	return list;
}

static json_t *session_ga(const struct ai_brief *b)
{
	return json_pack("{s:s,s:[s],s:s,s:{s:{s:{s:s},s:{s:s},s:{s:s}},s:{s:{s:s},s:s}},s:o,s:s}", "type", "realtime",
			 "output_modalities", "audio", "instructions", b->instructions, "audio", "input", "format", "type",
			 "audio/pcmu", "turn_detection", "type", "server_vad", "transcription", "model", "whisper-1",
			 "output", "format", "type", "audio/pcmu", "voice", b->voice, "tools", tools(b), "tool_choice",
			 "auto");
}

static json_t *session_beta(const struct ai_brief *b)
{
	return json_pack("{s:[s,s],s:s,s:s,s:s,s:s,s:{s:s},s:{s:s},s:o,s:s}", "modalities", "audio", "text",
			 "instructions", b->instructions, "voice", b->voice, "input_audio_format", "g711_ulaw",
			 "output_audio_format", "g711_ulaw", "turn_detection", "type", "server_vad",
			 "input_audio_transcription", "model", "whisper-1", "tools", tools(b), "tool_choice", "auto");
}

static json_t *speak(const struct ai_message *m)
{
	if (!m->text)
		return json_pack("{s:s}", "type", "response.create");
	return json_pack("{s:s,s:{s:s}}", "type", "response.create", "response", "instructions", m->text);
}

static json_t *message_json(const struct ai_brief *b, const struct ai_message *m)
{
	switch (m->kind) {
	case AI_SEND_SESSION:
		return json_pack("{s:s,s:o}", "type", "session.update", "session",
				 b->dialect == AI_DIALECT_BETA ? session_beta(b) : session_ga(b));
	case AI_SEND_SPEAK:
		return speak(m);
	case AI_SEND_TEXT:
		return json_pack("{s:s,s:{s:s,s:s,s:[{s:s,s:s}]}}", "type", "conversation.item.create", "item", "type",
				 "message", "role", "user", "content", "type", "input_text", "text", m->text);
	case AI_SEND_RESULT:
		return json_pack("{s:s,s:{s:s,s:s,s:s}}", "type", "conversation.item.create", "item", "type",
				 "function_call_output", "call_id", m->call_id, "output", m->text);
	case AI_SEND_CANCEL:
		return json_pack("{s:s}", "type", "response.cancel");
	case AI_SEND_TRUNCATE:
		return json_pack("{s:s,s:s,s:i,s:I}", "type", "conversation.item.truncate", "item_id", m->item_id,
				 "content_index", 0, "audio_end_ms", (json_int_t)m->heard_ms);
	case AI_SEND_AUDIO:
		break;
	}
	return NULL;
}

/* 16 times a second and session: without a tree. */
static char *encode_audio(const struct ai_message *m)
{
	g_autofree char *base64 = g_base64_encode(m->audio, m->n);

	return g_strconcat("{\"type\":\"input_audio_buffer.append\",\"audio\":\"", base64, "\"}", NULL);
}

char *ai_encode(const struct ai_brief *b, const struct ai_message *m)
{
	json_t *json;
	char *text, *copy;

	if (m->kind == AI_SEND_AUDIO)
		return encode_audio(m);
	json = message_json(b, m);
	text = json_dumps(json, JSON_COMPACT);
	copy = g_strdup(text);
	free(text);
	json_decref(json);
	return copy;
}

/* ---- reading ---- */

static const char *text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static bool read_nothing(struct ai_frame *f)
{
	(void)f;
	return true;
}

static bool read_audio(struct ai_frame *f)
{
	const char *delta = text_of(f->json, "delta");

	f->event.item_id = text_of(f->json, "item_id");
	if (!delta || !f->event.item_id || !delta[0])
		return false;
	f->audio = g_base64_decode(delta, &f->event.n);
	f->event.audio = f->audio;
	return f->event.n > 0;
}

static bool read_transcript(struct ai_frame *f)
{
	f->event.text = text_of(f->json, "transcript");
	return f->event.text != NULL;
}

/* A finished item of a response; only calls of functions matter. */
static bool read_item(struct ai_frame *f)
{
	const json_t *item = json_object_get(f->json, "item");
	const char *type = text_of(item, "type");

	if (!type)
		return false;
	if (strcmp(type, "function_call") != 0) {
		f->event.kind = AI_EVENT_OTHER;
		return true;
	}
	f->event.name = text_of(item, "name");
	f->event.call_id = text_of(item, "call_id");
	f->event.text = text_of(item, "arguments");
	return f->event.name && f->event.call_id && f->event.text;
}

static bool read_done(struct ai_frame *f)
{
	const char *status = text_of(json_object_get(f->json, "response"), "status");

	f->event.failed = status && (strcmp(status, "failed") == 0 || strcmp(status, "incomplete") == 0);
	return status != NULL;
}

static bool read_error(struct ai_frame *f)
{
	const json_t *error = json_object_get(f->json, "error");
	const char *code = text_of(error, "code"), *type = text_of(error, "type"), *message = text_of(error, "message");

	f->event.name = code ? code : type ? type : "";
	f->event.text = message ? message : "";
	return json_is_object(error);
}

static const struct {
	const char *type;
	enum ai_event_kind kind;
	bool (*read)(struct ai_frame *f);
} events[] = {
	{ "response.output_audio.delta", AI_EVENT_AUDIO, read_audio },
	{ "response.audio.delta", AI_EVENT_AUDIO, read_audio },
	{ "session.updated", AI_EVENT_READY, read_nothing },
	{ "input_audio_buffer.speech_started", AI_EVENT_SPEECH_STARTED, read_nothing },
	{ "input_audio_buffer.speech_stopped", AI_EVENT_SPEECH_STOPPED, read_nothing },
	{ "response.created", AI_EVENT_RESPONSE_STARTED, read_nothing },
	{ "response.done", AI_EVENT_RESPONSE_DONE, read_done },
	{ "response.output_item.done", AI_EVENT_TOOL, read_item },
	{ "conversation.item.input_audio_transcription.completed", AI_EVENT_HEARD, read_transcript },
	{ "response.output_audio_transcript.done", AI_EVENT_SAID, read_transcript },
	{ "response.audio_transcript.done", AI_EVENT_SAID, read_transcript },
	{ "error", AI_EVENT_ERROR, read_error },
};

void ai_decode(const char *text, size_t n, struct ai_frame *out)
{
	const char *type;

	*out = (struct ai_frame){ .event.kind = AI_EVENT_NONSENSE };
	out->json = n <= AI_FRAME_MAX ? json_loadb(text, n, 0, NULL) : NULL;
	type = text_of(out->json, "type");
	if (!type)
		return;
	out->event.kind = AI_EVENT_OTHER;
	for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
		if (strcmp(events[i].type, type) != 0)
			continue;
		out->event.kind = events[i].kind;
		if (!events[i].read(out))
			out->event.kind = AI_EVENT_NONSENSE;
		return;
	}
}

void ai_frame_clear(struct ai_frame *f)
{
	json_decref(f->json);
	g_free(f->audio);
	*f = (struct ai_frame){ 0 };
}
