#include "voice/talk.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/attempt.h"
#include "voice/ai_brief.h"
#include "voice/listener.h"
#include "voice/prompt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	ANSWER_PAUSE_MS = 400, /* the telephone is on its way to the ear */
	TRANSFER_MS = 40000,   /* how long the other one may ring before we give up on him */
	LINGER_MS = 20000,     /* after the menu, for a greeting that goes on and on to end with its tone */
	CONFIRM_MS = 6000,     /* how long a person waits for a booking: mostly it takes milliseconds */
	SCREENED_MS = 15000,   /* whoever speaks at length later than this answers the model */
};

static void ai_over(void *arg, int64_t attempt_id, bool fall_back)
{
	voice_ai_over(arg, attempt_id, fall_back);
}

/* The provider is called while the telephone goes to the ear. */
static void prepare_ai(struct call *c)
{
	struct ai_line *line = c->order->ai && !c->ai_done ? voice_ai_line(c->voice) : NULL;

	c->disclosed = false;
	if (line)
		c->ai = ai_call_begin(line, c->order, call_ms(c->voice->o.settings->voice_answer_wait), &c->said, ai_over,
				      c->voice);
}

/* The conversation's result becomes the menu's; the menu talks from now on. */
void talk_close(struct call *c)
{
	if (!c->ai)
		return;
	g_free(c->said.transcript); /* the conversation has gone on from it */
	ai_call_close(c->ai, &c->said);
	ai_call_unref(c->ai);
	c->ai = NULL;
	stream_listen(c->stream, EAR_TALK, NULL);
	c->ivr.answer = c->said.answer;
	memcpy(c->ivr.digits, c->said.digits, sizeof(c->ivr.digits));
}

static void leave_ai(struct call *c)
{
	if (!c->ai)
		return;
	talk_close(c);
	stream_stop(c->stream);
	c->play = 0;
}

/* --- The menu --- */

static const char *bracketed(const char *host, char *buf, size_t size)
{
	snprintf(buf, size, strchr(host, ':') ? "[%s]" : "%s", host);
	return buf;
}

static void menu(struct call *c, enum ivr_input input, char digit);
static void converse(struct call *c);
static void aside(struct call *c, enum aside_do what);

static void menu_timeout(void *arg)
{
	struct call *c = arg;

	c->step = 0;
	menu(c, IVR_TIMEOUT, 0);
}

static void ask_for_booking(struct call *c, int64_t slot_no)
{
	struct carrier_event ev = call_event(c->order, CARRIER_CHOSE);

	ev.slot_no = slot_no;
	c->step = loop_after(c->voice->loop, CONFIRM_MS, menu_timeout, c);
	voice_emit(c->voice, &ev);
}

/* The number is asked for under the trunk's name, as the person was. False when the far end cannot be asked. */
static bool refer(struct call *c)
{
	const struct voice_trunk *spec = &c->trunk->spec;
	char host[260], uri[400];
	int err = EINVAL;

	snprintf(uri, sizeof(uri), "sip:%s@%s:%u", c->order->person, bracketed(spec->host, host, sizeof(host)), spec->port);
	if (call_is_dialable(c->order->person))
		err = leg_refer(c->leg, uri);
	if (err)
		log_warn("call.no_transfer", "attempt %lld cannot be put through: %s", (long long)c->order->attempt_id,
			 g_strerror(err));
	return !err;
}

/* The call may be gone afterwards. */
static void act(struct call *c, struct ivr_action action)
{
	struct loop *l = c->voice->loop;

	/* A prompt that is missing has been heard; there are no more prompts than steps of the menu. */
	while (action.kind == IVR_DO_PLAY && (!action.prompt || !action.prompt->n))
		action = ivr_on(&c->ivr, IVR_PLAYED, 0);
	if (action.kind != IVR_DO_NOTHING) {
		loop_cancel(l, c->step);
		c->step = 0;
	}
	switch (action.kind) {
	case IVR_DO_NOTHING:
		break;
	case IVR_DO_PLAY:
		c->play = stream_play(c->stream, action.prompt);
		break;
	case IVR_DO_WAIT:
		c->step = loop_after(l, call_ms(c->voice->o.settings->voice_answer_wait), menu_timeout, c);
		break;
	case IVR_DO_BOOK:
		stream_stop(c->stream);
		ask_for_booking(c, action.slot_no);
		break;
	case IVR_DO_TRANSFER:
		stream_stop(c->stream);
		c->step = loop_after(l, TRANSFER_MS, menu_timeout, c);
		if (!refer(c))
			act(c, ivr_transferred(&c->ivr, false));
		break;
	case IVR_DO_HANG_UP:
		aside(c, aside_over(&c->aside));
		break;
	}
}

/* The call may be gone afterwards. */
static void menu(struct call *c, enum ivr_input input, char digit)
{
	act(c, ivr_on(&c->ivr, input, digit));
}

/* --- Asides: what is said when it was no person that answered --- */

static void aside_timeout(void *arg)
{
	struct call *c = arg;

	c->step = 0;
	aside(c, aside_waited(&c->aside));
}

/* A prompt of an aside; one that is missing has been heard. The call may be gone afterwards. */
static void say(struct call *c, struct prompt *prompt)
{
	if (prompt && prompt->n)
		c->play = stream_play(c->stream, prompt);
	else
		aside(c, aside_played(&c->aside));
}

/* The call may be gone afterwards. */
static void aside(struct call *c, enum aside_do what)
{
	if (what == ASIDE_NOTHING)
		return;
	loop_cancel(c->voice->loop, c->step);
	c->step = 0;
	switch (what) {
	case ASIDE_NOTHING:
		break;
	case ASIDE_INTRODUCE:
		say(c, c->order->introduction);
		break;
	case ASIDE_HOLD:
		stream_stop(c->stream);
		listener_start(c->voice, c->stream, c->tag);
		c->step = loop_after(c->voice->loop, call_ms(c->voice->o.settings->voice_screening_wait), aside_timeout, c);
		break;
	case ASIDE_LINGER:
		c->step = loop_after(c->voice->loop, LINGER_MS, aside_timeout, c);
		break;
	case ASIDE_ASK:
		ivr_init(&c->ivr, c->order);
		prepare_ai(c);
		converse(c);
		break;
	case ASIDE_SAY_OPENING:
		say(c, c->order->opening);
		break;
	case ASIDE_SAY_NUMBER:
		say(c, c->order->call_back);
		break;
	case ASIDE_HANG_UP:
		call_end(c, ivr_outcome(&c->ivr), NULL);
		break;
	}
}

/* Amid a conversation a long speech is an answer; a voicemail's tone is never one. */
static bool is_late(const struct call *c, const struct stream_event *ev)
{
	return c->ai && ev->who == WHO_SCREENING && clock_boot_ms() - c->answered_ms > SCREENED_MS;
}

static void on_who(struct call *c, const struct stream_event *ev)
{
	enum aside_do what;

	if (is_late(c, ev))
		return;
	log_info("call.who", "attempt %lld: %s, by ear, %d ms after the answer%s", (long long)c->order->attempt_id,
		 who_name(ev->who), (int)(clock_boot_ms() - c->answered_ms), ev->recites ? ", speaking at length" : "");
	what = aside_heard(&c->aside, c->order, ev->who, ev->recites);
	if (what != ASIDE_NOTHING)
		leave_ai(c);
	aside(c, what);
}

/* ---- an AI call: the disclosure, then the conversation ---- */

void call_ai_over(struct call *c, bool fall_back)
{
	if (c->state != CALL_TALKING || !c->ai)
		return;
	c->ai_done = true;
	leave_ai(c);
	act(c, ivr_take_over(&c->ivr, c->said.answer, c->said.digits, fall_back));
}

static void disclosed(struct call *c)
{
	c->disclosed = true;
	ai_call_disclosed(c->ai, c->stream);
}

/* From the beginning: the menu, or the model after its disclosure. The call may be gone afterwards. */
static void converse(struct call *c)
{
	struct prompt *disclosure = c->ai ? ai_call_brief(c->ai)->disclosure : NULL;

	if (!c->ai)
		menu(c, IVR_ANSWERED, 0);
	else if (disclosure && disclosure->n)
		c->play = stream_play(c->stream, disclosure);
	else
		disclosed(c);
}

static void begin(void *arg)
{
	struct call *c = arg;

	c->step = 0;
	converse(c);
}

void talk_begin(struct call *c)
{
	if (!c->inbound) /* who calls us is a person until he proves otherwise */
		listener_start(c->voice, c->stream, c->tag);
	prepare_ai(c);
	c->step = loop_after(c->voice->loop, ANSWER_PAUSE_MS, begin, c);
}

void talk_transferred(struct call *c, bool done)
{
	act(c, ivr_transferred(&c->ivr, done));
}

void talk_key(struct call *c, char digit)
{
	bool beside = aside_is_on(&c->aside);

	aside_pressed(&c->aside);
	if (beside)
		aside(c, ASIDE_ASK); /* what was playing is no part of the menu: it begins anew with this key */
	if (c->ai)
		ai_call_key(c->ai, digit);
	else
		menu(c, IVR_DIGIT, digit);
}

static void on_played(struct call *c)
{
	if (c->ai && !c->disclosed) {
		c->ivr.disclosed = true;
		disclosed(c);
	} else if (aside_is_on(&c->aside)) {
		aside(c, aside_played(&c->aside));
	} else {
		menu(c, IVR_PLAYED, 0);
	}
}

/* Whether a person's key press or word has decided something; then it counts however the call ends. */
bool talk_decided(struct call *c)
{
	talk_close(c);
	return c->state == CALL_TALKING && ivr_outcome(&c->ivr) == OUTCOME_ANSWERED_DIGIT;
}

void talk_on_stream(void *arg, const struct stream_event *ev)
{
	struct call *c = arg;

	if (c->state != CALL_TALKING)
		return;
	switch (ev->kind) {
	case STREAM_PLAYED:
		/* Another number speaks of a prompt that a key press has cut off meanwhile. */
		if (ev->play == c->play)
			on_played(c);
		break;
	case STREAM_DIGIT:
		talk_key(c, ev->digit);
		break;
	case STREAM_WHO:
		on_who(c, ev);
		break;
	case STREAM_UNHEARD:
		log_warn("call.unheard", "attempt %lld by trunk %s: answered, and no audio comes: is a NAT or a firewall "
			 "between the trunk and voice.rtp_ports?", (long long)c->order->attempt_id, c->trunk->spec.name);
		break;
	case STREAM_NO_RTP:
		if (!c->held)
			call_end(c, talk_decided(c) ? OUTCOME_ANSWERED_DIGIT : OUTCOME_MEDIA_TIMEOUT, NULL);
		break;
	case STREAM_DRAINED:
		if (c->ai)
			ai_call_drained(c->ai);
		break;
	}
}

void call_confirm(struct call *c, bool booked, unsigned left)
{
	if (c->state == CALL_TALKING)
		act(c, ivr_confirmed(&c->ivr, booked, left));
}
