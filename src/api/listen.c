#include "api/listen.h"

#include <errno.h>
#include <glib.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

/* "host:port" or "[v6]:port"; both parts to be freed. */
static int split(const char *where, char **host, char **port, struct problem *p)
{
	const char *colon = strrchr(where, ':');
	size_t n = colon ? (size_t)(colon - where) : 0;
	gint64 number;

	if (!colon || !g_ascii_string_to_signed(colon + 1, 10, 0, 65535, &number, NULL))
		return problem_set(p, PROBLEM_CONFIG, "api.listen is \"%s\", but must be ADDRESS:PORT",
				   where);
	if (n >= 2 && where[0] == '[' && where[n - 1] == ']')
		*host = g_strndup(where + 1, n - 2);
	else
		*host = g_strndup(where, n);
	*port = g_strdup(colon + 1);
	return 0;
}

static unsigned port_of(int fd)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t n = sizeof(sa);

	if (getsockname(fd, (struct sockaddr *)&sa, &n) != 0)
		return 0;
	return ntohs(sa.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&sa)->sin6_port
					      : ((struct sockaddr_in *)&sa)->sin_port);
}

static int open_on(const struct addrinfo *ai)
{
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1, error;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

int listen_open(const char *where, unsigned *port, struct problem *p)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *found = NULL;
	char *host = NULL, *service = NULL;
	int fd = -1, rc;

	if (split(where, &host, &service, p) != 0)
		return -1;
	rc = getaddrinfo(host[0] ? host : NULL, service, &hints, &found);
	if (rc != 0) {
		problem_set(p, PROBLEM_CONFIG, "api.listen: \"%s\" is no address: %s", host,
			    gai_strerror(rc));
	} else {
		fd = open_on(found);
		if (fd >= 0)
			*port = port_of(fd);
		else
			problem_set(p, errno == EADDRINUSE ? PROBLEM_CONFLICT : PROBLEM_FAILED,
				    "cannot listen on %s: %s", where,
				    errno == EADDRINUSE ? "the port is in use by another program"
							: g_strerror(errno));
		freeaddrinfo(found);
	}
	g_free(host);
	g_free(service);
	return fd;
}
