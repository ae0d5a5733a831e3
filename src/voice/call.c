#include "voice/call_private.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "core/attempt.h"
#include "voice/ai_brief.h"
#include "voice/cause.h"
#include "voice/inbound.h"
#include "voice/listener.h"
#include "voice/prompt.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	RESOLVE_POLL_MS = 50,
	ANSWER_PAUSE_MS = 400, /* the telephone is on its way to the ear */
	TRANSFER_MS = 40000,   /* how long the other one may ring before we give up on him */
	LINGER_MS = 20000,     /* after the menu, for a greeting that goes on and on to end with its tone */
	CONFIRM_MS = 6000,     /* how long a person waits for a booking: mostly it takes milliseconds */
	SCREENED_MS = 15000,   /* whoever speaks at length later than this answers the model */
};

#define TO(s) (1u << CALL_##s)
static const struct {
	const char *name;
	unsigned next;
} states[CALL_STATE_END] = {
	[CALL_RESOLVING] = { "resolving", TO(INVITED) | TO(OVER) },
	[CALL_INVITED] = { "invited", TO(RINGING) | TO(TALKING) | TO(OVER) },
	[CALL_RINGING] = { "ringing", TO(TALKING) | TO(OVER) },
	[CALL_OFFERED] = { "offered", TO(TAKEN) | TO(OVER) },
	[CALL_TAKEN] = { "taken", TO(TALKING) | TO(OVER) },
	[CALL_TALKING] = { "talking", TO(OVER) },
	[CALL_OVER] = { "over", 0 },
};

void call_move(struct call *c, enum call_state to)
{
	assert(states[c->state].next & (1u << to));
	c->state = to;
}

static int ms(int64_t seconds)
{
	return (int)(seconds * 1000);
}

struct call_order *order_copy(const struct call_order *order)
{
	struct call_order *copy = g_memdup2(order, sizeof(*order));

	order_hold(copy);
	return copy;
}

void order_free(struct call_order *order)
{
	order_release(order);
	g_free(order);
}

static struct carrier_event event(const struct call_order *order, enum carrier_event_kind kind)
{
	return (struct carrier_event){ .kind = kind, .attempt_id = order->attempt_id, .fence = order->fence };
}

void call_refuse(struct voice *v, struct call_order **order, const char *why)
{
	struct carrier_event ev = event(*order, CARRIER_ENDED);

	log_warn("call.never_sent", "attempt %lld was not sent: %s", (long long)ev.attempt_id, why);
	ev.outcome = OUTCOME_NEVER_SENT;
	order_free(*order);
	*order = NULL;
	voice_emit(v, &ev);
}

static void call_free(struct call *c)
{
	struct loop *l = c->voice->loop;

	loop_cancel(l, c->response);
	loop_cancel(l, c->ring);
	loop_cancel(l, c->longest);
	loop_cancel(l, c->step);
	leg_end(c->leg);
	ai_call_unref(c->ai);
	if (c->tag)
		voice_stream_forget(c->voice, c->tag);
	stream_close(c->stream);
	audio_free(c->audio);
	trunk_unref(c->trunk);
	if (c->inbound)
		inbound_over(c);
	g_hash_table_remove(c->voice->calls, &c->order->attempt_id);
	order_free(c->order);
	g_free(c);
}

/* Whether the far end has been silent on the wire all along; a short call proves nothing. */
static bool nothing_came(const struct call *c, const struct stream_stats *audio)
{
	return audio->received == 0 && !c->held && clock_boot_ms() - c->answered_ms >= STREAM_UNHEARD_MS;
}

/* What an answered call was worth, given what the menu says of it. */
static enum outcome worth(const struct call *c, enum outcome outcome, const struct stream_stats *audio)
{
	bool silent = outcome == OUTCOME_ANSWERED_SILENT || outcome == OUTCOME_HUNG_UP ||
		      outcome == OUTCOME_MEDIA_TIMEOUT;

	return silent && nothing_came(c, audio) ? OUTCOME_NO_MEDIA : outcome;
}

static void count_audio(const struct call *c, const struct stream_stats *a)
{
	const struct {
		const char *what;
		uint64_t n;
	} counts[] = { { "sent", a->sent }, { "received", a->received }, { "lost", a->lost },
		       { "far_lost", a->far_lost }, { "foreign", a->foreign } };

	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
		metric_add(metric_of(METRIC_RTP_PACKETS, counts[i].what, NULL, NULL), (int64_t)counts[i].n);
	log_info("call.audio", "attempt %lld: %llu packets sent (%u missed there), %llu received, %llu lost, "
		 "jitter %.1f ms, round trip %d ms", (long long)c->order->attempt_id, (unsigned long long)a->sent,
		 a->far_lost, (unsigned long long)a->received, (unsigned long long)a->lost, a->jitter_ms,
		 a->round_trip_ms);
}

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
		c->ai = ai_call_begin(line, c->order, ms(c->voice->o.settings->voice_answer_wait), &c->said, ai_over, c->voice);
}

/* The conversation's result becomes the menu's; the menu talks from now on. */
static void close_ai(struct call *c)
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
	close_ai(c);
	stream_stop(c->stream);
	c->play = 0;
}

void call_end(struct call *c, enum outcome outcome, const struct leg_event *last)
{
	struct carrier_event ev = event(c->order, CARRIER_ENDED);
	struct voice *v = c->voice;
	bool ordered = ev.attempt_id != 0;

	close_ai(c);
	ev.outcome = outcome;
	ev.callback_at = c->said.callback_at;
	ev.ai_ms = c->said.ms;
	ev.transcript = c->said.transcript;
	ev.trunk_down = c->trunk_down;
	ev.answer = c->ivr.answer;
	memcpy(ev.digits, c->ivr.digits, sizeof(ev.digits));
	ev.slot_no = c->ivr.slot_no;
	ev.person = c->ivr.person;
	ev.disclosed = c->ivr.disclosed;
	if (last) {
		ev.sip_status = last->status;
		ev.retry_after_s = last->retry_after_s;
	}
	if (c->state == CALL_TALKING) {
		struct stream_stats audio;

		stream_stats(c->stream, &audio);
		count_audio(c, &audio);
		ev.outcome = worth(c, aside_outcome(&c->aside, outcome), &audio);
		ev.who = c->aside.who;
		ev.sip_status = 200;
		ev.talk_ms = (int)(clock_boot_ms() - c->answered_ms);
	}
	if (ordered)
		log_info("call.ended", "attempt %lld ended while %s: outcome %d, SIP status %d",
		 (long long)ev.attempt_id, states[c->state].name, ev.outcome, ev.sip_status);
	call_move(c, CALL_OVER);
	call_free(c);
	if (ordered)
		voice_emit(v, &ev);
}

static void end_unsent(struct call *c, const char *why)
{
	log_warn("call.never_sent", "attempt %lld was not sent: %s", (long long)c->order->attempt_id, why);
	call_end(c, OUTCOME_NEVER_SENT, NULL);
}

static void end_without_way(struct call *c, const char *why)
{
	c->trunk_down = true;
	end_unsent(c, why);
}

/* --- The menu --- */

static const char *bracketed(const char *host, char *buf, size_t size)
{
	snprintf(buf, size, strchr(host, ':') ? "[%s]" : "%s", host);
	return buf;
}

/* The number becomes part of URIs and header lines as it is. */
static bool is_dialable(const char *number)
{
	return number[0] && !number[strspn(number, "+0123456789*#")];
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
	struct carrier_event ev = event(c->order, CARRIER_CHOSE);

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
	if (is_dialable(c->order->person))
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
		c->step = loop_after(l, ms(c->voice->o.settings->voice_answer_wait), menu_timeout, c);
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
		c->step = loop_after(c->voice->loop, ms(c->voice->o.settings->voice_screening_wait), aside_timeout, c);
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

static void press(struct call *c, char digit)
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
static bool decided(struct call *c)
{
	close_ai(c);
	return c->state == CALL_TALKING && ivr_outcome(&c->ivr) == OUTCOME_ANSWERED_DIGIT;
}

void call_on_stream(void *arg, const struct stream_event *ev)
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
		press(c, ev->digit);
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
			call_end(c, decided(c) ? OUTCOME_ANSWERED_DIGIT : OUTCOME_MEDIA_TIMEOUT, NULL);
		break;
	case STREAM_DRAINED:
		if (c->ai)
			ai_call_drained(c->ai);
		break;
	}
}

/* --- The leg --- */

static void too_long(void *arg)
{
	struct call *c = arg;

	c->longest = 0;
	close_ai(c);
	call_end(c, ivr_outcome(&c->ivr), NULL);
}

static void no_response(void *arg)
{
	struct call *c = arg;

	c->response = 0;
	trunk_heard(c->trunk, false);
	call_end(c, OUTCOME_NO_RESPONSE, NULL);
}

/* Silence after a 100 is the carrier's doing, not the person's: nothing says that a telephone rang. */
static void rang_out(void *arg)
{
	struct call *c = arg;

	c->ring = 0;
	call_end(c, c->state == CALL_RINGING ? OUTCOME_NO_ANSWER :
	       c->heard ? OUTCOME_CARRIER_FAILURE : OUTCOME_NO_RESPONSE, NULL);
}

static void on_heard(struct call *c, int status)
{
	struct carrier_event ev = event(c->order, CARRIER_RINGING);

	if (!c->heard)
		trunk_heard(c->trunk, true);
	c->heard = true;
	loop_cancel(c->voice->loop, c->response);
	c->response = 0;
	if ((status != 180 && status != 183) || c->state != CALL_INVITED)
		return;
	call_move(c, CALL_RINGING);
	voice_emit(c->voice, &ev);
}

static void on_answered(struct call *c, const struct audio_agreed *agreed)
{
	struct carrier_event ev = event(c->order, CARRIER_ANSWERED);
	struct loop *l = c->voice->loop;

	loop_cancel(l, c->response);
	loop_cancel(l, c->ring);
	c->response = c->ring = 0;
	call_move(c, CALL_TALKING);
	c->answered_ms = clock_boot_ms();
	c->held = agreed->held;
	audio_start(agreed, c->stream);
	if (!c->inbound) /* who calls us is a person until he proves otherwise */
		listener_start(c->voice, c->stream, c->tag);
	c->longest = loop_after(l, ms(c->voice->o.settings->voice_max_call), too_long, c);
	prepare_ai(c);
	c->step = loop_after(l, ANSWER_PAUSE_MS, begin, c);
	voice_emit(c->voice, &ev);
}

static void on_changed(struct call *c, const struct audio_agreed *agreed)
{
	c->held = agreed->held;
	audio_start(agreed, c->stream);
}

/*
 * What a call without a final response came to. Once somebody has heard of it, or may have (the connection carried the
 * INVITE and broke), a telephone may have rung, been answered even: nobody knows. Only what refused us at once has
 * surely rung nobody. libre's own time-out is never believed: ours comes first, unless the clock was set or we slept.
 */
static enum outcome broken_off(const struct call *c, int err)
{
	bool perhaps_sent = err == ECONNRESET || err == EPIPE || err == ETIMEDOUT;

	return c->heard || perhaps_sent ? OUTCOME_UNKNOWN : OUTCOME_CARRIER_FAILURE;
}

static void on_ended(struct call *c, const struct leg_event *ev)
{
	bool rang = c->state == CALL_RINGING;

	c->leg = NULL;
	if (c->state == CALL_TALKING) {
		close_ai(c);
		if (ev->moved)
			ivr_transferred(&c->ivr, true);
		ivr_on(&c->ivr, IVR_HUNG_UP, 0);
		call_end(c, ivr_outcome(&c->ivr), NULL);
	} else if (c->inbound) { /* he has gone before anything was said, or not acknowledged our 200 */
		call_end(c, OUTCOME_HUNG_UP, NULL);
	} else if (ev->status >= 300) {
		trunk_heard(c->trunk, true);
		call_end(c, cause_outcome(ev->status, ev->cause, rang), ev);
	} else { /* a 200 without audio we speak, a connection that broke, a certificate */
		if (!c->heard)
			trunk_heard(c->trunk, false);
		log_warn("call.failed", "attempt %lld by trunk %s: %s", (long long)c->order->attempt_id,
			 c->trunk->spec.name, g_strerror(ev->err));
		call_end(c, broken_off(c, ev->err), ev);
	}
}

static void count_response(const struct call *c, const struct leg_event *ev)
{
	int status = ev->kind == LEG_ANSWERED ? 200 : ev->status;
	char code[12];

	if (c->inbound || status < 100 || status > 699 || (ev->kind != LEG_HEARD && c->state == CALL_TALKING))
		return;
	snprintf(code, sizeof(code), "%d", status);
	metric_add(metric_of(METRIC_SIP_RESPONSES, c->trunk->spec.name, code, NULL), 1);
}

void call_on_leg(void *arg, const struct leg_event *ev)
{
	struct call *c = arg;

	count_response(c, ev);
	switch (ev->kind) {
	case LEG_HEARD:
		on_heard(c, ev->status);
		break;
	case LEG_ANSWERED:
		on_answered(c, ev->agreed);
		break;
	case LEG_CHANGED:
		on_changed(c, ev->agreed);
		break;
	case LEG_DIGIT:
		if (c->state == CALL_TALKING)
			press(c, ev->digit);
		break;
	case LEG_REFERRED:
		log_info("call.referred", "attempt %lld: %s", (long long)c->order->attempt_id,
			 ev->moved ? "the person has been put through" : "nobody took the transfer");
		act(c, ivr_transferred(&c->ivr, ev->moved));
		break;
	case LEG_ENDED:
		on_ended(c, ev);
		break;
	}
}

/* --- Placing --- */

static bool too_late(const struct call *c)
{
	return clock_boot_ms() > c->order->send_before_boot_ms;
}

/*
 * The person is asked for under the trunk's name, and the way there is the address we resolved, as a Route
 * (RFC 3261 §8.1.2). A trunk given as an address needs no Route.
 */
static int invite(struct call *c)
{
	const struct trunk *t = c->trunk;
	char to[TRUNK_URI], hop[TRUNK_URI], contact[100];
	struct trunk_caller caller;
	struct leg_options o = {
		.agent = t->agent, .to_uri = to, .from_uri = caller.from, .headers = caller.headers,
		.route = trunk_next_hop(t, hop, sizeof(hop)),
		.contact_host = trunk_contact_host(t, contact, sizeof(contact)),
		.user = t->spec.user, .password = t->spec.password, .attempt_id = c->order->attempt_id,
		.audio = c->audio, .on = call_on_leg, .arg = c,
	};
	int err;

	trunk_uri(t, c->order->to, to, sizeof(to));
	trunk_caller(t, c->order->from, &caller);
	o.from_name = caller.name;
	c->leg = leg_invite(&o, &err);
	return err;
}

static void send_invite(struct call *c)
{
	struct carrier_event sent = event(c->order, CARRIER_SENT);
	const struct voice_options *o = &c->voice->o;
	const char *local = agent_address(c->trunk->agent);
	struct problem p = { 0 };
	int err;

	c->tag = voice_stream_tag(c->voice, call_on_stream, c);
	c->stream = stream_open(c->voice->media, local, c->tag, &p);
	if (!c->stream) {
		end_unsent(c, p.text);
		return;
	}
	if (c->trunk->spec.external[0])
		local = c->trunk->spec.external;
	c->audio = audio_new(local, stream_port(c->stream), c->trunk->spec.srtp);
	assert(c->audio); /* the stream has bound the address, or it was checked when the trunk was added */
	if (too_late(c)) {
		end_unsent(c, "the send deadline has passed");
		return;
	}
	if (o->before_send && o->before_send(o->arg, c->order->attempt_id, c->order->fence)) {
		end_unsent(c, "the send journal refused");
		return;
	}
	if (too_late(c)) { /* a disk may have made before_send() slow */
		end_unsent(c, "the send deadline has passed");
		return;
	}
	err = invite(c);
	if (err) {
		end_unsent(c, g_strerror(err));
		return;
	}
	sent.sent_us = clock_boot_us(); /* not before it left: the trunk's pace hangs on it */
	call_move(c, CALL_INVITED);
	g_strlcpy(sent.call_id, leg_call_id(c->leg), sizeof(sent.call_id));
	c->response = loop_after(c->voice->loop, ms(o->settings->voice_response_timeout), no_response, c);
	c->ring = loop_after(c->voice->loop, ms(c->order->ring_timeout_s), rang_out, c);
	voice_emit(c->voice, &sent);
}

static void try_trunk(void *arg)
{
	struct call *c = arg;

	c->step = 0;
	switch (c->trunk->state) {
	case TRUNK_READY:
		send_invite(c);
		break;
	case TRUNK_FAILED:
		end_without_way(c, c->trunk->why);
		break;
	case TRUNK_RESOLVING:
		if (too_late(c))
			end_without_way(c, "the trunk's name is still being resolved");
		else
			c->step = loop_after(c->voice->loop, RESOLVE_POLL_MS, try_trunk, c);
		break;
	}
}

static const char *why_not(const struct voice *v, const struct call_order *order, const struct trunk *trunk)
{
	if (!trunk)
		return "there is no such trunk";
	if (g_hash_table_contains(v->calls, &order->attempt_id))
		return "it is being called already";
	if (!is_dialable(order->to) || !is_dialable(order->from))
		return "the number or the caller's number cannot be dialled";
	return NULL;
}

void call_place(struct voice *v, struct call_order **order)
{
	struct trunk *trunk = trunks_find(v->trunks, (*order)->trunk_id);
	const char *why = why_not(v, *order, trunk);
	struct call *c;

	if (why) {
		call_refuse(v, order, why);
		trunk_unref(trunk);
		return;
	}
	c = g_new0(struct call, 1);
	c->voice = v;
	c->order = *order;
	*order = NULL;
	c->trunk = trunk;
	ivr_init(&c->ivr, c->order);
	g_hash_table_insert(v->calls, &c->order->attempt_id, c);
	try_trunk(c);
}

void call_confirm(struct call *c, bool booked, unsigned left)
{
	if (c->state == CALL_TALKING)
		act(c, ivr_confirmed(&c->ivr, booked, left));
}

void call_hang_up(struct call *c)
{
	if (c->state == CALL_RESOLVING)
		end_unsent(c, "it was called off");
	else
		call_end(c, decided(c) ? OUTCOME_ANSWERED_DIGIT : OUTCOME_CANCELLED, NULL);
}
