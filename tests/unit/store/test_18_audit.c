/* The auditor finds every kind of broken promise, each by its name, and none where all are kept. */
#include "store/audit.h"

#include "house.h"
#include "store/dial.h"
#include "store/ledger.h"

static const struct ledger_node node = { 1, 1 };
static const struct retry_rule rule = { .min_gap_ms = 4 * H_MS, .backoff_ms = 5000, .unsure_gap_ms = 64000 };

static int64_t intend(struct house *h, int64_t trunk, int64_t now, struct attempt_ref *ref)
{
	struct intent i = { .caller_number = "+15550001111", .trunk_id = trunk, .lease_until = now + 30000 };
	struct dial_desk desk;
	struct dial d;
	struct claim c;

	assert_int_equal(ledger_claim(h->db, h->ws, h->campaign, &node, now, now + 30000, 1, &c), 1);
	assert_true(dial_desk_open(h->db, h->ws, now, &desk) && dial_ask(h->db, &desk, c.campaign_id, c.talent_id, &d));
	i.number = d.number;
	i.attempt_no = d.attempts + 1;
	*ref = (struct attempt_ref){ h->ws, ledger_intend(h->db, &c, &node, &i, now), c.fence, 1 };
	assert_true(ref->attempt_id > 0);
	ledger_sent(h->db, ref, "call");
	return ref->attempt_id;
}

static void finish(struct house *h, const struct attempt_ref *ref, enum outcome o, enum answer a, int64_t now)
{
	struct attempt_result r = { .outcome = o, .answer = a, .digits = "" };

	assert_true(ledger_end(h->db, ref, &r, &rule, now));
}

/* Attempt 1 busy, 2 decided, 3 unknown, 4 in flight; lead 5 waits. */
static void live_a_little(struct house *h)
{
	struct trunk t = { .workspace_id = h->ws, .name = "acme", .host = "h", .transport = "udp", .auth_user = "",
			   .auth_password = "", .port = 5060, .channels = 2, .cps = 5 };
	int64_t trunk = trunk_add(h->db, &t, T0);
	struct attempt_ref ref;

	assert_int_equal(ledger_epoch(h->db), 1);
	for (int i = 1; i <= 5; i++) {
		g_autofree char *email = g_strdup_printf("p%d@example.com", i), *phone = g_strdup_printf("555200000%d", i);

		assert_int_equal(house_add(h, email, phone), LEAD_ADDED);
	}
	intend(h, trunk, T0, &ref);
	finish(h, &ref, OUTCOME_BUSY, ANSWER_NONE, T0 + 1000);
	intend(h, trunk, T0 + 1000, &ref);
	finish(h, &ref, OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED, T0 + 2000);
	intend(h, trunk, T0 + 2000, &ref);
	finish(h, &ref, OUTCOME_UNKNOWN, ANSWER_NONE, T0 + 3000);
	intend(h, trunk, T0 + 3000, &ref);
	house_commit(h);
}

static void by_hand(struct house *h, const char *sql)
{
	sqlite3 *db;

	house_db_close(h);
	assert_int_equal(sqlite3_open(h->path, &db), SQLITE_OK);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void note(void *arg, const struct audit_finding *f)
{
	GString *found = arg;

	if (!g_strrstr(found->str, f->invariant))
		g_string_append_printf(found, "%s ", f->invariant);
	assert_true(f->text[0] != 0);
}

/* "I4 I9 ": what is found, each once, in slices of two. */
static char *audit(struct house *h, bool serving, int64_t now)
{
	GString *found = g_string_new(NULL);
	struct audit a = { .serving = serving };
	struct problem p = { 0 };
	struct db *db = db_sqlite_open(h->path, DB_READER, &p);
	int steps = 0;

	while (audit_step(db, &a, 2, now, note, found) && steps++ < 1000)
		;
	assert_false(db_failed(db));
	db_close(db);
	return g_string_free(found, FALSE);
}

static void all_is_well(void **state)
{
	struct house *h = *state;
	g_autofree char *found = NULL;

	live_a_little(h);
	by_hand(h, "UPDATE attempt SET call_id = 'call-' || attempt_id");
	found = audit(h, true, T0 + 4000);
	assert_string_equal(found, "");
}

/* One more attempt, busy, after the attempt `of`; its number and slot, and when it was made. */
#define ANOTHER(number_and_slot, intent_at, of)                                                                      \
	"INSERT INTO attempt SELECT workspace_id, 9, campaign_id, talent_id, " number_and_slot ", retries, 6, 4,"     \
	" answer, digits, number, caller_number, trunk_id, 'call-9', fence, node_id, epoch, lease_until, due_at, "    \
	intent_at ", NULL, NULL, 1, 0, 0, 0, 0, 1, NULL, 0, 0, 0 FROM attempt WHERE attempt_id = " of ";" \
	"INSERT INTO event SELECT workspace_id, 9999, 1, 'attempt.ended', campaign_id, talent_id, 9, ''"              \
	" FROM attempt WHERE attempt_id = 9"

static void every_broken_promise_is_found(void **state)
{
	static const struct {
		const char *sql, *found;
	} rows[] = {
		{ "UPDATE attempt SET attempt_no = 3 WHERE attempt_id = 1", "I1 " },
		{ "UPDATE attempt SET outcome = 10 WHERE attempt_id = 1", "I2 " },
		{ "UPDATE attempt SET call_id = 'call-1' WHERE attempt_id = 2", "I3 " },
		{ "UPDATE attempt SET lease_until = intent_at - 100000 WHERE attempt_id = 4", "I4 " },
		{ "UPDATE attempt SET intent_at = intent_at - 9000000 WHERE attempt_id = 4", "I4 " },
		{ "DELETE FROM due WHERE talent_id = 5", "I4 " },
		{ "DELETE FROM due WHERE talent_id = 1", "I4 " },
		{ "UPDATE lead SET lead_state = 4 WHERE talent_id = 5", "I4 " },
		{ "UPDATE lead SET removed = 1 WHERE talent_id = 5;"
		  "UPDATE lead_total SET total = total - 1 WHERE bucket = 0;"
		  "UPDATE roster SET total = total - 1",
		  "I4 " },
		{ "UPDATE trunk SET channels = 0", "I5 " },
		{ "INSERT INTO suppression VALUES (1, 'number', '+15552000002', 'all', 'x', 1)", "I6 " },
		{ "UPDATE campaign SET status = 'CANCELLED', updated_at = 1", "I6 " },
		{ "UPDATE fact SET value = 2 WHERE name = 'epoch'", "I7 " },
		{ "UPDATE due SET due_state = 2, epoch = 0 WHERE talent_id = 5", "I7 " },
		{ "UPDATE attempt SET outcome = 0 WHERE attempt_id = 1", "I8 " },
		{ "UPDATE attempt SET outcome = 12 WHERE attempt_id = 1", "I8 " },
		{ "DELETE FROM event WHERE type = 'attempt.ended' AND attempt_id = 1", "I8 " },
		{ "UPDATE event SET attempt_id = 2 WHERE type = 'attempt.ended' AND attempt_id = 1", "I8 " },
		{ "UPDATE lead_total SET total = total + 1 WHERE bucket = 0", "I8 " },
		{ "UPDATE roster SET total = total - 1", "I8 " },
		{ "DELETE FROM person_lock", "I9 " },
		{ "INSERT INTO person_lock VALUES (1, '+1', 1, 1)", "I9 " },
		{ ANOTHER("2, 1", "intent_at + 1000", "3"), "I10 " },
		{ ANOTHER("2, 0", "intent_at + 900000", "1"), "I10 " },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *found = NULL;
		struct house h = { 0 };

		house_open(&h);
		live_a_little(&h);
		by_hand(&h, "UPDATE attempt SET call_id = 'call-' || attempt_id");
		by_hand(&h, rows[i].sql);
		found = audit(&h, true, T0 + 4000);
		if (strcmp(found, rows[i].found) != 0)
			fail_msg("%s: found \"%s\", not \"%s\"", rows[i].sql, found, rows[i].found);
		house_close(&h);
	}
}

/* Ten calls in a second on a trunk that takes five. */
static void too_many_in_a_second(void **state)
{
	struct house *h = *state;
	g_autofree char *found = NULL;

	live_a_little(h);
	by_hand(h, "UPDATE attempt SET call_id = 'call-' || attempt_id;"
		   "UPDATE trunk SET cps = 1; UPDATE attempt SET intent_at = 1767625200000 + attempt_id");
	found = audit(h, true, T0 + 4000);
	assert_string_equal(found, "I5 ");
}

/* Without a server nobody renews leases, and what a crash left is for the next start. */
static void without_a_server_what_it_left_is_no_violation(void **state)
{
	struct house *h = *state;
	g_autofree char *found = NULL;

	live_a_little(h);
	by_hand(h, "UPDATE attempt SET call_id = 'call-' || attempt_id; UPDATE fact SET value = 2 WHERE name = 'epoch'");
	found = audit(h, false, T0 + 4000000);
	assert_string_equal(found, "");
}

static void the_rows_are_shown(void **state)
{
	struct house *h = *state;
	struct audit_finding of_attempt = { .workspace_id = h->ws, .campaign_id = h->campaign, .attempt_id = 4 };
	struct audit_finding of_lead = { .workspace_id = h->ws, .campaign_id = h->campaign, .talent_id = 5 };
	struct audit_finding of_nothing = { .workspace_id = h->ws, .attempt_id = 77 };

	live_a_little(h);
	assert_non_null(strstr(audit_rows(h->db, &of_attempt), "attempt 4: no 1, slot 0, state 3, outcome 0, "));
	assert_non_null(strstr(audit_rows(h->db, &of_lead), "lead 5: state 1,"));
	assert_string_equal(audit_rows(h->db, &of_nothing), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(all_is_well),
		cmocka_unit_test(every_broken_promise_is_found),
		IN_HOUSE(too_many_in_a_second),
		IN_HOUSE(without_a_server_what_it_left_is_no_violation),
		IN_HOUSE(the_rows_are_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
