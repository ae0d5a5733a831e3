#include "voice/audio.h"

#include <re.h>

#include <glib.h>
#include <string.h>

struct audio {
	struct sdp_session *session;
	struct sdp_media *media;
	bool secure;
	struct sdes ours; /* the same key as long as the call lasts */
};

static int add_format(struct sdp_media *m, const char *pt, const char *name, const char *params)
{
	return sdp_format_add(NULL, m, false, pt, name, 8000, 1, NULL, NULL, NULL, false, params ? "%s" : NULL,
			      params);
}

/* Our key under the tag, in place of the one before. */
static int announce_key(struct audio *a, int tag)
{
	char value[SDES_VALUE];

	a->ours.tag = tag;
	sdes_print(value, &a->ours);
	return sdp_media_set_lattr(a->media, true, "crypto", "%s", value);
}

static int make_secure(struct audio *a)
{
	a->secure = true;
	sdes_make(&a->ours, 1);
	return announce_key(a, 1);
}

struct audio *audio_new(const char *local, uint16_t port, bool secure)
{
	struct audio *a = g_new0(struct audio, 1);
	struct sa laddr;
	int err;

	err = sa_set_str(&laddr, local, port);
	if (!err)
		err = sdp_session_alloc(&a->session, &laddr);
	if (!err)
		err = sdp_media_add(&a->media, a->session, sdp_media_audio, port,
				    secure ? sdp_proto_rtpsavp : sdp_proto_rtpavp);
	if (!err)
		err = add_format(a->media, "0", "PCMU", NULL);
	if (!err)
		err = add_format(a->media, "8", "PCMA", NULL);
	if (!err)
		err = add_format(a->media, "101", "telephone-event", "0-15");
	if (!err)
		err = sdp_media_set_lattr(a->media, true, "ptime", "20");
	if (!err && secure)
		err = make_secure(a);
	if (err) {
		audio_free(a);
		return NULL;
	}
	return a;
}

void audio_free(struct audio *a)
{
	if (!a)
		return;
	mem_deref(a->session); /* the media belongs to it */
	explicit_bzero(&a->ours, sizeof(a->ours));
	g_free(a);
}

static bool speaks_g711(struct sdp_format *f, void *arg)
{
	(void)arg;
	return f->sup && (f->pt == 0 || f->pt == 8);
}

/* The first line of theirs that we can use; true ends libre's search. */
static bool usable_key(const char *name, const char *value, void *arg)
{
	(void)name;
	return value && sdes_parse(arg, value);
}

/* Fills in the keys; EPROTO when the far end has none for us. `answering`: theirs was an offer, whose tag we quote. */
static int agree_keys(struct audio *a, bool answering, struct stream_terms *terms)
{
	struct sdes theirs;

	if (!a->secure)
		return 0;
	if (!sdp_media_rattr_apply(a->media, "crypto", usable_key, &theirs))
		return EPROTO;
	if (!answering && theirs.tag != a->ours.tag)
		return EPROTO; /* it answers an offer of somebody else's (RFC 4568 §5.1.3) */
	terms->secure = true;
	memcpy(terms->send_key, a->ours.key, SDES_KEY);
	memcpy(terms->recv_key, theirs.key, SDES_KEY);
	return answering ? announce_key(a, theirs.tag) : 0;
}

static int agree(struct audio *a, bool answering, struct audio_agreed *out)
{
	const struct sa *peer = sdp_media_raddr(a->media);
	const struct sdp_format *law, *event;
	enum sdp_dir dir = sdp_media_rdir(a->media);
	struct sa rtcp;

	if (!sdp_media_rport(a->media) || !sa_isset(peer, SA_PORT))
		return EPROTO;
	/* The first format of the far end's list is the one it likes best (RFC 3264 §5.1, §6.1). */
	law = sdp_media_format_apply(a->media, false, NULL, -1, NULL, -1, -1, speaks_g711, NULL);
	if (!law)
		return EPROTO;
	event = sdp_media_rformat(a->media, "telephone-event");
	memset(out, 0, sizeof(*out));
	memcpy(&out->terms.peer, &peer->u, peer->len);
	sdp_media_raddr_rtcp(a->media, &rtcp);
	if (sa_isset(&rtcp, SA_ALL))
		memcpy(&out->terms.peer_rtcp, &rtcp.u, rtcp.len);
	out->terms.law = law->pt == 8 ? LAW_ALAW : LAW_ULAW;
	out->terms.event_send_pt = event ? event->pt : -1;
	event = sdp_media_format(a->media, true, NULL, -1, "telephone-event", -1, -1);
	out->terms.event_recv_pt = event ? event->pt : AUDIO_EVENT_PT;
	out->held = dir == SDP_INACTIVE || dir == SDP_RECVONLY || sa_is_any(peer);
	return agree_keys(a, answering, &out->terms);
}

int audio_offer(struct audio *a, struct mbuf **offer)
{
	return sdp_encode(offer, a->session, true);
}

int audio_on_answer(struct audio *a, struct mbuf *answer, struct audio_agreed *out)
{
	int err = sdp_decode(a->session, answer, false);

	return err ? err : agree(a, false, out);
}

int audio_on_offer(struct audio *a, struct mbuf *offer, struct mbuf **answer, struct audio_agreed *out)
{
	int err = sdp_decode(a->session, offer, true);

	if (!err)
		err = agree(a, true, out);
	return err ? err : sdp_encode(answer, a->session, false);
}

void audio_start(const struct audio_agreed *agreed, struct stream *s)
{
	if (!agreed->held)
		stream_start(s, &agreed->terms);
}
