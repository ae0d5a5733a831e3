/* The queue and the ledger: exclusive claims, durable intents, exactly one end, and what moves with it. */
#include "store/ledger.h"

#include "store/dial.h"

#include "house.h"

static const struct ledger_node node = { 1, 1 };
static const struct retry_rule rule = { .min_gap_ms = 4 * H_MS, .backoff_ms = 5000, .unsure_gap_ms = 64000 };

static struct claim claim_one(struct house *h, int64_t now)
{
	struct claim c[2];

	assert_int_equal(ledger_claim(h->db, h->ws, h->campaign, &node, now, now + 30000, 2, c), 1);
	return c[0];
}

static void ask_about(struct house *h, const struct claim *c, int64_t now, struct dial_desk *desk, struct dial *d)
{
	assert_true(dial_desk_open(h->db, h->ws, now, desk));
	assert_true(dial_ask(h->db, desk, c->campaign_id, c->talent_id, d));
}

static int64_t intend(struct house *h, const struct claim *c, int64_t now)
{
	struct intent i = { .caller_number = "+15550001111", .trunk_id = 1, .lease_until = now + 30000 };
	struct dial_desk desk;
	struct dial d;

	ask_about(h, c, now, &desk, &d);
	i.number = d.number;
	i.attempt_no = d.attempts + 1;
	return ledger_intend(h->db, c, &node, &i, now);
}

/* One lead, added and claimed, and its intent made. */
static struct attempt_ref call(struct house *h, int64_t now)
{
	struct claim c = claim_one(h, now);
	int64_t id = intend(h, &c, now);

	assert_true(id > 0);
	return (struct attempt_ref){ h->ws, id, c.fence, 1 };
}

static struct attempt_ref call_ada(struct house *h)
{
	house_add(h, "ada@example.com", "5559876543");
	return call(h, T0);
}

static bool end(struct house *h, const struct attempt_ref *ref, enum outcome o, enum answer a, int64_t now)
{
	struct attempt_result r = { .outcome = o, .answer = a, .digits = a ? "1" : "-", .talk_ms = 1000 };

	return ledger_end(h->db, ref, &r, &rule, now);
}

/* Everything there is, in one text: equal before and after means that nothing changed. */
static char *everything(struct house *h)
{
	GString *all = g_string_new(NULL);
	static const char *const tables[] = { "due", "attempt", "lead", "lead_total", "person_lock", "suppression",
					      "event" };

	house_commit(h);
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autofree char *sql = g_strdup_printf("SELECT * FROM %s ORDER BY 1, 2, 3", tables[i]);
		sqlite3_stmt *st;

		ask(h, "SELECT 1");
		assert_int_equal(sqlite3_prepare_v2(h->eye, sql, -1, &st, NULL), SQLITE_OK);
		while (sqlite3_step(st) == SQLITE_ROW)
			for (int c = 0; c < sqlite3_column_count(st); c++)
				g_string_append_printf(all, "%s|", (const char *)sqlite3_column_text(st, c) ?: "-");
		sqlite3_finalize(st);
	}
	return g_string_free(all, FALSE);
}

/* ---- claims ---- */

static void a_claim_is_exclusive(void **state)
{
	struct house *h = *state;
	struct claim a[4], b[4];

	for (int i = 0; i < 3; i++) {
		g_autofree char *email = g_strdup_printf("p%d@example.com", i), *phone = g_strdup_printf("555987654%d", i);

		house_add(h, email, phone);
	}
	assert_int_equal(ledger_claim(h->db, h->ws, h->campaign, &node, T0, T0 + 1, 2, a), 2);
	assert_int_equal(ledger_claim(h->db, h->ws, h->campaign, &node, T0, T0 + 1, 4, b), 1);
	assert_int_equal(ledger_claim(h->db, h->ws, h->campaign, &node, T0, T0 + 1, 4, b), 0);
	assert_int_equal(ledger_next_due(h->db, h->ws, h->campaign), INT64_MAX);
}

static void only_what_is_due_is_claimed(void **state)
{
	struct house *h = *state;
	struct schedule s = house_schedule();
	int64_t paused = house_campaign(h, h->ws, "PAUSED", "INTEREST_CHECK", &s);
	struct claim c[4];

	house_add(h, "ada@example.com", "5559876543");
	house_add_to(h, paused, "grace@example.com", "5559876544", T0);
	assert_int_equal(ledger_claim(h->db, h->ws, h->campaign, &node, T0 - 1, T0, 4, c), 0);
	assert_int_equal(ledger_next_due(h->db, h->ws, h->campaign), T0);
	assert_int_equal(ledger_claim(h->db, h->account.test_workspace, h->campaign, &node, T0, T0, 4, c), 0);
	assert_int_equal(ledger_claim(h->db, h->ws, h->campaign, &node, T0, T0, 4, c), 1);
	assert_int_equal(c[0].campaign_id, h->campaign);
}

static void a_released_claim_is_due_again(void **state)
{
	struct house *h = *state;
	struct claim c, again;

	house_add(h, "ada@example.com", "5559876543");
	c = claim_one(h, T0);
	ledger_release(h->db, &c, T0 + 60000, "OUTSIDE_CALLING_HOURS", true, T0);
	assert_says(h, "OUTSIDE_CALLING_HOURS", "SELECT reason FROM lead");
	assert_int_equal(ledger_next_due(h->db, h->ws, h->campaign), T0 + 60000);
	again = claim_one(h, T0 + 60000);
	assert_true(again.fence > c.fence);
}

static void an_old_claim_changes_nothing(void **state)
{
	struct house *h = *state;
	struct lead_next done = { .state = LEAD_DONE, .reason = "SUPPRESSED", .completed = true };
	g_autofree char *before = NULL, *after = NULL;
	struct claim old;

	house_add(h, "ada@example.com", "5559876543");
	old = claim_one(h, T0);
	assert_int_equal(ledger_release_all(h->db), 1);
	claim_one(h, T0);
	before = everything(h);
	ledger_release(h->db, &old, T0 + 5, "WHATEVER", true, T0);
	ledger_drop(h->db, &old, &done, T0);
	assert_int_equal(intend(h, &old, T0), 0);
	after = everything(h);
	assert_string_equal(before, after);
}

static void a_starting_server_owns_all_claims(void **state)
{
	struct house *h = *state;
	struct claim c[4];

	house_add(h, "ada@example.com", "5559876543");
	house_add(h, "grace@example.com", "5559876544");
	assert_int_equal(ledger_claim(h->db, h->ws, h->campaign, &node, T0, T0, 4, c), 2);
	assert_int_equal(ledger_release_all(h->db), 2);
	assert_int_equal(ledger_release_all(h->db), 0);
	assert_int_equal(ledger_claim(h->db, h->ws, h->campaign, &node, T0, T0, 4, c), 2);
}

static void epochs_grow(void **state)
{
	struct house *h = *state;

	assert_int_equal(ledger_epoch(h->db), 1);
	assert_int_equal(ledger_epoch(h->db), 2);
	house_db_close(h);
	house_db_open(h);
	assert_int_equal(ledger_epoch(h->db), 3);
}

/* ---- intents ---- */

static void an_intent_moves_all_at_once(void **state)
{
	struct house *h = *state;
	struct attempt_ref ref = call_ada(h);

	assert_int_equal(ask(h, "SELECT attempt_state FROM attempt"), ATTEMPT_DIALLING);
	assert_int_equal(ask(h, "SELECT attempt_no FROM attempt"), 1);
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 0);
	assert_int_equal(ask(h, "SELECT lead_state FROM lead"), LEAD_CALLING);
	assert_int_equal(ask(h, "SELECT attempt_id FROM person_lock WHERE number = '+15559876543'"), ref.attempt_id);
	assert_int_equal(ask(h, "SELECT first_attempt_at FROM campaign"), T0);
	assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE type = 'attempt.started'"), 1);
}

static void a_person_has_one_call_at_a_time(void **state)
{
	struct house *h = *state;
	struct schedule s = house_schedule();
	int64_t other = house_campaign(h, h->ws, "RUNNING", "INTEREST_CHECK", &s);
	struct attempt_ref ref = call_ada(h);
	struct dial_desk desk;
	struct dial d;
	struct claim c;

	house_add_to(h, other, "grace@example.com", "555 987 6543", T0);
	assert_int_equal(ledger_claim(h->db, h->ws, other, &node, T0, T0 + 30000, 1, &c), 1);
	ask_about(h, &c, T0, &desk, &d);
	assert_true(d.question.person_busy);
	assert_int_equal(intend(h, &c, T0), 0);
	assert_int_equal(ask(h, "SELECT count(*) FROM attempt"), 1);
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 1);
	assert_true(end(h, &ref, OUTCOME_BUSY, ANSWER_NONE, T0 + 1000));
	assert_true(intend(h, &c, T0 + 1000) > 0);
}

static void the_facts_are_of_this_moment(void **state)
{
	struct house *h = *state;
	struct dial_desk desk;
	struct dial d;
	struct claim c;

	house_add(h, "ada@example.com", "5559876543");
	c = claim_one(h, T0);
	ask_about(h, &c, T0, &desk, &d);
	assert_string_equal(d.number, "+15559876543");
	assert_string_equal(d.question.campaign_zone, "America/New_York");
	assert_string_equal(d.question.own_country[0], "US");
	assert_true(d.question.caller_verified && d.question.campaign_running);
	assert_false(d.removed || d.question.person_busy);
	assert_int_equal(policy_check(&d.question).kind, VERDICT_DIAL);
	lead_remove(h->db, h->ws, h->campaign, c.talent_id, T0);
	ask_about(h, &c, T0, &desk, &d);
	assert_true(d.removed);
	assert_int_equal(intend(h, &c, T0), 0); /* the row of the queue went with the lead */
	assert_int_equal(ask(h, "SELECT count(*) FROM person_lock"), 0);
}

/* ---- progress and ends ---- */

static void progress_goes_one_way(void **state)
{
	struct house *h = *state;
	struct attempt_ref ref = call_ada(h);

	ledger_sent(h->db, &ref, "call-7");
	ledger_ringing(h->db, &ref, T0 + 1);
	assert_int_equal(ask(h, "SELECT attempt_state FROM attempt"), ATTEMPT_RINGING);
	ledger_answered(h->db, &ref, T0 + 2);
	ledger_ringing(h->db, &ref, T0 + 3);
	assert_int_equal(ask(h, "SELECT attempt_state FROM attempt"), ATTEMPT_ANSWERED);
	assert_int_equal(ask(h, "SELECT ringing_at FROM attempt"), T0 + 1);
	assert_int_equal(ask(h, "SELECT answered_at FROM attempt"), T0 + 2);
	assert_says(h, "call-7", "SELECT call_id FROM attempt");
	assert_true(end(h, &ref, OUTCOME_HUNG_UP, ANSWER_NONE, T0 + 4));
	ledger_answered(h->db, &ref, T0 + 5);
	assert_int_equal(ask(h, "SELECT attempt_state FROM attempt"), ATTEMPT_ENDED);
}

static void an_attempt_ends_once(void **state)
{
	struct house *h = *state;
	struct attempt_ref ref = call_ada(h);
	g_autofree char *before = NULL, *after = NULL;

	assert_true(end(h, &ref, OUTCOME_BUSY, ANSWER_NONE, T0 + 1000));
	before = everything(h);
	assert_false(end(h, &ref, OUTCOME_BUSY, ANSWER_NONE, T0 + 1000));
	assert_false(end(h, &ref, OUTCOME_ANSWERED_DIGIT, ANSWER_OPT_OUT, T0 + 2000));
	after = everything(h);
	assert_string_equal(before, after);
	assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE type = 'attempt.ended'"), 1);
}

static void an_old_fence_changes_nothing(void **state)
{
	struct house *h = *state;
	struct attempt_ref ref = call_ada(h);
	g_autofree char *before = everything(h), *after = NULL;

	ref.fence--;
	ledger_sent(h->db, &ref, "x");
	ledger_ringing(h->db, &ref, T0);
	ledger_answered(h->db, &ref, T0);
	assert_false(end(h, &ref, OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED, T0));
	ref.fence++;
	ref.workspace_id = h->account.test_workspace;
	assert_false(end(h, &ref, OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED, T0));
	after = everything(h);
	assert_string_equal(before, after);
}

static void all_moves_together(void **state)
{
	static const struct {
		enum outcome outcome;
		enum answer answer;
		enum lead_state state;
		enum bucket bucket;
		int64_t due; /* after T0; -1: nothing is due */
		int suppressed;
	} rows[] = {
		{ OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED, LEAD_DONE, BUCKET_INTERESTED, -1, 0 },
		{ OUTCOME_ANSWERED_DIGIT, ANSWER_NOT_INTERESTED, LEAD_DONE, BUCKET_NOT_INTERESTED, -1, 0 },
		{ OUTCOME_ANSWERED_DIGIT, ANSWER_OPT_OUT, LEAD_DONE, BUCKET_NOT_INTERESTED, -1, 2 },
		{ OUTCOME_ANSWERED_SILENT, ANSWER_NONE, LEAD_WAITING, BUCKET_PENDING, 24 * H_MS, 0 },
		{ OUTCOME_NO_ANSWER, ANSWER_NONE, LEAD_WAITING, BUCKET_NO_ANSWER, 24 * H_MS, 0 },
		{ OUTCOME_CARRIER_FAILURE, ANSWER_NONE, LEAD_WAITING, BUCKET_PENDING, 6000, 0 },
		{ OUTCOME_NO_RESPONSE, ANSWER_NONE, LEAD_WAITING, BUCKET_PENDING, 65000, 0 },
		{ OUTCOME_UNKNOWN, ANSWER_NONE, LEAD_WAITING, BUCKET_PENDING, 24 * H_MS, 0 },
	};
	struct house *h = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *email = g_strdup_printf("p%zu@example.com", i);
		g_autofree char *phone = g_strdup_printf("555987654%zu", i);
		struct attempt_ref ref;
		int talent;

		house_add(h, email, phone);
		ref = call(h, T0);
		talent = (int)talent_of(h, email);
		assert_true(end(h, &ref, rows[i].outcome, rows[i].answer, T0 + 1000));
		assert_int_equal(ask(h, "SELECT lead_state FROM lead WHERE talent_id = %d", talent), rows[i].state);
		assert_int_equal(ask(h, "SELECT bucket FROM lead WHERE talent_id = %d", talent), rows[i].bucket);
		assert_int_equal(ask(h, "SELECT due_at - %" G_GINT64_FORMAT " FROM due WHERE talent_id = %d", T0,
				     talent), rows[i].due);
		assert_int_equal(ask(h, "SELECT count(*) FROM suppression s JOIN lead l ON s.target = l.number "
					"OR s.target = l.email WHERE l.talent_id = %d", talent), rows[i].suppressed);
		assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE talent_id = %d AND type = "
					"'lead.status_changed'", talent), 1);
		assert_int_equal(ask(h, "SELECT count(*) FROM person_lock"), 0);
		assert_totals(h);
	}
	assert_int_equal(ask(h, "SELECT count(*) FROM attempt WHERE attempt_state = %d", ATTEMPT_UNKNOWN), 1);
}

static void who_opted_out_is_not_added_anywhere(void **state)
{
	struct house *h = *state;
	struct schedule s = house_schedule();
	int64_t other = house_campaign(h, h->ws, "RUNNING", "INTEREST_CHECK", &s);
	struct attempt_ref ref = call_ada(h);

	assert_true(end(h, &ref, OUTCOME_ANSWERED_DIGIT, ANSWER_OPT_OUT, T0));
	assert_int_equal(house_add_to(h, other, "ada@example.com", "5550000000", T0), LEAD_SUPPRESSED);
	assert_int_equal(house_add_to(h, other, "grace@example.com", "5559876543", T0), LEAD_SUPPRESSED);
}

static void a_dropped_lead_keeps_what_its_last_dial_said(void **state)
{
	struct house *h = *state;
	struct lead_next done = { .state = LEAD_DONE, .bucket = BUCKET_PENDING, .reason = "SUPPRESSED",
				  .completed = true };
	struct attempt_ref ref = call_ada(h);
	struct claim c;

	assert_true(end(h, &ref, OUTCOME_NO_ANSWER, ANSWER_NONE, T0));
	c = claim_one(h, T0 + 24 * H_MS);
	ledger_drop(h->db, &c, &done, T0 + 24 * H_MS);
	assert_int_equal(ask(h, "SELECT lead_state FROM lead"), LEAD_DONE);
	assert_int_equal(ask(h, "SELECT bucket FROM lead"), BUCKET_NO_ANSWER);
	assert_totals(h);
}

static void attempts_go_on_counting(void **state)
{
	struct house *h = *state;
	struct attempt_ref ref = call_ada(h);
	int64_t talent = talent_of(h, "ada@example.com");

	assert_true(end(h, &ref, OUTCOME_BUSY, ANSWER_NONE, T0));
	lead_remove(h->db, h->ws, h->campaign, talent, T0);
	assert_int_equal(house_add_to(h, h->campaign, "ada@example.com", "5559876543", T0 + H_MS), LEAD_ADDED);
	call(h, T0 + H_MS);
	assert_int_equal(ask(h, "SELECT max(attempt_no) FROM attempt"), 2);
	assert_int_equal(ask(h, "SELECT attempts FROM lead"), 2);
}

static void a_removed_leads_call_may_finish(void **state)
{
	struct house *h = *state;
	struct attempt_ref ref = call_ada(h);

	lead_remove(h->db, h->ws, h->campaign, talent_of(h, "ada@example.com"), T0);
	assert_true(end(h, &ref, OUTCOME_ANSWERED_DIGIT, ANSWER_OPT_OUT, T0));
	assert_int_equal(ask(h, "SELECT count(*) FROM suppression"), 2); /* the word counts all the same */
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 0);
	assert_totals(h);
}

static void back_while_the_old_call_is_on(void **state)
{
	struct house *h = *state;
	struct attempt_ref ref = call_ada(h);

	lead_remove(h->db, h->ws, h->campaign, talent_of(h, "ada@example.com"), T0);
	assert_int_equal(house_add(h, "ada@example.com", "5559876543"), LEAD_ADDED);
	assert_true(end(h, &ref, OUTCOME_NO_ANSWER, ANSWER_NONE, T0));
	assert_int_equal(ask(h, "SELECT lead_state FROM lead"), LEAD_WAITING); /* the new life goes its way */
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 1);
	assert_totals(h);
}

static void back_with_another_number_while_the_old_call_is_on(void **state)
{
	struct house *h = *state;
	struct attempt_ref old = call_ada(h), fresh;

	lead_remove(h->db, h->ws, h->campaign, talent_of(h, "ada@example.com"), T0);
	assert_int_equal(house_add(h, "ada@example.com", "5559876544"), LEAD_ADDED);
	fresh = call(h, T0);
	assert_true(end(h, &old, OUTCOME_NO_ANSWER, ANSWER_NONE, T0));
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 0); /* the second call is still on */
	assert_int_equal(ask(h, "SELECT lead_state FROM lead"), LEAD_CALLING);
	assert_true(end(h, &fresh, OUTCOME_NO_ANSWER, ANSWER_NONE, T0));
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 1);
	assert_totals(h);
}

static void a_decision_of_the_old_call_ends_the_new_life(void **state)
{
	struct house *h = *state;
	struct attempt_ref ref = call_ada(h);

	lead_remove(h->db, h->ws, h->campaign, talent_of(h, "ada@example.com"), T0);
	assert_int_equal(house_add(h, "ada@example.com", "5559876543"), LEAD_ADDED);
	assert_true(end(h, &ref, OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED, T0));
	assert_int_equal(ask(h, "SELECT bucket FROM lead"), BUCKET_INTERESTED);
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 0);
	assert_totals(h);
}

static void what_is_in_flight_is_listed(void **state)
{
	struct house *h = *state;
	struct attempt_ref ref = call_ada(h), live[4];

	house_add(h, "grace@example.com", "5559876544");
	call(h, T0);
	assert_int_equal(ledger_live(h->db, live, 1), 1);
	assert_int_equal(ledger_live(h->db, live, 4), 2);
	assert_int_equal(live[0].attempt_id, ref.attempt_id);
	assert_int_equal(live[0].fence, ref.fence);
	assert_int_equal(live[0].epoch, 1);
	assert_true(end(h, &ref, OUTCOME_BUSY, ANSWER_NONE, T0));
	assert_int_equal(ledger_live(h->db, live, 4), 1);
}

static void waiting_leads_are_told_why(void **state)
{
	struct house *h = *state;

	house_add(h, "ada@example.com", "5559876543");
	ledger_explain_wait(h->db, h->ws, h->campaign, "NO_TRUNK", T0 - 1);
	assert_says(h, "", "SELECT reason FROM lead"); /* not due: nothing to explain */
	ledger_explain_wait(h->db, h->ws, h->campaign, "NO_TRUNK", T0);
	assert_says(h, "NO_TRUNK", "SELECT reason FROM lead");
}

/* Many leads, any outcomes, removals and returns: what must always hold, holds. */
static void invariants_of_random_histories(void **state)
{
	struct house *h = *state;
	GRand *rand = g_rand_new_with_seed(8);
	GArray *flying = g_array_new(FALSE, FALSE, sizeof(struct attempt_ref));
	int64_t now = T0;

	for (int i = 0; i < 800; i++, now += g_rand_int_range(rand, 0, 2 * (int)H_MS)) {
		g_autofree char *email = g_strdup_printf("p%d@example.com", g_rand_int_range(rand, 0, 40));
		g_autofree char *phone = g_strdup_printf("55520000%02d", g_rand_int_range(rand, 0, 40));
		struct claim c[4];
		int n;

		if (i % 3 == 0)
			house_add_to(h, h->campaign, email, phone, now);
		if (i % 11 == 0)
			lead_remove(h->db, h->ws, h->campaign, g_rand_int_range(rand, 1, 40), now);
		n = ledger_claim(h->db, h->ws, h->campaign, &node, now, now + 1, 4, c);
		for (int k = 0; k < n; k++) {
			struct attempt_ref ref = { h->ws, intend(h, &c[k], now), c[k].fence, 1 };

			if (ref.attempt_id)
				g_array_append_val(flying, ref);
			else
				ledger_release(h->db, &c[k], now + 15000, "CALL_IN_PROGRESS", true, now);
		}
		while (flying->len > (guint)g_rand_int_range(rand, 0, 6)) {
			guint at = (guint)g_rand_int_range(rand, 0, (int)flying->len);
			enum outcome o = (enum outcome)g_rand_int_range(rand, 1, OUTCOME_END);
			enum answer a = outcome_rule(o)->reach == REACH_PERSON ? g_rand_int_range(rand, 0, 5) : 0;

			assert_true(end(h, &g_array_index(flying, struct attempt_ref, at), o, a, now));
			g_array_remove_index(flying, at);
		}
		if (i % 40 == 0)
			assert_totals(h);
	}
	assert_true(ask(h, "SELECT count(*) FROM attempt") > 50);
	assert_int_equal(ask(h, "SELECT count(*) FROM attempt WHERE attempt_state IN (3, 4, 5)"), flying->len);
	assert_int_equal(ask(h, "SELECT count(*) FROM person_lock"), flying->len);
	assert_int_equal(ask(h, "SELECT count(*) FROM attempt a WHERE attempt_state > 5 AND (SELECT count(*) FROM event e "
				"WHERE e.attempt_id = a.attempt_id AND e.type = 'attempt.ended') <> 1"), 0);
	assert_int_equal(ask(h, "SELECT count(*) FROM lead l WHERE removed = 0 AND lead_state = %d AND EXISTS "
				"(SELECT 1 FROM due d WHERE d.talent_id = l.talent_id)", LEAD_DONE), 0);
	assert_int_equal(ask(h, "SELECT count(*) FROM lead l WHERE removed = 0 AND lead_state = %d AND NOT EXISTS "
				"(SELECT 1 FROM due d WHERE d.talent_id = l.talent_id)", LEAD_WAITING), 0);
	assert_totals(h);
	g_array_unref(flying);
	g_rand_free(rand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(a_claim_is_exclusive),
		IN_HOUSE(only_what_is_due_is_claimed),
		IN_HOUSE(a_released_claim_is_due_again),
		IN_HOUSE(an_old_claim_changes_nothing),
		IN_HOUSE(a_starting_server_owns_all_claims),
		IN_HOUSE(epochs_grow),
		IN_HOUSE(an_intent_moves_all_at_once),
		IN_HOUSE(a_person_has_one_call_at_a_time),
		IN_HOUSE(the_facts_are_of_this_moment),
		IN_HOUSE(progress_goes_one_way),
		IN_HOUSE(an_attempt_ends_once),
		IN_HOUSE(an_old_fence_changes_nothing),
		IN_HOUSE(all_moves_together),
		IN_HOUSE(who_opted_out_is_not_added_anywhere),
		IN_HOUSE(a_dropped_lead_keeps_what_its_last_dial_said),
		IN_HOUSE(attempts_go_on_counting),
		IN_HOUSE(a_removed_leads_call_may_finish),
		IN_HOUSE(back_while_the_old_call_is_on),
		IN_HOUSE(back_with_another_number_while_the_old_call_is_on),
		IN_HOUSE(a_decision_of_the_old_call_ends_the_new_life),
		IN_HOUSE(what_is_in_flight_is_listed),
		IN_HOUSE(waiting_leads_are_told_why),
		IN_HOUSE(invariants_of_random_histories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
