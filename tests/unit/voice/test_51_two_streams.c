/* Streams that talk to each other: reports, keys both ways, two hundred at once. */
#define LOCAL "127.0.45.51"
#include "media_rig.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(two_streams_report_to_each_other),
		CASE(reports_of_strangers_and_nonsense_are_ignored),
		CASE(digits_go_both_ways),
		CASE(a_key_is_heard_as_tones_when_there_are_no_events),
		CASE(tones_mean_nothing_where_events_were_agreed),
		CASE(digits_go_over_ipv6),
		CASE(a_press_during_a_prompt_loses_no_sample),
		CASE(two_hundred_streams_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
