/* The voice against the phone farm: real SIP and real RTP on loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "sim/farm.h"
#include "voice/prompt.h"
#include "voice/voice.h"

#include <arpa/inet.h>
#include "base/settings.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1000, FARM = 0, DEAD = 7, OWN = 8, NOWHERE = 9, CLOSED = 10 };

/* What became of the attempts, by attempt id. Written on the SIP thread. */
static const struct settings speaking = { .voice_tts_voice = (char *)"slt", .voice_tts_command = (char *)"",
					.voice_tts_url = (char *)"", .voice_tts_parallel = 1, .voice_prompt_cache = 64 };

static struct story {
	int sent, ringing, answered, ended;
	bool in_order;
	struct carrier_event end;
	char call_id[128];
} stories[MOST];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int64_t next_attempt = 1;

static struct settings settings;
static struct voice *voice;
static struct farm *farm;
static struct prompts *prompts;
static char *folder;
static struct prompt *opening, *question, *closing;
static int refuse_sending; /* what before_send() answers */

/* The engine's word on a choice: times with an odd slot are to be had, the others have just been taken. */
static void choose(const struct carrier_event *ev)
{
	voice_carrier(voice)->confirm(voice_carrier(voice), ev->attempt_id, ev->slot_no % 2, 1);
}

static void on_event(void *arg, const struct carrier_event *ev)
{
	struct story *s = &stories[ev->attempt_id];

	(void)arg;
	pthread_mutex_lock(&lock);
	s->in_order = s->in_order && !s->ended && ev->fence == ev->attempt_id + 1000;
	switch (ev->kind) {
	case CARRIER_SENT:
		s->in_order = s->in_order && !s->ringing && !s->answered;
		g_strlcpy(s->call_id, ev->call_id, sizeof(s->call_id));
		s->sent++;
		break;
	case CARRIER_RINGING:
		s->in_order = s->in_order && s->sent && !s->answered;
		s->ringing++;
		break;
	case CARRIER_ANSWERED:
		s->in_order = s->in_order && s->sent;
		s->answered++;
		break;
	case CARRIER_CHOSE:
		s->in_order = s->in_order && s->answered;
		choose(ev);
		break;
	case CARRIER_ENDED:
		s->ended++;
		s->end = *ev;
		break;
	}
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

static int before_send(void *arg, int64_t attempt_id, int64_t fence)
{
	(void)arg;
	if (fence != attempt_id + 1000)
		abort();
	return g_atomic_int_get(&refuse_sending);
}

static int64_t place_order(struct call_order *order, int64_t trunk_id, const char *to, int ring_timeout_s)
{
	order->attempt_id = next_attempt++;
	order->fence = order->attempt_id + 1000;
	order->trunk_id = trunk_id;
	order->ring_timeout_s = ring_timeout_s;
	order->send_before_boot_ms = clock_boot_ms() + 10000;
	g_strlcpy(order->from, "+15550100000", sizeof(order->from));
	g_strlcpy(order->to, to, sizeof(order->to));
	stories[order->attempt_id].in_order = true;
	voice_carrier(voice)->place(voice_carrier(voice), order);
	return order->attempt_id;
}

static int64_t place(int64_t trunk_id, const char *to, int ring_timeout_s)
{
	struct call_order order = {
		.opening = opening, .closing = closing, .n_questions = 1,
		.questions[0] = { .prompt = question, .n_options = 2,
				  .options = { { '1', ANSWER_INTERESTED }, { '2', ANSWER_NOT_INTERESTED } } },
	};

	return place_order(&order, trunk_id, to, ring_timeout_s);
}

/* A call that offers slot 1, which can be booked, and slot 2, which is taken when it is chosen. */
static int64_t place_offer(const char *to)
{
	struct call_order order = {
		.opening = opening, .closing = closing,
		.offer = { .n = 2, .intro = closing, .none = closing, .taken = closing, .gone = closing, .noted = closing,
			   .times = { { 1, closing, closing }, { 2, closing, closing } } },
	};

	return place_order(&order, FARM, to, 20);
}

/* Waits until `*counter` of the story is not 0; 60 s at the most. */
static struct story wait_for(int64_t attempt, size_t counter)
{
	struct timespec until = { .tv_sec = time(NULL) + 60 };
	struct story s;

	pthread_mutex_lock(&lock);
	while (!*(int *)((char *)&stories[attempt] + counter))
		if (pthread_cond_timedwait(&changed, &lock, &until))
			break;
	s = stories[attempt];
	pthread_mutex_unlock(&lock);
	return s;
}

static struct story wait_end(int64_t attempt)
{
	struct story s = wait_for(attempt, offsetof(struct story, ended));

	assert_int_equal(s.ended, 1);
	assert_true(s.in_order);
	return s;
}

static void on_ready(void *arg)
{
	(void)arg;
}

static void start_voice(void)
{
	static const char *const flags[] = { "voice.rtp_ports=20000-29999", "voice.response_timeout=2",
					     "voice.answer_wait=2", "log.level=error", NULL };
	struct voice_options o = { .settings = &settings, .sink = on_event, .before_send = before_send };
	struct voice_trunk trunks[4] = { 0 };
	struct problem p = { 0 };

	if (settings_load(&settings, NULL, flags, &p))
		fail_msg("%s", p.text);
	folder = g_dir_make_tmp("callsheet-XXXXXX", NULL);
	prompts = prompts_new(folder, &speaking, 1, on_ready, NULL, &p);
	if (!prompts)
		fail_msg("%s", p.text);
	voice = voice_start(&o, &p);
	if (!voice)
		fail_msg("%s", p.text);
	farm = farm_start(voice, prompts, 42, &p);
	if (!farm)
		fail_msg("%s", p.text);
	farm_trunk(farm, &trunks[0]);
	trunks[1] = (struct voice_trunk){ .trunk_id = DEAD, .name = "dead", .host = "127.0.0.1", .port = 9,
					  .transport = TRANSPORT_UDP };
	trunks[2] = (struct voice_trunk){ .trunk_id = NOWHERE, .name = "nowhere",
					  .host = "no.such.host.invalid", .port = 5060,
					  .transport = TRANSPORT_UDP };
	trunks[3] = (struct voice_trunk){ .trunk_id = CLOSED, .name = "closed", .host = "127.0.0.1", .port = 9,
					  .transport = TRANSPORT_TCP };
	voice_set_trunks(voice, trunks, 4);
}

static struct prompt *silence(int ms)
{
	int16_t *pcm = g_new0(int16_t, ms * 8);
	struct prompt *p = prompt_from_pcm(pcm, (size_t)ms * 8);

	g_free(pcm);
	return p;
}

static int set_up(void **state)
{
	(void)state;
	opening = silence(1500);
	question = silence(1000);
	closing = silence(500);
	start_voice();
	return 0;
}

static void remove_folder(void)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir))) {
		char *path = g_build_filename(folder, name, NULL);

		g_unlink(path);
		g_free(path);
	}
	g_dir_close(dir);
	g_rmdir(folder);
	g_free(folder);
}

static int tear_down(void **state)
{
	(void)state;
	voice_drain(voice, 0);
	farm_stop(farm);
	voice_stop(voice, 0);
	prompts_free(prompts);
	remove_folder();
	settings_clear(&settings);
	prompt_unref(opening);
	prompt_unref(question);
	prompt_unref(closing);
	return 0;
}

static void test_every_behaviour(void **state)
{
	static const struct {
		const char *to;
		int rings, answers;
		enum outcome outcome;
		enum answer answer;
		const char *digits;
		int status;
	} rows[] = {
		{ "+15550100100", 1, 1, OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED, "1", 200 },
		{ "+15550100101", 1, 1, OUTCOME_ANSWERED_DIGIT, ANSWER_NOT_INTERESTED, "2", 200 },
		{ "+15550100102", 1, 0, OUTCOME_NO_ANSWER, ANSWER_NONE, "", 0 },
		{ "+15550100103", 0, 0, OUTCOME_BUSY, ANSWER_NONE, "", 486 },
		{ "+15550100104", 1, 0, OUTCOME_DECLINED, ANSWER_NONE, "", 603 },
		{ "+15550100105", 1, 1, OUTCOME_VOICEMAIL, ANSWER_NONE, "-", 200 },
		{ "+15550100106", 1, 1, OUTCOME_SCREENED, ANSWER_NONE, "-", 200 },
		{ "+15550100107", 0, 0, OUTCOME_UNKNOWN_NUMBER, ANSWER_NONE, "", 404 },
		{ "+15550100108", 0, 0, OUTCOME_CARRIER_FAILURE, ANSWER_NONE, "", 503 },
		{ "+15550100109", 1, 1, OUTCOME_HUNG_UP, ANSWER_NONE, "", 200 },
		{ "+15550100110", 1, 1, OUTCOME_ANSWERED_SILENT, ANSWER_NONE, "-", 200 },
		{ "+15550100111", 1, 1, OUTCOME_ANSWERED_DIGIT, ANSWER_OPT_OUT, "9", 200 },
		{ "+15550100112", 1, 1, OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED, "1", 200 },
		{ "+15550100113", 1, 1, OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED, "1", 200 },
	};
	enum { N = sizeof(rows) / sizeof(rows[0]) };
	int64_t attempts[N];

	(void)state;
	for (int i = 0; i < N; i++)
		attempts[i] = place(FARM, rows[i].to, i == 2 ? 3 : 20);
	for (int i = 0; i < N; i++) {
		struct story s = wait_end(attempts[i]);

		if (s.end.outcome != rows[i].outcome || s.end.answer != rows[i].answer ||
		    s.ringing != rows[i].rings || s.answered != rows[i].answers || s.sent != 1 ||
		    !s.call_id[0] || strcmp(s.end.digits, rows[i].digits) != 0 || s.end.sip_status != rows[i].status)
			fail_msg("%s: outcome %d, answer %d, ringing %d, answered %d, digits \"%s\", status %d",
				 rows[i].to, s.end.outcome, s.end.answer, s.ringing, s.answered, s.end.digits,
				 s.end.sip_status);
		assert_true(!s.answered == !s.end.talk_ms);
	}
	/* A carrier that failed is well again at the second call. */
	assert_int_equal(wait_end(place(FARM, "+15550100108", 20)).end.outcome, OUTCOME_ANSWERED_DIGIT);
	assert_int_equal(wait_end(place(FARM, "+15550100108", 20)).end.outcome, OUTCOME_CARRIER_FAILURE);
}

/* The last event is counted when its sink has returned. */
static void test_times(void **state)
{
	int64_t one = place_offer("+15550100200"), two = place_offer("+15550100201"), out = place_offer("+15550100211");
	struct story s = wait_end(one);

	(void)state;
	assert_int_equal(s.end.answer, ANSWER_INTERESTED);
	assert_string_equal(s.end.digits, "1");
	assert_int_equal(s.end.slot_no, 1);
	s = wait_end(two); /* told that it is gone, it asks for nothing else */
	assert_int_equal(s.end.answer, ANSWER_INTERESTED);
	assert_string_equal(s.end.digits, "2");
	assert_int_equal(s.end.slot_no, 2);
	s = wait_end(out);
	assert_int_equal(s.end.answer, ANSWER_OPT_OUT);
	assert_int_equal(s.end.slot_no, 0);
}

static void assert_no_calls(void)
{
	for (int i = 0; i < 100 && voice_calls(voice); i++)
		g_usleep(10000);
	assert_int_equal(voice_calls(voice), 0);
}

static void test_hundred_at_once(void **state)
{
	GHashTable *ids = g_hash_table_new(g_str_hash, g_str_equal);
	int64_t first = next_attempt;
	char to[32];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(to, sizeof(to), "+1555020%03d00", i);
		place(FARM, to, 20);
	}
	for (int64_t at = first; at < first + 100; at++) {
		struct story s = wait_end(at);

		assert_int_equal(s.end.outcome, OUTCOME_ANSWERED_DIGIT);
		assert_int_equal(s.end.answer, ANSWER_INTERESTED);
		assert_true(g_hash_table_add(ids, stories[at].call_id)); /* false: seen before */
	}
	g_hash_table_destroy(ids);
	assert_no_calls();
}

static void hang_up(int64_t attempt)
{
	voice_carrier(voice)->hang_up(voice_carrier(voice), attempt);
}

static void test_hang_up(void **state)
{
	int64_t ringing = place(FARM, "+15550300102", 20), talking = place(FARM, "+15550300110", 20);
	struct story s;

	(void)state;
	wait_for(ringing, offsetof(struct story, ringing));
	hang_up(ringing);
	s = wait_end(ringing);
	assert_int_equal(s.end.outcome, OUTCOME_CANCELLED);
	assert_int_equal(s.answered, 0);

	wait_for(talking, offsetof(struct story, answered));
	hang_up(talking);
	s = wait_end(talking);
	assert_int_equal(s.end.outcome, OUTCOME_CANCELLED);
	hang_up(talking); /* already gone */
	hang_up(MOST - 1); /* never was */
}

static void test_trunks_that_do_not_work(void **state)
{
	int64_t dead = place(DEAD, "+15550400100", 20), nowhere = place(NOWHERE, "+15550400100", 20);
	int64_t none = place(99, "+15550400100", 20), closed = place(CLOSED, "+15550400100", 20);
	int64_t forged = place(FARM, "1\r\nTo: x", 20);
	struct story s = wait_end(dead);

	(void)state;
	assert_int_equal(s.end.outcome, OUTCOME_NO_RESPONSE);
	assert_int_equal(s.sent, 1);
	assert_int_equal(wait_end(nowhere).end.outcome, OUTCOME_NEVER_SENT);
	assert_int_equal(wait_end(none).end.outcome, OUTCOME_NEVER_SENT);
	assert_int_equal(wait_end(forged).end.outcome, OUTCOME_NEVER_SENT);
	assert_int_equal(wait_end(closed).end.outcome, OUTCOME_CARRIER_FAILURE);
}

static void test_never_sent(void **state)
{
	struct call_order late = { .attempt_id = next_attempt++, .to = "+15550500100", .from = "+15550100000",
				   .ring_timeout_s = 5, .send_before_boot_ms = clock_boot_ms() - 1 };
	struct story s;

	(void)state;
	late.fence = late.attempt_id + 1000;
	stories[late.attempt_id].in_order = true;
	voice_carrier(voice)->place(voice_carrier(voice), &late);
	s = wait_end(late.attempt_id);
	assert_int_equal(s.end.outcome, OUTCOME_NEVER_SENT);
	assert_int_equal(s.sent, 0);

	g_atomic_int_set(&refuse_sending, -1);
	assert_int_equal(wait_end(place(FARM, "+15550500100", 5)).end.outcome, OUTCOME_NEVER_SENT);
	g_atomic_int_set(&refuse_sending, 0);
}

/* A trunk of one UDP socket: answers an INVITE as it is told, with the headers a response must copy. */
static void reply(int fd, const char *status, const char *more)
{
	char in[4096], out[8192];
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	ssize_t n = recvfrom(fd, in, sizeof(in) - 1, 0, (struct sockaddr *)&from, &len);
	char *line, *rest;
	int at;

	assert_true(n > 0);
	in[n] = 0;
	assert_true(!strncmp(in, "INVITE ", 7));
	at = snprintf(out, sizeof(out), "SIP/2.0 %s\r\n", status);
	for (line = strtok_r(in, "\r\n", &rest); line; line = strtok_r(NULL, "\r\n", &rest)) {
		if (g_str_has_prefix(line, "To:"))
			at += snprintf(out + at, sizeof(out) - (size_t)at, "%s;tag=abc\r\n", line);
		else if (g_str_has_prefix(line, "Via:") || g_str_has_prefix(line, "From:") ||
			 g_str_has_prefix(line, "Call-ID:") || g_str_has_prefix(line, "CSeq:"))
			at += snprintf(out + at, sizeof(out) - (size_t)at, "%s\r\n", line);
	}
	at += snprintf(out + at, sizeof(out) - (size_t)at, "%sContent-Length: 0\r\n\r\n", more);
	assert_int_equal(sendto(fd, out, (size_t)at, 0, (struct sockaddr *)&from, len), at);
}

static void test_responses_of_a_trunk(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval patience = { 5, 0 }, moment = { 1, 0 };
	struct voice_trunk trunks[2] = { 0 };
	socklen_t len = sizeof(at);
	char buf[4096];
	struct story s;
	int64_t attempt;
	ssize_t n;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	getsockname(fd, (struct sockaddr *)&at, &len);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	farm_trunk(farm, &trunks[0]);
	trunks[1] = (struct voice_trunk){ .trunk_id = OWN, .name = "own", .host = "127.0.0.1",
					  .port = ntohs(at.sin_port), .transport = TRANSPORT_UDP };
	voice_set_trunks(voice, trunks, 2);

	attempt = place(OWN, "+15550600100", 20);
	reply(fd, "302 Moved", "Contact:\r\n <sip:+19005551234@127.0.0.1:9>\r\nm: <sip:x@127.0.0.1>\r\n");
	s = wait_end(attempt);
	assert_int_equal(s.end.outcome, OUTCOME_CARRIER_FAILURE);
	assert_int_equal(s.end.sip_status, 302);
	n = recv(fd, buf, sizeof(buf), 0);
	assert_true(n > 4 && !strncmp(buf, "ACK ", 4));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof(moment));
	assert_int_equal(recv(fd, buf, sizeof(buf), 0), -1); /* no second INVITE, no CANCEL */
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));

	attempt = place(OWN, "+15550600101", 20);
	reply(fd, "503 Service Unavailable",
	      "Retry-After: 17 (busy)\r\nReason: Q.850;cause=17;text=\"user busy\"\r\n");
	s = wait_end(attempt);
	assert_int_equal(s.end.outcome, OUTCOME_BUSY);
	assert_int_equal(s.end.retry_after_s, 17);
	recv(fd, buf, sizeof(buf), 0); /* ACK */

	/* Heard, but nothing rang. */
	attempt = place(OWN, "+15550600102", 3);
	reply(fd, "100 Trying", "");
	s = wait_end(attempt);
	assert_int_equal(s.end.outcome, OUTCOME_CARRIER_FAILURE);
	n = recv(fd, buf, sizeof(buf), 0);
	assert_true(n > 7 && !strncmp(buf, "CANCEL ", 7));
	close(fd);
}

static void test_stranger_gets_403(void **state)
{
	static const char invite[] = "INVITE sip:x@127.0.0.1 SIP/2.0\r\n"
				     "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx;rport\r\n"
				     "From: <sip:a@b>;tag=1\r\nTo: <sip:x@127.0.0.1>\r\n"
				     "Call-ID: strange\r\nCSeq: 1 INVITE\r\n"
				     "Contact: <sip:a@127.0.0.1>\r\nContent-Length: 0\r\n\r\n";
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval patience = { 5, 0 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char local[64], buf[2048];

	(void)state;
	voice_local(voice, local, sizeof(local));
	assert_true(g_str_has_prefix(local, "127.0.0.1:"));
	to.sin_port = htons((uint16_t)atoi(strchr(local, ':') + 1));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	sendto(fd, invite, sizeof(invite) - 1, 0, (struct sockaddr *)&to, sizeof(to));
	assert_true(recv(fd, buf, sizeof(buf), 0) > 11);
	assert_memory_equal(buf, "SIP/2.0 403", 11);
	close(fd);
}

/* Last: nothing can be placed afterwards. */
static void test_draining(void **state)
{
	int64_t live = place(FARM, "+15550700110", 20), ringing = place(FARM, "+15550700102", 20), late;

	(void)state;
	wait_for(live, offsetof(struct story, answered));
	voice_drain(voice, 100);
	assert_int_equal(wait_end(live).end.outcome, OUTCOME_CANCELLED);
	assert_int_equal(wait_end(ringing).end.outcome, OUTCOME_CANCELLED);
	late = place(FARM, "+15550700100", 20);
	assert_int_equal(wait_end(late).end.outcome, OUTCOME_NEVER_SENT);
	assert_no_calls();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never_sent),
		cmocka_unit_test(test_trunks_that_do_not_work),
		cmocka_unit_test(test_hang_up),
		cmocka_unit_test(test_every_behaviour),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_hundred_at_once),
		cmocka_unit_test(test_stranger_gets_403),
		cmocka_unit_test(test_responses_of_a_trunk),
		cmocka_unit_test(test_draining),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
