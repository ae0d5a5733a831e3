/*
 * A stream's reports. Nothing here needs to be prompt, and a look at the socket costs a system call per stream: there
 * are five between two reports of ours, a second apart as a rule.
 */
#include "voice/stream.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>

enum {
	LOOKS = 5, /* between two reports */
	READS = 4, /* in one look; a flood waits in the socket, which drops what it cannot hold */
};

void stream_rtcp_begin(struct stream *s, int64_t mono_ms)
{
	s->rtcp_peer = s->terms.peer_rtcp;
	/* Streams begin at all times, so their reports are spread without chance. */
	s->next_look_ms = mono_ms + s->report_ms / LOOKS;
	s->next_report_ms = mono_ms + s->report_ms;
}

/* ---- what comes ---- */

static void take(struct stream *s, const struct rtcp_heard *heard, const struct turn *t)
{
	int trip;

	if (heard->sr != 0) {
		s->last_sr = heard->sr;
		s->last_sr_ms = t->mono_ms;
	}
	atomic_fetch_add_explicit(&s->reports, 1, memory_order_relaxed);
	if (!heard->has_block)
		return;
	atomic_store_explicit(&s->far_lost, heard->block.lost > 0 ? (uint32_t)heard->block.lost : 0,
			      memory_order_relaxed);
	trip = rtcp_round_trip_ms(&heard->block, rtcp_ntp(t->real_us));
	if (trip >= 0)
		atomic_store_explicit(&s->round_trip_ms, trip, memory_order_relaxed);
}

/* Whether the packet comes from where the audio comes from; the port may be any (symmetric RTP). */
static bool same_host(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	if (a->ss_family != b->ss_family)
		return false;
	if (a->ss_family == AF_INET6)
		return IN6_ARE_ADDR_EQUAL(&((const struct sockaddr_in6 *)a)->sin6_addr,
					  &((const struct sockaddr_in6 *)b)->sin6_addr);
	return ((const struct sockaddr_in *)a)->sin_addr.s_addr == ((const struct sockaddr_in *)b)->sin_addr.s_addr;
}

static void look(struct stream *s, const struct turn *t)
{
	for (int i = 0; i < READS; i++) {
		uint8_t data[PACKET_MAX];
		struct sockaddr_storage from = { 0 };
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(s->rtcp_fd, data, sizeof(data), MSG_DONTWAIT, (struct sockaddr *)&from, &size);
		struct rtcp_heard heard;
		size_t len = n < 0 ? 0 : (size_t)n;

		if (n < 0)
			return;
		if (same_host(&from, &s->peer) && (!s->secure || secure_open_rtcp(s->secure, data, &len)) &&
		    rtcp_parse(&heard, data, len, s->ssrc))
			take(s, &heard, t);
	}
}

/* ---- what leaves ---- */

static void report(struct stream *s, const struct turn *t)
{
	struct rtcp_report r = {
		.ssrc = s->ssrc,
		.ntp = rtcp_ntp(t->real_us),
		.ts = s->ts_base + t->frame * PACKET_FRAME,
		.packets = (uint32_t)s->sent,
		.octets = s->octets,
		.has_block = s->arrivals.running,
	};
	uint8_t bytes[RTCP_MAX + SECURE_TRAILER];
	char cname[24];
	size_t n;

	if (r.has_block) {
		rtcp_block_fill(&r.block, &s->arrivals, &s->reported);
		r.block.last_sr = s->last_sr;
		if (s->last_sr)
			r.block.since_sr = (uint32_t)((t->mono_ms - s->last_sr_ms) * 65536 / 1000);
	}
	snprintf(cname, sizeof(cname), "%08x@callsheet", s->ssrc);
	n = rtcp_write(bytes, &r, cname);
	if (s->secure && !secure_seal_rtcp(s->secure, bytes, &n))
		return;
	sendto(s->rtcp_fd, bytes, n, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&s->rtcp_peer,
	       s->rtcp_peer.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
}

void stream_rtcp(struct stream *s, const struct turn *t)
{
	if (s->rtcp_fd < 0 || !s->started || t->mono_ms < s->next_look_ms)
		return;
	s->next_look_ms = t->mono_ms + s->report_ms / LOOKS;
	look(s, t);
	if (s->rtcp_peer.ss_family == AF_UNSPEC || t->mono_ms < s->next_report_ms)
		return;
	s->next_report_ms = t->mono_ms + s->report_ms;
	report(s, t);
}
