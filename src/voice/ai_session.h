/*
 * The conversation of an AI call as a pure machine: inputs in, actions out, no socket and no clock.
 *
 *	DISCLOSING ─the disclosure has been heard▶ TALKING ─end_call, opt-out, limits▶ CLOSING ─all is said▶ OVER (end)
 *	                                              └─ the provider fails for good ─▶ OVER (fall back to the menu)
 *
 * The link to the provider goes its own way beside that: CONNECTING ─session.updated▶ READY ─lost▶ CONNECTING, once.
 * The model may begin while the disclosure is still being said, so that no time is lost; nobody hears it before.
 *
 * Barge-in: when the person speaks or presses a key, what is not heard yet is thrown away, the rest of that item is
 * dropped as it comes, and the provider is told how much of it was really heard. A barge-in by our own ear that the
 * provider does not confirm was a cough: the model is asked to go on.
 *
 * Whatever a model says or asks for, the key 9 opts out, the limits end the call, and a decision that was noted counts.
 */
#pragma once

#include "voice/ai_brief.h"
#include "voice/ai_event.h"

#include <jansson.h>

enum ai_state { AI_DISCLOSING, AI_TALKING, AI_CLOSING, AI_OVER, AI_STATE_END };
enum ai_link { AI_LINK_CONNECTING, AI_LINK_READY, AI_LINK_DOWN };

enum ai_input_kind {
	AI_IN_DISCLOSED, /* the disclosure has been heard to its end */
	AI_IN_CONNECTED, /* the socket is open */
	AI_IN_LOST,      /* it is closed, or could not be opened; `refused`: another try makes no sense */
	AI_IN_EVENT,     /* the provider says something */
	AI_IN_SPEECH,    /* our own ear hears the person */
	AI_IN_KEY,
	AI_IN_TIME,      /* the deadline has come */
};

struct ai_input {
	enum ai_input_kind kind;
	int64_t now_ms;           /* boot clock */
	int64_t now_wall_ms;
	uint64_t played, waiting; /* samples of the model's that were heard, and that wait to be */
	const struct ai_event *event;
	char key;
	bool refused;
};

enum ai_action_kind {
	AI_DO_SEND,
	AI_DO_PLAY,      /* message.audio, message.n */
	AI_DO_FLUSH,
	AI_DO_CONNECT,   /* once more */
	AI_DO_FALL_BACK, /* the menu takes over; the last action there is */
	AI_DO_END,       /* the farewell, then hang up; likewise */
};

struct ai_action {
	enum ai_action_kind kind;
	struct ai_message message;
	char *owned; /* its text, where it is ours */
};

enum {
	AI_ACTIONS = 8,
	AI_KEYS = 8,
	AI_ITEM = 128,
	AI_RING = 8000 * 60, /* samples of the model's that may wait to be heard */
};

struct ai_actions {
	struct ai_action list[AI_ACTIONS];
	int n;
};
void ai_actions_clear(struct ai_actions *a);

struct ai_session {
	struct ai_brief *brief; /* a reference */
	enum ai_state state;
	enum ai_link link;
	int reconnects, failures, nonsense, nudges;
	bool responding, owes_answer; /* a response is being made; a tool was answered and the model must go on */
	char keys[AI_KEYS + 1];       /* pressed during the disclosure */
	/* What is being heard: */
	char item[AI_ITEM], muted[AI_ITEM];
	uint64_t item_from, item_samples;
	uint64_t overflow; /* samples that had no room */
	/* Deadlines, boot clock; INT64_MAX: none. */
	int64_t ready_by, reply_by, confirm_by, quiet_by, closed_by, end_by, budget_by;
	int64_t begun_ms;
	/* The result, complete at any moment: */
	enum answer answer;
	char digits[ORDER_DIGITS];
	int64_t callback_at; /* epoch ms; 0: none was asked for */
	const char *why;     /* it fell back, or ended; for the log */
	json_t *transcript;  /* [{at, who, text}] */
	size_t transcript_bytes;
};

void ai_session_init(struct ai_session *s, struct ai_brief *brief, int64_t now_ms);
/* Right after it: an earlier session of the same call took `ms` of its time and money; its transcript goes on, NULL: none. */
void ai_session_goes_on(struct ai_session *s, int64_t ms, const char *transcript);
void ai_session_clear(struct ai_session *s);
void ai_session_on(struct ai_session *s, const struct ai_input *in, struct ai_actions *out);

/* When AI_IN_TIME is wanted next; INT64_MAX: not at all. */
int64_t ai_session_deadline(const struct ai_session *s);
