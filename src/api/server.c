#include "api/server.h"

#include "api/exchange.h"
#include "api/listen.h"
#include "base/clock.h"
#include "base/log.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CONNECTION_MEMORY = 40 << 10, /* the heads of a request (guards.c says how large) and of its answer */
	POOL_THREADS = 2,
	THREADS_MAX = 8,
	SPARE_FILES = 512, /* descriptors that are not connections */
};

static void library_log(void *arg, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

static void library_log(void *arg, const char *fmt, va_list ap)
{
	char text[512];

	(void)arg;
	vsnprintf(text, sizeof(text), fmt, ap);
	log_debug("api.library", "%s", g_strchomp(text));
}

/* The usual soft limit of 1024 descriptors is fewer than the connections allowed. */
static void raise_file_limit(int64_t connections)
{
	struct rlimit r;
	rlim_t want = (rlim_t)connections + SPARE_FILES;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur >= want)
		return;
	r.rlim_cur = r.rlim_max == RLIM_INFINITY ? want : MIN(want, r.rlim_max);
	if (setrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur < want)
		log_warn("api.files", "only %llu open files are allowed; api.max_connections wants %llu",
			 (unsigned long long)r.rlim_cur, (unsigned long long)want);
}

static unsigned thread_count(const struct settings *s)
{
	return s->api_threads ? (unsigned)s->api_threads : MIN(g_get_num_processors(), THREADS_MAX);
}

static struct MHD_Daemon *daemon_start(struct server *srv, const struct settings *s, int fd)
{
	unsigned threads = thread_count(s);
	const struct MHD_OptionItem options[] = {
		{ MHD_OPTION_LISTEN_SOCKET, fd, NULL },
		{ MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, (intptr_t)s->api_max_connections, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL },
		{ MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)exchange_on_line, srv },
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)exchange_on_end, srv },
		{ MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)exchange_on_connection, srv },
		/* A pool of one is no pool to the library: it warns and ignores it. */
		{ threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, threads, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};

	return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG,
				0, NULL, NULL, exchange_on_request, srv, MHD_OPTION_EXTERNAL_LOGGER,
				library_log, NULL, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

static void server_free(struct server *srv)
{
	stream_bell_stop(srv);
	if (srv->pool)
		g_thread_pool_free(srv->pool, FALSE, TRUE);
	watch_free(srv->watch);
	limiter_free(srv->limiter);
	route_table_free(srv->routes);
	g_cond_clear(&srv->jobs_done);
	g_mutex_clear(&srv->lock);
	g_free(srv->too_large);
	g_free(srv);
}

static struct server *server_new(const struct settings *s, const struct server_host *host)
{
	struct server *srv = g_new0(struct server, 1);
	long long limit = s->api_rate_limit;

	srv->host = host;
	srv->routes = route_table_new(host->routes, host->n_routes);
	srv->limiter = limiter_new(limit);
	srv->watch = watch_new(s->api_request_timeout * 1000);
	srv->pool = g_thread_pool_new(work_in_pool, srv, POOL_THREADS, TRUE, NULL);
	srv->too_large = reply_error_text(ERROR_TOO_LARGE, NULL);
	snprintf(srv->rate_policy, sizeof(srv->rate_policy), "\"default\";q=%lld;w=60", limit);
	snprintf(srv->rate_limit, sizeof(srv->rate_limit), "%lld", limit);
	g_mutex_init(&srv->lock);
	g_cond_init(&srv->jobs_done);
	stream_bell_start(srv);
	return srv;
}

struct server *server_start(const struct settings *s, const struct server_host *host, struct problem *p)
{
	struct server *srv;
	unsigned port = 0;
	int fd = listen_open(s->api_listen, &port, p);

	if (fd < 0)
		return NULL;
	signal(SIGPIPE, SIG_IGN);
	raise_file_limit(s->api_max_connections);
	srv = server_new(s, host);
	srv->port = port;
	srv->daemon = daemon_start(srv, s, fd);
	if (!srv->daemon) {
		problem_set(p, PROBLEM_FAILED, "the HTTP server cannot start on %s", s->api_listen);
		close(fd);
		server_free(srv);
		return NULL;
	}
	return srv;
}

unsigned server_port(const struct server *srv)
{
	return srv->port;
}

static void wait_for_connections(struct server *srv, int64_t drain_ms)
{
	int64_t until_ms = clock_boot_ms() + drain_ms;

	while (watch_count(srv->watch) > 0 && clock_boot_ms() < until_ms)
		g_usleep(10000);
}

/* The library panics when it stops with a connection suspended: jobs are waited for as long as it takes. */
static void wait_for_jobs(struct server *srv)
{
	g_mutex_lock(&srv->lock);
	srv->stopping = true;
	while (srv->jobs > 0)
		if (!g_cond_wait_until(&srv->jobs_done, &srv->lock, g_get_monotonic_time() + 5000000))
			log_warn("api.stop", "waiting for %u requests at the writer", srv->jobs);
	g_mutex_unlock(&srv->lock);
}

void server_stop(struct server *srv, int64_t drain_ms)
{
	int fd;

	if (!srv)
		return;
	atomic_store(&srv->draining, true);
	fd = MHD_quiesce_daemon(srv->daemon);
	if (fd >= 0)
		shutdown(fd, SHUT_RDWR); /* refuse at once those who still knock */
	watch_drain(srv->watch);
	wait_for_connections(srv, drain_ms);
	wait_for_jobs(srv);
	MHD_stop_daemon(srv->daemon);
	if (fd >= 0)
		close(fd);
	server_free(srv);
}
