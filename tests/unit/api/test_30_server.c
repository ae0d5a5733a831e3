/*
 * The server over real sockets: a fake host with a handful of routes, and raw bytes in both directions.
 */
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

static void show(struct reply *re, unsigned status, const char *key, const char *value, int64_t n)
{
	struct jw *w = reply_json(re, status);

	jw_object(w);
	jw_kstr(w, key, value);
	jw_kint(w, "n", n);
	jw_end(w);
}

static void health(struct request *rq, struct db *db, struct reply *re)
{
	(void)rq, (void)db;
	reply_static(re, 200, "text/plain", "ok\n", 3);
}

static void thing_get(struct request *rq, struct db *db, struct reply *re)
{
	assert(db == &the_db);
	show(re, 200, "peer", request_peer(rq), rq->path.ids[0]);
}

static void thing_list(struct request *rq, struct db *db, struct reply *re)
{
	const struct list_query *q = rq->query;

	(void)db;
	show(re, 200, "search", q->search, OPT_OR(q->page, 1));
}

static void nudge(void *arg)
{
	(void)arg;
	nudges++;
}

static void thing_post(struct request *rq, struct db *db, struct reply *re)
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

static void body_size(struct request *rq, struct db *db, struct reply *re)
{
	(void)db;
	show(re, 200, "bytes", "", (int64_t)rq->n_bytes);
}

static void silent(struct request *rq, struct db *db, struct reply *re)
{
	(void)rq, (void)db, (void)re;
}

static void huge(struct request *rq, struct db *db, struct reply *re)
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

static enum auth_result fake_authenticate(void *arg, const char *key, struct caller *out)
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

static struct db *fake_reader(void *arg)
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
static void fake_writer(gpointer p, gpointer arg)
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

static void fake_write(void *arg, bool bulk, const struct request *rq, struct reply *re,
		       int (*run)(struct db *db, void *job), void (*done)(void *job, int rc), void *job)
{
	struct fake_job *j = g_new(struct fake_job, 1);

	(void)arg, (void)bulk, (void)rq, (void)re;
	*j = (struct fake_job){ run, done, job };
	g_thread_pool_push(writer, j, NULL);
}

static void fake_finished(void *arg, const struct request *rq, unsigned status, int64_t took_us)
{
	(void)arg, (void)rq;
	assert(status >= 200 && took_us >= 0);
	finished++;
}

static const struct server_host host = { NULL, routes, G_N_ELEMENTS(routes), fake_authenticate, fake_reader,
					 fake_write, fake_finished };

static struct settings settings;
static struct server *srv;

static struct server *start(int64_t timeout_s, int64_t rate)
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

static int server_setup(void **state)
{
	(void)state;
	srv = start(1, 1000000);
	return 0;
}

static int server_teardown(void **state)
{
	(void)state;
	server_stop(srv, 2000);
	return 0;
}

/* --- raw sockets --- */

static int dial(void)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons((uint16_t)server_port(srv)) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0)
		fail_msg("connect: %s", strerror(errno));
	return fd;
}

static void put(int fd, const char *bytes, size_t n)
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
static char *hear(int fd, int quiet_ms, bool *closed)
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
static char *statuses(const char *text)
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

static struct talk say_n(const char *bytes, size_t n, int quiet_ms)
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

static struct talk say(const char *bytes)
{
	return say_n(bytes, strlen(bytes), 60);
}

static void talk_end(struct talk *t)
{
	g_free(t->text);
	g_free(t->statuses);
}

static void expect(const char *bytes, const char *want_statuses, const char *want_text)
{
	struct talk t = say(bytes);

	if (strcmp(t.statuses, want_statuses) != 0 || (want_text && !strstr(t.text, want_text)))
		fail_msg("%s\n want %s %s\n got %s\n%s", bytes, want_statuses, want_text ? want_text : "",
			 t.statuses, t.text);
	talk_end(&t);
}

/* --- the tests --- */

#define GET7 "GET /v1/partner/things/7 HTTP/1.1\r\n" HOST KEY

struct strictness {
	const char *what, *bytes, *want;
	bool closes;
	bool envelope; /* the answer is ours: JSON */
};

static const struct strictness heads[] = {
	{ "three pipelined", GET7 "\r\n" GET7 "\r\n" GET7 "\r\n", "200 200 200", false, true },
	{ "two lengths",
	  "POST /v1/partner/small HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
	  "400", true, true },
	{ "two equal lengths",
	  "POST /v1/partner/small HTTP/1.1\r\n" HOST KEY "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
	  "400", true, true },
	{ "length +2", "POST /v1/partner/small HTTP/1.1\r\n" HOST KEY "Content-Length: +2\r\n\r\n{}", "400",
	  true, false },
	{ "length and chunked",
	  "POST /v1/partner/small HTTP/1.1\r\n" HOST KEY
	  "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
	  "400", true, true },
	{ "gzip, chunked",
	  "POST /v1/partner/small HTTP/1.1\r\n" HOST KEY "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
	  "501", true, true },
	{ "two codings",
	  "POST /v1/partner/small HTTP/1.1\r\n" HOST KEY
	  "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	  "400", true, true },
	{ "coding in 1.0",
	  "POST /v1/partner/small HTTP/1.0\r\n" HOST KEY "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400",
	  true, true },
	{ "space before colon", "GET /v1/partner/things/7 HTTP/1.1\r\nHost : x\r\n" KEY "\r\n", "400", true,
	  false },
	{ "no host", "GET /v1/partner/things/7 HTTP/1.1\r\n" KEY "\r\n", "400", true, false },
	{ "two hosts", GET7 HOST "\r\n", "400", true, true },
	{ "no host in 1.0", "GET /v1/partner/things/7 HTTP/1.0\r\n" KEY "\r\n", "200", true, true },
	{ "absolute form", "GET http://x/v1/partner/things/7 HTTP/1.1\r\n" HOST KEY "\r\n", "200", false,
	  true },
	{ "bare CR in a value", GET7 "X-A: a\rb\r\n\r\n", "400", true, true },
};

static void strict_heads(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
		const struct strictness *h = &heads[i];
		struct talk t = say(h->bytes);

		/* The library may send its own refusal twice. */
		if ((h->envelope ? strcmp(t.statuses, h->want) != 0
				 : !g_str_has_prefix(t.statuses, h->want)) ||
		    t.closed != h->closes)
			fail_msg("%s: %s, %s\n%s", h->what, t.statuses, t.closed ? "closed" : "open", t.text);
		if (h->envelope && !strstr(t.text, "application/json"))
			fail_msg("%s: not our answer\n%s", h->what, t.text);
		talk_end(&t);
	}
}

static void nul_in_a_value(void **state)
{
	static const char last[] = GET7 "X-A: a\0b\r\n\r\n", inner[] = GET7 "X-A: a\0b\r\nX-B: c\r\n\r\n";
	struct talk t = say_n(last, sizeof(last) - 1, 150);

	(void)state;
	assert_string_equal(t.statuses, "400");
	talk_end(&t);
	t = say_n(inner, sizeof(inner) - 1, 150);
	assert_string_equal(t.statuses, "400");
	talk_end(&t);
}

/* However a sound head is cut into packets, and whatever blanks are in it, it stays sound. */
static void heads_in_pieces(void **state)
{
	static const char head[] =
		"GET /v1/partner/things/7 HTTP/1.1\r\nHost:x\r\nX-Empty:\r\nX-Blank:  \r\n" KEY
		"X-Tail: a b \t\r\nCookie: a=b; c=d\r\nAccept: */*  \r\n\r\n";

	(void)state;
	for (size_t cut = 1; cut < sizeof(head) - 1; cut++) {
		int fd = dial();
		struct pollfd pfd = { fd, POLLIN, 0 };
		bool closed;
		char *text;

		put(fd, head, cut);
		g_usleep(1000);
		put(fd, head + cut, sizeof(head) - 1 - cut);
		poll(&pfd, 1, 10000);
		text = hear(fd, 3, &closed);
		if (!g_str_has_prefix(text, "HTTP/1.1 200"))
			fail_msg("cut at %zu: %s", cut, text);
		g_free(text);
		close(fd);
	}
}

/* A head that makes the library's buffer grow several times, on a connection used before. */
static void a_head_of_20_kB(void **state)
{
	GString *s = g_string_new(GET7 "\r\n" GET7);
	struct talk t;

	(void)state;
	for (int i = 0; i < 100; i++)
		g_string_append_printf(s, "X-Header-%d: %0150d\r\n", i, i);
	g_string_append(s, "\r\n");
	t = say_n(s->str, s->len, 150);
	assert_string_equal(t.statuses, "200 200");
	talk_end(&t);
	g_string_free(s, TRUE);
}

/* Past the limit, and yet small enough for the library: the refusal is ours, and there is room for it. */
static void a_head_of_30_kB(void **state)
{
	GString *s = g_string_new(GET7 "X-A: ");

	(void)state;
	for (int i = 0; i < 30000; i++)
		g_string_append_c(s, 'a');
	g_string_append(s, "\r\n\r\n");
	expect(s->str, "431", "\"code\":\"PAYLOAD_TOO_LARGE\"");
	g_string_free(s, TRUE);
}

static void large_heads(void **state)
{
	GString *s = g_string_new(GET7 "X-A: ");
	struct talk t;

	(void)state;
	for (int i = 0; i < 70000; i++)
		g_string_append_c(s, 'a');
	g_string_append(s, "\r\n\r\n");
	t = say_n(s->str, s->len, 150);
	assert_string_equal(t.statuses, "431");
	talk_end(&t);
	g_string_assign(s, GET7);
	for (int i = 0; i < 2000; i++)
		g_string_append_printf(s, "X-Header-%d: abcdefgh\r\n", i);
	g_string_append(s, "\r\n");
	t = say_n(s->str, s->len, 150);
	assert_string_equal(t.statuses, "431");
	talk_end(&t);
	g_string_free(s, TRUE);
}

static void routes_and_methods(void **state)
{
	(void)state;
	expect("GET /health HTTP/1.1\r\n" HOST "\r\n", "200", "\r\n\r\nok\n");
	expect(GET7 "\r\n", "200", "{\"peer\":\"127.0.0.1\",\"n\":7}");
	expect("GET /nowhere HTTP/1.1\r\n" HOST "\r\n", "404",
	       "\"code\":\"NOT_FOUND\",\"type\":\"not_found_error\"");
	expect("GET /v1/partner/things/abc HTTP/1.1\r\n" HOST KEY "\r\n", "404", "\"details\":{}");
	expect("DELETE /v1/partner/things/7 HTTP/1.1\r\n" HOST KEY "\r\n", "405",
	       "Allow: GET, HEAD, OPTIONS\r\n");
	expect("OPTIONS /v1/partner/things HTTP/1.1\r\n" HOST "\r\n", "204",
	       "Allow: GET, HEAD, POST, OPTIONS\r\n");
	expect("GET /v1/partner/silent HTTP/1.1\r\n" HOST KEY "\r\n", "500", "INTERNAL_ERROR");
	expect("GET /v1/partner%2Fthings/7 HTTP/1.1\r\n" HOST KEY "\r\n", "404", NULL);
	expect("GET /v1/partner/things/7%00 HTTP/1.1\r\n" HOST KEY "\r\n", "404", NULL);
	expect("GET /v1/partner/things/7?x=%00&y HTTP/1.1\r\n" HOST KEY "\r\n", "200", NULL);
}

static void head_has_no_body(void **state)
{
	struct talk t = say("HEAD /v1/partner/things/7 HTTP/1.1\r\n" HOST KEY "\r\n");

	(void)state;
	assert_string_equal(t.statuses, "200");
	assert_non_null(strstr(t.text, "Content-Length: 26\r\n"));
	assert_string_equal(t.text + strlen(t.text) - 4, "\r\n\r\n");
	talk_end(&t);
}

static void keys(void **state)
{
	static const struct {
		const char *header, *status, *text;
	} cases[] = {
		{ "", "401", "\"code\":\"UNAUTHORIZED\",\"type\":\"authentication_error\"" },
		{ "", "401", "WWW-Authenticate: Bearer\r\n" },
		{ "Authorization: Bearer sk_live_nope\r\n", "401", NULL },
		{ "Authorization: Bearer sk_test_EEEEEEEEEEEEEEEEEEEEEE\r\n", "401", NULL },
		{ "Authorization: Basic " PARTNER_KEY "\r\n", "401", NULL },
		{ "Authorization: " PARTNER_KEY "\r\n", "401", NULL },
		{ KEY KEY, "401", NULL },
		{ "Authorization: bEARER   " PARTNER_KEY " \r\n", "200", NULL },
		{ "Authorization: Bearer " STOPPED_KEY "\r\n", "403",
		  "\"code\":\"FORBIDDEN\",\"type\":\"permission_error\"" },
		{ "Authorization: Bearer " INACTIVE_KEY "\r\n", "403", "ACCOUNT_INACTIVE" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *bytes = g_strdup_printf("GET /v1/partner/things/7 HTTP/1.1\r\n" HOST "%s\r\n",
					      cases[i].header);

		expect(bytes, cases[i].status, cases[i].text);
		g_free(bytes);
	}
	expect("GET /v1/admin/keys HTTP/1.1\r\n" HOST "\r\n", "401", NULL);
	expect("GET /v1/admin/keys HTTP/1.1\r\n" HOST KEY "\r\n", "404", NULL);
	expect("PUT /v1/admin/keys HTTP/1.1\r\n" HOST KEY "\r\n", "404", NULL);
	expect("GET /v1/admin/keys HTTP/1.1\r\n" HOST "Authorization: Bearer " ADMIN_KEY "\r\n\r\n", "200",
	       NULL);
}

static char *post(const char *path, const char *headers, const char *body)
{
	return g_strdup_printf("POST %s HTTP/1.1\r\n" HOST KEY "%sContent-Length: %zu\r\n\r\n%s", path,
			       headers, strlen(body), body);
}

static void expect_post(const char *path, const char *headers, const char *body, const char *status,
			const char *text)
{
	char *bytes = post(path, headers, body);

	expect(bytes, status, text);
	g_free(bytes);
}

static void bodies(void **state)
{
	static const char deep[] = "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]",
			  fine[] = "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]";
	const char *small = "/v1/partner/small";

	(void)state;
	expect_post(small, "", "{\"a\":1}", "200", "\"n\":7");
	expect_post(small, "", "", "200", "\"n\":0");
	expect_post(small, "", fine, "200", NULL);
	expect_post(small, "", deep, "400", "\"details\":{\"body\":\"\\\"body\\\" is nested too deeply\"}");
	expect_post(small, "", "{\"a\":1", "400",
		    "\"details\":{\"body\":\"\\\"body\\\" must be valid JSON: ");
	expect_post(small, "", "{\"a\":1,\"a\":2}", "400", "\"body\"");
	expect_post(small, "", "\xff", "400", "\"body\"");
	expect_post(small, "", "{\"a\":\"\\u0000\"}", "400", "\"body\"");
	expect_post(small, "", "{\"a\":123456789012345678901234567890}", "200", NULL);
	expect_post(small, "Content-Type: application/json; charset=UTF-8\r\n", "{}", "200", NULL);
	expect_post(small, "Content-Type: application/x+json\r\n", "{}", "200", NULL);
	expect_post(small, "Content-Type: text/plain\r\n", "{}", "400", "INVALID_REQUEST");
	expect_post(small, "Content-Type: application/json; charset=latin1\r\n", "{}", "400", NULL);
	expect_post(small, "Content-Encoding: gzip\r\n", "{}", "400", NULL);
	expect("POST /v1/partner/small HTTP/1.1\r\n" HOST KEY "Transfer-Encoding: chunked\r\n\r\n"
	       "3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n", "200", "\"n\":7");
	expect("POST /v1/partner/small HTTP/1.1\r\n" HOST KEY
	       "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
	       "100 200", NULL);
	/* Refused with a small body: the connection stays in step. */
	expect("POST /nowhere HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nabcde" GET7 "\r\n", "404 200",
	       NULL);
	expect("GET /v1/partner/things/7 HTTP/1.1\r\n" HOST KEY "Content-Length: 5\r\n\r\nabcde" GET7 "\r\n",
	       "200 200", NULL);
}

static void too_large(void **state)
{
	GString *s = g_string_new(NULL);
	struct talk t;

	(void)state;
	expect("POST /v1/partner/small HTTP/1.1\r\n" HOST KEY "Content-Length: 1001\r\n\r\n", "413",
	       "Connection: close\r\n");
	expect("POST /v1/partner/small HTTP/1.1\r\n" HOST KEY "Content-Length: 1001\r\n\r\n", "413",
	       "PAYLOAD_TOO_LARGE");
	/* Sent all the same: the answer must survive the unread bytes. */
	g_string_assign(s, "POST /v1/partner/small HTTP/1.1\r\n" HOST KEY "Content-Length: 3000000\r\n\r\n");
	g_string_set_size(s, s->len + 3000000);
	t = say_n(s->str, s->len, 500);
	assert_string_equal(t.statuses, "413");
	talk_end(&t);
	/* Chunked, just over: the rest is read; far over: cut. */
	for (int chunks = 1; chunks <= 4; chunks += 3) {
		g_string_assign(s, "POST /v1/partner/small HTTP/1.1\r\n" HOST KEY
				   "Transfer-Encoding: chunked\r\n\r\n");
		for (int i = 0; i < chunks; i++) {
			g_string_append(s, "80000\r\n");
			for (int j = 0; j < 0x80000; j++)
				g_string_append_c(s, ' ');
			g_string_append(s, "\r\n");
		}
		g_string_append(s, "0\r\n\r\n");
		t = say_n(s->str, s->len, 500);
		if (strcmp(t.statuses, "413") != 0 || !t.closed || !strstr(t.text, "PAYLOAD_TOO_LARGE"))
			fail_msg("%d chunks: %s\n%s", chunks, t.statuses, t.text);
		talk_end(&t);
	}
	g_string_free(s, TRUE);
}

static void queries(void **state)
{
	(void)state;
	expect("GET /v1/partner/things HTTP/1.1\r\n" HOST KEY "\r\n", "200", "{\"search\":null,\"n\":1}");
	expect("GET /v1/partner/things?page=3&search=a+b%26c%zz HTTP/1.1\r\n" HOST KEY "\r\n", "200",
	       "{\"search\":\"a b&c%zz\",\"n\":3}");
	expect("GET /v1/partner/things?page=3&page=4 HTTP/1.1\r\n" HOST KEY "\r\n", "400",
	       "\"page\":\"\\\"page\\\" must be a number\"");
	expect("GET /v1/partner/things?search=&page=0 HTTP/1.1\r\n" HOST KEY "\r\n", "400",
	       "\"details\":{\"page\":\"\\\"page\\\" must be greater than or equal to 1\","
	       "\"search\":\"\\\"search\\\" is not allowed to be empty\"}");
	expect("GET /v1/partner/things?search=%ff HTTP/1.1\r\n" HOST KEY "\r\n", "200", "\xef\xbf\xbd");
}

static void writes(void **state)
{
	(void)state;
	runs = commits = rollbacks = nudges = 0;
	expect_post("/v1/partner/things", "", "{\"name\":\"x\",\"size\":\"4\"}", "201",
		    "{\"name\":\"x\",\"n\":4}");
	assert_true(runs == 2 && commits == 1 && nudges == 1);
	expect_post("/v1/partner/things", "", "{\"name\":\"x\"}", "201",
		    "Location: /v1/partner/things/1\r\n");
	expect_post("/v1/partner/things", "", "{\"name\":\"taken\"}", "409", "\"code\":\"CONFLICT\"");
	assert_true(rollbacks == 1 && commits == 2);
	/* What the rules refuse never reaches the writer. */
	expect_post(
		"/v1/partner/things", "", "{\"zz\":1}", "400",
		"\"details\":{\"name\":\"\\\"name\\\" is required\",\"zz\":\"\\\"zz\\\" is not allowed\"}");
	assert_true(runs == 6);
	writer_rc = -1;
	expect_post("/v1/partner/things", "", "{\"name\":\"x\"}", "503",
		    "\"code\":\"UNAVAILABLE\",\"type\":\"api_error\"");
	expect_post("/v1/partner/things", "", "{\"name\":\"x\"}", "503", "Retry-After: 1\r\n");
	writer_rc = 0;
	assert_true(nudges == 2);
	/* Two on one connection, answered in order. */
	expect("POST /v1/partner/things HTTP/1.1\r\n" HOST KEY
	       "Content-Length: 12\r\n\r\n{\"name\":\"x\"}" GET7 "\r\n",
	       "201 200", NULL);
}

static void large_bodies_go_through_the_pool(void **state)
{
	GString *s = g_string_new("[");
	char *bytes;

	(void)state;
	for (int i = 0; i < 100000; i++)
		g_string_append(s, "1,");
	g_string_append(s, "1]");
	bytes = post("/v1/partner/large", "", s->str);
	expect(bytes, "200", "\"n\":200003");
	g_free(bytes);
	s->str[5] = 'x';
	bytes = post("/v1/partner/large", "", s->str);
	expect(bytes, "400", "must be valid JSON");
	g_free(bytes);
	g_string_free(s, TRUE);
}

static void a_large_answer(void **state)
{
	struct talk t = say("GET /v1/partner/huge HTTP/1.1\r\n" HOST KEY "Connection: close\r\n\r\n");

	(void)state;
	assert_true(strlen(t.text) > 1000000);
	assert_true(t.closed);
	talk_end(&t);
}

static void request_ids(void **state)
{
	struct talk t = say(GET7 "X-Request-Id: abc-1.2:3\r\n\r\n");
	const char *id;

	(void)state;
	assert_non_null(strstr(t.text, "X-Request-Id: abc-1.2:3\r\n"));
	talk_end(&t);
	t = say(GET7 "X-Request-Id: a b\"<>\r\n\r\n");
	id = strstr(t.text, "X-Request-Id: ");
	assert_true(id && id[14 + 8] == '-' && id[14 + 14] == '4' && id[14 + 36] == '\r');
	talk_end(&t);
}

/* Sends `text` a byte each 100 ms for as long as the server listens; returns how long that was. */
static int64_t drip(const char *head, const char *text, char **answer)
{
	int fd = dial();
	int64_t began = clock_boot_ms();
	struct pollfd pfd = { fd, POLLIN, 0 };
	bool closed;

	put(fd, head, strlen(head));
	for (const char *p = text; clock_boot_ms() - began < 5000; p = p[1] ? p + 1 : p)
		if (poll(&pfd, 1, 100) > 0)
			break;
		else
			put(fd, p, 1);
	*answer = hear(fd, 500, &closed);
	assert_true(closed);
	close(fd);
	return clock_boot_ms() - began;
}

static void dripped_requests_end(void **state)
{
	static const char *const heads_[] = {
		"", /* the request line itself */
		"GET /v1/partner/things/7 HTTP/1.1\r\n",
		"POST /v1/partner/small HTTP/1.1\r\n" HOST KEY "Content-Length: 900\r\n\r\n",
		"POST /v1/partner/small HTTP/1.1\r\n" HOST KEY "Transfer-Encoding: chunked\r\n\r\n",
	};
	static const char *const texts[] = { "GET /aaaaaaaaaaaa", "X-A: aaaaaaaaaaaaa", "{\"aaaaaaaa",
					     "10\r\naaaaaa" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(heads_); i++) {
		char *answer;
		int64_t took_ms = drip(heads_[i], texts[i], &answer);

		if (took_ms < 900 || took_ms > 2500)
			fail_msg("%zu: ended after %lld ms", i, (long long)took_ms);
		if (i > 0 && !strstr(answer, "REQUEST_TIMEOUT"))
			fail_msg("%zu: answered %s", i, answer);
		g_free(answer);
	}
}

static void our_own_time_does_not_count(void **state)
{
	char *bytes = post("/v1/partner/things", "", "{\"name\":\"x\"}");
	struct talk t;

	(void)state;
	writer_delay_ms = 1500;
	t = say_n(bytes, strlen(bytes), 3000);
	writer_delay_ms = 0;
	assert_string_equal(t.statuses, "201");
	assert_false(t.closed);
	talk_end(&t);
	g_free(bytes);
}

static void a_client_that_goes_away(void **state)
{
	char *bytes = post("/v1/partner/things", "", "{\"name\":\"x\"}");

	(void)state;
	writer_delay_ms = 50;
	for (int i = 0; i < 20; i++) {
		int fd = dial();

		put(fd, bytes, strlen(bytes));
		close(fd);
	}
	writer_delay_ms = 0;
	g_free(bytes);
	expect(GET7 "\r\n", "200", NULL);
}

static void a_port_in_use(void **state)
{
	char where[32];
	struct settings second = settings;
	struct problem p = { 0 };

	(void)state;
	g_snprintf(where, sizeof(where), "127.0.0.1:%u", server_port(srv));
	second.api_listen = where;
	assert_null(server_start(&second, &host, &p));
	assert_int_equal(p.kind, PROBLEM_CONFLICT);
	assert_non_null(strstr(p.text, "in use"));
	p.kind = PROBLEM_NONE;
	second.api_listen = (char *)"nonsense";
	assert_null(server_start(&second, &host, &p));
	assert_int_equal(p.kind, PROBLEM_CONFIG);
}

static void rate_limits(void **state)
{
	struct talk t;

	(void)state;
	server_stop(srv, 1000);
	srv = start(1, 2);
	t = say(GET7 "\r\n" GET7 "\r\n" GET7 "\r\n");
	assert_string_equal(t.statuses, "200 200 429");
	assert_non_null(strstr(
		t.text, "RateLimit-Policy: \"default\";q=2;w=60\r\nRateLimit: \"default\";r=1;t=60\r\n"));
	assert_non_null(
		strstr(t.text, "X-RateLimit-Limit: 2\r\nX-RateLimit-Remaining: 1\r\nX-RateLimit-Reset: "));
	assert_non_null(strstr(t.text, "Retry-After: 60\r\n"));
	assert_non_null(strstr(t.text, "\"code\":\"RATE_LIMIT_EXCEEDED\",\"type\":\"rate_limit_error\""));
	talk_end(&t);
	t = say("GET /v1/partner/things/7 HTTP/1.1\r\n" HOST "\r\n");
	assert_string_equal(t.statuses, "401");
	assert_null(strstr(t.text, "RateLimit"));
	talk_end(&t);
	server_stop(srv, 1000);
	srv = start(1, 0);
	t = say(GET7 "\r\n");
	assert_null(strstr(t.text, "RateLimit"));
	talk_end(&t);
	server_stop(srv, 1000);
	srv = start(1, 1000000);
}

static gpointer stop_slowly(gpointer ms)
{
	server_stop(srv, GPOINTER_TO_INT(ms));
	return NULL;
}

/* A write under way is answered, with Connection: close; an idle connection ends; new ones are refused. */
static void draining(void **state)
{
	char *bytes = post("/v1/partner/things", "", "{\"name\":\"x\"}"), *text;
	unsigned port = server_port(srv);
	int busy = dial(), idle = dial(), late;
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int64_t began = clock_boot_ms();
	GThread *t;
	bool closed;

	(void)state;
	put(idle, GET7 "\r\n", strlen(GET7 "\r\n"));
	text = hear(idle, 100, &closed);
	assert_false(closed);
	g_free(text);
	writer_delay_ms = 400;
	put(busy, bytes, strlen(bytes));
	g_usleep(100000);
	t = g_thread_new("stop", stop_slowly, GINT_TO_POINTER(5000));
	text = hear(idle, 300, &closed);
	assert_true(closed && text[0] == 0);
	g_free(text);
	late = socket(AF_INET, SOCK_STREAM, 0);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_not_equal(connect(late, (struct sockaddr *)&sa, sizeof(sa)), 0);
	text = hear(busy, 1000, &closed);
	assert_true(closed);
	assert_non_null(strstr(text, "201 Created"));
	assert_non_null(strstr(text, "Connection: close"));
	g_free(text);
	g_thread_join(t);
	assert_true(clock_boot_ms() - began < 3000);
	writer_delay_ms = 0;
	close(busy), close(idle), close(late);
	g_free(bytes);
	srv = start(1, 1000000);
}

/* The deadline cuts connections, but a job at the writer is waited for. */
static void a_drain_without_patience(void **state)
{
	char *bytes = post("/v1/partner/things", "", "{\"name\":\"x\"}");
	int busy = dial();

	(void)state;
	writer_delay_ms = 300;
	put(busy, bytes, strlen(bytes));
	g_usleep(50000);
	server_stop(srv, 0);
	writer_delay_ms = 0;
	close(busy);
	g_free(bytes);
	srv = start(1, 1000000);
}

static void every_request_was_reported(void **state)
{
	int before = finished;

	(void)state;
	expect(GET7 "\r\n" GET7 "\r\n", "200 200", NULL);
	expect("GET /nowhere HTTP/1.1\r\n" HOST "\r\n", "404", NULL);
	g_usleep(50000);
	assert_int_equal(finished - before, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes_and_methods),
		cmocka_unit_test(head_has_no_body),
		cmocka_unit_test(keys),
		cmocka_unit_test(strict_heads),
		cmocka_unit_test(nul_in_a_value),
		cmocka_unit_test(heads_in_pieces),
		cmocka_unit_test(a_head_of_20_kB),
		cmocka_unit_test(a_head_of_30_kB),
		cmocka_unit_test(large_heads),
		cmocka_unit_test(bodies),
		cmocka_unit_test(too_large),
		cmocka_unit_test(queries),
		cmocka_unit_test(writes),
		cmocka_unit_test(large_bodies_go_through_the_pool),
		cmocka_unit_test(a_large_answer),
		cmocka_unit_test(request_ids),
		cmocka_unit_test(dripped_requests_end),
		cmocka_unit_test(our_own_time_does_not_count),
		cmocka_unit_test(a_client_that_goes_away),
		cmocka_unit_test(every_request_was_reported),
		cmocka_unit_test(a_port_in_use),
		cmocka_unit_test(rate_limits),
		cmocka_unit_test(draining),
		cmocka_unit_test(a_drain_without_patience),
	};
	int failed;

	token_setup();
	writer = g_thread_pool_new(fake_writer, NULL, 1, TRUE, NULL);
	failed = cmocka_run_group_tests(tests, server_setup, server_teardown);
	g_thread_pool_free(writer, FALSE, TRUE);
	return failed;
}
