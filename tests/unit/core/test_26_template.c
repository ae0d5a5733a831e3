/* Messages with fields: what may be saved, and what is said when a value is there, blank or missing. */
#include "core/template.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#define SPOKEN_FIELDS "[firstName, lastName, jobTitle, companyName, location, assessmentName]"
#define SENT_FIELDS   "[firstName, lastName, jobTitle, companyName, location, assessmentName, assessmentLink, meetingUrl]"

static void what_may_be_saved(void **state)
{
	static const struct {
		const char *text;
		enum template_use use;
		const char *why; /* NULL: it may */
	} rows[] = {
		{ "Hello.", TEMPLATE_SPOKEN, NULL },
		{ "", TEMPLATE_SPOKEN, NULL },
		{ "{{firstName}}{{lastName}} {{ jobTitle }} {{\tcompanyName\n}}", TEMPLATE_SPOKEN, NULL },
		{ "{{location}} {{assessmentName}}", TEMPLATE_SPOKEN, NULL },
		{ "Single {braces} and { these } are text } {", TEMPLATE_SPOKEN, NULL },
		{ "{{assessmentLink}} {{meetingUrl}} {{firstName}}", TEMPLATE_SENT, NULL },
		{ "{{nick}}", TEMPLATE_SPOKEN, "contains the unknown field {{nick}}, known are " SPOKEN_FIELDS },
		{ "{{nick}}", TEMPLATE_SENT, "contains the unknown field {{nick}}, known are " SENT_FIELDS },
		{ "{{firstname}}", TEMPLATE_SPOKEN, "contains the unknown field {{firstname}}, known are " SPOKEN_FIELDS },
		{ "Hi {{firstName}}, {{ last name }}", TEMPLATE_SPOKEN,
		  "contains the unknown field {{last name}}, known are " SPOKEN_FIELDS },
		{ "{{assessmentLink}}", TEMPLATE_SPOKEN,
		  "contains the unknown field {{assessmentLink}}, known are " SPOKEN_FIELDS },
		{ "{{}}", TEMPLATE_SPOKEN, "contains the unknown field {{}}, known are " SPOKEN_FIELDS },
		{ "{{{firstName}}}", TEMPLATE_SPOKEN,
		  "contains the unknown field {{{firstName}}, known are " SPOKEN_FIELDS },
		{ "{{éééééééééééééééééééééééééééééééééééééééééé}}", TEMPLATE_SPOKEN,
		  "contains the unknown field {{ééééééééééééééééééééééééééééééééééééé...}}, known are " SPOKEN_FIELDS },
		{ "Hi {{firstName", TEMPLATE_SPOKEN, "contains {{ without }}" },
		{ "Hi {{firstName}", TEMPLATE_SPOKEN, "contains {{ without }}" },
		{ "Hi {{firstName}} {{", TEMPLATE_SPOKEN, "contains {{ without }}" },
		{ "Hi {firstName}}", TEMPLATE_SPOKEN, "contains }} without {{" },
		{ "Hi }} {{firstName}}", TEMPLATE_SPOKEN, "contains }} without {{" },
		{ "Hi {{firstName}} }}", TEMPLATE_SPOKEN, "contains }} without {{" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char why[TEMPLATE_WHY_SIZE] = "";
		bool good = template_check(rows[i].text, rows[i].use, why);

		if (good != !rows[i].why || strcmp(why, rows[i].why ? rows[i].why : "") != 0)
			fail_msg("\"%s\": %s, \"%s\"", rows[i].text, good ? "taken" : "refused", why);
	}
}

static void a_long_unknown_name_fits(void **state)
{
	g_autofree char *name = g_strnfill(4000, 'x'), *text = g_strdup_printf("{{%s}}", name);
	char why[TEMPLATE_WHY_SIZE];

	(void)state;
	assert_false(template_check(text, TEMPLATE_SENT, why));
	assert_true(g_str_has_suffix(why, "meetingUrl]"));
}

static void what_is_said(void **state)
{
	static const struct {
		const char *text, *known, *blank;
	} rows[] = {
		{ "Hello {{firstName}}, this is Acme.", "Hello Ada, this is Acme.", "Hello, this is Acme." },
		{ "Hello, {{firstName}}! It is Acme.", "Hello, Ada! It is Acme.", "Hello! It is Acme." },
		{ "Hello {{firstName}} {{lastName}}, hi.", "Hello Ada Lovelace, hi.", "Hello, hi." },
		{ "Hello {{firstName}} and all", "Hello Ada and all", "Hello and all" },
		{ "{{firstName}}, this is Acme.", "Ada, this is Acme.", "this is Acme." },
		{ "Hello. {{firstName}}, listen.", "Hello. Ada, listen.", "Hello. listen." },
		{ "Hello. {{ firstName }}", "Hello. Ada", "Hello." },
		{ "Good bye {{firstName}}.", "Good bye Ada.", "Good bye." },
		{ "Good bye, {{firstName}}", "Good bye, Ada", "Good bye" },
		{ "{{firstName}}", "Ada", "" },
		{ "{{firstName}}{{lastName}}", "AdaLovelace", "" },
		{ "{{firstName}}'s turn", "Ada's turn", "'s turn" },
		{ "Hi {{firstName}} ,\n you", "Hi Ada ,\n you", "Hi,\n you" },
		{ "Is that {{firstName}}?", "Is that Ada?", "Is that?" },
		{ "{{nick}} {{firstName", "{{nick}} {{firstName", "{{nick}} {{firstName" },
		{ "{plain}", "{plain}", "{plain}" },
	};
	const struct template_values known = { { [TEMPLATE_FIRST_NAME] = " Ada ", [TEMPLATE_LAST_NAME] = "Lovelace" } };
	const struct template_values blank = { { [TEMPLATE_FIRST_NAME] = "  " } };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *one = template_render(rows[i].text, &known);
		g_autofree char *two = template_render(rows[i].text, &blank);

		assert_string_equal(one, rows[i].known);
		assert_string_equal(two, rows[i].blank);
	}
}

/* A name is a value, whatever it looks like. */
static void a_value_is_not_read_again(void **state)
{
	const struct template_values v = { { [TEMPLATE_FIRST_NAME] = "{{lastName}}", [TEMPLATE_LAST_NAME] = "Lovelace" } };
	g_autofree char *said = template_render("Hi {{firstName}}.", &v);

	(void)state;
	assert_string_equal(said, "Hi {{lastName}}.");
}

static void what_depends_on_the_person(void **state)
{
	(void)state;
	assert_true(template_personal("Hi {{firstName}}."));
	assert_true(template_personal("{{jobTitle}}, {{ lastName }}"));
	assert_true(template_personal("{{assessmentLink}}"));
	assert_false(template_personal("{{jobTitle}} at {{companyName}}, {{location}}, {{assessmentName}}"));
	assert_false(template_personal("firstName {firstName} {{firstName"));
	assert_false(template_personal(""));
}

/* Parts are shown with a bar behind each, the personal ones in parentheses. */
static void what_is_said_to_everybody(void **state)
{
	static const struct {
		const char *text, *parts;
	} rows[] = {
		{ "Hello {{firstName}}, this is Acme. Bye, all.", "(Hello {{firstName}}, )this is Acme. Bye, all.|" },
		{ "This is Acme. Is that {{firstName}}? Good.", "This is Acme. |(Is that {{firstName}}? )Good.|" },
		{ "{{firstName}}, {{lastName}}! {{jobTitle}}", "({{firstName}}, {{lastName}}! ){{jobTitle}}|" },
		{ "Hello Dr. {{lastName}}. Hello.", "(Hello Dr. {{lastName}}. )Hello.|" },
		{ "At 10:30, {{firstName}}.", "At 10:30, |({{firstName}}.)" },
		{ "Nobody, really.", "Nobody, really.|" },
		{ "{{firstName", "{{firstName|" },
		{ ", ,", ", ,|" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) parts = g_string_new(NULL);
		const char *at = rows[i].text;

		while (*at) {
			bool personal;
			size_t n = template_part(at, &personal);

			assert_in_range(n, 1, strlen(at));
			g_string_append_printf(parts, personal ? "(%.*s)" : "%.*s|", (int)n, at);
			at += n;
		}
		assert_string_equal(parts->str, rows[i].parts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_may_be_saved),
		cmocka_unit_test(a_long_unknown_name_fits),
		cmocka_unit_test(what_is_said),
		cmocka_unit_test(a_value_is_not_read_again),
		cmocka_unit_test(what_depends_on_the_person),
		cmocka_unit_test(what_is_said_to_everybody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
