#include "voice/inbound.h"

#include "base/clock.h"
#include "base/log.h"
#include "voice/talk.h"

#include <re.h>

#include <arpa/inet.h>
#include <string.h>

enum {
	RINGS_A_SECOND = 20, /* each keeps a transaction for half a minute at the most (RFC 3261 §17.2.1) */
	RING_MS = 15000,     /* how long a decision may take; mostly it takes milliseconds */
	HEADERS = 4,	     /* of one name that are looked at */
};

/* Keeps nothing: a lost answer is given again when the INVITE is. */
static void refuse(struct agent *a, const struct sip_msg *msg, int status, const char *reason)
{
	if (status == 503)
		sip_replyf(agent_sip(a), msg, 503, reason, "Retry-After: 5\r\nContent-Length: 0\r\n\r\n");
	else
		sip_reply(agent_sip(a), msg, (uint16_t)status, reason);
}

static bool is_flooded(struct voice *v)
{
	int64_t now = clock_boot_ms() / 1000;

	if (now != v->ring_second) {
		v->ring_second = now;
		v->rung = 0;
	}
	return v->inbound >= v->o.settings->voice_inbound_calls || v->rung++ >= RINGS_A_SECOND;
}

/* ---- who calls whom ---- */

struct search {
	char *out; /* CALLER_ID_SIZE */
	int left;
};

static bool asserted(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	struct search *s = arg;

	(void)msg;
	return caller_id_number(hdr->val.p, hdr->val.l, s->out) || --s->left <= 0;
}

static bool wants_privacy(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	(void)msg, (void)arg;
	return caller_id_private(hdr->val.p, hdr->val.l);
}

/* What the carrier vouches for comes first (RFC 3325). */
static void read_caller(const struct sip_msg *msg, char out[CALLER_ID_SIZE])
{
	struct search s = { out, HEADERS };

	out[0] = 0;
	if (sip_msg_xhdr_apply(msg, true, "Privacy", wants_privacy, NULL))
		return;
	sip_msg_xhdr_apply(msg, true, "P-Asserted-Identity", asserted, &s);
	if (!out[0])
		caller_id_number(msg->from.auri.p, msg->from.auri.l, out);
}

static void read_ring(const struct sip_msg *msg, struct trunk *const *trunks, int n, struct voice_ring *out)
{
	caller_id_number(msg->ruri.p, msg->ruri.l, out->called[0]);
	caller_id_number(msg->to.auri.p, msg->to.auri.l, out->called[1]);
	read_caller(msg, out->from);
	for (int i = 0; i < n; i++)
		out->trunk[out->n_trunks++] = trunks[i]->spec.trunk_id;
}

/* ---- ringing ---- */

void inbound_over(struct call *c)
{
	g_hash_table_remove(c->voice->rings, &c->ring_id);
	c->voice->inbound--;
}

static void turn_away(struct call *c, int status, const char *reason)
{
	struct leg *leg = c->leg;

	c->leg = NULL;
	leg_reject(leg, status, reason);
	call_end(c, OUTCOME_CANCELLED, NULL);
}

static void nobody_decided(void *arg)
{
	struct call *c = arg;

	c->ring = 0;
	log_warn("inbound.undecided", "a call by trunk %s has rung in vain", c->trunk->spec.name);
	turn_away(c, 480, "Temporarily Unavailable");
}

static struct call *call_offered(struct voice *v, struct trunk *t)
{
	struct call_order none = { .trunk_id = t->spec.trunk_id };
	struct call *c = g_new0(struct call, 1);

	c->voice = v;
	c->state = CALL_OFFERED;
	c->inbound = true;
	c->ring_id = ++v->last_ring;
	c->order = order_copy(&none);
	c->trunk = t;
	g_atomic_int_inc(&t->refs);
	ivr_init(&c->ivr, c->order);
	g_hash_table_insert(v->rings, &c->ring_id, c);
	v->inbound++;
	return c;
}

/* 0, or the status to refuse it with. */
static int ring(struct call *c, struct agent *a, const struct sip_msg *msg)
{
	const struct voice_trunk *spec = &c->trunk->spec;
	const char *local = agent_address(a);
	char contact[100];
	struct leg_options o = {
		.agent = a,
		.contact_host = trunk_contact_host(c->trunk, contact, sizeof(contact)),
		.user = spec->user,
		.password = spec->password,
		.attempt_id = (long long)c->ring_id,
		.on = call_on_leg,
		.arg = c,
	};
	struct problem p = { 0 };
	int err;

	c->tag = voice_stream_tag(c->voice, talk_on_stream, c);
	c->stream = stream_open(c->voice->media, local, c->tag, &p);
	if (!c->stream)
		return 503;
	o.audio = c->audio = audio_new(spec->external[0] ? spec->external : local, stream_port(c->stream), spec->srtp);
	if (!c->audio)
		return 503;
	c->leg = leg_ring(&o, msg, &err);
	if (!c->leg)
		return err == EPROTO ? 488 : 503;
	c->ring = loop_after(c->voice->loop, RING_MS, nobody_decided, c);
	return 0;
}

void inbound_invite(void *arg, struct agent *a, const struct sip_msg *msg)
{
	struct voice *v = arg;
	struct trunk *trunks[RING_TRUNKS];
	struct voice_ring told = { 0 };
	char ip[INET6_ADDRSTRLEN];
	struct call *c;
	int n = 0, status;

	if (!sa_ntop(&msg->src, ip, sizeof(ip)) && v->o.settings->voice_inbound_calls > 0)
		n = trunks_from(v->trunks, a, ip, RING_TRUNKS, trunks);
	if (n == 0) {
		refuse(a, msg, 403, "Forbidden");
		return;
	}
	if (g_atomic_int_get(&v->draining) || is_flooded(v)) {
		refuse(a, msg, 503, "Service Unavailable");
		return;
	}
	read_ring(msg, trunks, n, &told);
	if (!told.called[0][0] && !told.called[1][0]) {
		refuse(a, msg, 404, "Not Found");
		return;
	}
	c = call_offered(v, trunks[0]);
	status = ring(c, a, msg);
	if (status) {
		refuse(a, msg, status, status == 488 ? "Not Acceptable Here" : "Service Unavailable");
		call_end(c, OUTCOME_CANCELLED, NULL);
		return;
	}
	told.ring_id = c->ring_id;
	v->o.rings(v->o.arg, &told);
}

/* ---- the decision ---- */

/* Whom nobody waits for any more: the order ends as it would have, had he gone a moment later. */
static void nobody_there(struct voice *v, struct call_order **order)
{
	struct carrier_event ev = call_event(*order, CARRIER_ENDED);

	ev.outcome = OUTCOME_HUNG_UP;
	order_free(*order);
	*order = NULL;
	voice_emit(v, &ev);
}

void inbound_answer(struct voice *v, uint64_t ring_id, struct call_order **order)
{
	struct call *c = g_hash_table_lookup(v->rings, &ring_id);
	struct trunk *t = c ? trunks_find(v->trunks, (*order)->trunk_id) : NULL;

	if (!c) {
		nobody_there(v, order);
		return;
	}
	g_hash_table_remove(v->rings, &ring_id);
	if (t) { /* of several at that address, the one whose number was called */
		trunk_unref(c->trunk);
		c->trunk = t;
	}
	loop_cancel(v->loop, c->ring);
	c->ring = 0;
	order_free(c->order);
	c->order = *order;
	*order = NULL;
	ivr_init(&c->ivr, c->order);
	g_hash_table_insert(v->calls, &c->order->attempt_id, c);
	call_move(c, CALL_TAKEN);
	if (leg_answer(c->leg))
		call_end(c, OUTCOME_HUNG_UP, NULL);
}

void inbound_turn_away(struct voice *v, uint64_t ring_id, int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = { { 404, "Not Found" }, { 480, "Temporarily Unavailable" }, { 486, "Busy Here" } };
	struct call *c = g_hash_table_lookup(v->rings, &ring_id);
	const char *reason = "Service Unavailable";

	for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++)
		if (reasons[i].status == status)
			reason = reasons[i].reason;
	if (c)
		turn_away(c, status, reason);
}

void inbound_turn_all_away(struct voice *v)
{
	GList *rings = g_hash_table_get_values(v->rings);

	for (GList *at = rings; at; at = at->next)
		turn_away(at->data, 503, "Service Unavailable");
	g_list_free(rings);
}
