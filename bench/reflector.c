/*
 * The far end of many calls at once, for bench/calls: one UDP socket that sends every RTP packet back to where it came
 * from, and keeps account of how evenly they arrived, by the kernel's receive stamps. What its own socket had no room for
 * is told apart ("dropped"): that is this program's fault, or its machine's, and not the sender's. It looks for packets every
 * millisecond rather than be woken by each: on one machine the sender pays for waking the receiver, over a network it does not.
 *
 *	bench-reflector PORT
 *
 * On stdin: "tell" prints the account since the one before as JSON, "mute" sends silence (PCMU) in place of what came, "loud"
 * what came again; the end of stdin ends it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
	BATCH = 64,
	PACKET = 256,
	HEAD = 12,
	SILENCE = 0xff,
	FRAME_US = 20000,
	BIN_US = 10,
	BINS = 50000, /* half a second; the last bin takes the rest */
	BUFFER = 8 << 20,
	LOOK_MS = 1,
};

static struct source {
	int64_t last_us;
	uint16_t seq;
	uint8_t known;
} sources[65536]; /* by port */

static int muted;
static uint64_t bins[BINS], packets, lost, streams, highest_us;
static uint32_t dropped, dropped_before; /* since the socket is there; until the account before */

static struct batch {
	uint8_t data[BATCH][PACKET], control[BATCH][64];
	struct sockaddr_in from[BATCH];
	struct iovec iov[BATCH];
	struct mmsghdr msg[BATCH];
} batch;

static int64_t stamp_us(struct msghdr *h)
{
	struct timespec ts = { 0, 0 };

	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS)
			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL)
			memcpy(&dropped, CMSG_DATA(c), sizeof(dropped));
	}
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void count_gap(int64_t gap_us)
{
	uint64_t off = (uint64_t)(gap_us > FRAME_US ? gap_us - FRAME_US : FRAME_US - gap_us);

	bins[off / BIN_US < BINS ? off / BIN_US : BINS - 1]++;
	if (off > highest_us)
		highest_us = off;
}

static void count(const uint8_t *data, const struct sockaddr_in *from, int64_t at_us)
{
	struct source *s = &sources[ntohs(from->sin_port)];
	uint16_t seq = (uint16_t)(data[2] << 8 | data[3]);

	packets++;
	if (s->known) {
		count_gap(at_us - s->last_us);
		if ((int16_t)(seq - s->seq) > 1)
			lost += (uint16_t)(seq - s->seq - 1);
	} else {
		streams++;
	}
	*s = (struct source){ at_us, seq, 1 };
}

/* One batch; whether there may be more. */
static int reflect(int fd)
{
	int n;

	for (int i = 0; i < BATCH; i++) {
		batch.iov[i] = (struct iovec){ batch.data[i], PACKET };
		batch.msg[i].msg_hdr = (struct msghdr){
			.msg_name = &batch.from[i],
			.msg_namelen = sizeof(batch.from[i]),
			.msg_iov = &batch.iov[i],
			.msg_iovlen = 1,
			.msg_control = batch.control[i],
			.msg_controllen = sizeof(batch.control[i]),
		};
	}
	n = recvmmsg(fd, batch.msg, BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++) {
		if (batch.msg[i].msg_len >= HEAD)
			count(batch.data[i], &batch.from[i], stamp_us(&batch.msg[i].msg_hdr));
		if (muted && batch.msg[i].msg_len > HEAD)
			memset(batch.data[i] + HEAD, SILENCE, batch.msg[i].msg_len - HEAD);
		batch.iov[i].iov_len = batch.msg[i].msg_len;
		batch.msg[i].msg_hdr.msg_control = NULL;
		batch.msg[i].msg_hdr.msg_controllen = 0;
	}
	for (int sent = 0, done; sent < n; sent += done)
		if ((done = sendmmsg(fd, batch.msg + sent, (unsigned)(n - sent), 0)) <= 0)
			done = 1; /* a port that has closed meanwhile */
	return n == BATCH;
}

/* The deviation from 20 ms that `part` of all gaps stay within, in ms. */
static double quantile(double part)
{
	uint64_t all = 0, seen = 0;

	for (int i = 0; i < BINS; i++)
		all += bins[i];
	for (int i = 0; i < BINS; i++)
		if ((seen += bins[i]) >= (uint64_t)((double)all * part))
			return i * BIN_US / 1000.0;
	return 0;
}

static void tell(void)
{
	printf("{\"streams\": %llu, \"packets\": %llu, \"lost\": %llu, \"dropped\": %u, \"p50\": %.2f, \"p99\": %.2f, "
	       "\"max\": %.2f}\n",
	       (unsigned long long)streams, (unsigned long long)packets, (unsigned long long)lost, dropped - dropped_before,
	       quantile(0.5), quantile(0.99), (double)highest_us / 1000);
	fflush(stdout);
	dropped_before = dropped;
	memset(sources, 0, sizeof(sources));
	memset(bins, 0, sizeof(bins));
	packets = lost = streams = highest_us = 0;
}

static void obey(const char *line)
{
	if (strcmp(line, "tell\n") == 0)
		tell();
	else
		muted = strcmp(line, "mute\n") == 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1, size = BUFFER;

	if (argc != 2) {
		fprintf(stderr, "usage: bench-reflector PORT\n");
		return 2;
	}
	at.sin_port = htons((uint16_t)atoi(argv[1]));
	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)); /* as root; else what the system gives */
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0) {
		fprintf(stderr, "port %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	for (;;) {
		struct pollfd in = { 0, POLLIN, 0 };
		char line[64];

		if (poll(&in, 1, LOOK_MS) > 0) {
			if (!fgets(line, sizeof(line), stdin))
				return 0;
			obey(line);
		}
		while (reflect(fd))
			;
	}
}
