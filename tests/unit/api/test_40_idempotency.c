/*
 * Idempotency-Key where no database is needed: the header's forms, and the requests under way.
 */
#include "api/idempotency.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/token.h"

#include <glib.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static const char *sent; /* the header's value */

/* Stands in for the server's. */
const char *request_header(const struct request *rq, const char *name)
{
	(void)rq;
	return strcmp(name, "Idempotency-Key") == 0 ? sent : NULL;
}

static void test_keys(void **state)
{
	static const struct {
		const char *value, *key;
	} cases[] = {
		{ "abc", "abc" },
		{ "8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324" },
		{ "\"abc\"", "abc" },
		{ "\"abc\" \t", "abc" },
		{ "a b", "a b" },
		{ "\"a \\\"b\\\" \\\\\"", "a \"b\" \\" },
		{ "a\"b", "a\"b" },
		{ "", NULL },
		{ " ", NULL },
		{ "\"\"", NULL },
		{ "\"", NULL },
		{ "\"open", NULL },
		{ "\"a\"b\"", NULL },
		{ "\"a\\\"", NULL },
		{ "\"a\\n\"", NULL },
		{ "tab\there", NULL },
		{ "caf\xc3\xa9", NULL },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *key = idempotency_key(a, cases[i].value);

		if (g_strcmp0(key, cases[i].key) != 0)
			fail_msg("%s: %s", cases[i].value, key ? key : "NULL");
	}
	arena_free(a);
}

static void test_longest_key(void **state)
{
	struct arena *a = arena_new();
	char text[300];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[255] = 0;
	assert_non_null(idempotency_key(a, text));
	text[255] = 'x';
	text[256] = 0;
	assert_null(idempotency_key(a, text));
	arena_free(a);
}

static struct request request(struct arena *a, const char *method, const char *target, int64_t key_id)
{
	static const struct route things = { .path = "/things" };

	return (struct request){ .route = &things, .method = method, .target = target, .caller.key_id = key_id, .arena = a,
				 .bytes = "{}", .n_bytes = 2 };
}

/* Begins it beside what runs already; the status of the refusal, or 0. */
static unsigned try(struct idempotency *all, const struct request *rq, struct once **o)
{
	struct reply re;
	unsigned status;

	reply_init(&re, rq->arena);
	status = once_begin(all, rq, &re, o) ? 0 : re.status;
	reply_clear(&re);
	return status;
}

static void test_one_at_a_time(void **state)
{
	struct idempotency *all = idempotency_new();
	struct arena *a = arena_new();
	struct request post = request(a, "POST", "/things?x=1", 1), same = request(a, "POST", "/things/?x=2", 1);
	struct request others[] = {
		request(a, "PATCH", "/things", 1),
		request(a, "POST", "/things", 2),
		request(a, "POST", "/others", 1),
	};
	struct once *first, *second;

	(void)state;
	sent = "key";
	assert_int_equal(try(all, &post, &first), 0);
	assert_non_null(first);
	assert_int_equal(try(all, &same, &second), 409);
	assert_null(second);
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		assert_int_equal(try(all, &others[i], &second), 0);
		once_end(second);
	}
	once_end(first);
	assert_int_equal(try(all, &same, &second), 0);
	once_end(second);
	idempotency_free(all);
	arena_free(a);
}

static void test_requests_it_is_nothing_to(void **state)
{
	struct idempotency *all = idempotency_new();
	struct arena *a = arena_new();
	struct request post = request(a, "POST", "/things", 1), del = request(a, "DELETE", "/things", 1);
	struct once *o;

	(void)state;
	sent = NULL;
	assert_int_equal(try(all, &post, &o), 0);
	assert_null(o);
	sent = "";
	assert_int_equal(try(all, &del, &o), 0);
	assert_null(o);
	assert_int_equal(try(all, &post, &o), 400);
	idempotency_free(all);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_longest_key),
		cmocka_unit_test(test_one_at_a_time),
		cmocka_unit_test(test_requests_it_is_nothing_to),
	};

	token_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
