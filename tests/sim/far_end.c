/*
 * The carrier and the telephones behind it. As voice/ does: the send deadline is looked at, then the journal is written,
 * then the INVITE leaves; and exactly one end follows every order, unless the process has gone.
 */
#include "world.h"

#include <string.h>

/* What is on its way, and when it arrives. `leave`: an order that is to leave for the network. */
struct mail {
	int64_t at_us;
	uint64_t post;
	int life;
	bool leave;
	struct call_order order;
	struct carrier_event ev;
};

static void post(struct world *w, int64_t at_us, const struct carrier_event *ev)
{
	struct mail *m = g_new0(struct mail, 1);

	m->at_us = at_us;
	m->post = w->posted++;
	m->life = w->life;
	m->ev = *ev;
	g_ptr_array_add(w->mail, m);
}

/* An event as the network hands it over: in order and once, or not. */
static void post_badly(struct world *w, int64_t at_us, const struct carrier_event *ev)
{
	if (fault_happens(w, FAULT_DISORDER, 200))
		at_us += (int64_t)draw(w, 20 * SECOND_US);
	post(w, at_us, ev);
	if (fault_happens(w, FAULT_DISORDER, 300))
		post(w, at_us + (draw(w, 2) ? 0 : (int64_t)draw(w, 20 * SECOND_US)), ev);
}

static void place(struct carrier *c, const struct call_order *order)
{
	struct world *w = (struct world *)c;
	struct mail *m;

	if (!yield_point(w, "handing a call over"))
		return;
	m = g_new0(struct mail, 1);
	m->at_us = w->now_us;
	m->post = w->posted++;
	m->life = w->life;
	m->leave = true;
	m->order = *order;
	g_ptr_array_add(w->mail, m);
}

/* What becomes of a call, and when. */
static void ring(struct world *w, const struct call_order *o, struct far_call *call)
{
	static const enum outcome refused[] = { OUTCOME_BUSY, OUTCOME_DECLINED, OUTCOME_UNKNOWN_NUMBER,
						OUTCOME_CARRIER_FAILURE };
	struct carrier_event ev = { .kind = CARRIER_SENT, .attempt_id = o->attempt_id, .fence = o->fence,
				    .sent_us = w->now_us };
	int64_t t = w->now_us;

	g_strlcpy(ev.call_id, "call", sizeof(ev.call_id));
	post_badly(w, t, &ev);
	switch (draw(w, 4)) {
	case 0:
		ev.outcome = refused[draw(w, G_N_ELEMENTS(refused))];
		t += (int64_t)draw(w, 2 * SECOND_US);
		break;
	case 1:
		ev.outcome = draw(w, 3) ? OUTCOME_NO_ANSWER : OUTCOME_NO_RESPONSE;
		t += 30 * SECOND_US;
		break;
	default:
		ev.kind = CARRIER_RINGING;
		post_badly(w, t += (int64_t)draw(w, SECOND_US), &ev);
		ev.kind = CARRIER_ANSWERED;
		post_badly(w, t += (int64_t)draw(w, 8 * SECOND_US), &ev);
		call->answered = true;
		t += (int64_t)draw(w, 40 * SECOND_US);
		ev.outcome = draw(w, 3) ? OUTCOME_ANSWERED_SILENT : OUTCOME_ANSWERED_DIGIT;
		if (ev.outcome == OUTCOME_ANSWERED_DIGIT)
			ev.answer = (enum answer)(1 + draw(w, 3));
	}
	call->over_us = t;
	ev.kind = CARRIER_ENDED;
	post_badly(w, t, &ev);
}

/* The end of an order for which nothing left. */
static void never_sent(struct world *w, const struct call_order *o)
{
	struct carrier_event ev = { .kind = CARRIER_ENDED, .attempt_id = o->attempt_id, .fence = o->fence,
		.outcome = OUTCOME_NEVER_SENT };

	say(w, "attempt %d is not sent", (int)o->attempt_id);
	post(w, w->now_us, &ev);
}

static void leave(struct world *w, const struct mail *m)
{
	const struct call_order *o = &m->order;
	struct far_call *call;

	if (w->now_us / 1000 > o->send_before_boot_ms || fault_happens(w, FAULT_DISK, 30) ||
	    journal_sent(w->journal, o->attempt_id, o->fence) != 0) {
		never_sent(w, o);
		return;
	}
	if (fault_happens(w, FAULT_KILL, 20)) {
		say(w, "killed between the journal and the INVITE");
		w->dead = true;
		return;
	}
	call = g_new0(struct far_call, 1);
	call->attempt_id = o->attempt_id;
	call->fence = o->fence;
	call->sent_us = w->now_us;
	call->life = w->life;
	g_strlcpy(call->number, o->to, sizeof(call->number));
	say(w, "INVITE for attempt %d to %s", (int)o->attempt_id, o->to);
	checks_invite(w, call);
	w->invites++;
	ring(w, o, call);
	g_ptr_array_add(w->calls, call);
}

static void hang_up(struct carrier *c, int64_t attempt_id)
{
	struct world *w = (struct world *)c;
	struct carrier_event ev = { .kind = CARRIER_ENDED, .attempt_id = attempt_id, .outcome = OUTCOME_CANCELLED };
	bool found = false;

	if (w->dead)
		return;
	for (guint i = w->mail->len; i-- > 0;) {
		struct mail *m = w->mail->pdata[i];

		if ((m->leave ? m->order.attempt_id : m->ev.attempt_id) != attempt_id)
			continue;
		ev.fence = m->leave ? m->order.fence : m->ev.fence;
		found = true;
		g_ptr_array_remove_index(w->mail, i);
	}
	for (guint i = 0; i < w->calls->len; i++) {
		struct far_call *call = w->calls->pdata[i];

		if (call->attempt_id == attempt_id)
			call->over_us = MIN(call->over_us, w->now_us);
	}
	if (found)
		post(w, w->now_us, &ev);
}

static void confirm(struct carrier *c, int64_t attempt_id, bool booked, unsigned left)
{
	(void)c, (void)attempt_id, (void)booked, (void)left;
}

void far_end_open(struct world *w)
{
	w->carrier = (struct carrier){ .place = place, .hang_up = hang_up, .confirm = confirm, .tells_sent = true };
}

static struct mail *first_mail(const struct world *w)
{
	struct mail *first = NULL;

	for (guint i = 0; i < w->mail->len; i++) {
		struct mail *m = w->mail->pdata[i];

		if (!first || m->at_us < first->at_us || (m->at_us == first->at_us && m->post < first->post))
			first = m;
	}
	return first;
}

int64_t far_end_next(const struct world *w)
{
	const struct mail *m = first_mail(w);

	return m ? m->at_us : INT64_MAX;
}

void far_end_run(struct world *w)
{
	struct mail *m;

	while (!w->dead && (m = first_mail(w)) && m->at_us <= w->now_us) {
		if (m->leave)
			leave(w, m);
		else
			dispatcher_event(w->server, &m->ev);
		g_ptr_array_remove_fast(w->mail, m);
	}
}

/* Nobody reads what comes; but the telephones ring on, until the network gives up (SIP's timer B). */
void far_end_server_gone(struct world *w)
{
	g_ptr_array_set_size(w->mail, 0);
	for (guint i = 0; i < w->calls->len; i++) {
		struct far_call *call = w->calls->pdata[i];

		if (call->life == w->life)
			call->over_us = MIN(call->over_us, MAX(w->now_us, call->sent_us + TIMER_B_S * SECOND_US));
	}
}
