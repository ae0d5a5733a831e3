/* Bodies and queries, what the writer says, large answers, the ids of requests. */
#include "server_rig.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies),
		cmocka_unit_test(too_large),
		cmocka_unit_test(queries),
		cmocka_unit_test(writes),
		cmocka_unit_test(large_bodies_go_through_the_pool),
		cmocka_unit_test(a_large_answer),
		cmocka_unit_test(request_ids),
	};

	return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
