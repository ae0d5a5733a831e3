/* A person's record: no table is forgotten, and none of a person's rows is left. */
#include "house.h"

#include "store/db_sqlite.h"
#include "store/holdings.h"
#include "store/people.h"

static bool is_listed(const char *table)
{
	for (size_t i = 0; i < holdings_count; i++)
		if (strcmp(holdings[i].table, table) == 0)
			return true;
	return false;
}

/* A new table has to be put into store/holdings.c: what does it hold of people, how is that shown and erased? */
static void test_every_table_is_listed(void **state)
{
	struct house *h = *state;
	sqlite3_stmt *st = NULL;
	size_t n = 0;

	house_commit(h);
	ask(h, "SELECT 1");
	assert_int_equal(sqlite3_prepare_v2(h->eye, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
					    "'sqlite\\_%' ESCAPE '\\'", -1, &st, NULL), SQLITE_OK);
	for (; sqlite3_step(st) == SQLITE_ROW; n++) {
		const char *table = (const char *)sqlite3_column_text(st, 0);

		if (!is_listed(table))
			fail_msg("the table %s is not in store/holdings.c", table);
	}
	sqlite3_finalize(st);
	assert_int_equal(n, holdings_count);
}

static void test_each_row_of_the_list_says_something(void **state)
{
	(void)state;
	for (size_t i = 0; i < holdings_count; i++) {
		const struct holding *h = &holdings[i];

		assert_true(!h->nobodys != !h->key);
		assert_true(!h->key || h->shown || h->target_shown);
		assert_true(!h->erase || h->shown);
		assert_true(!h->target_shown == !h->target_erase);
	}
}

static struct person person(struct house *h, const char *email)
{
	return (struct person){ .workspace_id = h->ws, .talent_id = talent_of(h, email) };
}

static void test_an_erased_person_leaves_hashes(void **state)
{
	struct house *h = *state;
	struct person who;
	struct consent c = { "form", "Yes.", T0 };

	house_add(h, "ada@example.com", "+12125550142");
	house_add(h, "bob@example.com", "+12125550143");
	house_commit(h);
	who = person(h, "ada@example.com");
	consent_put(h->db, h->ws, who.talent_id, &c, T0);
	assert_true(consent_given(h->db, h->ws, who.talent_id));
	assert_true(person_erase(h->db, &who, true, T0));
	assert_int_equal(ask(h, "SELECT count(*) FROM lead"), 1);
	assert_int_equal(ask(h, "SELECT count(*) FROM talent"), 1);
	assert_int_equal(ask(h, "SELECT count(*) FROM consent"), 0);
	assert_int_equal(ask(h, "SELECT count(*) FROM suppression WHERE kind = 'hash'"), 2);
	assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE talent_id = %d", (int)who.talent_id), 0);
	assert_true(suppressed_by_hash(h->db, h->ws, "+12125550142"));
	assert_false(suppressed_by_hash(h->db, h->ws, "+12125550143"));
	assert_totals(h);
}

/* Past the store: what only a provider's answer would make. */
static void put(struct house *h, const char *sql, ...) G_GNUC_PRINTF(2, 3);
static void put(struct house *h, const char *sql, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start(ap, sql);
	text = g_strdup_vprintf(sql, ap);
	va_end(ap);
	assert_int_equal(sqlite3_exec(db_sqlite_handle(h->db), text, NULL, NULL, NULL), SQLITE_OK);
}

/* Its end would write of them anew. */
static void test_not_while_a_text_is_on_its_way(void **state)
{
	struct house *h = *state;
	struct person who;
	int64_t leads;

	house_add(h, "ada@example.com", "+12125550142");
	house_commit(h);
	who = person(h, "ada@example.com");
	leads = ask(h, "SELECT count(*) FROM lead");
	put(h, "INSERT INTO message VALUES (%d, 1, %d, %d, 1, 0, 1, '+12125550142', '', '', '', '', '', 1, 0, 0, NULL)",
	    (int)h->ws, (int)h->campaign, (int)who.talent_id);
	assert_false(person_erase(h->db, &who, true, T0));
	assert_int_equal(ask(h, "SELECT count(*) FROM lead"), leads);
	put(h, "UPDATE message SET message_state = 3 WHERE message_id = %d", 1);
	assert_true(person_erase(h->db, &who, true, T0));
	assert_int_equal(ask(h, "SELECT count(*) FROM message"), 0);
}

static void test_consent_is_written_once(void **state)
{
	struct house *h = *state;
	struct consent c = { "form", "Yes.", T0 }, newer = { "call", "Yes.", T0 + H_MS };
	int64_t ada;

	house_add(h, "ada@example.com", "+12125550142");
	house_commit(h);
	ada = talent_of(h, "ada@example.com");
	consent_put(h->db, h->ws, ada, &c, T0);
	consent_put(h->db, h->ws, ada, &c, T0 + 1);
	assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE type = 'person.consented'"), 1);
	consent_put(h->db, h->ws, ada, &newer, T0 + 2);
	assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE type = 'person.consented'"), 2);
	assert_says(h, "call", "SELECT source FROM consent");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(test_every_table_is_listed),
		cmocka_unit_test(test_each_row_of_the_list_says_something),
		IN_HOUSE(test_an_erased_person_leaves_hashes),
		IN_HOUSE(test_not_while_a_text_is_on_its_way),
		IN_HOUSE(test_consent_is_written_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
