/*
 * What the packets of so many calls cost without a server: one thread that wakes every 5 ms, and for a quarter of the calls
 * makes one recvmsg() and one sendto() each, on a socket of its own, to the reflector. The calls are idle but for that: no
 * prompt, no ear, no account. bench/calls sets the server beside it, for the price of a packet is the kernel's, and differs
 * between machines and hours by half.
 *
 *	bench-bare PORT CALLS SECONDS
 *
 * Prints the CPU of a call in percent of a core.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

enum { PHASES = 4,
       TICK_NS = 5000000,
       TICKS_A_SECOND = 200,
       BYTES = 172,
       PRIORITY = 5,
       MOST = 4000 };

static double seconds(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int open_call(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1;

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0) {
		fprintf(stderr, "no socket: %s\n", strerror(errno));
		exit(1);
	}
	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	return fd;
}

static void serve(int fd, const struct sockaddr_in *to, uint16_t seq)
{
	uint8_t out[BYTES] = { 0x80, 0, (uint8_t)(seq >> 8), (uint8_t)seq }, in[1500], control[64];
	struct sockaddr_storage from;
	struct iovec iov = { in, sizeof(in) };
	struct msghdr h = { .msg_name = &from,
			    .msg_namelen = sizeof(from),
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };

	recvmsg(fd, &h, MSG_DONTWAIT);
	sendto(fd, out, sizeof(out), MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)to, sizeof(*to));
}

static void step(struct timespec *due)
{
	due->tv_nsec += TICK_NS;
	if (due->tv_nsec >= 1000000000) {
		due->tv_nsec -= 1000000000;
		due->tv_sec++;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, due, NULL) == EINTR)
		;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	const struct sched_param param = { .sched_priority = PRIORITY };
	static int fds[MOST];
	struct timespec due;
	double cpu, began;
	int calls;

	if (argc != 4 || (calls = atoi(argv[2])) < 1 || calls > MOST) {
		fprintf(stderr, "usage: bench-bare PORT CALLS SECONDS\n");
		return 2;
	}
	to.sin_port = htons((uint16_t)atoi(argv[1]));
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ MOST + 64, MOST + 64 });
	for (int i = 0; i < calls; i++)
		fds[i] = open_call();
	sched_setscheduler(0, SCHED_RR, &param); /* as the server's media thread asks for */
	clock_gettime(CLOCK_MONOTONIC, &due);
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	began = seconds(CLOCK_MONOTONIC);
	for (int tick = 0; tick < atoi(argv[3]) * TICKS_A_SECOND; tick++) {
		step(&due);
		for (int i = tick % PHASES; i < calls; i += PHASES)
			serve(fds[i], &to, (uint16_t)(tick / PHASES));
	}
	printf("%.5f\n", (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 100 / (seconds(CLOCK_MONOTONIC) - began) / calls);
	return 0;
}
