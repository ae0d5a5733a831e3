#include "voice/ai_session.h"

#include "voice/ai_tools.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	READY_MS = 10000,   /* to connect and have the session taken */
	REPLY_MS = 10000,   /* from the end of somebody's words to the model's first */
	CONFIRM_MS = 1500,  /* for the provider to hear what our ear has heard */
	CLOSING_MS = 15000, /* for the last words to be heard */
	FAILURES_MAX = 3, NONSENSE_MAX = 20, NUDGES_MAX = 1, RECONNECTS_MAX = 1,
	OVERFLOW_MAX = 8000 * 120, /* samples that had no room: so far ahead is no conversation */
	TRANSCRIPT_MAX = 256 << 10,
	SAMPLES_A_MS = 8,
};

#define NEVER INT64_MAX

#define TO(s) (1u << (s))
static const struct {
	const char *name;
	unsigned next;
} states[AI_STATE_END] = {
	[AI_DISCLOSING] = { "disclosing", TO(AI_TALKING) | TO(AI_CLOSING) | TO(AI_OVER) },
	[AI_TALKING] = { "talking", TO(AI_CLOSING) | TO(AI_OVER) },
	[AI_CLOSING] = { "closing", TO(AI_OVER) },
	[AI_OVER] = { "over", 0 },
};

static void move(struct ai_session *s, enum ai_state to)
{
	if (!(states[s->state].next & TO(to))) {
		fprintf(stderr, "ai session: %s to %s is no move (link %d, answer %d, digits \"%s\")\n", states[s->state].name,
			states[to].name, s->link, s->answer, s->digits);
		abort();
	}
	s->state = to;
}

/* ---- actions ---- */

void ai_actions_clear(struct ai_actions *a)
{
	for (int i = 0; i < a->n; i++)
		g_free(a->list[i].owned);
	a->n = 0;
}

static struct ai_action *act(struct ai_actions *out, enum ai_action_kind kind)
{
	g_assert(out->n < AI_ACTIONS);
	out->list[out->n] = (struct ai_action){ .kind = kind };
	return &out->list[out->n++];
}

static struct ai_message *send(struct ai_actions *out, enum ai_message_kind kind)
{
	struct ai_message *m = &act(out, AI_DO_SEND)->message;

	m->kind = kind;
	return m;
}

static void say(struct ai_session *s, struct ai_actions *out, const char *about, int64_t now)
{
	send(out, AI_SEND_SPEAK)->text = about;
	s->reply_by = now + REPLY_MS;
	s->responding = true;
}

static void over(struct ai_session *s, struct ai_actions *out, enum ai_action_kind how, const char *why)
{
	s->why = why;
	move(s, AI_OVER);
	act(out, how);
}

/* The provider is of no use any more. What has been decided is worth a farewell; else the menu asks. */
static void give_up(struct ai_session *s, struct ai_actions *out, const char *why)
{
	bool done = s->state == AI_CLOSING || s->answer == ANSWER_INTERESTED || s->answer == ANSWER_NOT_INTERESTED ||
		    s->answer == ANSWER_OPT_OUT || s->callback_at;

	over(s, out, done ? AI_DO_END : AI_DO_FALL_BACK, why);
}

/* ---- what is said ---- */

static void note(struct ai_session *s, int64_t now, const char *who, const char *text)
{
	size_t n = strlen(text);

	if (!s->brief->keep_transcript || s->transcript_bytes + n > TRANSCRIPT_MAX)
		return;
	s->transcript_bytes += n;
	json_array_append_new(s->transcript, json_pack("{s:I,s:s,s:s}", "atMs", (json_int_t)(now - s->begun_ms), "who", who,
						       "text", text));
}

/* Somebody has said something: the silence begins anew when it has been heard. */
static void stir(struct ai_session *s, const struct ai_input *in)
{
	s->quiet_by = in->now_ms + (int64_t)(in->waiting / SAMPLES_A_MS) + s->brief->silence_ms;
}

/* Throws away what was not heard, and tells the provider. */
static void hush(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	struct ai_message *m;
	uint64_t heard;

	if (in->waiting > 0)
		act(out, AI_DO_FLUSH);
	if (!s->item[0])
		return;
	heard = in->played > s->item_from ? MIN(in->played - s->item_from, s->item_samples) : 0;
	g_strlcpy(s->muted, s->item, sizeof(s->muted));
	s->item[0] = 0;
	if (heard == s->item_samples && !s->responding)
		return; /* it was heard whole */
	m = send(out, AI_SEND_TRUNCATE);
	m->item_id = s->muted;
	m->heard_ms = (int64_t)(heard / SAMPLES_A_MS);
}

static void on_audio(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	const struct ai_event *ev = in->event;
	struct ai_action *play;
	char id[AI_ITEM];

	g_strlcpy(id, ev->item_id, sizeof(id));
	s->reply_by = s->confirm_by = NEVER;
	if (s->state == AI_CLOSING || strcmp(id, s->muted) == 0)
		return;
	if (in->waiting + ev->n > AI_RING) { /* what has no room is not heard */
		s->overflow += ev->n;
		if (s->overflow > OVERFLOW_MAX && s->state == AI_TALKING)
			give_up(s, out, "the provider sends more than can be said");
		return;
	}
	if (strcmp(id, s->item) != 0) {
		g_strlcpy(s->item, id, sizeof(s->item));
		s->item_from = in->played + in->waiting;
		s->item_samples = 0;
	}
	s->item_samples += ev->n;
	s->failures = 0;
	play = act(out, AI_DO_PLAY);
	play->message.audio = ev->audio;
	play->message.n = ev->n;
	stir(s, in);
	s->quiet_by += (int64_t)(ev->n / SAMPLES_A_MS);
}

/* ---- tools ---- */

/* The last decision counts; an opt-out is never taken back. */
static void take_answer(struct ai_session *s, enum answer answer)
{
	if (s->answer != ANSWER_OPT_OUT && answer != ANSWER_NONE && answer != ANSWER_NEUTRAL)
		s->answer = answer;
}

static void begin_closing(struct ai_session *s, const struct ai_input *in, const char *why)
{
	move(s, AI_CLOSING);
	s->why = why;
	s->reply_by = s->confirm_by = s->quiet_by = NEVER;
	s->closed_by = in->now_ms + MIN((int64_t)(in->waiting / SAMPLES_A_MS), CLOSING_MS);
}

static void opt_out(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	s->answer = ANSWER_OPT_OUT;
	if (s->state == AI_CLOSING)
		return;
	if (in->waiting > 0 && s->state == AI_TALKING)
		act(out, AI_DO_FLUSH);
	over(s, out, AI_DO_END, "the person opted out");
}

static void grant(struct ai_session *s, const struct ai_input *in, const struct ai_wish *w, struct ai_actions *out)
{
	switch (w->tool) {
	case AI_TOOL_RECORD_ANSWER:
		s->digits[w->question] = w->digit;
		take_answer(s, w->answer);
		break;
	case AI_TOOL_SET_OUTCOME:
		take_answer(s, w->answer);
		break;
	case AI_TOOL_SCHEDULE_CALLBACK:
		s->callback_at = w->at;
		break;
	case AI_TOOL_OPT_OUT:
		opt_out(s, in, out);
		break;
	case AI_TOOL_END_CALL:
		if (s->state == AI_TALKING)
			begin_closing(s, in, "the model ended the call");
		break;
	case AI_TOOLS:
		break;
	}
	if (w->answer == ANSWER_OPT_OUT)
		opt_out(s, in, out);
}

static void on_tool(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	struct ai_wish wish = { 0 };
	char why[AI_TOOL_WHY];
	bool ok = ai_tool_read(s->brief, in->event->name, in->event->text, in->now_wall_ms, &wish, why);
	struct ai_action *a = act(out, AI_DO_SEND);
	json_t *result = ok ? json_pack("{s:b}", "ok", 1) : json_pack("{s:s}", "error", why);
	char *text = json_dumps(result, JSON_COMPACT);

	note(s, in->now_ms, "tool", in->event->name);
	a->owned = g_strdup(text);
	a->message = (struct ai_message){ .kind = AI_SEND_RESULT, .call_id = in->event->call_id, .text = a->owned };
	free(text);
	json_decref(result);
	s->owes_answer = true;
	/* A model may not end a call whose disclosure has not been heard. */
	if (ok && !(wish.tool == AI_TOOL_END_CALL && s->state == AI_DISCLOSING))
		grant(s, in, &wish, out);
}

/* ---- the link ---- */

static void on_ready(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	if (s->link == AI_LINK_READY)
		return;
	s->link = AI_LINK_READY;
	s->ready_by = NEVER;
	if (s->reconnects > 0)
		say(s, out, "The line to you broke and is back. Excuse the pause briefly and go on where the conversation was.",
		    in->now_ms);
	else
		say(s, out, NULL, in->now_ms);
}

static void on_lost(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	s->link = AI_LINK_DOWN;
	s->responding = s->owes_answer = false;
	s->item[0] = s->muted[0] = 0;
	s->reply_by = s->confirm_by = NEVER;
	if (s->state == AI_CLOSING)
		return; /* what there is to hear is here */
	if (in->refused || s->reconnects == RECONNECTS_MAX) {
		if (s->state == AI_DISCLOSING)
			s->ready_by = NEVER; /* once that has been heard */
		else
			give_up(s, out, in->refused ? "the provider refused" : "the provider was lost");
		return;
	}
	s->reconnects++;
	s->link = AI_LINK_CONNECTING;
	s->ready_by = in->now_ms + READY_MS;
	act(out, AI_DO_CONNECT);
}

static void on_failure(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	if (++s->failures >= FAILURES_MAX)
		give_up(s, out, "the provider failed to answer");
	else
		say(s, out, NULL, in->now_ms);
}

static void on_response_done(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	s->responding = false;
	if (s->state == AI_CLOSING || s->state == AI_OVER)
		return;
	if (in->event->failed) {
		s->owes_answer = false;
		on_failure(s, in, out);
	} else if (s->owes_answer) {
		s->owes_answer = false;
		say(s, out, NULL, in->now_ms);
	}
}

static void on_error(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	struct ai_input lost = *in;

	if (s->link == AI_LINK_READY) {
		if (++s->nonsense >= NONSENSE_MAX)
			give_up(s, out, "the provider reports errors");
		return;
	}
	lost.refused = true; /* it does not like our session, and will not next time */
	on_lost(s, &lost, out);
}

static void on_event(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	const struct ai_event *ev = in->event;

	switch (ev->kind) {
	case AI_EVENT_OTHER:
		break;
	case AI_EVENT_NONSENSE:
		if (++s->nonsense >= NONSENSE_MAX && s->state == AI_TALKING)
			give_up(s, out, "the provider speaks nonsense");
		break;
	case AI_EVENT_READY:
		on_ready(s, in, out);
		break;
	case AI_EVENT_AUDIO:
		on_audio(s, in, out);
		break;
	case AI_EVENT_SPEECH_STARTED:
		s->confirm_by = s->reply_by = NEVER;
		stir(s, in);
		if (s->state == AI_TALKING)
			hush(s, in, out);
		break;
	case AI_EVENT_SPEECH_STOPPED:
		stir(s, in);
		if (s->state == AI_TALKING)
			s->reply_by = in->now_ms + REPLY_MS;
		break;
	case AI_EVENT_RESPONSE_STARTED:
		s->responding = true;
		break;
	case AI_EVENT_RESPONSE_DONE:
		on_response_done(s, in, out);
		break;
	case AI_EVENT_TOOL:
		on_tool(s, in, out);
		break;
	case AI_EVENT_HEARD:
		note(s, in->now_ms, "person", ev->text);
		break;
	case AI_EVENT_SAID:
		note(s, in->now_ms, "model", ev->text);
		break;
	case AI_EVENT_ERROR:
		on_error(s, in, out);
		break;
	}
}

/* ---- the person ---- */

static void on_speech(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	if (s->state != AI_TALKING || s->link != AI_LINK_READY || (in->waiting == 0 && !s->responding))
		return;
	hush(s, in, out);
	if (s->responding)
		send(out, AI_SEND_CANCEL);
	s->responding = false;
	s->confirm_by = in->now_ms + CONFIRM_MS;
}

static void pass_key(struct ai_session *s, const struct ai_input *in, char key, struct ai_actions *out)
{
	struct ai_action *a;

	if (s->link != AI_LINK_READY)
		return;
	hush(s, in, out);
	if (s->responding)
		send(out, AI_SEND_CANCEL);
	a = act(out, AI_DO_SEND);
	a->owned = g_strdup_printf("(The person pressed the key %c.)", key);
	a->message = (struct ai_message){ .kind = AI_SEND_TEXT, .text = a->owned, .key = key };
	say(s, out, NULL, in->now_ms);
	stir(s, in);
}

static void on_key(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	char *open = strchr(s->digits, '-'); /* the question that is on, as the menu would see it */
	size_t n = strlen(s->keys);

	if (in->key == '9') {
		if (open && s->state != AI_CLOSING)
			*open = '9';
		opt_out(s, in, out);
	} else if (s->state == AI_DISCLOSING) {
		if (n < AI_KEYS)
			s->keys[n] = in->key;
	} else if (s->state == AI_TALKING) {
		pass_key(s, in, in->key, out);
	}
}

static void on_disclosed(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	size_t n = strlen(s->keys);

	if (s->state != AI_DISCLOSING)
		return;
	move(s, AI_TALKING);
	stir(s, in);
	if (s->link == AI_LINK_DOWN)
		give_up(s, out, "the provider could not be reached");
	else if (n > 0)
		pass_key(s, in, s->keys[n - 1], out);
}

/* ---- time ---- */

static bool passed(int64_t *deadline, int64_t now)
{
	if (*deadline > now)
		return false;
	*deadline = NEVER;
	return true;
}

static void on_quiet(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	if (s->nudges++ < NUDGES_MAX && s->link == AI_LINK_READY) {
		say(s, out, "The person has been silent. Ask once, briefly, whether they are still there.", in->now_ms);
		s->quiet_by = in->now_ms + s->brief->silence_ms;
	} else {
		over(s, out, AI_DO_END, "nobody said anything");
	}
}

static void on_time(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	struct ai_input lost = *in;

	if (passed(&s->closed_by, in->now_ms))
		over(s, out, AI_DO_END, s->why);
	else if (passed(&s->end_by, in->now_ms))
		over(s, out, AI_DO_END, "the call was long enough");
	else if (passed(&s->budget_by, in->now_ms))
		give_up(s, out, "the budget of the call is used up");
	else if (passed(&s->ready_by, in->now_ms))
		on_lost(s, &lost, out);
	else if (s->state != AI_TALKING)
		return;
	else if (passed(&s->reply_by, in->now_ms))
		on_failure(s, in, out);
	else if (passed(&s->confirm_by, in->now_ms))
		say(s, out, NULL, in->now_ms);
	else if (s->reply_by == NEVER && passed(&s->quiet_by, in->now_ms))
		on_quiet(s, in, out);
}

int64_t ai_session_deadline(const struct ai_session *s)
{
	int64_t at = MIN(MIN(s->closed_by, s->end_by), MIN(s->budget_by, s->ready_by));

	if (s->state == AI_OVER)
		return NEVER;
	if (s->state == AI_TALKING) /* who is waited for is not silent */
		at = MIN(at, MIN(s->reply_by == NEVER ? s->quiet_by : s->reply_by, s->confirm_by));
	return at;
}

/* ---- life ---- */

void ai_session_init(struct ai_session *s, struct ai_brief *brief, int64_t now_ms)
{
	int64_t affords = ai_brief_affords_ms(brief);

	*s = (struct ai_session){ .brief = ai_brief_ref(brief), .begun_ms = now_ms, .ready_by = now_ms + READY_MS,
				  .reply_by = NEVER, .confirm_by = NEVER, .quiet_by = NEVER, .closed_by = NEVER,
				  .end_by = now_ms + brief->longest_ms,
				  .budget_by = affords > NEVER - now_ms ? NEVER : now_ms + affords,
				  .transcript = json_array() };
	memset(s->digits, '-', (size_t)brief->n_questions);
}

void ai_session_goes_on(struct ai_session *s, int64_t ms, const char *transcript)
{
	json_t *before = transcript ? json_loads(transcript, 0, NULL) : NULL;

	s->begun_ms -= ms;
	s->end_by -= ms;
	if (s->budget_by != NEVER)
		s->budget_by -= ms;
	if (!json_is_array(before)) {
		json_decref(before);
		return;
	}
	s->transcript_bytes = strlen(transcript);
	json_decref(s->transcript);
	s->transcript = before;
}

void ai_session_clear(struct ai_session *s)
{
	ai_brief_unref(s->brief);
	json_decref(s->transcript);
	*s = (struct ai_session){ .state = AI_OVER };
}

void ai_session_on(struct ai_session *s, const struct ai_input *in, struct ai_actions *out)
{
	out->n = 0;
	if (s->state == AI_OVER)
		return;
	switch (in->kind) {
	case AI_IN_DISCLOSED:
		on_disclosed(s, in, out);
		break;
	case AI_IN_CONNECTED:
		send(out, AI_SEND_SESSION);
		break;
	case AI_IN_LOST:
		on_lost(s, in, out);
		break;
	case AI_IN_EVENT:
		on_event(s, in, out);
		break;
	case AI_IN_SPEECH:
		on_speech(s, in, out);
		break;
	case AI_IN_KEY:
		on_key(s, in, out);
		break;
	case AI_IN_TIME:
		on_time(s, in, out);
		break;
	}
}
