/*
 * One call's audio inside the RTP engine: what a stream does with its 20 ms turn. Private to voice/media.c and
 * voice/stream.c; everyone else uses media.h.
 *
 * A stream is made on the caller's thread, then belongs to the media thread, which calls everything here.
 * The counters alone are read by others (relaxed atomics).
 */
#pragma once

#include "voice/keypress.h"
#include "voice/media.h"
#include "voice/packet.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum { STREAM_PRESSES = 16 }; /* key presses waiting to be sent; more are dropped */

struct stream {
	/* Fixed at opening: */
	struct media *media;
	uint64_t tag;
	int fd;
	uint16_t port;
	uint32_t plays; /* caller's thread only: numbers given by stream_play() */

	/* Where it stands in the engine (media.c): */
	int phase, index;

	/* What the SDP exchange agreed: */
	bool started;
	enum law law;
	int event_send_pt, event_recv_pt;
	struct sockaddr_storage agreed; /* the address of the SDP */
	struct sockaddr_storage peer;   /* where we send: the same until `locked` */
	bool locked;                    /* the first valid packet has come: nobody else is heard */

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
	struct arrivals arrivals;
	int64_t heard_ms; /* the last packet of the peer, or the start */
	bool reported_silence;
	struct stream_tap tap; /* audio NULL: nobody listens */

	/* For other threads: */
	_Atomic uint64_t sent, received, lost, reordered, foreign;
	_Atomic uint32_t jitter_us;
};

/* The moment of a turn, read once for all streams of a phase. */
struct turn {
	int64_t mono_ms; /* for time-outs */
	int64_t real_us; /* the clock of the kernel's receive stamps */
	uint32_t frame;  /* number of this 20 ms, missed ones counted: timestamps follow it */
};

void stream_begin(struct stream *s, const struct sockaddr_storage *peer, enum law law, int event_send_pt,
                  int event_recv_pt, int64_t mono_ms);
void stream_set_prompt(struct stream *s, struct prompt *p, uint32_t play); /* takes the reference over */
void stream_set_feed(struct stream *s, struct feed *f);                    /* likewise; ends the prompt */
void stream_set_tap(struct stream *s, const struct stream_tap *tap);       /* NULL: nobody */
void stream_queue_press(struct stream *s, char digit);

/* What waits in the socket. Before stream_begin() it is thrown away. */
void stream_receive(struct stream *s, const struct turn *t);
/* The one packet of this turn. */
void stream_send(struct stream *s, const struct turn *t);

/* Whether the peer has been silent for `timeout_ms`; true once per silence. */
bool stream_fell_silent(struct stream *s, const struct turn *t, int timeout_ms);

/* media.c: hands an event to the sink. */
void media_emit(struct media *m, const struct stream_event *ev);
