/* Events as they are shown, the ladder of deliveries, and signatures. */
#include "core/event.h"

#include "base/json_writer.h"
#include "base/signature.h"
#include "base/token.h"
#include "core/delivery.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void shown_as(const struct event_shown *e, const char *want)
{
	struct jw w;

	jw_init(&w);
	event_json(&w, e);
	assert_string_equal(w.data, want);
	jw_free(&w);
}

static void test_an_event_as_json(void **state)
{
	(void)state;
	shown_as(&(struct event_shown){ .event_id = 7, .type = "attempt.ended", .campaign_id = 1, .talent_id = 2,
					.attempt_id = 3, .data = "{\"outcome\":\"busy\"}" },
		 "{\"id\":7,\"type\":\"call.completed\",\"timestamp\":\"1970-01-01T00:00:00.000Z\",\"data\":{\"campaignId\":1,"
		 "\"leadId\":2,\"attemptId\":3,\"outcome\":\"busy\"}}");
	shown_as(&(struct event_shown){ .event_id = 8, .type = "new.thing", .campaign_id = INT64_MIN, .data = "{}" },
		 "{\"id\":8,\"type\":\"new.thing\",\"timestamp\":\"1970-01-01T00:00:00.000Z\",\"data\":{}}");
	shown_as(&(struct event_shown){ .event_id = 9, .type = "webhook.test", .data = "{\"a\":1}" },
		 "{\"id\":9,\"type\":\"webhook.test\",\"timestamp\":\"1970-01-01T00:00:00.000Z\",\"data\":{\"a\":1}}");
}

static void test_every_type_has_a_name_of_its_own_and_a_sample(void **state)
{
	const struct event_type *t;

	(void)state;
	for (size_t i = 0; (t = event_type_at(i)); i++) {
		char sample[300] = "{";
		json_t *json = json_loads(strcat(strncat(sample, t->sample, 290), "}"), 0, NULL);

		assert_non_null(json);
		json_decref(json);
		assert_ptr_equal(event_type_named(t->name), t);
		assert_string_equal(event_type_shown(t->stored), t->name);
	}
}

static void test_lists(void **state)
{
	(void)state;
	assert_true(event_listed("*", "lead.added"));
	assert_true(event_listed("a.b,lead.added", "lead.added") && event_listed("lead.added,a.b", "lead.added"));
	assert_false(event_listed("lead.added_too,xlead.added", "lead.added"));
	assert_false(event_listed("a.b", "lead.added"));
}

static void step(int tries, bool aside, long status, int64_t wish, enum delivery_next next, int64_t least, int64_t most)
{
	for (uint64_t chance = 0; chance < 10000; chance += 7) {
		struct delivery_step s = delivery_after(tries, aside, status, wish, chance * 1000003);

		assert_int_equal(s.next, next);
		assert_in_range(s.wait_ms, least, most);
	}
}

static void test_the_ladder(void **state)
{
	(void)state;
	step(1, false, 204, -1, DELIVERY_DONE, 0, 0);
	step(9, true, 299, -1, DELIVERY_DONE, 0, 0);
	step(1, false, 410, -1, DELIVERY_GONE, 0, 0);
	step(1, false, 0, -1, DELIVERY_AGAIN, 4500, 5500);
	step(1, false, 302, -1, DELIVERY_AGAIN, 4500, 5500);
	step(2, false, 500, -1, DELIVERY_AGAIN, 270000, 330000);
	step(3, false, 500, -1, DELIVERY_ASIDE, 1620000, 1980000);
	step(4, true, 500, -1, DELIVERY_AGAIN, 6480000, 7920000);
	step(9, true, 400, -1, DELIVERY_AGAIN, 77760000, 95040000);
	step(10, true, 400, -1, DELIVERY_GIVE_UP, 0, 0);
	step(1, false, 429, 60, DELIVERY_AGAIN, 60000, 60000);   /* a wish is obeyed, */
	step(2, false, 503, 1, DELIVERY_AGAIN, 270000, 330000);  /* but shortens nothing, */
	step(1, false, 503, INT64_MAX, DELIVERY_AGAIN, 86400000, 86400000); /* and has its limit */
}

/* The example of the standard's own libraries. */
static void test_a_signature(void **state)
{
	static const char body[] = "{\"test\": 2432232314}";
	char out[SIGNATURE_SIZE], secret[SIGNATURE_SECRET_SIZE];

	(void)state;
	assert_int_equal(signature_make("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
					body, strlen(body), out), 0);
	assert_string_equal(out, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	signature_secret(secret);
	assert_int_equal(signature_make(secret, "a", 1, "", 0, out), 0);
	assert_int_equal(signature_make("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "a", 1, "", 0, out), -1);
	assert_int_equal(signature_make("whsec_no base64", "a", 1, "", 0, out), -1);
}

static int start(void **state)
{
	(void)state;
	token_setup();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_event_as_json),
		cmocka_unit_test(test_every_type_has_a_name_of_its_own_and_a_sample),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_the_ladder),
		cmocka_unit_test(test_a_signature),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
