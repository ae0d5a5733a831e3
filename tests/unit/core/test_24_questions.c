/* What a campaign asks: by its purpose, or in its own words; and each fault of those. */
#include "core/questions.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#define KEYS "For a person, press 0. To never be called again, press 9."

static json_t *json(const char *text)
{
	g_autofree char *quoted = g_strdelimit(g_strdup(text), "'", '"');
	json_t *v = json_loads(quoted, 0, NULL);

	assert_non_null(v);
	return v;
}

static void each_purpose_has_its_question(void **state)
{
	static const struct {
		enum purpose purpose;
		const char *name, *text;
	} rows[] = {
		{ PURPOSE_SCHEDULE, "SCHEDULE", "Would you like to arrange an appointment? Press 1 if you would. "
		  "Press 2 if you would not. For a person, press 0. To never be called again, press 9." },
		{ PURPOSE_ONLINE_INTERVIEW, "ONLINE_INTERVIEW", "Would you like to arrange an online interview? "
		  "Press 1 if you would. Press 2 if you would not. For a person, press 0. To never be called again, press 9." },
		{ PURPOSE_INTEREST_CHECK, "INTEREST_CHECK", "Are you interested? Press 1 if you are interested. "
		  "Press 2 if you are not interested. For a person, press 0. To never be called again, press 9." },
		{ PURPOSE_ASSESSMENT_REMINDER, "ASSESSMENT_REMINDER", "Shall we send you the link to the assessment? "
		  "Press 1 to be sent the link. Press 2 if you are not interested. " KEYS },
	};
	struct questions q;

	(void)state;
	assert_int_equal(G_N_ELEMENTS(rows), PURPOSE_END);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *none = i % 2 ? json("[]") : NULL;

		questions_make(&q, rows[i].purpose, none);
		assert_int_equal(q.n, 1);
		assert_string_equal(q.list[0].text, rows[i].text);
		assert_string_equal(purpose_name(rows[i].purpose), rows[i].name);
		assert_int_equal(purpose_from(rows[i].name), rows[i].purpose);
		questions_clear(&q);
		json_decref(none);
	}
	assert_int_equal(purpose_from("schedule"), -1);
	assert_int_equal(purpose_from(""), -1);
}

static void questions_of_its_own(void **state)
{
	static const struct {
		const char *asked, *text;
		int n_options;
		struct call_option options[4];
	} rows[] = {
		{ "['Do you drive?']",
		  "Do you drive? Press 1 for yes. Press 2 for no. For a person, press 0. To never be called again, press 9.", 2,
		  { { '1', ANSWER_INTERESTED }, { '2', ANSWER_NOT_INTERESTED } } },
		{ "[{'text': 'Do you drive?'}]",
		  "Do you drive? Press 1 for yes. Press 2 for no. For a person, press 0. To never be called again, press 9.", 2,
		  { { '1', ANSWER_INTERESTED }, { '2', ANSWER_NOT_INTERESTED } } },
		{ "[{'text': 'Which day?', 'options': ["
		  "{'digit': '3', 'label': 'Monday', 'outcome': 'interested'}, {'digit': 8, 'label': 'none',"
		  "'outcome': 'NotInterested'}, {'digit': '5', 'label': 'later'}, {'digit': '7', 'label': 'never',"
		  "'outcome': 'opt_out'}]}]",
		  "Which day? For Monday, press 3. For none, press 8. For later, press 5. For never, press 7. "
		  "For a person, press 0. To never be called again, press 9.", 4,
		  { { '3', ANSWER_INTERESTED }, { '8', ANSWER_NOT_INTERESTED }, { '5', ANSWER_NEUTRAL },
		    { '7', ANSWER_OPT_OUT } } },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *asked = json(rows[i].asked);
		char path[QUESTIONS_PATH_SIZE], why[QUESTIONS_WHY_SIZE];
		struct questions q;

		assert_true(questions_check(asked, path, sizeof(path), why, sizeof(why)));
		questions_make(&q, PURPOSE_SCHEDULE, asked);
		assert_int_equal(q.n, 1);
		assert_string_equal(q.list[0].text, rows[i].text);
		assert_true(g_str_has_prefix(rows[i].text, q.list[0].asked));
		assert_true(g_str_has_suffix(q.list[0].asked, "?"));
		assert_string_equal(q.list[0].labels[0], i < 2 ? "yes" : "Monday");
		assert_int_equal(q.list[0].n_options, rows[i].n_options);
		for (int k = 0; k < rows[i].n_options; k++) {
			assert_int_equal(q.list[0].options[k].digit, rows[i].options[k].digit);
			assert_int_equal(q.list[0].options[k].answer, rows[i].options[k].answer);
		}
		questions_clear(&q);
		json_decref(asked);
	}
}

#define OPTION(o) "[{'text': 'Which?', 'options': [{'digit': '1', 'label': 'one'}, " o "]}]"

static void each_fault_has_its_path_and_text(void **state)
{
	static const struct {
		const char *asked, *path, *why;
	} rows[] = {
		{ "['a', '']", "1", "\"[1]\" is not allowed to be empty" },
		{ "[7]", "0", "\"[0]\" must be one of [string, object]" },
		{ "['a', null]", "1", "\"[1]\" must be one of [string, object]" },
		{ "[{}]", "0.text", "\"text\" is required" },
		{ "[{'text': ''}]", "0.text", "\"text\" is not allowed to be empty" },
		{ "[{'text': 3}]", "0.text", "\"text\" must be a string" },
		{ "['Hi {{nick}}']", "0", "\"[0]\" contains the unknown field {{nick}}, known are [firstName, lastName, "
		  "jobTitle, companyName, location, assessmentName]" },
		{ "[{'text': 'Hi {{nick'}]", "0.text", "\"text\" contains {{ without }}" },
		{ "[{'text': 'a', 'option': []}]", "0.option", "\"option\" is not allowed" },
		{ "[{'text': 'a', 'options': {}}]", "0.options", "\"options\" must be an array" },
		{ OPTION("7"), "0.options.1", "\"[1]\" must be of type object" },
		{ OPTION("{'label': 'x'}"), "0.options.1.digit",
		  "\"digit\" must be one of [1, 2, 3, 4, 5, 6, 7, 8]" },
		{ OPTION("{'digit': '9', 'label': 'x'}"), "0.options.1.digit",
		  "\"digit\" must be one of [1, 2, 3, 4, 5, 6, 7, 8]" },
		{ OPTION("{'digit': '0', 'label': 'x'}"), "0.options.1.digit",
		  "\"digit\" must be one of [1, 2, 3, 4, 5, 6, 7, 8]" },
		{ OPTION("{'digit': '12', 'label': 'x'}"), "0.options.1.digit",
		  "\"digit\" must be one of [1, 2, 3, 4, 5, 6, 7, 8]" },
		{ OPTION("{'digit': 9, 'label': 'x'}"), "0.options.1.digit",
		  "\"digit\" must be one of [1, 2, 3, 4, 5, 6, 7, 8]" },
		{ OPTION("{'digit': 0, 'label': 'x'}"), "0.options.1.digit",
		  "\"digit\" must be one of [1, 2, 3, 4, 5, 6, 7, 8]" },
		{ OPTION("{'digit': 1, 'label': 'x'}"), "0.options.1.digit",
		  "\"digit\" contains a duplicate value" },
		{ OPTION("{'digit': '2', 'label': ''}"), "0.options.1.label", "\"label\" is not allowed to be empty" },
		{ OPTION("{'digit': '2', 'label': '}}'}"), "0.options.1.label", "\"label\" contains }} without {{" },
		{ OPTION("{'digit': '2', 'label': 'x', 'key': 1}"), "0.options.1.key", "\"key\" is not allowed" },
		{ OPTION("{'digit': '1', 'label': 'x'}"), "0.options.1.digit",
		  "\"digit\" contains a duplicate value" },
		{ OPTION("{'digit': '2'}"), "0.options.1.label", "\"label\" is required" },
		{ OPTION("{'digit': '2', 'label': 'x', 'outcome': 'maybe'}"), "0.options.1.outcome",
		  "\"outcome\" must be one of [interested, not_interested, opt_out, neutral]" },
		{ OPTION("{'digit': '2', 'label': 'x', 'outcome': null}"), "0.options.1.outcome",
		  "\"outcome\" must be one of [interested, not_interested, opt_out, neutral]" },
		{ "['1','2','3','4','5','6','7','8','9','10','11','12','13','14','15','16','17']", "",
		  "\"questions\" must contain less than or equal to 16 items" },
	};
	char path[QUESTIONS_PATH_SIZE], why[QUESTIONS_WHY_SIZE];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *asked = json(rows[i].asked);

		assert_false(questions_check(asked, path, sizeof(path), why, sizeof(why)));
		assert_string_equal(path, rows[i].path);
		assert_string_equal(why, rows[i].why);
		json_decref(asked);
	}
}

/* A key of any length and any letters is named as far as there is room. */
static void a_fault_stays_valid_text(void **state)
{
	char path[QUESTIONS_PATH_SIZE], why[QUESTIONS_WHY_SIZE];

	(void)state;
	for (int n = 100; n < 500; n++) {
		g_autoptr(GString) key = g_string_new(NULL);
		json_t *item = json_pack("{s:s}", "text", "Well?"), *asked = json_array();

		for (int i = 0; i < n; i++)
			g_string_append(key, i % 3 ? "é" : "x");
		json_object_set_new(item, key->str, json_true());
		json_array_append_new(asked, item);
		assert_false(questions_check(asked, path, sizeof(path), why, sizeof(why)));
		assert_true(g_utf8_validate(path, -1, NULL));
		assert_true(g_utf8_validate(why, -1, NULL));
		json_decref(asked);
	}
}

static void answers_have_names(void **state)
{
	(void)state;
	assert_string_equal(answer_name(ANSWER_INTERESTED), "Interested");
	assert_string_equal(answer_name(ANSWER_NOT_INTERESTED), "NotInterested");
	assert_string_equal(answer_name(ANSWER_OPT_OUT), "OptedOut");
	assert_string_equal(answer_name(ANSWER_NEUTRAL), "Neutral");
	assert_null(answer_name(ANSWER_NONE));
}

static void assert_said(char *said, const char *text)
{
	assert_string_equal(said, text);
	g_free(said);
}

static void times_to_choose_from(void **state)
{
	const int64_t at = INT64_C(1780410600000); /* 2026-06-02T14:30Z */

	(void)state;
	assert_said(times_intro(PURPOSE_ONLINE_INTERVIEW, "America/New_York"),
		    "Please choose a time for your online interview. All times are New York time.");
	assert_said(times_intro(PURPOSE_SCHEDULE, "UTC"),
		    "Please choose a time for your appointment. All times are U T C.");
	assert_said(times_asked(PURPOSE_SCHEDULE), "Please choose a time for your appointment.");
	assert_said(times_offer("America/New_York", at, 2), "For Tuesday, June second, at ten thirty A M, press 2.");
	assert_said(times_none(1), "If this time does not suit you, press 2. " KEYS);
	assert_said(times_none(7), "If none of these times suits you, press 8. " KEYS);
	assert_said(times_booked("America/New_York", at, ""),
		    "You are booked for Tuesday, June second, at ten thirty A M, New York time.");
	assert_said(times_booked("UTC", at, "1 Example Plaza"), "You are booked for Tuesday, June second, at two thirty "
								"P M, U T C. The place is 1 Example Plaza.");
	assert_true(purpose_offers_times("SCHEDULE") && purpose_offers_times("ONLINE_INTERVIEW"));
	assert_false(purpose_offers_times("INTEREST_CHECK") || purpose_offers_times("ASSESSMENT_REMINDER"));
}

static void as_many_as_a_call_can_hold(void **state)
{
	json_t *asked = json_array();
	char path[QUESTIONS_PATH_SIZE], why[QUESTIONS_WHY_SIZE];
	struct questions q;

	(void)state;
	for (int i = 0; i < ORDER_QUESTIONS; i++)
		json_array_append_new(asked, json_string("Really?"));
	assert_true(questions_check(asked, path, sizeof(path), why, sizeof(why)));
	questions_make(&q, PURPOSE_SCHEDULE, asked);
	assert_int_equal(q.n, ORDER_QUESTIONS);
	questions_clear(&q);
	json_decref(asked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_purpose_has_its_question),
		cmocka_unit_test(questions_of_its_own),
		cmocka_unit_test(each_fault_has_its_path_and_text),
		cmocka_unit_test(a_fault_stays_valid_text),
		cmocka_unit_test(answers_have_names),
		cmocka_unit_test(times_to_choose_from),
		cmocka_unit_test(as_many_as_a_call_can_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
