/* What is said to people who call back, and what follows from their word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/call_back.h"
#include "core/lead.h"
#include "core/pacing.h"

#include <glib.h>
#include <string.h>

static void test_words(void **state)
{
	static const struct {
		enum call_back_kind kind;
		const char *company, *about, *said;
	} rows[] = {
		{ CALL_BACK_RESUMES, "Acme", "Picker",
		  "Thank you for calling. This is Acme. We called you about Picker. This is an automated line. "
		  "Press 0 for a person, or 9 to never be called again." },
		{ CALL_BACK_OVER, "Acme", " ",
		  "Thank you for calling. This is Acme. We called you about a job. There is nothing left for you to answer." },
		{ CALL_BACK_STRANGER, "Acme", "Picker",
		  "Thank you for calling. This is an automated line of Acme, which calls people about jobs." },
		{ CALL_BACK_WITHHELD, "", NULL,
		  "Thank you for calling. This is an automated line of a recruiting team, which calls people about jobs." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		g_autofree char *said = call_back_greeting(rows[i].kind, rows[i].company, rows[i].about);

		assert_string_equal(said, rows[i].said);
	}
}

/* Nobody is promised what a key does not do. */
static void test_questions(void **state)
{
	(void)state;
	assert_null(call_back_question(CALL_BACK_RESUMES, true));
	for (enum call_back_kind k = CALL_BACK_OVER; k < CALL_BACK_END; k++) {
		g_autofree char *with = call_back_question(k, true), *without = call_back_question(k, false);

		assert_non_null(strstr(with, "press 0"));
		assert_int_equal(strstr(without, "press 0") != NULL, k != CALL_BACK_WITHHELD);
		assert_int_equal(strstr(with, "press 9") != NULL, k != CALL_BACK_WITHHELD);
	}
}

static void test_decided(void **state)
{
	static const struct {
		enum answer answer;
		enum person_wish person;
		enum bucket before, bucket;
		const char *reason; /* NULL: nothing follows */
	} rows[] = {
		{ ANSWER_NONE, PERSON_NOT_ASKED, BUCKET_NO_ANSWER, BUCKET_NO_ANSWER, NULL },
		{ ANSWER_NEUTRAL, PERSON_NOT_ASKED, BUCKET_PENDING, BUCKET_PENDING, NULL },
		{ ANSWER_INTERESTED, PERSON_NOT_ASKED, BUCKET_NO_ANSWER, BUCKET_INTERESTED, LEAD_REASON_DECIDED },
		{ ANSWER_NOT_INTERESTED, PERSON_NOTED, BUCKET_INTERESTED, BUCKET_NOT_INTERESTED, LEAD_REASON_DECIDED },
		{ ANSWER_OPT_OUT, PERSON_NOT_ASKED, BUCKET_INTERESTED, BUCKET_NOT_INTERESTED, LEAD_REASON_OPTED_OUT },
		{ ANSWER_NONE, PERSON_PUT_THROUGH, BUCKET_NO_ANSWER, BUCKET_NO_ANSWER, LEAD_REASON_WANTS_PERSON },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lead_next next = lead_decided(rows[i].before, rows[i].answer, rows[i].person);

		assert_int_equal(next.bucket, rows[i].bucket);
		assert_int_equal(next.state, rows[i].reason ? LEAD_DONE : 0);
		assert_int_equal(next.opt_out, rows[i].answer == ANSWER_OPT_OUT);
		if (rows[i].reason)
			assert_string_equal(next.reason, rows[i].reason);
	}
}

/* Calls from outside take channels, but no turns: not even a resting trunk refuses them. */
static void test_channels(void **state)
{
	struct pace p;
	struct pace_turn turn;

	(void)state;
	pace_init(&p, 2, 1, 0);
	assert_true(pace_take_in(&p));
	assert_true(pace_take(&p, 0, 0, &turn));
	assert_int_equal(turn.at_us, 0);
	assert_false(pace_take_in(&p));
	pace_give_back(&p, false, false, 0, 0);
	pace_hold_off(&p, 1000000);
	assert_true(pace_take_in(&p));
	assert_int_equal(p.in_use, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_decided),
		cmocka_unit_test(test_channels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
