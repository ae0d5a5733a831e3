/*
 * The RTP engine: sockets, 20 ms pacing, playout, digits (RFC 4733), statistics. One thread, no locks held
 * while it works; about 1,500 streams to a core.
 *
 * A stream is one call's audio: one UDP port (even, RTCP's port + 1 not bound), G.711 in the law agreed,
 * telephone-event when agreed. It always sends, silence when nothing plays, because NAT bindings and the far
 * end's own timeouts depend on it. It sends to the address the SDP names until the first valid packet
 * arrives, then to where that came from (symmetric RTP), and stays locked to that source.
 *
 * Threads: every function from any one thread at a time (the SIP thread); they only queue a command.
 * Events come on the media thread; the sink only enqueues. After stream_close() no event of that stream
 * is delivered any more once stream_close() has returned to the media thread's next tick: the sink's owner
 * must drop events whose tag it no longer knows.
 */
#pragma once

#include "base/problem.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct media;
struct stream;
struct prompt;
struct feed;

enum law { LAW_ULAW, LAW_ALAW }; /* payload types 0 and 8 */

enum stream_event_kind {
	STREAM_PLAYED,  /* the prompt of the last stream_play() has been sent to its end */
	STREAM_DIGIT,   /* one key press, decided once */
	STREAM_NO_RTP,  /* no packet for the timeout; sent once per silence */
	STREAM_DRAINED, /* all that the feed had has been sent; once each time it runs dry */
};

struct stream_event {
	uint64_t tag;
	enum stream_event_kind kind;
	char digit;     /* STREAM_DIGIT: 0-9 * # A-D */
	uint32_t play;  /* STREAM_PLAYED: what stream_play() returned; an older number is a stale event */
};

struct stream_stats {
	uint64_t sent, received, lost, reordered, foreign; /* packets; foreign: from a stranger's address */
	double jitter_ms;
};

struct media_options {
	int port_low, port_high;       /* inclusive; busy ports are skipped, used ones rest a while */
	int no_rtp_timeout_ms;         /* 0: never report */
	void (*sink)(void *arg, const struct stream_event *ev);
	void *arg;
};

/* The options are copied. NULL with the problem set when they make no sense or no thread can be had. */
struct media *media_start(const struct media_options *o, struct problem *p);
void media_stop(struct media *m); /* joins the thread; frees every stream still open: forget them first */
int media_streams(const struct media *m); /* open streams; any thread */

/*
 * Opens a stream bound to `local` (an IPv4 or IPv6 literal). NULL with the problem set when no port is free.
 * `tag` comes back in events and is never 0.
 */
struct stream *stream_open(struct media *m, const char *local, uint64_t tag, struct problem *p);
uint16_t stream_port(const struct stream *s);

/* What the SDP exchange agreed; sending starts now. event_send_pt: the peer's telephone-event payload type, -1
 * for none; event_recv_pt: the one we offered. May be called again (re-INVITE). */
void stream_start(struct stream *s, const struct sockaddr_storage *peer, enum law law, int event_send_pt,
		  int event_recv_pt);

/*
 * Plays from the start, in place of what was playing (which then sends no STREAM_PLAYED, unless that event is
 * on its way already: hence the number). Takes a reference. Returns the number of this play, never 0.
 */
uint32_t stream_play(struct stream *s, struct prompt *p);
void stream_stop(struct stream *s); /* silence; no STREAM_PLAYED */

/*
 * Plays what comes out of the feed, with silence in its gaps, in place of what was playing; until the next
 * stream_play(), stream_feed() or stream_stop(). Takes a reference.
 */
void stream_feed(struct stream *s, struct feed *f);

/*
 * Somebody who listens to what the far end says, on the media thread. `audio` gets the G.711 of each packet as it
 * comes (usually 160 samples; losses leave gaps, mono_ms is the time of arrival) and must be quick. `gone` is the
 * last call, after which `arg` is not used any more: the listener was replaced, or the stream is closed.
 */
struct stream_tap {
	void (*audio)(void *arg, enum law law, const uint8_t *samples, size_t n, int64_t mono_ms);
	void (*gone)(void *arg);
	void *arg;
};
void stream_listen(struct stream *s, const struct stream_tap *tap); /* copied; NULL: nobody listens */

/* Sends one key press of 100 ms by RFC 4733. Ignored when no telephone-event was agreed. */
void stream_press(struct stream *s, char digit);

/* The stream is gone for the caller; its port rests before it is used again. NULL is fine. */
void stream_close(struct stream *s);

/* A snapshot of the counters. */
void stream_stats(const struct stream *s, struct stream_stats *out);
