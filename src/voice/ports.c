#include "voice/ports.h"

#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

struct ports {
	int first; /* even */
	int n;
	int next;         /* where the round goes on */
	int64_t *free_at; /* per port; IN_USE while it is taken */
};

static const int64_t IN_USE = INT64_MAX;

struct ports *ports_new(int low, int high, struct problem *p)
{
	struct ports *ps;
	int first = (low + 1) & ~1;

	if (first < 2 || high > 65535 || first > high) {
		problem_set(p, PROBLEM_CONFIG, "the RTP port range %d-%d holds no even port", low, high);
		return NULL;
	}
	ps = g_new0(struct ports, 1);
	ps->first = first;
	ps->n = (high - first) / 2 + 1;
	ps->free_at = g_new(int64_t, ps->n);
	for (int i = 0; i < ps->n; i++)
		ps->free_at[i] = INT64_MIN;
	return ps;
}

void ports_free(struct ports *ps)
{
	if (!ps)
		return;
	g_free(ps->free_at);
	g_free(ps);
}

/* 0, or an errno value. */
static int bind_to(int fd, const struct sockaddr_storage *local, uint16_t port)
{
	struct sockaddr_storage at = *local;
	socklen_t size = sizeof(struct sockaddr_in);

	if (at.ss_family == AF_INET6) {
		((struct sockaddr_in6 *)&at)->sin6_port = htons(port);
		size = sizeof(struct sockaddr_in6);
	} else {
		((struct sockaddr_in *)&at)->sin_port = htons(port);
	}
	return bind(fd, (struct sockaddr *)&at, size) == 0 ? 0 : errno;
}

/* One round over the range; the index bound, or -1 with *why. */
static int try_all(struct ports *ps, int fd, const struct sockaddr_storage *local, int64_t now_ms, int *why)
{
	*why = EADDRINUSE;
	for (int tried = 0; tried < ps->n; tried++) {
		int i = (ps->next + tried) % ps->n;

		if (ps->free_at[i] > now_ms)
			continue;
		*why = bind_to(fd, local, (uint16_t)(ps->first + 2 * i));
		if (*why == 0)
			return i;
		if (*why != EADDRINUSE && *why != EACCES)
			return -1; /* the address itself is wrong; another port would not help */
	}
	return -1;
}

int ports_bind(struct ports *ps, const struct sockaddr_storage *local, int64_t now_ms, uint16_t *port,
               struct problem *p)
{
	int fd = socket(local->ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int i, why;

	if (fd < 0)
		return problem_set(p, PROBLEM_FAILED, "no socket for RTP: %s", g_strerror(errno));
	i = try_all(ps, fd, local, now_ms, &why);
	if (i < 0) {
		close(fd);
		return problem_set(p, PROBLEM_CONFLICT, "no RTP port of %d-%d can be bound: %s", ps->first,
		                   ps->first + 2 * (ps->n - 1), g_strerror(why));
	}
	ps->next = (i + 1) % ps->n;
	ps->free_at[i] = IN_USE;
	*port = (uint16_t)(ps->first + 2 * i);
	return fd;
}

int ports_bind_next(const struct sockaddr_storage *local, uint16_t port)
{
	int fd = socket(local->ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd >= 0 && bind_to(fd, local, (uint16_t)(port + 1)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

void ports_rest(struct ports *ps, uint16_t port, int64_t now_ms)
{
	int i = (port - ps->first) / 2;

	g_assert(i >= 0 && i < ps->n && ps->free_at[i] == IN_USE);
	ps->free_at[i] = now_ms + PORTS_REST_MS;
}
