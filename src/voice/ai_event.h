/*
 * What passes between a session and whoever speaks in it, whatever dialect that speaks: events come from the provider,
 * messages go to it. Texts are borrowed: they live as long as the call that hands them over.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ai_event_kind {
	AI_EVENT_OTHER,          /* nothing we need */
	AI_EVENT_NONSENSE,       /* not JSON, no type, or a known type without what it must have */
	AI_EVENT_READY,          /* our session has been taken */
	AI_EVENT_AUDIO,          /* audio, n: mu-law of `item_id` */
	AI_EVENT_SPEECH_STARTED, /* it hears the person */
	AI_EVENT_SPEECH_STOPPED,
	AI_EVENT_RESPONSE_STARTED,
	AI_EVENT_RESPONSE_DONE,  /* `failed` when it is not complete for the provider's sake */
	AI_EVENT_TOOL,           /* `name` with `text` as arguments (JSON, not to be trusted), answered under `call_id` */
	AI_EVENT_HEARD,          /* `text`: what the person has said */
	AI_EVENT_SAID,           /* `text`: what the model has said */
	AI_EVENT_ERROR,          /* `name` its code, `text` what it says */
};

struct ai_event {
	enum ai_event_kind kind;
	const char *item_id, *call_id, *name, *text; /* never NULL where the kind has them */
	const uint8_t *audio;
	size_t n;
	bool failed;
};

enum ai_message_kind {
	AI_SEND_SESSION,  /* instructions, tools, formats: what the brief says */
	AI_SEND_SPEAK,    /* say something now; `text`: what about, NULL: as the conversation goes */
	AI_SEND_TEXT,     /* `text` from the person's side: a key that was pressed; `key` is which, or 0 */
	AI_SEND_RESULT,   /* `text`: the answer to the tool call `call_id` */
	AI_SEND_CANCEL,   /* stop the response that is being made */
	AI_SEND_TRUNCATE, /* of `item_id` only `heard_ms` were heard */
	AI_SEND_AUDIO,    /* audio, n: mu-law from the person */
};

struct ai_message {
	enum ai_message_kind kind;
	const char *text, *call_id, *item_id;
	int64_t heard_ms;
	char key;
	const uint8_t *audio;
	size_t n;
};
