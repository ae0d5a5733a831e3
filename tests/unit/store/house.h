/*
 * A house for store and engine tests: a temporary folder with a real database, a company, and campaigns on demand.
 *
 * Most tests call the store's functions on a writer's connection of their own, inside one open transaction, which is
 * what a job is. ask() commits it and asks through another connection, so its answers are what is durable.
 */
#pragma once

#include "base/token.h"
#include "store/accounts.h"
#include "store/campaigns.h"
#include "store/db.h"
#include "store/ids.h"
#include "store/leads.h"
#include "store/rulebook.h"
#include "store/sites.h"
#include "store/suppressions.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define H_MS INT64_C(3600000)
#define T0   INT64_C(1744725600000) /* 2025-04-15T14:00Z: ten in the morning in New York */

struct house {
	char *folder, *path;
	struct db *db;      /* NULL while a store has the file */
	struct account account;
	int64_t ws;         /* the live workspace */
	int64_t campaign;   /* a running one: slots at T0, a day and two days later */
	sqlite3 *eye;       /* the other connection */
};

/* The built-in facts, with the same hours everywhere. */
static inline const struct rulebook *house_rules(void)
{
	static struct rulebook *rules;
	struct problem p = { 0 };

	if (!rules && (!(rules = rulebook_open(NULL, &p)) || rulebook_replace_hours(rules, "08:00-21:00", &p) != 0))
		fail_msg("%s", p.text);
	return rules;
}

static inline void house_db_open(struct house *h)
{
	struct problem p = { 0 };

	h->db = db_sqlite_open(h->path, DB_WRITER, &p);
	if (!h->db)
		fail_msg("%s", p.text);
	h->db->ids = ids_new();
	h->db->rulebook = house_rules();
	assert_int_equal(h->db->engine->control(h->db, DB_BEGIN), 0);
}

static inline void house_commit(struct house *h)
{
	if (!h->db)
		return;
	if (db_failed(h->db))
		fail_msg("%s", h->db->why);
	assert_int_equal(h->db->engine->control(h->db, DB_COMMIT), 0);
	assert_int_equal(h->db->engine->control(h->db, DB_BEGIN), 0);
}

static inline void house_db_close(struct house *h)
{
	if (!h->db)
		return;
	house_commit(h);
	h->db->engine->control(h->db, DB_COMMIT);
	ids_free(h->db->ids);
	db_close(h->db);
	h->db = NULL;
}

/* A campaign as plain as can be, with these slots. */
static inline int64_t house_campaign(struct house *h, int64_t ws, const char *status, const char *purpose,
				     const struct schedule *s)
{
	struct campaign c = { .campaign_id = campaign_next_id(h->db), .title = "A campaign", .status = status,
			      .purpose = purpose, .timezone = "America/New_York", .site_id = h->account.site_id,
			      .caller_number = "+15550001111", .call_type = "IVR", .ai_call_script = "",
			      .opening_message = "Hello.", .closing_message = "Good bye.", .questions = "[]",
			      .job_details = "{}", .job_title = "", .assessment_test_id = "",
			      .assessment_name = "", .reminder_sms = "", .post_call_sms = "",
			      .first_delay_hours = 24, .time_basis = "UTC", .follow_ups = "[]",
			      .detail_json = "{}", .summary_json = "{}", .created_at = T0 };

	campaign_add(h->db, ws, &c, s);
	return c.campaign_id;
}

static inline struct schedule house_schedule(void)
{
	return (struct schedule){ 3, { T0, T0 + 24 * H_MS, T0 + 48 * H_MS } };
}

static inline void house_open(struct house *h)
{
	struct account_wish wish = { .company = "Acme", .country = "US", .number = "+15550001111",
				     .test_number = "+15550002222" };
	struct schedule s = house_schedule();

	memset(h, 0, sizeof(*h));
	token_setup();
	h->folder = g_dir_make_tmp("callsheet-XXXXXX", NULL);
	h->path = g_build_filename(h->folder, "callsheet.db", NULL);
	house_db_open(h);
	account_create(h->db, &wish, T0, &h->account);
	h->ws = h->account.live_workspace;
	h->campaign = house_campaign(h, h->ws, "RUNNING", "INTEREST_CHECK", &s);
	house_commit(h);
}

static inline void house_remove(const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			house_remove(path);
		else
			g_unlink(path);
	}
	if (dir)
		g_dir_close(dir);
	g_rmdir(folder);
}

static inline void house_close(struct house *h)
{
	house_db_close(h);
	sqlite3_close(h->eye);
	house_remove(h->folder);
	g_free(h->folder);
	g_free(h->path);
}

/* The statement's first row, through another connection. Finalised by the caller. */
static inline sqlite3_stmt *house_look(struct house *h, const char *sql, va_list ap)
{
	g_autofree char *text = g_strdup_vprintf(sql, ap);
	sqlite3_stmt *st = NULL;

	house_commit(h);
	if (!h->eye) {
		assert_int_equal(sqlite3_open_v2(h->path, &h->eye, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
		sqlite3_db_config(h->eye, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	}
	if (sqlite3_prepare_v2(h->eye, text, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(h->eye));
	return st;
}

/* A number out of the database; -1 when there is no row. */
static inline int64_t ask(struct house *h, const char *sql, ...) G_GNUC_PRINTF(2, 3);
static inline int64_t ask(struct house *h, const char *sql, ...)
{
	sqlite3_stmt *st;
	int64_t v = -1;
	va_list ap;

	va_start(ap, sql);
	st = house_look(h, sql, ap);
	va_end(ap);
	if (sqlite3_step(st) == SQLITE_ROW)
		v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return v;
}

/* The same for text; "" when there is no row. */
static inline void assert_says(struct house *h, const char *want, const char *sql, ...) G_GNUC_PRINTF(3, 4);
static inline void assert_says(struct house *h, const char *want, const char *sql, ...)
{
	g_autofree char *got = NULL;
	sqlite3_stmt *st;
	va_list ap;

	va_start(ap, sql);
	st = house_look(h, sql, ap);
	va_end(ap);
	if (sqlite3_step(st) == SQLITE_ROW)
		got = g_strdup((const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	assert_string_equal(got ? got : "", want);
}

/* ---- leads ---- */

static inline enum lead_verdict house_add_to(struct house *h, int64_t campaign, const char *email, const char *phone,
					     int64_t now)
{
	struct lead_row row = { .email = email, .first_name = "Ada", .last_name = "Lovelace", .phone = phone,
				.linkedin = "" };
	enum lead_verdict v;
	struct lead_adder a;

	assert_true(lead_adder_open(h->db, h->ws, h->account.company_id, campaign, now, &a));
	v = lead_add(h->db, &a, &row);
	lead_adder_close(h->db, &a);
	return v;
}

static inline enum lead_verdict house_add(struct house *h, const char *email, const char *phone)
{
	return house_add_to(h, h->campaign, email, phone, T0);
}

static inline int64_t talent_of(struct house *h, const char *email)
{
	return ask(h, "SELECT talent_id FROM talent WHERE workspace_id = %d AND email = '%s'", (int)h->ws, email);
}

/* Every total equals what it counts. */
static inline void assert_totals(struct house *h)
{
	assert_int_equal(ask(h, "SELECT count(*) FROM lead_total t WHERE total <> (SELECT count(*) FROM lead l "
				"WHERE l.workspace_id = t.workspace_id AND l.campaign_id = t.campaign_id "
				"AND l.bucket = t.bucket AND l.removed = 0)"), 0);
	assert_int_equal(ask(h, "SELECT coalesce(sum(total), 0) FROM lead_total"),
			 ask(h, "SELECT count(*) FROM lead WHERE removed = 0"));
	assert_int_equal(ask(h, "SELECT count(*) FROM roster r WHERE total <> (SELECT count(*) FROM lead l "
				"WHERE l.workspace_id = r.workspace_id AND l.campaign_id = r.campaign_id "
				"AND l.talent_id / 64 = r.block AND l.removed = 0)"
				" OR total <> length(records) - length(replace(records, char(30), ''))"), 0);
	assert_int_equal(ask(h, "SELECT coalesce(sum(total), 0) FROM roster"),
			 ask(h, "SELECT count(*) FROM lead WHERE removed = 0"));
}

/* ---- cmocka ---- */

static inline int house_setup(void **state)
{
	struct house *h = g_new(struct house, 1);

	house_open(h);
	*state = h;
	return 0;
}

static inline int house_teardown(void **state)
{
	struct house *h = *state;

	house_close(h);
	g_free(h);
	return 0;
}

#define IN_HOUSE(f) cmocka_unit_test_setup_teardown(f, house_setup, house_teardown)
