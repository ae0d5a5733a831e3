/* What a campaign asks: by its purpose, or in its own words; and each fault of those. */
#include "core/questions.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

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
		  "Press 2 if you would not. To never be called again, press 9." },
		{ PURPOSE_ONLINE_INTERVIEW, "ONLINE_INTERVIEW", "Would you like to arrange an online interview? "
		  "Press 1 if you would. Press 2 if you would not. To never be called again, press 9." },
		{ PURPOSE_INTEREST_CHECK, "INTEREST_CHECK", "Are you interested? Press 1 if you are interested. "
		  "Press 2 if you are not interested. To never be called again, press 9." },
		{ PURPOSE_ASSESSMENT_REMINDER, "ASSESSMENT_REMINDER", "Shall we send you the link to the assessment? "
		  "Press 1 to be sent the link. Press 2 if you are not interested. To never be called again, press 9." },
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
		  "Do you drive? Press 1 for yes. Press 2 for no. To never be called again, press 9.", 2,
		  { { '1', ANSWER_INTERESTED }, { '2', ANSWER_NOT_INTERESTED } } },
		{ "[{'text': 'Do you drive?'}]",
		  "Do you drive? Press 1 for yes. Press 2 for no. To never be called again, press 9.", 2,
		  { { '1', ANSWER_INTERESTED }, { '2', ANSWER_NOT_INTERESTED } } },
		{ "[{'text': 'Which day?', 'options': ["
		  "{'digit': '3', 'label': 'Monday', 'outcome': 'interested'}, {'digit': '8', 'label': 'none',"
		  "'outcome': 'not_interested'}, {'digit': '5', 'label': 'later'}, {'digit': '7', 'label': 'never',"
		  "'outcome': 'opt_out'}]}]",
		  "Which day? For Monday, press 3. For none, press 8. For later, press 5. For never, press 7. "
		  "To never be called again, press 9.", 4,
		  { { '3', ANSWER_INTERESTED }, { '8', ANSWER_NOT_INTERESTED }, { '5', ANSWER_NEUTRAL },
		    { '7', ANSWER_OPT_OUT } } },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *asked = json(rows[i].asked);
		char path[64], why[128];
		struct questions q;

		assert_true(questions_check(asked, path, sizeof(path), why, sizeof(why)));
		questions_make(&q, PURPOSE_SCHEDULE, asked);
		assert_int_equal(q.n, 1);
		assert_string_equal(q.list[0].text, rows[i].text);
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
		{ "[{'text': ''}]", "0.text", "\"text\" is required" },
		{ "[{'text': 3}]", "0.text", "\"text\" is required" },
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
		{ OPTION("{'digit': 2, 'label': 'x'}"), "0.options.1.digit",
		  "\"digit\" must be one of [1, 2, 3, 4, 5, 6, 7, 8]" },
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
	char path[64], why[128];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *asked = json(rows[i].asked);

		assert_false(questions_check(asked, path, sizeof(path), why, sizeof(why)));
		assert_string_equal(path, rows[i].path);
		assert_string_equal(why, rows[i].why);
		json_decref(asked);
	}
}

static void as_many_as_a_call_can_hold(void **state)
{
	json_t *asked = json_array();
	char path[64], why[128];
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
		cmocka_unit_test(as_many_as_a_call_can_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
