/*
 * The RTP engine over loopback: streams talking to each other and to a plain socket that records what it hears.
 *
 * Waits have a limit only so that a broken engine fails instead of hanging; no moment is asserted.
 */
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

#define LOCAL "127.0.45.50"

enum { EVENT_PT = 101, PATIENCE_US = 10 * 1000 * 1000, STREAMS = 200 };

/* ---- tools ---- */

static GAsyncQueue *events;

static void sink(void *arg, const struct stream_event *ev)
{
	(void)arg;
	g_async_queue_push(events, g_memdup2(ev, sizeof(*ev)));
}

static struct media *start(int no_rtp_timeout_ms)
{
	const struct media_options o = { .port_low = 22000, .port_high = 23999, .report_ms = 100, .sink = sink,
					 .no_rtp_timeout_ms = no_rtp_timeout_ms };
	struct problem p = { 0 };
	struct media *m = media_start(&o, &p);

	assert_non_null(m);
	return m;
}

static struct stream *open_stream(struct media *m, uint64_t tag)
{
	struct problem p = { 0 };
	struct stream *s = stream_open(m, LOCAL, tag, &p);

	if (!s)
		fail_msg("%s", p.text);
	return s;
}

static struct stream_event next_event(void)
{
	struct stream_event *got = g_async_queue_timeout_pop(events, PATIENCE_US), ev;

	assert_non_null(got);
	ev = *got;
	g_free(got);
	return ev;
}

static struct sockaddr_storage address_of(uint16_t port)
{
	struct sockaddr_storage s = { 0 };
	struct sockaddr_in *in = (struct sockaddr_in *)&s;

	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	inet_pton(AF_INET, LOCAL, &in->sin_addr);
	return s;
}

static void connect_to(struct stream *s, uint16_t port, enum law law)
{
	const struct sockaddr_storage peer = address_of(port);

	stream_start(s, &(struct stream_terms){ .peer = peer, .law = law, .event_send_pt = EVENT_PT,
						.event_recv_pt = EVENT_PT });
}

/* A socket of any port whose reads give up after PATIENCE_US. */
static int plain_socket(uint16_t *port)
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

static struct packet hear(int fd, uint8_t buf[PACKET_MAX])
{
	ssize_t n = recv(fd, buf, PACKET_MAX, 0);
	struct packet p;

	assert_true(n > 0);
	assert_true(packet_parse(&p, buf, (size_t)n));
	return p;
}

/* One packet to the port, by default silence in mu-law. */
static void say(int fd, uint16_t port, struct packet p)
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

static void say_key(int fd, uint16_t port, char digit, uint32_t ts)
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
static struct prompt *tone(size_t n)
{
	int16_t *pcm = g_new(int16_t, n);
	struct prompt *p;

	for (size_t i = 0; i < n; i++)
		pcm[i] = (int16_t)(1000 + i * 37 % 20000);
	p = prompt_from_pcm(pcm, n);
	g_free(pcm);
	return p;
}

static int make_events(void **state)
{
	(void)state;
	events = g_async_queue_new_full(g_free);
	return 0;
}

static int drop_events(void **state)
{
	(void)state;
	g_async_queue_unref(events);
	return 0;
}

/* ---- sending ---- */

/* Plays the prompt to a plain socket; the samples that were not silence must be the prompt's. */
static void assert_prompt_arrives(enum law law)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1);
	struct prompt *p = tone(4000 + 77);
	const uint8_t *expected = law == LAW_ULAW ? p->ulaw : p->alaw;
	uint8_t buf[PACKET_MAX];
	size_t got = 0;
	uint16_t port;
	int fd = plain_socket(&port);

	connect_to(s, port, law);
	stream_play(s, p);
	while (got < p->n) {
		struct packet in = hear(fd, buf);
		size_t left = MIN(p->n - got, PACKET_FRAME);

		assert_int_equal(in.n, PACKET_FRAME);
		assert_int_equal(in.payload_type, law == LAW_ULAW ? 0 : 8);
		if (got == 0 && in.payload[0] == (law == LAW_ULAW ? LAW_ULAW_SILENCE : LAW_ALAW_SILENCE))
			continue;
		assert_memory_equal(in.payload, expected + got, left);
		got += left;
	}
	assert_int_equal(next_event().kind, STREAM_PLAYED);
	close(fd);
	prompt_unref(p);
	media_stop(m);
}

static void a_prompt_arrives_in_ulaw(void **state)
{
	(void)state;
	assert_prompt_arrives(LAW_ULAW);
}

static void a_prompt_arrives_in_alaw(void **state)
{
	(void)state;
	assert_prompt_arrives(LAW_ALAW);
}

static void sequence_and_timestamp_advance_evenly(void **state)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1);
	uint8_t buf[PACKET_MAX];
	uint16_t port;
	int fd = plain_socket(&port);
	struct packet before, now;

	(void)state;
	connect_to(s, port, LAW_ULAW);
	before = hear(fd, buf);
	assert_true(before.marker);
	for (int i = 0; i < 20; i++, before = now) {
		now = hear(fd, buf);
		assert_false(now.marker);
		assert_int_equal(packet_distance(before.seq, now.seq), 1);
		assert_int_equal(now.ssrc, before.ssrc);
		assert_int_equal((now.ts - before.ts) % PACKET_FRAME,
		                 0); /* more than one frame after a stall */
	}
	close(fd);
	media_stop(m);
}

static void a_new_prompt_replaces_the_old(void **state)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1);
	struct prompt *long_one = tone(8000 * 600), *short_one = tone(160);
	uint32_t play;
	struct stream_event ev;

	(void)state;
	connect_to(s, 9, LAW_ULAW);
	stream_play(s, long_one);
	play = stream_play(s, short_one);
	ev = next_event();
	assert_int_equal(ev.kind, STREAM_PLAYED);
	assert_int_equal(ev.play, play);
	assert_int_equal(ev.tag, 1);
	prompt_unref(long_one);
	prompt_unref(short_one);
	media_stop(m);
}

static void a_stopped_prompt_is_not_played(void **state)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1);
	struct prompt *p = tone(8000 * 600), *after = tone(0);

	(void)state;
	connect_to(s, 9, LAW_ULAW);
	stream_play(s, p);
	stream_stop(s);
	assert_int_equal(stream_play(s, after), 2);
	assert_int_equal(next_event().play, 2);
	assert_int_equal(p->refs, 1); /* the engine has let go of it */
	prompt_unref(p);
	prompt_unref(after);
	media_stop(m);
}

/* ---- audio made while it is heard, and listened to ---- */

/* What a feed is given arrives in the law agreed; running dry is told once. */
static void assert_feed_arrives(enum law law)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1);
	struct feed *f = feed_new(4096);
	struct prompt *p = tone(1000);
	uint8_t buf[PACKET_MAX];
	size_t got = 0;
	uint16_t port;
	int fd = plain_socket(&port);

	connect_to(s, port, law);
	assert_int_equal(feed_write(f, p->ulaw, p->n), p->n);
	stream_feed(s, f);
	while (got < p->n) {
		struct packet in = hear(fd, buf);
		size_t left = MIN(p->n - got, PACKET_FRAME);

		if (got == 0 && in.payload[0] == (law == LAW_ULAW ? LAW_ULAW_SILENCE : LAW_ALAW_SILENCE))
			continue;
		for (size_t i = 0; i < left; i++)
			assert_int_equal(in.payload[i], law == LAW_ULAW ?
					 p->ulaw[got + i] : law_alaw_encode(law_ulaw_decode(p->ulaw[got + i])));
		got += left;
	}
	assert_int_equal(next_event().kind, STREAM_DRAINED);
	assert_int_equal(feed_played(f), p->n);
	stream_play(s, p); /* takes the feed's place */
	assert_int_equal(next_event().kind, STREAM_PLAYED);
	close(fd);
	media_stop(m);
	feed_unref(f);
	prompt_unref(p);
}

static void a_feed_arrives_in_ulaw(void **state)
{
	(void)state;
	assert_feed_arrives(LAW_ULAW);
}

static void a_feed_arrives_in_alaw(void **state)
{
	(void)state;
	assert_feed_arrives(LAW_ALAW);
}

struct ear {
	_Atomic int heard, wrong, gone;
};

static void ear_hears(void *arg, enum law law, const uint8_t *samples, size_t n, int64_t mono_ms)
{
	struct ear *e = arg;

	(void)mono_ms;
	for (size_t i = 0; i < n; i++)
		e->wrong += law != LAW_ULAW || samples[i] != LAW_ULAW_SILENCE;
	e->heard += (int)n;
}

static void ear_is_gone(void *arg)
{
	((struct ear *)arg)->gone++;
}

static void wait_until(const _Atomic int *v, int least)
{
	for (int left = PATIENCE_US / 1000; *v < least; left--) {
		assert_true(left > 0);
		g_usleep(1000);
	}
}

static void a_listener_hears_the_far_end_until_another_takes_its_place(void **state)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1);
	struct ear first = { 0 }, second = { 0 };
	uint16_t port;
	int fd = plain_socket(&port);

	(void)state;
	connect_to(s, port, LAW_ULAW);
	stream_listen(s, EAR_TALK, &(struct stream_tap){ ear_hears, ear_is_gone, &first });
	WAIT_FOR(s, sent, 1);
	say(fd, stream_port(s), (struct packet){ .seq = 1, .ts = 160 });
	wait_until(&first.heard, PACKET_FRAME);
	say_key(fd, stream_port(s), '1', 320); /* is no audio */
	assert_int_equal(next_event().digit, '1');
	stream_listen(s, EAR_TALK, &(struct stream_tap){ ear_hears, ear_is_gone, &second });
	wait_until(&first.gone, 1);
	say(fd, stream_port(s), (struct packet){ .seq = 3, .ts = 480 });
	wait_until(&second.heard, PACKET_FRAME);
	stream_close(s);
	wait_until(&second.gone, 1);
	assert_int_equal(first.heard, PACKET_FRAME);
	assert_int_equal(first.wrong + second.wrong, 0);
	close(fd);
	media_stop(m);
}

/* ---- reports ---- */

static void two_streams_report_to_each_other(void **state)
{
	struct media *m = start(0);
	struct stream *s[2] = { open_stream(m, 1), open_stream(m, 2) };
	struct stream_stats stats;

	(void)state;
	for (int i = 0; i < 2; i++)
		stream_start(s[i], &(struct stream_terms){ .peer = address_of(stream_port(s[1 - i])),
							   .peer_rtcp = address_of((uint16_t)(stream_port(s[1 - i]) + 1)),
							   .event_send_pt = -1, .event_recv_pt = -1 });
	WAIT_FOR(s[0], reports, 3); /* the second answers the first, whose time on the way can then be told */
	WAIT_FOR(s[1], reports, 3);
	stream_stats(s[0], &stats);
	assert_int_equal(stats.far_lost, 0);
	assert_in_range(stats.round_trip_ms, 0, 5000);
	media_stop(m);
}

static void reports_of_strangers_and_nonsense_are_ignored(void **state)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1);
	struct sockaddr_storage to = address_of((uint16_t)(stream_port(s) + 1));
	struct stream_stats stats;
	uint16_t port;
	int fd = plain_socket(&port);

	(void)state;
	connect_to(s, port, LAW_ULAW);
	for (int i = 0; i < 20; i++) {
		sendto(fd, "\x81\xc8\x00\x06nonsense", 12, 0, (struct sockaddr *)&to, sizeof(struct sockaddr_in));
		g_usleep(10000);
	}
	stream_stats(s, &stats);
	assert_int_equal(stats.reports, 0);
	close(fd);
	media_stop(m);
}

/* ---- two streams ---- */

static void digits_go_both_ways(void **state)
{
	struct media *m = start(0);
	struct stream *a = open_stream(m, 1), *b = open_stream(m, 2);
	static const char keys[] = "159*#0";
	char heard[3][8] = { "" };

	(void)state;
	connect_to(a, stream_port(b), LAW_ULAW);
	connect_to(b, stream_port(a), LAW_ULAW);
	for (int i = 0; keys[i]; i++) {
		stream_press(a, keys[i]);
		stream_press(b, keys[i]);
	}
	for (int i = 0; i < 12; i++) {
		struct stream_event ev = next_event();

		assert_int_equal(ev.kind, STREAM_DIGIT);
		strcat(heard[ev.tag], (char[2]){ ev.digit, 0 });
	}
	assert_string_equal(heard[1], keys);
	assert_string_equal(heard[2], keys);
	media_stop(m);
}

/* 80 ms of the two tones of a key, then silence. */
static struct prompt *tone_of_key(double low, double high)
{
	enum { ON = 640, N = 1600 };
	int16_t pcm[N] = { 0 };

	for (int i = 0; i < ON; i++)
		pcm[i] = (int16_t)(6000 * (sin(2 * G_PI * low * i / 8000) + sin(2 * G_PI * high * i / 8000)));
	return prompt_from_pcm(pcm, N);
}

/* Plays a 5 as tones from one stream to another that did, or did not, agree upon telephone-event. */
static struct stream_event key_as_tones(int event_pt)
{
	struct media *m = start(0);
	struct stream *from = open_stream(m, 1), *to = open_stream(m, 2);
	struct prompt *key = tone_of_key(770, 1336);
	struct stream_event ev;

	stream_start(to, &(struct stream_terms){ .peer = address_of(stream_port(from)), .law = LAW_ALAW,
						 .event_send_pt = event_pt, .event_recv_pt = EVENT_PT });
	connect_to(from, stream_port(to), LAW_ALAW);
	WAIT_FOR(to, received, 1);
	stream_play(from, key);
	ev = next_event();
	media_stop(m);
	prompt_unref(key);
	return ev;
}

static void a_key_is_heard_as_tones_when_there_are_no_events(void **state)
{
	struct stream_event ev = key_as_tones(-1);

	(void)state;
	assert_int_equal(ev.kind, STREAM_DIGIT);
	assert_int_equal(ev.tag, 2);
	assert_int_equal(ev.digit, '5');
}

static void tones_mean_nothing_where_events_were_agreed(void **state)
{
	(void)state;
	assert_int_equal(key_as_tones(EVENT_PT).kind, STREAM_PLAYED);
}

static void start_v6(struct stream *s, uint16_t port)
{
	struct sockaddr_storage peer = { 0 };
	struct sockaddr_in6 *in = (struct sockaddr_in6 *)&peer;

	in->sin6_family = AF_INET6;
	in->sin6_port = htons(port);
	in->sin6_addr = in6addr_loopback;
	stream_start(s, &(struct stream_terms){ .peer = peer, .event_send_pt = EVENT_PT, .event_recv_pt = EVENT_PT });
}

static void digits_go_over_ipv6(void **state)
{
	struct media *m = start(0);
	struct stream *a = stream_open(m, "::1", 1, NULL), *b = stream_open(m, "::1", 2, NULL);

	(void)state;
	if (a && b) {
		start_v6(a, stream_port(b));
		start_v6(b, stream_port(a));
		stream_press(a, '6');
		assert_int_equal(next_event().digit, '6');
	} else {
		print_message("no IPv6 here\n");
	}
	media_stop(m);
}

static void a_press_during_a_prompt_loses_no_sample(void **state)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1);
	struct prompt *p = tone(PACKET_FRAME * 20);
	uint8_t buf[PACKET_MAX];
	size_t got = 0;
	uint16_t port;
	int fd = plain_socket(&port), presses = 0;

	(void)state;
	stream_play(s, p);
	stream_press(s, '1'); /* nothing agreed yet: ignored */
	connect_to(s, port, LAW_ULAW);
	stream_press(s, '5');
	while (got < p->n) {
		struct packet in = hear(fd, buf);

		if (in.payload_type == EVENT_PT) {
			assert_int_equal(in.payload[0], 5);
			presses++;
			continue;
		}
		assert_memory_equal(in.payload, p->ulaw + got, PACKET_FRAME);
		got += PACKET_FRAME;
	}
	assert_int_equal(presses, KEYPRESS_PACKETS);
	close(fd);
	prompt_unref(p);
	media_stop(m);
}

static void two_hundred_streams_lose_nothing(void **state)
{
	struct media *m = start(0);
	struct stream *s[STREAMS];
	struct stream_stats stats;

	(void)state;
	for (int i = 0; i < STREAMS; i++)
		s[i] = open_stream(m, (uint64_t)i + 1);
	assert_int_equal(media_streams(m), STREAMS);
	for (int i = 0; i < STREAMS; i++)
		connect_to(s[i], stream_port(s[i ^ 1]), LAW_ALAW);
	g_usleep(2 * 1000 * 1000);
	for (int i = 0; i < STREAMS; i++) {
		WAIT_FOR(s[i], received, 50);
		stream_stats(s[i], &stats);
		assert_int_equal(stats.lost, 0);
		assert_int_equal(stats.reordered, 0);
		assert_int_equal(stats.foreign, 0);
	}
	media_stop(m);
}

/* ---- whom it listens to ---- */

static void it_locks_to_the_first_valid_source(void **state)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1);
	uint8_t buf[PACKET_MAX];
	uint16_t agreed, real, strange, port = stream_port(s);
	int sdp = plain_socket(&agreed), peer = plain_socket(&real), stranger = plain_socket(&strange);

	(void)state;
	connect_to(s, agreed, LAW_ULAW);
	hear(sdp, buf);
	say(sdp, port, (struct packet){ .payload_type = 77 }); /* not ours: nothing is learned from it */
	say(peer, port, (struct packet){ .payload_type = 0, .seq = 1 });
	hear(peer, buf); /* now it sends here */
	say_key(stranger, port, '3', 1);
	WAIT_FOR(s, foreign, 1);
	say_key(peer, port, '4', 1);
	assert_int_equal(next_event().digit, '4');
	close(sdp);
	close(peer);
	close(stranger);
	media_stop(m);
}

static void who_was_agreed_is_heard_after_a_stray_sender(void **state)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1);
	uint8_t buf[PACKET_MAX];
	uint16_t agreed, strange, port = stream_port(s);
	int sdp = plain_socket(&agreed), stranger = plain_socket(&strange);

	(void)state;
	connect_to(s, agreed, LAW_ULAW);
	say(stranger, port, (struct packet){ .payload_type = 0, .seq = 1, .ssrc = 7 });
	hear(stranger, buf);
	say(sdp, port, (struct packet){ .payload_type = 0, .seq = 500 });
	say_key(sdp, port, '5', 1);
	assert_int_equal(next_event().digit, '5');
	say_key(stranger, port, '6', 1);
	WAIT_FOR(s, foreign, 1);
	close(sdp);
	close(stranger);
	media_stop(m);
}

static void another_ssrc_of_the_same_source_is_heard(void **state)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1);
	uint16_t port, to = stream_port(s);
	int fd = plain_socket(&port);
	struct stream_stats stats;

	(void)state;
	connect_to(s, port, LAW_ULAW);
	WAIT_FOR(s, sent, 1);
	say(fd, to, (struct packet){ .ssrc = 1, .seq = 100 });
	say(fd, to, (struct packet){ .ssrc = 1, .seq = 103 });
	say(fd, to, (struct packet){ .ssrc = 2, .seq = 9000 });
	WAIT_FOR(s, received, 3);
	stream_stats(s, &stats);
	assert_int_equal(stats.received, 3);
	assert_int_equal(stats.lost, 2);
	close(fd);
	media_stop(m);
}

static void a_re_invite_to_another_address_learns_again(void **state)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1);
	uint8_t buf[PACKET_MAX];
	uint16_t first, second, to = stream_port(s);
	int one = plain_socket(&first), two = plain_socket(&second);

	(void)state;
	connect_to(s, first, LAW_ULAW);
	WAIT_FOR(s, sent, 1);
	say(one, to, (struct packet){ .seq = 1 });
	WAIT_FOR(s, received, 1);
	connect_to(s, second, LAW_ALAW);
	assert_int_equal(hear(two, buf).payload_type, 8);
	say(two, to, (struct packet){ .seq = 2 });
	WAIT_FOR(s, received, 2);
	close(one);
	close(two);
	media_stop(m);
}

static void rubbish_is_not_counted(void **state)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1);
	const struct sockaddr_storage to = address_of(stream_port(s));
	uint16_t port;
	int fd = plain_socket(&port);
	struct stream_stats stats;

	(void)state;
	connect_to(s, port, LAW_ULAW);
	WAIT_FOR(s, sent, 1);
	for (size_t n = 0; n < 12; n++)
		sendto(fd, "\x80\x00xxxxxxxxxxxx", n, 0, (const struct sockaddr *)&to,
		       sizeof(struct sockaddr_in));
	say(fd, stream_port(s), (struct packet){ .seq = 1 });
	WAIT_FOR(s, received, 1);
	stream_stats(s, &stats);
	assert_int_equal(stats.received, 1);
	close(fd);
	media_stop(m);
}

static void digits_before_the_start_are_ignored(void **state)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1), *other = open_stream(m, 2);
	uint16_t port;
	int fd = plain_socket(&port);

	(void)state;
	say_key(fd, stream_port(s), '1', 100);
	connect_to(other, 9, LAW_ULAW);
	WAIT_FOR(other, sent, 3); /* `s` has had its turn as well and has thrown the packet away */
	connect_to(s, port, LAW_ULAW);
	WAIT_FOR(s, sent, 1);
	say_key(fd, stream_port(s), '2', 90000);
	assert_int_equal(next_event().digit, '2');
	close(fd);
	media_stop(m);
}

static void no_digits_when_no_event_was_agreed(void **state)
{
	struct media *m = start(0);
	struct stream *s = open_stream(m, 1);
	uint16_t port;
	int fd = plain_socket(&port);
	const struct sockaddr_storage peer = address_of(port);

	(void)state;
	stream_start(s, &(struct stream_terms){ .peer = peer, .event_send_pt = -1, .event_recv_pt = -1 });
	WAIT_FOR(s, sent, 1);
	say(fd, stream_port(s), (struct packet){ .seq = 1 });
	say_key(fd, stream_port(s), '2', 90000);
	WAIT_FOR(s, received, 2);
	assert_int_equal(g_async_queue_length(events), 0);
	close(fd);
	media_stop(m);
}

static void silence_of_the_peer_is_reported_once(void **state)
{
	struct media *m = start(60);
	struct stream *s = open_stream(m, 7);
	struct stream_event ev;

	(void)state;
	connect_to(s, 9, LAW_ULAW);
	ev = next_event();
	assert_int_equal(ev.kind, STREAM_NO_RTP);
	assert_int_equal(ev.tag, 7);
	WAIT_FOR(s, sent, 12);
	assert_int_equal(g_async_queue_length(events), 0);
	media_stop(m);
}

/* ---- opening and closing ---- */

static void a_closed_port_rests(void **state)
{
	const struct media_options o = { .port_low = 24002, .port_high = 24002, .sink = sink };
	struct problem p = { 0 };
	struct media *m = media_start(&o, &p);
	struct stream *s = stream_open(m, LOCAL, 1, &p);

	(void)state;
	assert_non_null(s);
	assert_int_equal(stream_port(s), 24002);
	stream_close(s);
	assert_int_equal(media_streams(m), 0);
	assert_null(stream_open(m, LOCAL, 2, &p));
	assert_int_equal(p.kind, PROBLEM_CONFLICT);
	media_stop(m);
}

static void two_engines_share_a_range(void **state)
{
	struct media *m = start(0), *n = start(0);
	struct stream *a = open_stream(m, 1), *b = open_stream(n, 2);

	(void)state;
	assert_int_not_equal(stream_port(a), stream_port(b));
	media_stop(m);
	media_stop(n);
}

static void a_bad_address_is_a_problem(void **state)
{
	struct media *m = start(0);
	struct problem p = { 0 };

	(void)state;
	assert_null(stream_open(m, "example.org", 1, &p));
	assert_int_equal(p.kind, PROBLEM_CONFIG);
	media_stop(m);
}

static void streams_come_and_go(void **state)
{
	struct media *m = start(0);
	struct prompt *p = tone(100000);

	(void)state;
	for (int round = 0; round < 20; round++) {
		struct stream *s[10];

		for (int i = 0; i < 10; i++) {
			s[i] = open_stream(m, 1);
			connect_to(s[i], 9, LAW_ULAW);
			stream_play(s[i], p);
		}
		g_usleep(3000);
		for (int i = 0; i < 10; i++)
			stream_close(s[(i * 7 + round) % 10]);
	}
	stream_close(NULL);
	assert_int_equal(media_streams(m), 0);
	media_stop(m);
	assert_int_equal(p->refs, 1);
	prompt_unref(p);
}

/* Nothing in the engine may depend on descriptors below FD_SETSIZE. */
static void descriptors_beyond_1024(void **state)
{
	struct rlimit limit;
	struct media *m = start(0);
	struct stream *a, *b;
	int used[1200], n = 0;

	(void)state;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = MIN(limit.rlim_max, 2048);
	setrlimit(RLIMIT_NOFILE, &limit);
	while (n < 1200 && limit.rlim_cur == 2048)
		used[n++] = dup(0);
	a = open_stream(m, 1);
	b = open_stream(m, 2);
	connect_to(a, stream_port(b), LAW_ULAW);
	connect_to(b, stream_port(a), LAW_ULAW);
	stream_press(a, '8');
	assert_int_equal(next_event().digit, '8');
	while (n > 0)
		close(used[--n]);
	media_stop(m);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, make_events, drop_events)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_prompt_arrives_in_ulaw),
		CASE(a_prompt_arrives_in_alaw),
		CASE(sequence_and_timestamp_advance_evenly),
		CASE(a_new_prompt_replaces_the_old),
		CASE(a_stopped_prompt_is_not_played),
		CASE(a_feed_arrives_in_ulaw),
		CASE(a_feed_arrives_in_alaw),
		CASE(a_listener_hears_the_far_end_until_another_takes_its_place),
		CASE(two_streams_report_to_each_other),
		CASE(reports_of_strangers_and_nonsense_are_ignored),
		CASE(digits_go_both_ways),
		CASE(a_key_is_heard_as_tones_when_there_are_no_events),
		CASE(tones_mean_nothing_where_events_were_agreed),
		CASE(digits_go_over_ipv6),
		CASE(a_press_during_a_prompt_loses_no_sample),
		CASE(two_hundred_streams_lose_nothing),
		CASE(it_locks_to_the_first_valid_source),
		CASE(who_was_agreed_is_heard_after_a_stray_sender),
		CASE(another_ssrc_of_the_same_source_is_heard),
		CASE(a_re_invite_to_another_address_learns_again),
		CASE(rubbish_is_not_counted),
		CASE(digits_before_the_start_are_ignored),
		CASE(no_digits_when_no_event_was_agreed),
		CASE(silence_of_the_peer_is_reported_once),
		CASE(a_closed_port_rests),
		CASE(two_engines_share_a_range),
		CASE(a_bad_address_is_a_problem),
		CASE(streams_come_and_go),
		CASE(descriptors_beyond_1024),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
