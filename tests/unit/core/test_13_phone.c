/* Telephone numbers as people write them. */
#include "core/phone.h"
#include "store/rulebook.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct rulebook *rules;

static bool e164(const char *text, const char *country, char out[PHONE_SIZE])
{
	return phone_e164(rules->plan, text, country, out);
}

static void numbers(void **state)
{
	static const struct {
		const char *text, *country, *e164; /* "": refused */
	} rows[] = {
		{ "+1 (555) 987-6543", "US", "+15559876543" },
		{ "+15559876543", "", "+15559876543" },
		{ "(555) 987-6543", "US", "+15559876543" },
		{ "555.987.6543", "CA", "+15559876543" },
		{ "1-555-987-6543", "US", "+15559876543" },
		{ "  555 987 6543  ", "US", "+15559876543" },
		{ "0044 20 7946 0018", "US", "+442079460018" },
		{ "020 7946 0018", "GB", "+442079460018" },
		{ "+44 20 7946 0018", "US", "+442079460018" },
		{ "+44 (0)20 7946 0018", "US", "+442079460018" },
		{ "0412 345 678", "AU", "+61412345678" },
		{ "0412 345 67", "AU", "" },       /* a digit short, whatever the zero */
		{ "0011 44 20 7946 0018", "AU", "+442079460018" },
		{ "011 44 20 7946 0018", "US", "+442079460018" },
		{ "8 (912) 345-67-89", "RU", "+79123456789" },
		{ "800 555 35 35", "RU", "+78005553535" }, /* an 8 that is no prefix */
		{ "06 20 123 4567", "HU", "+36201234567" },
		{ "98765 43210", "IN", "+919876543210" },
		{ "09876543210", "IN", "+919876543210" },
		{ "+290 22222", "US", "+29022222" },
		{ "+881 612345678", "US", "+881612345678" },
		{ "911", "US", "" },
		{ "112", "DE", "" },
		{ "+999 12345678", "US", "" },     /* no such calling code */
		{ "+210 1234567", "US", "" },
		{ "030 123456", "DE", "+4930123456" },
		{ "06 12345678", "NL", "+31612345678" },
		{ "06 1234 5678", "IT", "+390612345678" }, /* Italy keeps its zero */
		{ "612 345 678", "ES", "+34612345678" },
		{ "", "US", "" },
		{ "+", "US", "" },
		{ "555-9876", "US", "" },          /* too short */
		{ "555987654321", "US", "" },      /* too long */
		{ "+1 555 987 654", "US", "" },    /* the North American plan has ten digits */
		{ "+1 555 987 65432", "US", "" },
		{ "+0 555 987 6543", "US", "" },
		{ "+1234567", "US", "" },
		{ "+123456789012345", "US", "" },
		{ "+2345678901234567", "US", "" },
		{ "123456789012345678901234567890", "US", "" },
		{ "555-CALL-NOW", "US", "" },
		{ "555 987 6543 ext 2", "US", "" },
		{ "1+5559876543", "US", "" },
		{ "5559876543", "XX", "" },        /* a country we do not know */
		{ "5559876543", "", "" },
		{ "５５５９８７６５４３", "US", "" },
	};
	char out[PHONE_SIZE];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		bool good = e164(rows[i].text, rows[i].country, out);

		if (good != (rows[i].e164[0] != 0) || !g_str_equal(out, rows[i].e164))
			fail_msg("%s in %s: \"%s\"", rows[i].text, rows[i].country, out);
	}
}

static void what_came_out_goes_in_again(void **state)
{
	static const char *const texts[] = { "(555) 987-6543", "1 555 987 6543", "0044 20 7946 0018", "+49 30 123456" };
	char once[PHONE_SIZE], twice[PHONE_SIZE];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		assert_true(e164(texts[i], "US", once));
		assert_true(e164(once, "GB", twice));
		assert_string_equal(once, twice);
	}
}

static void chance_breaks_nothing(void **state)
{
	GRand *rand = g_rand_new_with_seed(3);

	(void)state;
	for (int i = 0; i < 20000; i++) {
		static const char signs[] = "0123456789+-(). /x\t";
		char text[40], out[PHONE_SIZE];
		int n = g_rand_int_range(rand, 0, (int)sizeof(text));

		for (int k = 0; k < n; k++)
			text[k] = signs[g_rand_int_range(rand, 0, (int)sizeof(signs) - 1)];
		text[MIN(n, (int)sizeof(text) - 1)] = 0;
		if (e164(text, "GB", out))
			assert_true(out[0] == '+' && g_utf8_strlen(out, -1) <= 16);
		else
			assert_string_equal(out, "");
	}
	g_rand_free(rand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(what_came_out_goes_in_again),
		cmocka_unit_test(chance_breaks_nothing),
	};

	struct problem p = { 0 };
	int failed;

	rules = rulebook_open(NULL, &p);
	assert_non_null(rules);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rulebook_free(rules);
	return failed;
}
