/* The texts that searches read: what is appended is found, and only that, whatever the letters say. */
#include "core/roster.h"

#include "core/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static uint64_t matches(const char *records, const char *needle)
{
	struct needle *n = needle_new(needle);
	uint64_t found = roster_matches(records, n);

	needle_free(n);
	return found;
}

static uint64_t bit(int place)
{
	return UINT64_C(1) << place;
}

static void what_is_in_a_key_is_found(void **state)
{
	static const struct {
		const char *needle;
		uint64_t found;
	} rows[] = {
		{ "ada", 1 },
		{ "lovelace", 1 },
		{ "example", 1 | 1ull << 63 | 1ull << 49 },
		{ "hopper", 1ull << 63 },
		{ "com", 1 | 1ull << 63 | 1ull << 49 },
		{ "zoë", 1ull << 49 },
		{ "nobody", 0 },
		{ "%", 0 },
		{ "_", 0 },
		{ "adalovelace", 0 }, /* two fields */
		{ "\x1e", 0 },
		{ "\x1e"
		  "0ada",
		  0 },
		{ "0ada", 0 },
		{ "agrace", 0 }, /* the head of a record is no part of it */
		{ "commgrace", 0 },
		{ "a", 1 | 1ull << 63 | 1ull << 49 },
		{ "o", 1 | 1ull << 63 | 1ull << 49 },
	};
	g_autoptr(GString) records = g_string_new(NULL);

	(void)state;
	roster_append(records, 0, "ada\x1flovelace\x1f"
				  "a@example.com");
	roster_append(records, 63, "grace\x1fhopper\x1fg@example.com");
	roster_append(records, 49, "zoë\x1fm\x1fz@example.com"); /* its place is the letter a */
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (matches(records->str, rows[i].needle) != rows[i].found)
			fail_msg("\"%s\": %llx", rows[i].needle, (unsigned long long)matches(records->str, rows[i].needle));
	assert_int_equal(matches("", "ada"), 0);
}

static void one_is_cut_and_the_others_stay(void **state)
{
	g_autoptr(GString) records = g_string_new(NULL);

	(void)state;
	roster_append(records, 5, "five");
	roster_append(records, 1, "one");
	roster_append(records, 7, "seven");
	assert_true(roster_cut(records, 1));
	assert_false(roster_cut(records, 1));
	assert_int_equal(matches(records->str, "one"), 0);
	assert_int_equal(matches(records->str, "e"), bit(5) | bit(7));
	assert_true(roster_cut(records, 7));
	assert_true(roster_cut(records, 5));
	assert_int_equal(records->len, 0);
}

/* Against strstr() over the keys, with letters that stand for places, too. */
static void random_texts_agree(void **state)
{
	GRand *rand = g_rand_new_with_seed(3);

	(void)state;
	for (int round = 0; round < 2000; round++) {
		g_autoptr(GString) records = g_string_new(NULL);
		char keys[ROSTER_BLOCK][8] = { 0 }, needle[4] = { 0 };
		uint64_t want = 0;

		for (int i = 0; i < ROSTER_BLOCK; i++) {
			for (int k = g_rand_int_range(rand, 0, 7); k > 0; k--)
				keys[i][strlen(keys[i])] = (char)g_rand_int_range(rand, 'a', 'd');
			roster_append(records, i, keys[i]);
		}
		for (int k = g_rand_int_range(rand, 1, 4); k > 0; k--)
			needle[strlen(needle)] = (char)g_rand_int_range(rand, 'a', 'd');
		for (int i = 0; i < ROSTER_BLOCK; i++)
			want |= strstr(keys[i], needle) ? bit(i) : 0;
		if (matches(records->str, needle) != want)
			fail_msg("round %d: \"%s\" in %s", round, needle, records->str);
	}
	g_rand_free(rand);
}

static void no_sign_of_ours_comes_from_outside(void **state)
{
	g_autofree char *key = fold_search_key("a\x1e"
					       "0b",
					       "c\x1f", "e@example.com"),
			*wide = fold_text("ä\x1eü\x1f");

	(void)state;
	assert_string_equal(key, "a 0b\x1f"
				 "c \x1f"
				 "e@example.com");
	assert_string_equal(wide, "ä ü ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_in_a_key_is_found),
		cmocka_unit_test(one_is_cut_and_the_others_stay),
		cmocka_unit_test(random_texts_agree),
		cmocka_unit_test(no_sign_of_ours_comes_from_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
