#include "voice/talk.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "voice/cause.h"
#include "voice/inbound.h"
#include "voice/prompt.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { RESOLVE_POLL_MS = 50 };

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

int call_ms(int64_t seconds)
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

struct carrier_event call_event(const struct call_order *order, enum carrier_event_kind kind)
{
	return (struct carrier_event){ .kind = kind, .attempt_id = order->attempt_id, .fence = order->fence };
}

void call_refuse(struct voice *v, struct call_order **order, const char *why)
{
	struct carrier_event ev = call_event(*order, CARRIER_ENDED);

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

void call_end(struct call *c, enum outcome outcome, const struct leg_event *last)
{
	struct carrier_event ev = call_event(c->order, CARRIER_ENDED);
	struct voice *v = c->voice;
	bool ordered = ev.attempt_id != 0;

	talk_close(c);
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

/* --- The leg --- */

static void too_long(void *arg)
{
	struct call *c = arg;

	c->longest = 0;
	talk_close(c);
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
	struct carrier_event ev = call_event(c->order, CARRIER_RINGING);

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
	struct carrier_event ev = call_event(c->order, CARRIER_ANSWERED);
	struct loop *l = c->voice->loop;

	loop_cancel(l, c->response);
	loop_cancel(l, c->ring);
	c->response = c->ring = 0;
	call_move(c, CALL_TALKING);
	c->answered_ms = clock_boot_ms();
	c->held = agreed->held;
	audio_start(agreed, c->stream);
	c->longest = loop_after(l, call_ms(c->voice->o.settings->voice_max_call), too_long, c);
	talk_begin(c);
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
		talk_close(c);
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
			talk_key(c, ev->digit);
		break;
	case LEG_REFERRED:
		log_info("call.referred", "attempt %lld: %s", (long long)c->order->attempt_id,
			 ev->moved ? "the person has been put through" : "nobody took the transfer");
		talk_transferred(c, ev->moved);
		break;
	case LEG_ENDED:
		on_ended(c, ev);
		break;
	}
}

/* --- Placing --- */

/* The number becomes part of URIs and header lines as it is. */
bool call_is_dialable(const char *number)
{
	return number[0] && !number[strspn(number, "+0123456789*#")];
}

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
	struct carrier_event sent = call_event(c->order, CARRIER_SENT);
	const struct voice_options *o = &c->voice->o;
	const char *local = agent_address(c->trunk->agent);
	struct problem p = { 0 };
	int err;

	c->tag = voice_stream_tag(c->voice, talk_on_stream, c);
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
	c->response = loop_after(c->voice->loop, call_ms(o->settings->voice_response_timeout), no_response, c);
	c->ring = loop_after(c->voice->loop, call_ms(c->order->ring_timeout_s), rang_out, c);
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
	if (!call_is_dialable(order->to) || !call_is_dialable(order->from))
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

void call_hang_up(struct call *c)
{
	if (c->state == CALL_RESOLVING)
		end_unsent(c, "it was called off");
	else
		call_end(c, talk_decided(c) ? OUTCOME_ANSWERED_DIGIT : OUTCOME_CANCELLED, NULL);
}
