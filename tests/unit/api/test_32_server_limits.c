/* Time, rates, clients that go away, and draining. */
#include "server_rig.h"

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
		cmocka_unit_test(dripped_requests_end),
		cmocka_unit_test(our_own_time_does_not_count),
		cmocka_unit_test(a_client_that_goes_away),
		cmocka_unit_test(every_request_was_reported),
		cmocka_unit_test(a_port_in_use),
		cmocka_unit_test(rate_limits),
		cmocka_unit_test(draining),
		cmocka_unit_test(a_drain_without_patience),
	};

	return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
