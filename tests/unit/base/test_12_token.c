/* Keys made of chance: their form, their hash, and that no two are alike. */
#include "base/token.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void the_form_of_a_key(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} rows[] = {
		{ "sk_live_0123456789ABCDEFGHIJab", true },
		{ "sk_test_zzzzzzzzzzzzzzzzzzzzzz", true },
		{ "sk_live_0123456789ABCDEFGHIJa", false },   /* one short */
		{ "sk_live_0123456789ABCDEFGHIJabc", false }, /* one long */
		{ "sk_live_0123456789ABCDEFGHIJa-", false },
		{ "sk_live_0123456789ABCDEFGHIJa\n", false },
		{ "sk_prod_0123456789ABCDEFGHIJab", false },
		{ "SK_LIVE_0123456789ABCDEFGHIJab", false },
		{ " sk_live_0123456789ABCDEFGHIJa", false },
		{ "sk_live_", false },
		{ "sk", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (token_key_form(rows[i].text) != rows[i].good)
			fail_msg("%s", rows[i].text);
}

static void keys_are_new_and_have_the_form(void **state)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char key[TOKEN_KEY_SIZE];

		token_key(i % 2 ? "live" : "test", key);
		assert_true(token_key_form(key));
		assert_true(g_str_has_prefix(key, i % 2 ? "sk_live_" : "sk_test_"));
		assert_true(g_hash_table_add(seen, g_strdup(key)));
	}
}

static void a_hash_is_sha_256(void **state)
{
	char hex[TOKEN_HASH_SIZE];

	(void)state;
	token_hash("abc", 3, hex); /* FIPS 180-4, example B.1 */
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void a_uuid_says_version_4(void **state)
{
	char a[TOKEN_UUID_SIZE], b[TOKEN_UUID_SIZE];

	(void)state;
	token_uuid(a);
	token_uuid(b);
	assert_true(g_uuid_string_is_valid(a));
	assert_int_equal(a[14], '4');
	assert_non_null(strchr("89ab", a[19]));
	assert_string_not_equal(a, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_form_of_a_key),
		cmocka_unit_test(keys_are_new_and_have_the_form),
		cmocka_unit_test(a_hash_is_sha_256),
		cmocka_unit_test(a_uuid_says_version_4),
	};

	token_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
