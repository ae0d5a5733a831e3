/*
 * One call's audio inside the RTP engine: what a stream does with its 20 ms turn. Private to voice/media.c and
 * voice/stream*.c; everyone else uses media.h.
 *
 * A stream is made on the caller's thread, then belongs to the media thread, which calls everything here.
 * The counters alone are read by others (relaxed atomics).
 */
#pragma once

#include "voice/keypress.h"
#include "voice/media.h"
#include "voice/packet.h"
#include "voice/rtcp.h"
#include "voice/secure.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum { STREAM_PRESSES = 16 }; /* key presses waiting to be sent; more are dropped */

struct stream {
	/* Fixed at opening: */
	struct media *media;
	uint64_t tag;
	int fd, rtcp_fd; /* rtcp_fd -1: the port after `port` could not be had */
	uint16_t port;
	uint32_t plays; /* caller's thread only: numbers given by stream_play() */

	/* Where it stands in the engine (media.c): */
	int phase, index;

	/* What the SDP exchange agreed: */
	bool started;
	struct stream_terms terms;
	struct secure *secure;          /* NULL: plain RTP */
	struct sockaddr_storage peer;   /* where we send: as agreed until `locked` */
	bool locked;                    /* the first valid packet has come: nobody else is heard, but who was agreed */

	/* Sending: */
	uint32_t ssrc, ts_base;
	uint16_t seq;
	bool spoken;           /* something was sent: the marker is used up */
	struct prompt *prompt; /* a reference */
	size_t position;       /* samples of it already sent */
	uint32_t play;         /* its number */
	struct feed *feed;     /* a reference; plays when there is no prompt */
	bool feeding;          /* it had something in the last turn */
	char presses[STREAM_PRESSES];
	int n_presses;
	int press_step; /* of presses[0]; negative: frames of audio between two presses */
	uint32_t press_ts;

	/* Receiving: */
	struct keypress keypress;
	struct tones *tones; /* while the far end has no telephone-event, else NULL */
	struct arrivals arrivals;
	int64_t heard_ms; /* the last packet of the peer, or the start */
	bool reported_silence;
	int64_t begun_ms;
	bool reported_unheard;
	struct stream_tap taps[STREAM_EARS]; /* audio NULL: nobody listens */

	/* Reports (stream_rtcp.c): */
	struct sockaddr_storage rtcp_peer;
	int report_ms;
	int64_t next_look_ms, next_report_ms;
	uint32_t octets;  /* of payload sent */
	uint32_t last_sr; /* the far end's last sender report, as we must quote it */
	int64_t last_sr_ms;
	struct rtcp_seen reported;

	/* For other threads: */
	_Atomic uint64_t sent, received, lost, reordered, foreign;
	_Atomic uint32_t jitter_us, reports, far_lost;
	_Atomic int round_trip_ms;
};

/* The moment of a turn, read once for all streams of a phase. */
struct turn {
	int64_t mono_ms; /* for time-outs */
	int64_t real_us; /* the clock of the kernel's receive stamps */
	uint32_t frame;  /* number of this 20 ms, missed ones counted: timestamps follow it */
};

void stream_begin(struct stream *s, const struct stream_terms *terms, int64_t mono_ms);
void stream_set_prompt(struct stream *s, struct prompt *p, uint32_t play); /* takes the reference over */
void stream_release(struct stream *s); /* what it holds; the sockets are media.c's */
void stream_set_feed(struct stream *s, struct feed *f);                    /* likewise; ends the prompt */
void stream_set_tap(struct stream *s, enum stream_ear ear, const struct stream_tap *tap); /* NULL: nobody */
void stream_queue_press(struct stream *s, char digit);

/* What waits in the socket. Before stream_begin() it is thrown away. */
void stream_receive(struct stream *s, const struct turn *t);
/* The one packet of this turn. */
void stream_send(struct stream *s, const struct turn *t);

/* Reports, when it is time: what the far end tells of us, and ours. */
void stream_rtcp_begin(struct stream *s, int64_t mono_ms);
void stream_rtcp(struct stream *s, const struct turn *t);

/* Whether the peer has been silent for `timeout_ms`; true once per silence. */
bool stream_fell_silent(struct stream *s, const struct turn *t, int timeout_ms);
/* Whether nothing at all has come in STREAM_UNHEARD_MS; true once. */
bool stream_is_unheard(struct stream *s, const struct turn *t);

/* media.c: hands an event to the sink. */
void media_emit(struct media *m, const struct stream_event *ev);
