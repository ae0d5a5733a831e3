/*
 * The audio half of a call's SDP (RFC 8866) as offer and answer (RFC 3264): G.711 in both laws,
 * telephone-event 101, 20 ms, SRTP by SDES when wanted. One object per call; SIP thread only.
 */
#pragma once

#include "voice/media.h"

#include <stdbool.h>

struct audio;
struct mbuf;

enum { AUDIO_EVENT_PT = 101 }; /* the payload type we offer for telephone-event (RFC 4733) */

/* What both sides agreed. */
struct audio_agreed {
	struct stream_terms terms;
	bool held;    /* it sends nothing now: sendonly, inactive, or the old way of a zero address */
};

/*
 * NULL when `local` is no address. `secure`: SRTP or nothing (RTP/SAVP with our key in the SDP), so the signalling must
 * be TLS.
 */
struct audio *audio_new(const char *local, uint16_t port, bool secure);
void audio_free(struct audio *a); /* NULL is fine */

/* Errors are errno values; EPROTO: no audio we can speak. Buffers are libre's, to be dereferenced. */
int audio_offer(struct audio *a, struct mbuf **offer);
int audio_on_answer(struct audio *a, struct mbuf *answer, struct audio_agreed *out);
int audio_on_offer(struct audio *a, struct mbuf *offer, struct mbuf **answer, struct audio_agreed *out);

void audio_start(const struct audio_agreed *agreed, struct stream *s);
