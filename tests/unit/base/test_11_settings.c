/* Settings: where a value comes from, who wins, and what exactly is said of a wrong one. */
#include "base/settings.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static char *file; /* a configuration file of this test's own */

static int begin(void **state)
{
	g_auto(GStrv) names = g_listenv();
	int fd = g_file_open_tmp("callsheet-XXXXXX.ini", &file, NULL);

	(void)state;
	for (char **n = names; *n; n++)
		if (g_str_has_prefix(*n, "CALLSHEET_"))
			g_unsetenv(*n);
	return fd < 0 || !g_close(fd, NULL);
}

static int end(void **state)
{
	(void)state;
	g_unlink(file);
	g_clear_pointer(&file, g_free);
	return 0;
}

/* Loads with one source of each kind, any of them NULL. */
static int load(struct settings *s, const char *ini, const char *env_name, const char *env_value, const char *flag,
		struct problem *p)
{
	const char *const flags[] = { flag, NULL };
	int rc;

	*p = (struct problem){ 0 };
	if (ini)
		g_file_set_contents(file, ini, -1, NULL);
	if (env_name)
		g_setenv(env_name, env_value, TRUE);
	rc = settings_load(s, ini ? file : NULL, flags, p);
	if (env_name)
		g_unsetenv(env_name);
	return rc;
}

static void defaults_are_those_of_the_list(void **state)
{
	struct problem p = { 0 };
	struct settings s;

	(void)state;
	assert_int_equal(settings_load(&s, NULL, NULL, &p), 0);
	assert_string_equal(s.api_listen, "127.0.0.1:8080");
	assert_int_equal(s.api_rate_limit, 3000);
	assert_int_equal(s.voice_ring_timeout, 30);
	assert_string_equal(s.policy_calling_hours, "");
	assert_int_equal(s.policy_min_gap, 4 * 3600);
	assert_false(s.webhooks_allow_loopback);
	settings_clear(&s);
}

static void the_nearest_wins(void **state)
{
	static const struct {
		const char *ini, *env, *flag;
		int64_t value;
	} rows[] = {
		{ NULL, NULL, NULL, 30 },
		{ "[voice]\nring_timeout = 41\n", NULL, NULL, 41 },
		{ "[voice]\nring_timeout = 41\n", "42", NULL, 42 },
		{ "[voice]\nring_timeout = 41\n", "42", "voice.ring_timeout=43", 43 },
		{ NULL, "42", "voice.ring_timeout=43", 43 },
		{ NULL, "42", NULL, 42 },
	};
	struct problem p;
	struct settings s;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		assert_int_equal(load(&s, rows[i].ini, rows[i].env ? "CALLSHEET_VOICE_RING_TIMEOUT" : NULL,
				      rows[i].env, rows[i].flag, &p), 0);
		assert_int_equal(s.voice_ring_timeout, rows[i].value);
		settings_clear(&s);
	}
}

static void every_fault_says_what_and_where(void **state)
{
	/* "FILE" stands for the file's path. */
	static const struct {
		const char *ini, *env, *value, *flag;
		enum problem_kind kind;
		const char *text;
	} rows[] = {
		{ "[voice]\nrings = 3\n", NULL, NULL, NULL, PROBLEM_CONFIG, "FILE: there is no setting voice.rings" },
		{ "[vioce]\nring_timeout = 3\n", NULL, NULL, NULL, PROBLEM_CONFIG,
		  "FILE: there is no section [vioce]" },
		{ "[voice]\nring_timeout = 2\n", NULL, NULL, NULL, PROBLEM_CONFIG,
		  "FILE: voice.ring_timeout is \"2\", but must be a number from 3 to 300" },
		{ "[voice]\nring_timeout = 30s\n", NULL, NULL, NULL, PROBLEM_CONFIG,
		  "FILE: voice.ring_timeout is \"30s\", but must be a number from 3 to 300" },
		{ "[webhooks]\nallow_loopback = maybe\n", NULL, NULL, NULL, PROBLEM_CONFIG,
		  "FILE: webhooks.allow_loopback is \"maybe\", but must be true or false" },
		{ NULL, "CALLSHEET_VOICE_RING_TIMEOUT", "301", NULL, PROBLEM_CONFIG,
		  "CALLSHEET_VOICE_RING_TIMEOUT: voice.ring_timeout is \"301\", but must be a number from 3 to 300" },
		{ NULL, "CALLSHEET_VOICE_RINGS", "3", NULL, PROBLEM_CONFIG,
		  "environment: there is no setting CALLSHEET_VOICE_RINGS (voice.rings)" },
		{ NULL, NULL, NULL, "voice.rings=3", PROBLEM_USAGE, "there is no setting voice.rings" },
		{ NULL, NULL, NULL, "voice=3", PROBLEM_USAGE, "there is no setting voice" },
		{ NULL, NULL, NULL, "voice.ring_timeout", PROBLEM_USAGE, "there is no setting voice.ring_timeout" },
		{ NULL, NULL, NULL, "voice.ring_timeout=", PROBLEM_CONFIG,
		  "command line: voice.ring_timeout is \"\", but must be a number from 3 to 300" },
		{ NULL, NULL, NULL, "log.level=loud", PROBLEM_CONFIG,
		  "log.level must be debug, info, warn or error, and log.format auto, text or json" },
	};
	struct problem p;
	struct settings s;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) want = g_string_new(rows[i].text);

		g_string_replace(want, "FILE", file, 0);
		assert_int_equal(load(&s, rows[i].ini, rows[i].env, rows[i].value, rows[i].flag, &p), -1);
		assert_string_equal(p.text, want->str);
		assert_int_equal(p.kind, rows[i].kind);
		settings_clear(&s);
	}
}

static void a_missing_file_is_a_problem(void **state)
{
	struct problem p = { 0 };
	struct settings s;

	(void)state;
	assert_int_equal(settings_load(&s, "/nowhere/at/all.ini", NULL, &p), -1);
	assert_int_equal(p.kind, PROBLEM_CONFIG);
	assert_true(g_str_has_prefix(p.text, "cannot read the configuration /nowhere/at/all.ini: "));
	settings_clear(&s);
}

static void foreign_names_are_left_alone(void **state)
{
	static const char *const names[] = { "CALLSHEET_X", "CALLSHEET_DATA", "CALLSHEET_TEST_VOICE", "CALLSHEET_",
					     "XCALLSHEET_VOICE_RINGS" };
	struct problem p;
	struct settings s;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		assert_int_equal(load(&s, NULL, names[i], "17", NULL, &p), 0);
		settings_clear(&s);
	}
}

static void switches_read_as_people_write_them(void **state)
{
	static const struct {
		const char *flag;
		bool on;
	} rows[] = {
		{ "webhooks.allow_loopback=true", true }, { "webhooks.allow_loopback=yes", true },
		{ "webhooks.allow_loopback=on", true },   { "webhooks.allow_loopback=1", true },
		{ "webhooks.allow_loopback=off", false }, { "webhooks.allow_loopback=0", false },
	};
	struct problem p;
	struct settings s;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		assert_int_equal(load(&s, NULL, NULL, NULL, rows[i].flag, &p), 0);
		assert_int_equal(s.webhooks_allow_loopback, rows[i].on);
		settings_clear(&s);
	}
}

static void note(void *arg, const char *name, const char *value, const char *unit, const char *doc)
{
	assert_true(doc[0] != 0);
	if (strcmp(name, "engine.retry_backoff") == 0)
		assert_string_equal(unit, "s");
	g_hash_table_insert(arg, g_strdup(name), g_strdup(value));
}

static void all_are_shown_as_they_are(void **state)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	struct problem p;
	struct settings s;

	(void)state;
	assert_int_equal(load(&s, NULL, NULL, NULL, "voice.tts_voice=kal", &p), 0);
	settings_each(&s, note, seen);
	assert_string_equal(g_hash_table_lookup(seen, "voice.tts_voice"), "kal");
	assert_string_equal(g_hash_table_lookup(seen, "voice.ring_timeout"), "30");
	assert_string_equal(g_hash_table_lookup(seen, "webhooks.allow_loopback"), "false");
	settings_clear(&s);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(defaults_are_those_of_the_list),
		CASE(the_nearest_wins),
		CASE(every_fault_says_what_and_where),
		CASE(a_missing_file_is_a_problem),
		CASE(foreign_names_are_left_alone),
		CASE(switches_read_as_people_write_them),
		CASE(all_are_shown_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
