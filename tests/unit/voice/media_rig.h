/*
 * The RTP engine over loopback: streams talking to each other and to a plain socket that records what it hears.
 *
 * Waits have a limit only so that a broken engine fails instead of hanging; no moment is asserted. LOCAL is an address of each
 * test's own: their port ranges are the same.
 */
#pragma once

#include "voice/feed.h"
#include "voice/media.h"
#include "voice/packet.h"
#include "voice/keypress.h"
#include "voice/law.h"
#include "voice/prompt.h"

#include <arpa/inet.h>
#include <glib.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

enum { EVENT_PT = 101, PATIENCE_US = 10 * 1000 * 1000, STREAMS = 200 };

/* ---- tools ---- */

static GAsyncQueue *events;

static inline void sink(void *arg, const struct stream_event *ev)
{
	(void)arg;
	g_async_queue_push(events, g_memdup2(ev, sizeof(*ev)));
}

static inline struct media *start(int no_rtp_timeout_ms)
{
	const struct media_options o = { .port_low = 22000, .port_high = 23999, .report_ms = 100, .sink = sink,
					 .no_rtp_timeout_ms = no_rtp_timeout_ms };
	struct problem p = { 0 };
	struct media *m = media_start(&o, &p);

	assert_non_null(m);
	return m;
}

static inline struct stream *open_stream(struct media *m, uint64_t tag)
{
	struct problem p = { 0 };
	struct stream *s = stream_open(m, LOCAL, tag, &p);

	if (!s)
		fail_msg("%s", p.text);
	return s;
}

static inline struct stream_event next_event(void)
{
	struct stream_event *got = g_async_queue_timeout_pop(events, PATIENCE_US), ev;

	assert_non_null(got);
	ev = *got;
	g_free(got);
	return ev;
}

static inline struct sockaddr_storage address_of(uint16_t port)
{
	struct sockaddr_storage s = { 0 };
	struct sockaddr_in *in = (struct sockaddr_in *)&s;

	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	inet_pton(AF_INET, LOCAL, &in->sin_addr);
	return s;
}

static inline void connect_to(struct stream *s, uint16_t port, enum law law)
{
	const struct sockaddr_storage peer = address_of(port);

	stream_start(s, &(struct stream_terms){ .peer = peer, .law = law, .event_send_pt = EVENT_PT,
						.event_recv_pt = EVENT_PT });
}

/* A socket of any port whose reads give up after PATIENCE_US. */
static inline int plain_socket(uint16_t *port)
{
	const struct timeval patience = { PATIENCE_US / 1000000, 0 };
	struct sockaddr_storage at = address_of(0);
	socklen_t size = sizeof(struct sockaddr_in);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, size), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	*port = ntohs(((struct sockaddr_in *)&at)->sin_port);
	return fd;
}

static inline struct packet hear(int fd, uint8_t buf[PACKET_MAX])
{
	ssize_t n = recv(fd, buf, PACKET_MAX, 0);
	struct packet p;

	assert_true(n > 0);
	assert_true(packet_parse(&p, buf, (size_t)n));
	return p;
}

/* One packet to the port, by default silence in mu-law. */
static inline void say(int fd, uint16_t port, struct packet p)
{
	const struct sockaddr_storage to = address_of(port);
	uint8_t bytes[PACKET_HEAD + PACKET_FRAME];

	memset(bytes, LAW_ULAW_SILENCE, sizeof(bytes));
	packet_head(bytes, &p);
	if (p.payload)
		memcpy(bytes + PACKET_HEAD, p.payload, p.n);
	assert_true(sendto(fd, bytes, PACKET_HEAD + (p.payload ? p.n : PACKET_FRAME), 0,
	                   (const struct sockaddr *)&to, sizeof(struct sockaddr_in)) > 0);
}

static inline void say_key(int fd, uint16_t port, char digit, uint32_t ts)
{
	uint8_t payload[KEYPRESS_PAYLOAD];

	keypress_plan(payload, digit, KEYPRESS_PACKETS - 1);
	say(fd, port,
	    (struct packet){ .payload_type = EVENT_PT, .ts = ts, .payload = payload, .n = sizeof(payload) });
}

/* Waits until a counter of the stream has reached `least`. */
#define WAIT_FOR(stream, counter, least)                                                                     \
	do {                                                                                                 \
		struct stream_stats now = { 0 };                                                             \
		for (int left = PATIENCE_US / 1000; now.counter < (least); left--) {                         \
			assert_true(left > 0);                                                               \
			g_usleep(1000);                                                                      \
			stream_stats(stream, &now);                                                          \
		}                                                                                            \
	} while (0)

/* A saw tooth without a silent sample, not a whole number of frames long. */
static inline struct prompt *tone(size_t n)
{
	int16_t *pcm = g_new(int16_t, n);
	struct prompt *p;

	for (size_t i = 0; i < n; i++)
		pcm[i] = (int16_t)(1000 + i * 37 % 20000);
	p = prompt_from_pcm(pcm, n);
	g_free(pcm);
	return p;
}

static inline int make_events(void **state)
{
	(void)state;
	events = g_async_queue_new_full(g_free);
	return 0;
}

static inline int drop_events(void **state)
{
	(void)state;
	g_async_queue_unref(events);
	return 0;
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, make_events, drop_events)
