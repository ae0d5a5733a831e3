/* What the engine sends, and what becomes of streams and ports. */
#define LOCAL "127.0.45.50"
#include "media_rig.h"

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
		CASE(a_closed_port_rests),
		CASE(two_engines_share_a_range),
		CASE(a_bad_address_is_a_problem),
		CASE(streams_come_and_go),
		CASE(descriptors_beyond_1024),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
