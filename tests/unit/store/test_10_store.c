/* The database's file: made from nothing, opened again, and refused when it is not ours. */
#include "store/writer.h"

#include "house.h"

static char *folder, *path;

static int make_folder(void **state)
{
	(void)state;
	folder = g_dir_make_tmp("callsheet-XXXXXX", NULL);
	path = g_build_filename(folder, "callsheet.db", NULL);
	return folder ? 0 : -1;
}

static int drop_folder(void **state)
{
	(void)state;
	house_remove(folder);
	g_clear_pointer(&folder, g_free);
	g_clear_pointer(&path, g_free);
	return 0;
}

static void sql(const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static int64_t value(const char *text)
{
	sqlite3_stmt *st;
	sqlite3 *db;
	int64_t v;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, text, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return v;
}

static void open_and_close(void)
{
	struct problem p = { 0 };
	struct store *s = store_open(folder, NULL, NULL, &p);

	if (!s)
		fail_msg("%s", p.text);
	store_close(s);
}

static void assert_refused(enum problem_kind kind, const char *words)
{
	struct problem p = { 0 };

	assert_null(store_open(folder, NULL, NULL, &p));
	assert_int_equal(p.kind, kind);
	if (!strstr(p.text, words))
		fail_msg("%s", p.text);
}

static int64_t newest(void)
{
	int64_t v = 0;

	for (const struct migration *m = migrations; m->version; m++)
		v = m->version;
	return v;
}

static void made_from_nothing(void **state)
{
	(void)state;
	open_and_close();
	assert_int_equal(value("PRAGMA user_version"), newest());
	assert_int_equal(value("PRAGMA application_id"), 0x43616c6c);
	assert_true(value("SELECT count(*) FROM sqlite_master WHERE type = 'table'") > 10);
	assert_int_equal(value("SELECT count(*) FROM company"), 0);
	assert_false(g_file_test("callsheet.db-wal", G_FILE_TEST_EXISTS));
}

static void opened_again_it_has_what_it_had(void **state)
{
	(void)state;
	open_and_close();
	sql("INSERT INTO fact (name, value) VALUES ('kept', 17)");
	open_and_close();
	assert_int_equal(value("SELECT value FROM fact WHERE name = 'kept'"), 17);
}

static void a_newer_schema_is_refused_and_left_alone(void **state)
{
	(void)state;
	open_and_close();
	sql("PRAGMA user_version = 999");
	assert_refused(PROBLEM_CONFIG, "was made by a newer version of callsheet (schema 999");
	assert_int_equal(value("PRAGMA user_version"), 999);
}

static void another_programs_database_is_refused(void **state)
{
	(void)state;
	sql("PRAGMA application_id = 7; CREATE TABLE t (a)");
	assert_refused(PROBLEM_CONFIG, "is not a callsheet database");
	assert_int_equal(value("SELECT count(*) FROM sqlite_master"), 1);
}

static void a_foreign_version_is_refused(void **state)
{
	(void)state;
	sql("PRAGMA user_version = 3; CREATE TABLE t (a)");
	assert_refused(PROBLEM_CONFIG, "is not a callsheet database");
}

static void an_unmarked_database_with_tables_is_refused(void **state)
{
	(void)state;
	sql("CREATE TABLE t (a)"); /* application_id and user_version are 0, as in most databases */
	assert_refused(PROBLEM_CONFIG, "is not a callsheet database");
	assert_int_equal(value("SELECT count(*) FROM sqlite_master"), 1);
}

static void no_database_at_all_is_refused(void **state)
{
	(void)state;
	g_file_set_contents(path, "Dear diary, today nothing much happened, so this is a long line.", -1, NULL);
	assert_refused(PROBLEM_FAILED, "file is not a database");
}

static void a_missing_folder_is_a_problem(void **state)
{
	struct problem p = { 0 };

	(void)state;
	assert_null(store_open("/nowhere/at/all", NULL, NULL, &p));
	assert_int_equal(p.kind, PROBLEM_FAILED);
	assert_non_null(strstr(p.text, "/nowhere/at/all/callsheet.db"));
}

static void a_migration_that_was_cut_short_is_done_anew(void **state)
{
	(void)state;
	sql("PRAGMA journal_mode = WAL"); /* the file was made, and then the power went */
	open_and_close();
	assert_int_equal(value("PRAGMA user_version"), newest());
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(made_from_nothing),
		CASE(opened_again_it_has_what_it_had),
		CASE(a_newer_schema_is_refused_and_left_alone),
		CASE(another_programs_database_is_refused),
		CASE(a_foreign_version_is_refused),
		CASE(an_unmarked_database_with_tables_is_refused),
		CASE(no_database_at_all_is_refused),
		CASE(a_missing_folder_is_a_problem),
		CASE(a_migration_that_was_cut_short_is_done_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
