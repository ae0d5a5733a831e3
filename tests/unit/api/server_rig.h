/*
 * The server over real sockets: a fake host with a handful of routes, and raw bytes in both directions.
 */
#pragma once

#include "api/reply.h"
#include "api/request.h"
#include "api/server.h"
#include "base/clock.h"
#include "base/token.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PARTNER_KEY  "sk_test_AAAAAAAAAAAAAAAAAAAAAA"
#define ADMIN_KEY    "sk_live_BBBBBBBBBBBBBBBBBBBBBB"
#define STOPPED_KEY  "sk_test_CCCCCCCCCCCCCCCCCCCCCC"
#define INACTIVE_KEY "sk_test_DDDDDDDDDDDDDDDDDDDDDD"
#define KEY          "Authorization: Bearer " PARTNER_KEY "\r\n"
#define HOST         "Host: x\r\n"

/* --- the fake host --- */

struct db {
	int unused;
};

struct thing_in {
	const char *name;
	struct opt_int size;
};

struct list_query {
	struct opt_int page;
	const char *search;
};

static const struct field thing_fields[] = {
	FIELD_STRING(struct thing_in, name, "name", .flags = FIELD_REQUIRED, .max = BOUND(10)),
	FIELD_INTEGER(struct thing_in, size, "size", .min = BOUND(1)),
};
static const struct shape thing_shape = SHAPE(struct thing_in, thing_fields);

static const struct field list_fields[] = {
	FIELD_INTEGER(struct list_query, page, "page", .min = BOUND(1)),
	FIELD_STRING(struct list_query, search, "search"),
};
static const struct shape list_shape = SHAPE(struct list_query, list_fields, .open = true);

static struct db the_db;
static GThreadPool *writer;
static _Atomic int writer_rc;      /* what the store says: 0, or negative */
static _Atomic int writer_delay_ms;
static _Atomic int runs, commits, rollbacks, nudges, finished;

static inline void show(struct reply *re, unsigned status, const char *key, const char *value, int64_t n)
{
	struct jw *w = reply_json(re, status);

	jw_object(w);
	jw_kstr(w, key, value);
	jw_kint(w, "n", n);
	jw_end(w);
}

static inline void health(struct request *rq, struct db *db, struct reply *re)
{
	(void)rq, (void)db;
	reply_static(re, 200, "text/plain", "ok\n", 3);
}

static inline void thing_get(struct request *rq, struct db *db, struct reply *re)
{
	assert(db == &the_db);
	show(re, 200, "peer", request_peer(rq), rq->path.ids[0]);
}

static inline void thing_list(struct request *rq, struct db *db, struct reply *re)
{
	const struct list_query *q = rq->query;

	(void)db;
	show(re, 200, "search", q->search, OPT_OR(q->page, 1));
}

static inline void nudge(void *arg)
{
	(void)arg;
	nudges++;
}

static inline void thing_post(struct request *rq, struct db *db, struct reply *re)
{
	const struct thing_in *in = rq->in;

	(void)db;
	reply_header(re, "Location", "/v1/partner/things/1");
	show(re, 201, "name", in->name, OPT_OR(in->size, 0));
	reply_header(re, "Location", "/v1/partner/things/1");
	reply_after(re, nudge, NULL);
	if (strcmp(in->name, "taken") == 0)
		reply_error(re, ERROR_CONFLICT, NULL);
}

static inline void body_size(struct request *rq, struct db *db, struct reply *re)
{
	(void)db;
	show(re, 200, "bytes", "", (int64_t)rq->n_bytes);
}

static inline void silent(struct request *rq, struct db *db, struct reply *re)
{
	(void)rq, (void)db, (void)re;
}

static inline void huge(struct request *rq, struct db *db, struct reply *re)
{
	struct jw *w = reply_json(re, 200);

	(void)rq, (void)db;
	jw_array(w);
	for (int i = 0; i < 100000; i++)
		jw_int(w, 123456789);
	jw_end(w);
}

static const struct route routes[] = {
	{ "GET", "/health", SCOPE_NONE, RUN_READ, health },
	{ "GET", "/v1/partner/things", SCOPE_PARTNER, RUN_LONG_READ, thing_list, .query = &list_shape },
	{ "POST", "/v1/partner/things", SCOPE_PARTNER, RUN_WRITE, thing_post, .body = &thing_shape },
	{ "GET", "/v1/partner/things/:id", SCOPE_PARTNER, RUN_READ, thing_get },
	{ "POST", "/v1/partner/small", SCOPE_PARTNER, RUN_READ, body_size, BODY_JSON, .max_body = 1000 },
	{ "POST", "/v1/partner/large", SCOPE_PARTNER, RUN_BULK_WRITE, body_size, BODY_JSON },
	{ "GET", "/v1/partner/silent", SCOPE_PARTNER, RUN_READ, silent },
	{ "GET", "/v1/partner/huge", SCOPE_PARTNER, RUN_READ, huge },
	{ "GET", "/v1/admin/keys", SCOPE_ADMIN, RUN_READ, health },
};

static inline enum auth_result fake_authenticate(void *arg, const char *key, struct caller *out)
{
	(void)arg;
	if (strcmp(key, STOPPED_KEY) == 0)
		return AUTH_DEACTIVATED;
	if (strcmp(key, INACTIVE_KEY) == 0)
		return AUTH_INACTIVE;
	if (strcmp(key, PARTNER_KEY) != 0 && strcmp(key, ADMIN_KEY) != 0)
		return AUTH_UNKNOWN;
	*out = (struct caller){ .company_id = 1, .workspace_id = 2, .user_id = 3, .key_id = 4,
				.scope = key[3] == 'l' ? SCOPE_ADMIN : SCOPE_PARTNER };
	return AUTH_OK;
}

static inline struct db *fake_reader(void *arg)
{
	(void)arg;
	return &the_db;
}

struct fake_job {
	int (*run)(struct db *db, void *job);
	void (*done)(void *job, int rc);
	void *job;
};

/* Runs each job twice, as the real writer may. */
static inline void fake_writer(gpointer p, gpointer arg)
{
	struct fake_job *j = p;
	int rc;

	(void)arg;
	g_usleep((gulong)writer_delay_ms * 1000);
	runs += 2;
	j->run(&the_db, j->job);
	rc = j->run(&the_db, j->job);
	if (writer_rc < 0)
		rc = writer_rc;
	commits += rc == 0;
	rollbacks += rc > 0;
	j->done(j->job, rc);
	g_free(j);
}

static inline void fake_write(void *arg, bool bulk, const struct request *rq, struct reply *re,
		       int (*run)(struct db *db, void *job), void (*done)(void *job, int rc), void *job)
{
	struct fake_job *j = g_new(struct fake_job, 1);

	(void)arg, (void)bulk, (void)rq, (void)re;
	*j = (struct fake_job){ run, done, job };
	g_thread_pool_push(writer, j, NULL);
}

static inline void fake_finished(void *arg, const struct request *rq, unsigned status, int64_t took_us)
{
	(void)arg, (void)rq;
	assert(status >= 200 && took_us >= 0);
	finished++;
}

static const struct server_host host = { NULL, routes, G_N_ELEMENTS(routes), fake_authenticate, fake_reader,
					 fake_write, fake_finished };

static struct settings settings;
static struct server *srv;

static inline struct server *start(int64_t timeout_s, int64_t rate)
{
	struct problem p = { 0 };
	struct server *s;

	settings.api_listen = (char *)"127.0.0.1:0";
	settings.api_rate_limit = rate;
	settings.api_threads = 2;
	settings.api_max_connections = 200;
	settings.api_request_timeout = timeout_s;
	s = server_start(&settings, &host, &p);
	if (!s)
		fail_msg("%s", p.text);
	return s;
}

static inline int server_setup(void **state)
{
	(void)state;
	token_setup();
	writer = g_thread_pool_new(fake_writer, NULL, 1, TRUE, NULL);
	srv = start(1, 1000000);
	return 0;
}

static inline int server_teardown(void **state)
{
	(void)state;
	server_stop(srv, 2000);
	g_thread_pool_free(writer, FALSE, TRUE);
	return 0;
}

/* --- raw sockets --- */

static inline int dial(void)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons((uint16_t)server_port(srv)) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0)
		fail_msg("connect: %s", strerror(errno));
	return fd;
}

static inline void put(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return; /* the server may close early: that is for the answer to tell */
		bytes += sent;
		n -= (size_t)sent;
	}
}

/* Everything that comes until the connection is closed or quiet for `quiet_ms`. */
static inline char *hear(int fd, int quiet_ms, bool *closed)
{
	GString *s = g_string_new(NULL);
	struct pollfd pfd = { fd, POLLIN, 0 };
	char buf[65536];
	ssize_t n = 1;

	while (poll(&pfd, 1, quiet_ms) > 0 && (n = recv(fd, buf, sizeof(buf), 0)) > 0)
		g_string_append_len(s, buf, n);
	*closed = n <= 0;
	return g_string_free(s, FALSE);
}

/* The statuses of all answers in the text: "200 200 400". */
static inline char *statuses(const char *text)
{
	GString *s = g_string_new(NULL);

	for (const char *p = strstr(text, "HTTP/1.1 "); p; p = strstr(p + 9, "HTTP/1.1 "))
		g_string_append_printf(s, "%s%.3s", s->len ? " " : "", p + 9);
	return g_string_free(s, FALSE);
}

struct talk {
	char *text, *statuses;
	bool closed;
};

static inline struct talk say_n(const char *bytes, size_t n, int quiet_ms)
{
	struct talk t;
	int fd = dial();
	struct pollfd pfd = { fd, POLLIN, 0 };

	put(fd, bytes, n);
	poll(&pfd, 1, 10000); /* patient for the first byte: sanitizers are slow */
	t.text = hear(fd, quiet_ms, &t.closed);
	t.statuses = statuses(t.text);
	close(fd);
	return t;
}

static inline struct talk say(const char *bytes)
{
	return say_n(bytes, strlen(bytes), 60);
}

static inline void talk_end(struct talk *t)
{
	g_free(t->text);
	g_free(t->statuses);
}

static inline void expect(const char *bytes, const char *want_statuses, const char *want_text)
{
	struct talk t = say(bytes);

	if (strcmp(t.statuses, want_statuses) != 0 || (want_text && !strstr(t.text, want_text)))
		fail_msg("%s\n want %s %s\n got %s\n%s", bytes, want_statuses, want_text ? want_text : "",
			 t.statuses, t.text);
	talk_end(&t);
}

#define GET7 "GET /v1/partner/things/7 HTTP/1.1\r\n" HOST KEY

static inline char *post(const char *path, const char *headers, const char *body)
{
	return g_strdup_printf("POST %s HTTP/1.1\r\n" HOST KEY "%sContent-Length: %zu\r\n\r\n%s", path,
			       headers, strlen(body), body);
}
