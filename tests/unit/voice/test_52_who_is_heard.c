/* Whom a stream listens to, and what it does not count. */
#define LOCAL "127.0.45.52"
#include "media_rig.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(it_locks_to_the_first_valid_source),
		CASE(who_was_agreed_is_heard_after_a_stray_sender),
		CASE(another_ssrc_of_the_same_source_is_heard),
		CASE(a_re_invite_to_another_address_learns_again),
		CASE(rubbish_is_not_counted),
		CASE(digits_before_the_start_are_ignored),
		CASE(no_digits_when_no_event_was_agreed),
		CASE(silence_of_the_peer_is_reported_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
