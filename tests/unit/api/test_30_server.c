/* Requests as bytes: heads, whole and in pieces, routes, methods and keys. */
#include "server_rig.h"

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
	};

	return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
