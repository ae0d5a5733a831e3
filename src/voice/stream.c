#include "voice/stream.h"

#include "voice/feed.h"
#include "voice/law.h"
#include "voice/prompt.h"
#include "voice/tones.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
	PT_PCMU = 0,
	PT_PCMA = 8,
	READS = 8,         /* most packets read in one turn: four times the fair rate, and a flood's limit */
	QUEUED_US = 20000, /* a packet older than this when read most likely has another behind it */
	PRESS_GAP =
	        4, /* frames of audio between two presses: 80 ms, so that slow receivers tell them apart */
};

/* ---- addresses ---- */

static socklen_t address_size(const struct sockaddr_storage *a)
{
	return a->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

static bool same_address(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	const struct sockaddr_in *a4 = (const struct sockaddr_in *)a, *b4 = (const struct sockaddr_in *)b;
	const struct sockaddr_in6 *a6 = (const struct sockaddr_in6 *)a, *b6 = (const struct sockaddr_in6 *)b;

	if (a->ss_family != b->ss_family)
		return false;
	if (a->ss_family == AF_INET6)
		return a6->sin6_port == b6->sin6_port && IN6_ARE_ADDR_EQUAL(&a6->sin6_addr, &b6->sin6_addr);
	return a4->sin_port == b4->sin_port && a4->sin_addr.s_addr == b4->sin_addr.s_addr;
}

/* ---- what the caller asked for ---- */

static void heard_tone(char digit, void *arg)
{
	struct stream *s = arg;

	media_emit(s->media, &(struct stream_event){ .tag = s->tag, .kind = STREAM_DIGIT, .digit = digit });
}

/* Tones count only where presses cannot come as events: a press heard both ways would be two. */
static void listen_for_tones(struct stream *s, bool wanted)
{
	if (wanted && !s->tones)
		s->tones = tones_new(heard_tone, s);
	if (!wanted) {
		tones_free(s->tones);
		s->tones = NULL;
	}
}

/* The same keys go on counting where they are; to begin anew would repeat the key stream. */
static bool same_keys(const struct stream_terms *a, const struct stream_terms *b)
{
	return a->secure == b->secure && memcmp(a->send_key, b->send_key, SDES_KEY) == 0 &&
	       memcmp(a->recv_key, b->recv_key, SDES_KEY) == 0;
}

static void secure_with(struct stream *s, const struct stream_terms *terms)
{
	if (s->started && same_keys(&s->terms, terms))
		return;
	secure_free(s->secure);
	s->secure = terms->secure ? secure_new(terms->send_key, terms->recv_key) : NULL;
}

void stream_release(struct stream *s)
{
	stream_set_prompt(s, NULL, 0);
	for (enum stream_ear ear = 0; ear < STREAM_EARS; ear++)
		stream_set_tap(s, ear, NULL);
	tones_free(s->tones);
	secure_free(s->secure);
	explicit_bzero(&s->terms, sizeof(s->terms));
}

void stream_begin(struct stream *s, const struct stream_terms *terms, int64_t mono_ms)
{
	/* A re-INVITE that names the same address keeps the lock; a new one is learned afresh. */
	if (!s->started || !same_address(&terms->peer, &s->terms.peer)) {
		s->peer = terms->peer;
		s->locked = false;
	}
	secure_with(s, terms);
	if (!s->started)
		s->begun_ms = mono_ms;
	s->started = true;
	s->terms = *terms;
	s->heard_ms = mono_ms;
	s->reported_silence = false;
	stream_rtcp_begin(s, mono_ms);
	listen_for_tones(s, terms->event_send_pt < 0);
	if (terms->event_send_pt < 0)
		s->n_presses = s->press_step = 0;
}

void stream_set_prompt(struct stream *s, struct prompt *p, uint32_t play)
{
	prompt_unref(s->prompt);
	feed_unref(s->feed);
	s->feed = NULL;
	s->feeding = false;
	s->prompt = p;
	s->position = 0;
	s->play = play;
}

void stream_set_feed(struct stream *s, struct feed *f)
{
	stream_set_prompt(s, NULL, 0);
	s->feed = f;
}

void stream_set_tap(struct stream *s, enum stream_ear ear, const struct stream_tap *tap)
{
	const struct stream_tap before = s->taps[ear];

	s->taps[ear] = tap ? *tap : (struct stream_tap){ 0 };
	if (before.gone)
		before.gone(before.arg);
}

void stream_queue_press(struct stream *s, char digit)
{
	if (s->terms.event_send_pt >= 0 && keypress_code(digit) >= 0 && s->n_presses < STREAM_PRESSES)
		s->presses[s->n_presses++] = digit;
}

/* ---- receiving ---- */

static bool is_audio(uint8_t payload_type)
{
	/* Either law: what we offered is what the peer may send, whichever of them it answered first. */
	return payload_type == PT_PCMU || payload_type == PT_PCMA;
}

static bool is_event(const struct stream *s, const struct packet *p)
{
	return s->terms.event_recv_pt >= 0 && p->payload_type == s->terms.event_recv_pt;
}

static void publish(struct stream *s)
{
	atomic_store_explicit(&s->received, s->arrivals.received, memory_order_relaxed);
	atomic_store_explicit(&s->lost, s->arrivals.lost, memory_order_relaxed);
	atomic_store_explicit(&s->reordered, s->arrivals.reordered, memory_order_relaxed);
	atomic_store_explicit(&s->jitter_us, (uint32_t)(s->arrivals.jitter_ts * 125), memory_order_relaxed);
}

static void hear(struct stream *s, const struct packet *p, int64_t mono_ms)
{
	enum law law = p->payload_type == PT_PCMA ? LAW_ALAW : LAW_ULAW;

	if (s->tones)
		tones_hear(s->tones, law, p->payload, p->n);
	for (int ear = 0; ear < STREAM_EARS && p->n > 0; ear++)
		if (s->taps[ear].audio)
			s->taps[ear].audio(s->taps[ear].arg, law, p->payload, p->n, mono_ms);
}

static void take_packet(struct stream *s, const struct packet *p, int64_t arrival_us, int64_t mono_ms)
{
	char digit = is_event(s, p) ? keypress_receive(&s->keypress, p, mono_ms) : 0;

	s->heard_ms = mono_ms;
	s->reported_silence = false;
	arrivals_add(&s->arrivals, p, arrival_us, is_audio(p->payload_type));
	publish(s);
	if (is_audio(p->payload_type))
		hear(s, p, mono_ms);
	if (digit)
		media_emit(s->media,
		           &(struct stream_event){ .tag = s->tag, .kind = STREAM_DIGIT, .digit = digit });
}

/*
 * Who sends first is heard, for a far end behind a NAT sends from another address than it names. Only the one it names may come
 * later and is heard instead: a stray sender, of a call that had this port before, keeps nobody out.
 */
static bool is_foreign(const struct stream *s, const struct sockaddr_storage *from)
{
	return s->locked && !same_address(from, &s->peer) && !same_address(from, &s->terms.peer);
}

static void take_bytes(struct stream *s, uint8_t *data, size_t n, const struct sockaddr_storage *from,
                       int64_t arrival_us, int64_t mono_ms)
{
	struct packet p;

	if (!s->started)
		return;
	if (is_foreign(s, from) || (s->secure && !secure_open(s->secure, data, &n))) {
		atomic_fetch_add_explicit(&s->foreign, 1, memory_order_relaxed);
		return;
	}
	if (!packet_parse(&p, data, n))
		return;
	if (!s->locked || !same_address(from, &s->peer)) {
		if (!is_audio(p.payload_type) && !is_event(s, &p))
			return;
		s->peer = *from;
		s->locked = true;
	}
	take_packet(s, &p, arrival_us, mono_ms);
}

/* The kernel's receive stamp, or 0. */
static int64_t stamp_us(struct msghdr *h)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		struct timespec ts;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPNS)
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
	}
	return 0;
}

/* Reads one packet; whether to look for another. */
static bool receive_one(struct stream *s, const struct turn *t)
{
	uint8_t data[PACKET_MAX];
	char control[64];
	struct sockaddr_storage from;
	struct iovec iov = { data, sizeof(data) };
	struct msghdr h = { .msg_name = &from,
		            .msg_namelen = sizeof(from),
		            .msg_iov = &iov,
		            .msg_iovlen = 1,
		            .msg_control = control,
		            .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(s->fd, &h, MSG_DONTWAIT);
	int64_t stamp;

	if (n < 0)
		return false;
	stamp = stamp_us(&h);
	take_bytes(s, data, (size_t)n, &from, stamp ? stamp : t->real_us, t->mono_ms);
	return stamp == 0 || t->real_us - stamp > QUEUED_US;
}

/*
 * One read is enough as long as the peer sends at our pace; the age of what was read tells when it does not,
 * so that the second call, which would only find an empty queue, is saved.
 */
void stream_receive(struct stream *s, const struct turn *t)
{
	for (int i = 0; i < READS; i++) {
		if (!receive_one(s, t))
			return;
	}
}

bool stream_fell_silent(struct stream *s, const struct turn *t, int timeout_ms)
{
	if (!s->started || s->reported_silence || timeout_ms <= 0 || t->mono_ms - s->heard_ms < timeout_ms)
		return false;
	s->reported_silence = true;
	return true;
}

bool stream_is_unheard(struct stream *s, const struct turn *t)
{
	if (!s->started || s->reported_unheard || s->arrivals.received || t->mono_ms - s->begun_ms < STREAM_UNHEARD_MS)
		return false;
	s->reported_unheard = true;
	return true;
}

/* ---- sending ---- */

/* The next 20 ms of the feed over the silence that is there. Running dry is told once. */
static void fill_from_feed(struct stream *s, uint8_t *payload)
{
	size_t n = feed_take(s->feed, payload, PACKET_FRAME);

	for (size_t i = 0; i < n && s->terms.law == LAW_ALAW; i++)
		payload[i] = law_alaw_encode(law_ulaw_decode(payload[i]));
	if (n < PACKET_FRAME && (n > 0 || s->feeding))
		media_emit(s->media, &(struct stream_event){ .tag = s->tag, .kind = STREAM_DRAINED });
	s->feeding = n == PACKET_FRAME;
}

/* The next 20 ms of the prompt or the feed, or silence. True when that was the prompt's end. */
static bool fill_audio(struct stream *s, uint8_t *payload)
{
	const uint8_t *samples;
	size_t left;

	memset(payload, s->terms.law == LAW_ULAW ? LAW_ULAW_SILENCE : LAW_ALAW_SILENCE, PACKET_FRAME);
	if (s->feed)
		fill_from_feed(s, payload);
	if (!s->prompt)
		return false;
	samples = s->terms.law == LAW_ULAW ? s->prompt->ulaw : s->prompt->alaw;
	left = s->prompt->n - s->position;
	if (left > PACKET_FRAME)
		left = PACKET_FRAME;
	if (left > 0)
		memcpy(payload, samples + s->position, left);
	s->position += left;
	return s->position == s->prompt->n;
}

static void end_prompt(struct stream *s)
{
	const struct stream_event ev = { .tag = s->tag, .kind = STREAM_PLAYED, .play = s->play };

	stream_set_prompt(s, NULL, 0);
	media_emit(s->media, &ev);
}

/* `bytes` has the payload behind the head, and room for the trailer behind that. */
static void transmit(struct stream *s, struct packet *p, uint8_t *bytes)
{
	size_t n = PACKET_HEAD + p->n;

	p->seq = s->seq++;
	p->ssrc = s->ssrc;
	packet_head(bytes, p);
	s->spoken = true;
	if (s->secure && !secure_seal(s->secure, bytes, &n))
		return;
	if (sendto(s->fd, bytes, n, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&s->peer,
	           address_size(&s->peer)) >= 0)
		atomic_fetch_add_explicit(&s->sent, 1, memory_order_relaxed);
	s->octets += (uint32_t)p->n;
}

/* A step of the press at the head of the queue. The prompt holds its place meanwhile. */
static void send_press(struct stream *s, uint32_t ts)
{
	uint8_t bytes[PACKET_HEAD + KEYPRESS_PAYLOAD + SECURE_TRAILER];
	struct packet p = { .payload_type = (uint8_t)s->terms.event_send_pt, .n = KEYPRESS_PAYLOAD };

	if (s->press_step == 0)
		s->press_ts = ts;
	p.marker = s->press_step == 0;
	p.ts = s->press_ts;
	keypress_plan(bytes + PACKET_HEAD, s->presses[0], s->press_step);
	transmit(s, &p, bytes);
	if (++s->press_step < KEYPRESS_PACKETS)
		return;
	s->press_step = -PRESS_GAP;
	s->n_presses--;
	memmove(s->presses, s->presses + 1, (size_t)s->n_presses);
}

static void send_audio(struct stream *s, uint32_t ts)
{
	uint8_t bytes[PACKET_HEAD + PACKET_FRAME + SECURE_TRAILER];
	struct packet p = { .payload_type = s->terms.law == LAW_ULAW ? PT_PCMU : PT_PCMA,
		            .marker = !s->spoken,
		            .ts = ts,
		            .n = PACKET_FRAME };
	bool ended = fill_audio(s, bytes + PACKET_HEAD);

	transmit(s, &p, bytes);
	if (s->press_step < 0)
		s->press_step++;
	if (ended)
		end_prompt(s);
}

void stream_send(struct stream *s, const struct turn *t)
{
	uint32_t ts = s->ts_base + t->frame * PACKET_FRAME;

	if (!s->started)
		return;
	if (s->n_presses > 0 && s->press_step >= 0)
		send_press(s, ts);
	else
		send_audio(s, ts);
}
