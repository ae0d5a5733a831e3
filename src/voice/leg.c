#include "voice/leg.h"

#include "voice/digest.h"
#include "voice/info.h"

#include <re.h>

#include <assert.h>
#include <glib.h>
#include <string.h>

#define ALLOW "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO\r\n"

struct leg {
	struct agent *agent;
	struct sipsess *session;
	struct sipsub *refer;	      /* NULL: it was not asked, or the answer is known */
	struct digest *digest;
	char contact[160];
	struct tmr told; /* libre's handlers use what ends with the leg, so the leg hears of it after them */
	bool trying;	 /* the far end has told of the transfer's progress, */
	bool moved;	 /* and of its success */
	struct audio *audio;
	struct audio_agreed agreed;
	bool has_answer; /* `agreed` is good: from a 183, from the 200, or from the offer of an INVITE to us */
	bool up;	 /* the 200 and its ACK have passed */
	struct mbuf *answer; /* to an INVITE to us: ours, until it is sent */
	void (*on)(void *arg, const struct leg_event *ev);
	void *arg;
};

static void leg_free(struct leg *l)
{
	tmr_cancel(&l->told);
	mem_deref(l->refer);
	mem_deref(l->session);
	mem_deref(l->digest);
	mem_deref(l->answer);
	g_free(l);
}

static int on_offer(struct mbuf **desc, const struct sip_msg *msg, void *arg)
{
	struct leg *l = arg;
	struct leg_event ev = { LEG_CHANGED, .agreed = &l->agreed };
	int err;

	if (!mbuf_get_left(msg->mb)) /* an offerless re-INVITE: we offer, its ACK answers (RFC 3261 §14.1) */
		return audio_offer(l->audio, desc);
	err = audio_on_offer(l->audio, msg->mb, desc, &l->agreed);
	if (!err)
		l->on(l->arg, &ev);
	return err;
}

/*
 * The answer in the 200, or in the ACK of an offerless INVITE, the first one or a later. An error makes libre ACK, BYE and
 * close.
 */
static int on_answer(const struct sip_msg *msg, void *arg)
{
	struct leg *l = arg;
	struct leg_event ev = { LEG_CHANGED, .agreed = &l->agreed };
	struct leg_event heard = { LEG_HEARD, .status = msg->scode };
	int err = 0;

	if (mbuf_get_left(msg->mb)) {
		err = audio_on_answer(l->audio, msg->mb, &l->agreed);
		l->has_answer = !err;
	} else if (!l->has_answer) { /* an answer in an earlier 183 counts (RFC 3261 §13.2.1) */
		err = EPROTO;
	}
	if (err && !msg->req) /* somebody has picked up, even if there is nothing to say it with */
		l->on(l->arg, &heard);
	else if (!err && msg->req && l->up && mbuf_get_left(msg->mb))
		l->on(l->arg, &ev);
	return err;
}

static void on_progress(const struct sip_msg *msg, void *arg)
{
	struct leg *l = arg;
	struct leg_event ev = { LEG_HEARD, .status = msg->scode };

	if (mbuf_get_left(msg->mb) && !audio_on_answer(l->audio, msg->mb, &l->agreed))
		l->has_answer = true;
	l->on(l->arg, &ev);
}

static void on_established(const struct sip_msg *msg, void *arg)
{
	struct leg *l = arg;
	struct leg_event ev = { LEG_ANSWERED, .agreed = &l->agreed };

	(void)msg;
	l->up = true;
	l->on(l->arg, &ev);
}

static void on_info(struct sip *sip, const struct sip_msg *msg, void *arg)
{
	struct leg *l = arg;
	struct leg_event ev = { LEG_DIGIT };
	bool relay = msg_ctype_cmp(&msg->ctyp, "application", "dtmf-relay");

	if (!relay && !msg_ctype_cmp(&msg->ctyp, "application", "dtmf")) {
		sip_reply(sip, msg, 415, "Unsupported Media Type");
		return;
	}
	ev.digit = info_key(relay, (const char *)mbuf_buf(msg->mb), mbuf_get_left(msg->mb));
	sip_reply(sip, msg, 200, "OK");
	if (ev.digit)
		l->on(l->arg, &ev);
}

/* Reason: Q.850;cause=17;text="user busy" (RFC 3326); there may be several, of several protocols. */
static bool q850(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	struct pl cause;

	(void)msg;
	if (re_regex(hdr->val.p, hdr->val.l, "Q.850") ||
	    re_regex(hdr->val.p, hdr->val.l, "cause[ ]*=[ ]*[0-9]+", NULL, NULL, &cause))
		return false;
	*(int *)arg = (int)MIN(pl_u32(&cause), 127);
	return true;
}

static void on_close(int err, const struct sip_msg *msg, void *arg)
{
	struct leg *l = arg;
	struct leg_event ev = { LEG_ENDED, .err = err };
	const struct sip_hdr *retry;
	struct pl seconds;

	/* Many carriers hang up on us as soon as they have the other one, and say nothing more. */
	ev.moved = l->moved || (l->refer && l->trying && !msg);
	if (msg) {
		ev.status = msg->scode;
		sip_msg_hdr_apply(msg, true, SIP_HDR_REASON, q850, &ev.cause);
		retry = sip_msg_hdr(msg, SIP_HDR_RETRY_AFTER);
		if (retry && !re_regex(retry->val.p, retry->val.l, "[0-9]+", &seconds))
			ev.retry_after_s = (int)MIN(pl_u32(&seconds), 86400);
	}
	l->on(l->arg, &ev);
	leg_free(l);
}

static struct leg *leg_new(const struct leg_options *o)
{
	struct leg *l = g_new0(struct leg, 1);

	l->agent = o->agent;
	l->digest = digest_new(o->user, o->password);
	l->audio = o->audio;
	l->on = o->on;
	l->arg = o->arg;
	/* With a colon in it libre takes it as it is. */
	if (o->contact_host)
		snprintf(l->contact, sizeof(l->contact), "sip:a%lld@%s", o->attempt_id, o->contact_host);
	else
		snprintf(l->contact, sizeof(l->contact), "a%lld", o->attempt_id);
	return l;
}

struct leg *leg_invite(const struct leg_options *o, int *err)
{
	struct leg *l = leg_new(o);
	const char *routes[] = { o->route };
	struct mbuf *offer = NULL;

	*err = audio_offer(o->audio, &offer);
	/* no-fork (RFC 3841): libre would neither acknowledge nor hang up a second answer. */
	if (!*err)
		*err = sipsess_connect(&l->session, agent_sessions(o->agent), o->to_uri, o->from_name, o->from_uri,
				       l->contact, routes, o->route ? 1 : 0, "application/sdp", offer,
				       digest_on_challenge, l->digest, true, on_offer, on_answer, on_progress,
				       on_established, on_info, NULL, on_close, l,
				       ALLOW
				       "%s"
				       "Request-Disposition: no-fork\r\n"
				       "X-Callsheet-Attempt: %lld\r\n",
				       o->headers, o->attempt_id);
	mem_deref(offer);
	if (*err) {
		leg_free(l);
		return NULL;
	}
	return l;
}

/* ---- an INVITE to us ---- */

/* Their offer's answer, or our offer where they leave it to us (RFC 3261 §13.2.1). */
static int prepare_answer(struct leg *l, const struct sip_msg *invite)
{
	int err;

	if (!mbuf_get_left(invite->mb))
		return audio_offer(l->audio, &l->answer);
	err = audio_on_offer(l->audio, invite->mb, &l->answer, &l->agreed);
	l->has_answer = !err;
	return err ? EPROTO : 0;
}

struct leg *leg_ring(const struct leg_options *o, const struct sip_msg *invite, int *err)
{
	struct leg *l = leg_new(o);

	*err = prepare_answer(l, invite);
	if (!*err)
		*err = sipsess_accept(&l->session, agent_sessions(o->agent), invite, 180, "Ringing", l->contact,
				      "application/sdp", NULL, digest_on_challenge, l->digest, true, on_offer, on_answer,
				      on_established, on_info, NULL, on_close, l, ALLOW);
	if (*err) {
		leg_free(l);
		return NULL;
	}
	return l;
}

int leg_answer(struct leg *l)
{
	int err = sipsess_answer(l->session, 200, "OK", l->answer, ALLOW);

	l->answer = mem_deref(l->answer);
	return err;
}

void leg_reject(struct leg *l, int status, const char *reason)
{
	sipsess_reject(l->session, (uint16_t)status, reason, NULL);
	leg_free(l);
}

const char *leg_call_id(const struct leg *l)
{
	return sip_dialog_callid(sipsess_dialog(l->session));
}

/* ---- REFER ---- */

static void tell_referred(void *arg)
{
	struct leg *l = arg;
	struct leg_event ev = { LEG_REFERRED, .moved = l->moved };

	l->refer = mem_deref(l->refer);
	l->on(l->arg, &ev);
}

static void refer_over(struct leg *l, bool moved)
{
	if (tmr_isrunning(&l->told))
		return;
	l->moved = moved;
	tmr_start(&l->told, 0, tell_referred, l);
}

/* How the call to the other one goes, as the first line of a response (RFC 3515 §2.4.4). */
static void on_notify(struct sip *sip, const struct sip_msg *msg, void *arg)
{
	struct leg *l = arg;
	struct pl status = PL_INIT;
	uint32_t code;

	sip_treply(NULL, sip, msg, 200, "OK");
	re_regex((const char *)mbuf_buf(msg->mb), mbuf_get_left(msg->mb), "SIP/2.0 [0-9]3", &status);
	code = pl_u32(&status);
	l->trying = l->trying || code >= 100;
	if (code >= 200)
		refer_over(l, code < 300);
}

/* A REFER that was refused or not answered, or a far end that tells no more. */
static void on_refer_close(int err, const struct sip_msg *msg, const struct sipevent_substate *substate, void *arg)
{
	(void)err, (void)msg, (void)substate;
	refer_over(arg, false);
}

int leg_refer(struct leg *l, const char *to_uri)
{
	if (l->refer)
		return EALREADY;
	l->trying = l->moved = false;
	return sipevent_drefer(&l->refer, agent_events(l->agent), sipsess_dialog(l->session), l->contact,
			       digest_on_challenge, l->digest, true, on_notify, on_refer_close, l, "Refer-To: <%s>\r\n", to_uri);
}

void leg_end(struct leg *l)
{
	if (l)
		leg_free(l);
}
