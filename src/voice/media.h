/*
 * The RTP engine: sockets, 20 ms pacing, playout, digits (RFC 4733), statistics. One thread, no locks held
 * while it works; about 1,500 streams to a core.
 *
 * A stream is one call's audio: one UDP port (even; the next one for RTCP, done without when it is busy), G.711
 * in the law agreed, telephone-event when agreed, else keys as tones, SRTP when keys were agreed. It always sends,
 * silence when nothing plays, because NAT bindings and the far end's own timeouts depend on it. It sends to the
 * address the SDP names until the first valid packet arrives, then to where that came from (symmetric RTP), and
 * stays locked to that source; only the address of the SDP may still take its place.
 *
 * Threads: every function from any one thread at a time (the SIP thread); they only queue a command.
 * Events come on the media thread; the sink only enqueues. After stream_close() no event of that stream
 * is delivered any more once stream_close() has returned to the media thread's next tick: the sink's owner
 * must drop events whose tag it no longer knows.
 */
#pragma once

#include "base/problem.h"
#include "core/carrier.h"
#include "voice/sdes.h"

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
	STREAM_UNHEARD, /* STREAM_UNHEARD_MS after the start not one packet has come: told once */
	STREAM_NO_RTP,  /* no packet for the timeout; sent once per silence */
	STREAM_WHO,     /* who answered, as far as it is known now (voice/listener.h; not of the engine itself) */
	STREAM_DRAINED, /* all that the feed had has been sent; once each time it runs dry */
};

/* What the SDP exchange agreed. */
struct stream_terms {
	struct sockaddr_storage peer;      /* where the far end wants its audio */
	struct sockaddr_storage peer_rtcp; /* and its reports; ss_family 0: it wants none */
	enum law law;
	int event_send_pt; /* the far end's payload type for telephone-event; -1: none was agreed */
	int event_recv_pt; /* the one we offered; -1: none */
	bool secure;       /* SRTP, with these keys */
	uint8_t send_key[SDES_KEY], recv_key[SDES_KEY];
};

enum { STREAM_UNHEARD_MS = 5000 };

struct stream_event {
	uint64_t tag;
	enum stream_event_kind kind;
	char digit;     /* STREAM_DIGIT: 0-9 * # A-D */
	enum who who;   /* STREAM_WHO, */
	bool recites;   /* and whether a long speech goes on there */
	uint32_t play;  /* STREAM_PLAYED: what stream_play() returned; an older number is a stale event */
};

struct stream_stats {
	uint64_t sent, received, lost, reordered, foreign; /* packets; foreign: a stranger's, or not of our keys */
	double jitter_ms;
	/* By the far end's RTCP: */
	unsigned reports, far_lost; /* that came; packets of ours it has missed */
	int round_trip_ms;          /* -1: not known */
};

struct media_options {
	int port_low, port_high;       /* inclusive; busy ports are skipped, used ones rest a while */
	int no_rtp_timeout_ms;         /* 0: never tell */
	int report_ms;                 /* between two RTCP reports of a stream (RTCP_INTERVAL_MS); 0: no RTCP */
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

/* Sending starts now. May be called again (re-INVITE). The terms are copied. */
void stream_start(struct stream *s, const struct stream_terms *terms);

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
 * last call, after which `arg` is not used any more: the listener at this ear was replaced, or the stream is closed.
 */
struct stream_tap {
	void (*audio)(void *arg, enum law law, const uint8_t *samples, size_t n, int64_t mono_ms);
	void (*gone)(void *arg);
	void *arg;
};
enum stream_ear { EAR_WHO, EAR_TALK, STREAM_EARS }; /* who answered (listener.h); the other in a talk (ai_call.h) */
void stream_listen(struct stream *s, enum stream_ear ear, const struct stream_tap *tap); /* copied; NULL: nobody there */

/* Sends one key press of 100 ms by RFC 4733. Ignored when no telephone-event was agreed. */
void stream_press(struct stream *s, char digit);

/* The stream is gone for the caller; its port rests before it is used again. NULL is fine. */
void stream_close(struct stream *s);

/* A snapshot of the counters. */
void stream_stats(const struct stream *s, struct stream_stats *out);
