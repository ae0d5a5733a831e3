#include "voice/ai_script.h"

#include "voice/prompt.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

enum { EVENTS = 32, TEXT = 64 };

struct said {
	struct ai_event event;
	char id[TEXT], arguments[TEXT];
};

struct ai_script {
	struct call_order order; /* held; without farewell and times, which are the menu's after the conversation */
	struct ivr ivr;
	int answer_wait_ms;
	bool begun;
	int64_t wait_until;
	unsigned serial;
	char noted[ORDER_DIGITS];
	struct said events[EVENTS];
	unsigned first, last; /* of the ring */
	struct prompt *closing; /* ours to let go of, not to say */
	int n_times;
};

struct ai_script *ai_script_new(const struct call_order *order, int answer_wait_ms)
{
	struct ai_script *s = g_new0(struct ai_script, 1);

	s->order = *order;
	order_hold(&s->order);
	s->closing = s->order.closing;
	s->n_times = s->order.offer.n;
	s->order.closing = NULL;
	s->order.offer.n = 0;
	s->answer_wait_ms = answer_wait_ms;
	s->wait_until = INT64_MAX;
	ivr_init(&s->ivr, &s->order);
	return s;
}

void ai_script_free(struct ai_script *s)
{
	if (!s)
		return;
	s->order.closing = s->closing;
	s->order.offer.n = s->n_times;
	order_release(&s->order);
	g_free(s);
}

static struct said *say(struct ai_script *s, enum ai_event_kind kind)
{
	struct said *said = &s->events[s->last++ % EVENTS];

	g_assert(s->last - s->first <= EVENTS);
	*said = (struct said){ .event.kind = kind };
	snprintf(said->id, sizeof(said->id), "script-%u", ++s->serial);
	said->event.item_id = said->event.call_id = said->id;
	said->event.text = said->arguments;
	return said;
}

static void use_tool(struct ai_script *s, const char *name, int question, char digit)
{
	struct said *said = say(s, AI_EVENT_TOOL);

	said->event.name = name;
	if (digit)
		snprintf(said->arguments, sizeof(said->arguments), "{\"question\":%d,\"choice\":\"%c\"}", question + 1, digit);
	else
		strcpy(said->arguments, "{}");
}

static void note_answers(struct ai_script *s)
{
	for (int i = 0; i < s->order.n_questions; i++) {
		char digit = s->ivr.digits[i];

		if (digit == s->noted[i])
			continue;
		s->noted[i] = digit;
		if (digit && digit != '-')
			use_tool(s, "record_answer", i, digit);
	}
}

static void act(struct ai_script *s, struct ivr_action action, int64_t now_ms)
{
	struct said *said;

	while (action.kind == IVR_DO_PLAY && (!action.prompt || !action.prompt->n))
		action = ivr_on(&s->ivr, IVR_PLAYED, 0);
	note_answers(s);
	if (action.kind != IVR_DO_NOTHING)
		s->wait_until = INT64_MAX;
	switch (action.kind) {
	case IVR_DO_NOTHING:
	case IVR_DO_BOOK:
		break;
	case IVR_DO_PLAY:
		said = say(s, AI_EVENT_AUDIO);
		said->event.audio = action.prompt->ulaw;
		said->event.n = action.prompt->n;
		break;
	case IVR_DO_WAIT:
		s->wait_until = now_ms + s->answer_wait_ms;
		break;
	case IVR_DO_TRANSFER: /* the agent puts nobody through: the wish is noted */
		act(s, ivr_transferred(&s->ivr, false), now_ms);
		break;
	case IVR_DO_HANG_UP:
		use_tool(s, "end_call", 0, 0);
		break;
	}
}

void ai_script_take(struct ai_script *s, const struct ai_message *m, int64_t now_ms)
{
	switch (m->kind) {
	case AI_SEND_SESSION:
		say(s, AI_EVENT_READY);
		break;
	case AI_SEND_SPEAK:
		if (!s->begun)
			act(s, ivr_on(&s->ivr, IVR_ANSWERED, 0), now_ms);
		s->begun = true;
		say(s, AI_EVENT_RESPONSE_DONE);
		break;
	case AI_SEND_TEXT:
		if (m->key)
			act(s, ivr_on(&s->ivr, IVR_DIGIT, m->key), now_ms);
		break;
	case AI_SEND_RESULT:
	case AI_SEND_CANCEL:
	case AI_SEND_TRUNCATE:
	case AI_SEND_AUDIO:
		break;
	}
}

void ai_script_played(struct ai_script *s, int64_t now_ms)
{
	act(s, ivr_on(&s->ivr, IVR_PLAYED, 0), now_ms);
}

void ai_script_waited(struct ai_script *s, int64_t now_ms)
{
	s->wait_until = INT64_MAX;
	act(s, ivr_on(&s->ivr, IVR_TIMEOUT, 0), now_ms);
}

int64_t ai_script_deadline(const struct ai_script *s)
{
	return s->wait_until;
}

bool ai_script_next(struct ai_script *s, struct ai_event *out)
{
	if (s->first == s->last)
		return false;
	*out = s->events[s->first++ % EVENTS].event;
	return true;
}
