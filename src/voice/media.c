/*
 * The engine: one thread that wakes every 5 ms and serves a quarter of the streams: each has its turn every
 * 20 ms and the load is even. Callers reach it only by commands in a locked list, which it takes over
 * whole at the start of a tick; the lock is never held while it works.
 *
 *	caller ──command──▶ list ──tick──▶ stream.c ──event──▶ sink
 *
 * It sleeps until absolute moments, so lateness does not add up. When it was held up (a busy machine, a
 * suspended one), a stream sends at most two packets at once; older frames are given up, the timestamps step
 * over them, and a prompt goes on where it was.
 */
#include "voice/media.h"

#include "base/log.h"
#include "base/metrics.h"
#include "base/token.h"
#include "voice/feed.h"
#include "voice/ports.h"
#include "voice/prompt.h"
#include "voice/stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <netinet/ip.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	PHASES = 4,
	TICK_US = 5000,
	FRAME_US = PHASES * TICK_US,
	CATCH_UP = 1, /* frames made good at once, besides the one that is due */
	REALTIME_PRIORITY = 5,
	DSCP_EF = 46 << 2,
};

enum command_kind { OPENED, START, PLAY, FEED, LISTEN, PRESS, CLOSED };

struct command {
	struct command *next;
	enum command_kind kind;
	struct stream *stream;
	/* START: */
	struct stream_terms terms;
	/* PLAY (NULL: stop): */
	struct prompt *prompt;
	uint32_t play;
	/* FEED: */
	struct feed *feed;
	/* LISTEN: */
	enum stream_ear ear;
	struct stream_tap tap;
	/* PRESS: */
	char digit;
};

struct media {
	struct media_options options;
	pthread_t thread;
	_Atomic bool stopping;
	_Atomic int n_streams;
	struct ports *ports; /* caller's thread */
	struct metric *lateness;

	pthread_mutex_t lock; /* of the list: */
	pthread_cond_t given;
	struct command *first, **end;

	GPtrArray *phases[PHASES]; /* media thread from here on */
	uint32_t frame;
};

/* ---- clocks ---- */

static int64_t read_us(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void sleep_until(int64_t mono_us)
{
	const struct timespec ts = { .tv_sec = mono_us / 1000000, .tv_nsec = mono_us % 1000000 * 1000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

/* ---- commands ---- */

static struct command *new_command(enum command_kind kind, struct stream *s)
{
	struct command *c = g_new0(struct command, 1);

	c->kind = kind;
	c->stream = s;
	return c;
}

static void give(struct command *c)
{
	struct media *m = c->stream->media;

	pthread_mutex_lock(&m->lock);
	*m->end = c;
	m->end = &c->next;
	pthread_cond_signal(&m->given);
	pthread_mutex_unlock(&m->lock);
}

static struct command *take_all(struct media *m)
{
	struct command *c;

	pthread_mutex_lock(&m->lock);
	c = m->first;
	m->first = NULL;
	m->end = &m->first;
	pthread_mutex_unlock(&m->lock);
	return c;
}

static void free_stream(struct stream *s)
{
	stream_release(s);
	if (s->rtcp_fd >= 0)
		close(s->rtcp_fd);
	close(s->fd);
	g_free(s);
}

static void insert(struct media *m, struct stream *s)
{
	for (int i = 1; i < PHASES; i++) {
		if (m->phases[i]->len < m->phases[s->phase]->len)
			s->phase = i;
	}
	s->index = (int)m->phases[s->phase]->len;
	g_ptr_array_add(m->phases[s->phase], s);
}

static void drop(struct media *m, struct stream *s)
{
	GPtrArray *streams = m->phases[s->phase];
	struct stream *last = streams->pdata[streams->len - 1];

	streams->pdata[s->index] = last;
	last->index = s->index;
	g_ptr_array_set_size(streams, (int)streams->len - 1);
	free_stream(s);
}

static void obey(struct media *m, struct command *c)
{
	switch (c->kind) {
	case OPENED:
		insert(m, c->stream);
		break;
	case START:
		stream_begin(c->stream, &c->terms, read_us(CLOCK_MONOTONIC) / 1000);
		break;
	case PLAY:
		stream_set_prompt(c->stream, c->prompt, c->play);
		break;
	case FEED:
		stream_set_feed(c->stream, c->feed);
		break;
	case LISTEN:
		stream_set_tap(c->stream, c->ear, &c->tap);
		break;
	case PRESS:
		stream_queue_press(c->stream, c->digit);
		break;
	case CLOSED:
		drop(m, c->stream);
		break;
	}
}

static void obey_all(struct media *m)
{
	struct command *c = take_all(m);

	while (c) {
		struct command *next = c->next;

		obey(m, c);
		g_free(c);
		c = next;
	}
}

/* ---- the thread ---- */

void media_emit(struct media *m, const struct stream_event *ev)
{
	m->options.sink(m->options.arg, ev);
}

static void serve(struct media *m, GPtrArray *streams)
{
	const struct turn t = {
		.mono_ms = read_us(CLOCK_MONOTONIC) / 1000,
		.real_us = read_us(CLOCK_REALTIME),
		.frame = m->frame,
	};

	for (guint i = 0; i < streams->len; i++) {
		struct stream *s = streams->pdata[i];

		stream_receive(s, &t);
		stream_send(s, &t);
		stream_rtcp(s, &t);
		if (stream_fell_silent(s, &t, m->options.no_rtp_timeout_ms))
			media_emit(m, &(struct stream_event){ .tag = s->tag, .kind = STREAM_NO_RTP });
		if (stream_is_unheard(s, &t))
			media_emit(m, &(struct stream_event){ .tag = s->tag, .kind = STREAM_UNHEARD });
	}
}

/* Best effort: without the right to it the engine works, only less evenly on a busy machine. */
static void ask_for_priority(void)
{
	const struct sched_param param = { .sched_priority = REALTIME_PRIORITY };
	int err = pthread_setschedparam(pthread_self(), SCHED_RR, &param);

	if (err)
		log_debug("media.priority", "no real-time priority: %s", g_strerror(err));
}

/* How many whole frames to give up when `late_us` behind. */
static int64_t frames_to_skip(int64_t late_us)
{
	int64_t late = late_us / FRAME_US;

	return late > CATCH_UP ? late - CATCH_UP : 0;
}

static bool has_streams(const struct media *m)
{
	for (int i = 0; i < PHASES; i++)
		if (m->phases[i]->len > 0)
			return true;
	return false;
}

/* Without streams there is nothing to pace: the thread sleeps until somebody opens one. */
static void wait_for_work(struct media *m)
{
	pthread_mutex_lock(&m->lock);
	while (!m->first && !m->stopping)
		pthread_cond_wait(&m->given, &m->lock);
	pthread_mutex_unlock(&m->lock);
}

static void *run(void *arg)
{
	struct media *m = arg;
	int64_t due = read_us(CLOCK_MONOTONIC);

	pthread_setname_np(pthread_self(), "media");
	ask_for_priority();
	for (int phase = 0; !m->stopping; phase = (phase + 1) % PHASES) {
		int64_t skip;

		if (!has_streams(m)) {
			wait_for_work(m);
			due = read_us(CLOCK_MONOTONIC);
		}
		skip = frames_to_skip(read_us(CLOCK_MONOTONIC) - due);
		due += skip * FRAME_US;
		m->frame += (uint32_t)skip + (phase == 0);
		sleep_until(due);
		metric_observe(m->lateness, read_us(CLOCK_MONOTONIC) - due);
		obey_all(m);
		serve(m, m->phases[phase]);
		due += TICK_US;
	}
	obey_all(m);
	return NULL;
}

/* ---- for callers ---- */

static void free_media(struct media *m)
{
	for (int i = 0; i < PHASES; i++) {
		for (guint j = 0; j < m->phases[i]->len; j++)
			free_stream(m->phases[i]->pdata[j]);
		g_ptr_array_free(m->phases[i], TRUE);
	}
	ports_free(m->ports);
	pthread_cond_destroy(&m->given);
	pthread_mutex_destroy(&m->lock);
	g_free(m);
}

struct media *media_start(const struct media_options *o, struct problem *p)
{
	struct ports *ports = ports_new(o->port_low, o->port_high, p);
	struct media *m;
	int err;

	if (!ports)
		return NULL;
	m = g_new0(struct media, 1);
	m->options = *o;
	m->ports = ports;
	m->lateness = metric_of(METRIC_MEDIA_LATENESS, NULL, NULL, NULL);
	m->end = &m->first;
	pthread_mutex_init(&m->lock, NULL);
	pthread_cond_init(&m->given, NULL);
	for (int i = 0; i < PHASES; i++)
		m->phases[i] = g_ptr_array_new();
	err = pthread_create(&m->thread, NULL, run, m);
	if (err) {
		problem_set(p, PROBLEM_FAILED, "no thread for the audio: %s", g_strerror(err));
		free_media(m);
		return NULL;
	}
	return m;
}

void media_stop(struct media *m)
{
	if (!m)
		return;
	pthread_mutex_lock(&m->lock);
	m->stopping = true;
	pthread_cond_signal(&m->given);
	pthread_mutex_unlock(&m->lock);
	pthread_join(m->thread, NULL);
	free_media(m);
}

int media_streams(const struct media *m)
{
	return m->n_streams;
}

static int read_address(const char *local, struct sockaddr_storage *out, struct problem *p)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, local, &v4->sin_addr) == 1)
		out->ss_family = AF_INET;
	else if (inet_pton(AF_INET6, local, &v6->sin6_addr) == 1)
		out->ss_family = AF_INET6;
	else
		return problem_set(p, PROBLEM_CONFIG, "\"%s\" is no IP address to send audio from", local);
	return 0;
}

/* Priority in the network and receive stamps; a kernel that refuses either does no harm. */
static void prepare_socket(int fd, int family)
{
	const int dscp = DSCP_EF, on = 1;

	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &dscp, sizeof(dscp));
	else
		setsockopt(fd, IPPROTO_IP, IP_TOS, &dscp, sizeof(dscp));
	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
}

struct stream *stream_open(struct media *m, const char *local, uint64_t tag, struct problem *p)
{
	struct sockaddr_storage address;
	struct stream *s;
	uint16_t port;
	int fd;

	g_assert(tag != 0);
	if (read_address(local, &address, p) < 0)
		return NULL;
	fd = ports_bind(m->ports, &address, read_us(CLOCK_MONOTONIC) / 1000, &port, p);
	if (fd < 0)
		return NULL;
	prepare_socket(fd, address.ss_family);
	s = g_new0(struct stream, 1);
	s->media = m;
	s->tag = tag;
	s->fd = fd;
	s->report_ms = m->options.report_ms;
	s->rtcp_fd = s->report_ms > 0 ? ports_bind_next(&address, port) : -1;
	s->round_trip_ms = -1;
	s->port = port;
	s->ssrc = (uint32_t)token_random();
	s->ts_base = (uint32_t)token_random();
	s->seq = (uint16_t)token_random();
	s->terms.event_send_pt = s->terms.event_recv_pt = -1;
	m->n_streams++;
	give(new_command(OPENED, s));
	return s;
}

uint16_t stream_port(const struct stream *s)
{
	return s->port;
}

void stream_start(struct stream *s, const struct stream_terms *terms)
{
	struct command *c = new_command(START, s);

	c->terms = *terms;
	give(c);
}

uint32_t stream_play(struct stream *s, struct prompt *p)
{
	struct command *c = new_command(PLAY, s);
	uint32_t play;

	if (++s->plays == 0)
		s->plays = 1;
	play = s->plays;
	c->prompt = prompt_ref(p);
	c->play = play;
	give(c);
	return play;
}

void stream_stop(struct stream *s)
{
	give(new_command(PLAY, s));
}

void stream_feed(struct stream *s, struct feed *f)
{
	struct command *c = new_command(FEED, s);

	c->feed = feed_ref(f);
	give(c);
}

void stream_listen(struct stream *s, enum stream_ear ear, const struct stream_tap *tap)
{
	struct command *c = new_command(LISTEN, s);

	c->ear = ear;
	if (tap)
		c->tap = *tap;
	give(c);
}

void stream_press(struct stream *s, char digit)
{
	struct command *c = new_command(PRESS, s);

	c->digit = digit;
	give(c);
}

void stream_close(struct stream *s)
{
	if (!s)
		return;
	ports_rest(s->media->ports, s->port, read_us(CLOCK_MONOTONIC) / 1000);
	s->media->n_streams--;
	give(new_command(CLOSED, s));
}

void stream_stats(const struct stream *s, struct stream_stats *out)
{
	*out = (struct stream_stats){
		.sent = s->sent,
		.received = s->received,
		.lost = s->lost,
		.reordered = s->reordered,
		.foreign = s->foreign,
		.reports = s->reports,
		.far_lost = s->far_lost,
		.round_trip_ms = s->round_trip_ms,
		.jitter_ms = s->jitter_us / 1000.0,
	};
}
