/* What the policy is told: calls counted and taken back, across campaigns; the workspace's settings and its day; scopes. */
#include "store/dial.h"

#include "house.h"
#include "store/ledger.h"
#include "store/workspaces.h"

#define DAY (24 * H_MS)

static const struct ledger_node node = { 1, 1 };
static const struct retry_rule rule = { .min_gap_ms = 4 * H_MS, .backoff_ms = 5000, .unsure_gap_ms = 64000 };

static void set(struct house *h, const char *name, const char *value)
{
	struct problem p = { 0 };

	if (workspace_set(h->db, h->ws, true, name, value, T0, &p) != 0)
		fail_msg("%s", p.text);
}

/* The verdict about a lead of the campaign. */
static struct verdict verdict_of(struct house *h, int64_t campaign, const char *email, int64_t now)
{
	struct dial_desk desk;
	struct dial d;

	assert_true(dial_desk_open(h->db, h->ws, now, &desk));
	assert_true(dial_ask(h->db, &desk, campaign, talent_of(h, email), &d));
	return policy_check(&d.question);
}

static void assert_verdict(struct house *h, const char *email, int64_t now, const char *reason)
{
	struct verdict v = verdict_of(h, h->campaign, email, now);

	if (g_strcmp0(v.reason, reason) != 0)
		fail_msg("%s instead of %s", v.reason ? v.reason : "a call", reason ? reason : "a call");
}

/* The lead's row of the queue, whenever it is due. */
static struct claim claim_of(struct house *h, int64_t campaign, int64_t talent, int64_t now)
{
	struct claim all[8], mine = { 0 };
	int n = ledger_claim(h->db, h->ws, campaign, &node, now + 400 * DAY, now + 30000, 8, all);

	for (int i = 0; i < n; i++)
		if (all[i].campaign_id == campaign && all[i].talent_id == talent)
			mine = all[i];
		else
			ledger_release(h->db, &all[i], all[i].due_at, "", false, now);
	assert_true(mine.fence > 0);
	return mine;
}

static struct attempt_ref intend(struct house *h, int64_t campaign, const char *email, int64_t now)
{
	struct claim c = claim_of(h, campaign, talent_of(h, email), now);
	struct intent i = { .caller_number = "+15550001111", .trunk_id = 1 };
	struct attempt_ref ref = { h->ws, 0, c.fence, 1 };
	struct dial_desk desk;
	struct dial d;

	assert_true(dial_desk_open(h->db, h->ws, now, &desk));
	assert_true(dial_ask(h->db, &desk, campaign, c.talent_id, &d));
	i.number = d.number;
	i.attempt_no = d.attempts + 1;
	ref.attempt_id = ledger_intend(h->db, &c, &node, &i, now);
	assert_true(ref.attempt_id > 0);
	return ref;
}

/* A call to the lead that ends so, heard ringing or not. */
static void call(struct house *h, int64_t campaign, const char *email, int64_t now, enum outcome o, bool rang, int talk_ms)
{
	struct attempt_ref ref = intend(h, campaign, email, now);
	struct attempt_result r = { .outcome = o, .digits = "", .talk_ms = talk_ms };

	if (rang)
		ledger_ringing(h->db, &ref, now + 500);
	if (talk_ms)
		ledger_answered(h->db, &ref, now + 1000);
	assert_true(ledger_end(h->db, &ref, &r, &rule, now + 1000 + talk_ms));
}

static int64_t calls_today(struct house *h, int64_t now)
{
	return workspace_today(h->db, h->ws, now).calls;
}

/* ---- persons ---- */

static void three_calls_in_a_day(void **state)
{
	struct house *h = *state;

	house_add(h, "ada@example.com", "5559876543");
	for (int i = 0; i < 3; i++) {
		assert_verdict(h, "ada@example.com", T0 + i * H_MS, NULL);
		call(h, h->campaign, "ada@example.com", T0 + i * H_MS, OUTCOME_CARRIER_FAILURE, true, 0);
	}
	assert_verdict(h, "ada@example.com", T0 + 3 * H_MS, POLICY_PERSON_DAY);
	assert_int_equal(verdict_of(h, h->campaign, "ada@example.com", T0 + 3 * H_MS).not_before, T0 + DAY);
	assert_verdict(h, "ada@example.com", T0 + DAY - 1, POLICY_PERSON_DAY);
	assert_verdict(h, "ada@example.com", T0 + DAY, NULL); /* the first of the three is a day ago */
	set(h, "person_calls_per_day", "4");
	assert_verdict(h, "ada@example.com", T0 + 3 * H_MS, NULL);
	set(h, "person_calls_per_day", "0");
	assert_verdict(h, "ada@example.com", T0 + 3 * H_MS, NULL);
}

static void ten_calls_in_thirty_days(void **state)
{
	struct house *h = *state;

	house_add(h, "ada@example.com", "5559876543");
	for (int i = 0; i < 10; i++)
		call(h, h->campaign, "ada@example.com", T0 + i * DAY, OUTCOME_CARRIER_FAILURE, true, 0);
	assert_verdict(h, "ada@example.com", T0 + 10 * DAY, POLICY_PERSON_MONTH);
	assert_int_equal(verdict_of(h, h->campaign, "ada@example.com", T0 + 10 * DAY).not_before, T0 + 30 * DAY);
	assert_verdict(h, "ada@example.com", T0 + 30 * DAY, NULL);
	set(h, "person_calls_per_30_days", "11");
	assert_verdict(h, "ada@example.com", T0 + 10 * DAY, NULL);
}

/* Another campaign's calls count, by the number and by the person, whose number may be another there. */
static void all_campaigns_together(void **state)
{
	struct house *h = *state;
	struct schedule s = house_schedule();
	int64_t other = house_campaign(h, h->ws, "RUNNING", "INTEREST_CHECK", &s);
	int64_t third = house_campaign(h, h->ws, "RUNNING", "INTEREST_CHECK", &s);

	set(h, "person_calls_per_day", "1");
	house_add(h, "ada@example.com", "5559876543");
	house_add_to(h, other, "grace@example.com", "555 987 6543", T0);
	house_add_to(h, third, "ada@example.com", "5551112222", T0);
	house_add_to(h, third, "joan@example.com", "5553334444", T0);
	call(h, h->campaign, "ada@example.com", T0, OUTCOME_BUSY, true, 0);
	assert_string_equal(verdict_of(h, other, "grace@example.com", T0 + H_MS).reason, POLICY_PERSON_DAY);
	assert_string_equal(verdict_of(h, third, "ada@example.com", T0 + H_MS).reason, POLICY_PERSON_DAY);
	assert_null(verdict_of(h, third, "joan@example.com", T0 + H_MS).reason);
}

/* Which ends count: everything but what certainly rang nobody. */
static void what_counts(void **state)
{
	static const struct {
		enum outcome o;
		bool rang, counts;
	} rows[] = {
		{ OUTCOME_NEVER_SENT, false, false },     { OUTCOME_CARRIER_FAILURE, false, false },
		{ OUTCOME_CARRIER_FAILURE, true, true },  { OUTCOME_NO_RESPONSE, false, true },
		{ OUTCOME_UNKNOWN, false, true },         { OUTCOME_CANCELLED, false, true },
		{ OUTCOME_BUSY, false, true },            { OUTCOME_NO_ANSWER, true, true },
		{ OUTCOME_ANSWERED_SILENT, true, true },  { OUTCOME_UNKNOWN_NUMBER, false, true },
	};
	struct house *h = *state;

	set(h, "person_calls_per_day", "1");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *email = g_strdup_printf("p%zu@example.com", i);
		g_autofree char *phone = g_strdup_printf("555111000%zu", i);
		int64_t before = calls_today(h, T0);
		struct verdict v;

		house_add(h, email, phone);
		call(h, h->campaign, email, T0, rows[i].o, rows[i].rang, 0);
		v = verdict_of(h, h->campaign, email, T0 + H_MS);
		if ((v.reason && strcmp(v.reason, POLICY_PERSON_DAY) == 0) != rows[i].counts)
			fail_msg("row %zu: %s", i, v.reason);
		assert_int_equal(calls_today(h, T0), before + rows[i].counts);
		assert_int_equal(ask(h, "SELECT counted FROM attempt WHERE number = '+1%s'", phone), rows[i].counts);
	}
}

static void attempts_at_a_lead(void **state)
{
	struct house *h = *state;

	set(h, "attempts_per_lead", "2");
	house_add(h, "ada@example.com", "5559876543");
	call(h, h->campaign, "ada@example.com", T0, OUTCOME_NEVER_SENT, false, 0);
	call(h, h->campaign, "ada@example.com", T0 + H_MS, OUTCOME_CARRIER_FAILURE, false, 0);
	call(h, h->campaign, "ada@example.com", T0 + 2 * H_MS, OUTCOME_BUSY, false, 0);
	assert_verdict(h, "ada@example.com", T0 + 3 * H_MS, NULL);
	call(h, h->campaign, "ada@example.com", T0 + 3 * H_MS, OUTCOME_UNKNOWN, false, 0);
	assert_verdict(h, "ada@example.com", T0 + 4 * H_MS, POLICY_ATTEMPTS);
	assert_int_equal(verdict_of(h, h->campaign, "ada@example.com", T0 + 4 * H_MS).kind, VERDICT_NEVER);
}

/* ---- the workspace ---- */

static void the_workspaces_day(void **state)
{
	struct house *h = *state;
	int64_t midnight = (T0 / DAY + 1) * DAY;

	set(h, "calls_per_day", "2");
	house_add(h, "ada@example.com", "5559876543");
	house_add(h, "grace@example.com", "5551112222");
	call(h, h->campaign, "ada@example.com", T0, OUTCOME_ANSWERED_SILENT, true, 90000);
	assert_verdict(h, "grace@example.com", T0 + H_MS, NULL);
	call(h, h->campaign, "ada@example.com", T0 + 4 * H_MS, OUTCOME_BUSY, true, 0);
	assert_verdict(h, "grace@example.com", T0 + 5 * H_MS, POLICY_CALLS_DAY);
	assert_int_equal(verdict_of(h, h->campaign, "grace@example.com", T0 + 5 * H_MS).not_before, midnight);
	assert_verdict(h, "grace@example.com", midnight, NULL);
	set(h, "calls_per_day", "");
	assert_verdict(h, "grace@example.com", T0 + 5 * H_MS, NULL);
	assert_int_equal(workspace_today(h->db, h->ws, T0).talk_ms, 90000);
	set(h, "minutes_per_day", "2");
	assert_verdict(h, "grace@example.com", T0 + 5 * H_MS, NULL);
	set(h, "minutes_per_day", "1");
	assert_verdict(h, "grace@example.com", T0 + 5 * H_MS, POLICY_MINUTES_DAY);
	assert_int_equal(workspace_today(h->db, h->ws, midnight).calls, 0);
	assert_int_equal(workspace_today(h->db, h->account.test_workspace, T0).calls, 0);
}

/* A call whose server died while it was on is charged until somebody noticed, a quarter of an hour at most. */
static void an_unknown_call_is_charged(void **state)
{
	struct attempt_result r = { .outcome = OUTCOME_UNKNOWN, .digits = "" };
	struct house *h = *state;
	struct attempt_ref ref;

	house_add(h, "ada@example.com", "5559876543");
	ref = intend(h, h->campaign, "ada@example.com", T0);
	ledger_answered(h->db, &ref, T0 + 1000);
	assert_true(ledger_end(h->db, &ref, &r, &rule, T0 + 61000));
	assert_int_equal(workspace_today(h->db, h->ws, T0).talk_ms, 60000);
	ref = intend(h, h->campaign, "ada@example.com", T0 + H_MS);
	ledger_answered(h->db, &ref, T0 + H_MS);
	assert_true(ledger_end(h->db, &ref, &r, &rule, T0 + 5 * H_MS));
	assert_int_equal(workspace_today(h->db, h->ws, T0).talk_ms, 60000 + 15 * 60000);
}

static void settings_are_the_workspaces_own(void **state)
{
	struct house *h = *state;
	struct problem p = { 0 };
	struct limits l;

	set(h, "calling_hours", "09:00-17:00");
	workspace_limits(h->db, h->ws, true, &l);
	assert_int_equal(l.hours.from, 540);
	assert_false(l.hours_by_rules);
	workspace_limits(h->db, h->account.test_workspace, false, &l);
	assert_int_equal(l.hours.from, 0);
	assert_int_equal(workspace_set(h->db, h->ws, true, "calling_hours", "nine to five", T0, &p), -1);
	assert_string_equal(workspace_setting(h->db, h->ws, "calling_hours"), "09:00-17:00");
	set(h, "calling_hours", "");
	assert_null(workspace_setting(h->db, h->ws, "calling_hours"));
	workspace_limits(h->db, h->ws, true, &l);
	assert_true(l.hours_by_rules);
}

/* A row that waits for the policy is looked at again; one that waits for its slot is not. */
static void who_waits_is_woken(void **state)
{
	struct house *h = *state;
	struct claim c;

	house_add(h, "ada@example.com", "5559876543");
	house_add(h, "grace@example.com", "5551112222");
	c = claim_of(h, h->campaign, talent_of(h, "ada@example.com"), T0);
	ledger_release(h->db, &c, T0 + 8 * H_MS, POLICY_OUTSIDE_HOURS, true, T0);
	c = claim_of(h, h->campaign, talent_of(h, "grace@example.com"), T0);
	ledger_release(h->db, &c, T0 + 8 * H_MS, LEAD_REASON_BACK_OFF, false, T0);
	/* claiming the second has claimed, and released, the first: that was not for the policy's sake */
	assert_int_equal(workspace_wake(h->db, h->ws, T0 + 1), 0);
	c = claim_of(h, h->campaign, talent_of(h, "ada@example.com"), T0);
	ledger_release(h->db, &c, T0 + 8 * H_MS, POLICY_OUTSIDE_HOURS, true, T0);
	assert_int_equal(workspace_wake(h->db, h->account.test_workspace, T0 + 1), 0);
	assert_int_equal(workspace_wake(h->db, h->ws, T0 + 1), 1);
	assert_int_equal(workspace_wake(h->db, h->ws, T0 + 2), 0);
	assert_int_equal(ask(h, "SELECT due_at FROM due WHERE talent_id = %d", (int)c.talent_id), T0 + 1);
	assert_int_equal(ask(h, "SELECT max(due_at) FROM due"), T0 + 8 * H_MS);
}

/* ---- the list ---- */

static void suppression_has_a_scope(void **state)
{
	static const struct {
		const char *scope;
		bool here, there; /* this campaign, and another of another purpose */
	} rows[] = {
		{ "all", true, true },
		{ "purpose:INTEREST_CHECK", true, false },
		{ "purpose:SCHEDULE", false, true },
		{ "campaign:%", true, false },
	};
	struct house *h = *state;
	struct schedule s = house_schedule();
	int64_t other = house_campaign(h, h->ws, "RUNNING", "SCHEDULE", &s);

	house_add(h, "ada@example.com", "5559876543");
	house_add_to(h, other, "ada@example.com", "5559876543", T0);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) part = g_strsplit(rows[i].scope, "%", 2);
		g_autofree char *scope = part[1] ? g_strdup_printf("%s%d", part[0], (int)h->campaign) : g_strdup(part[0]);
		struct suppression e = { SUPPRESS_EMAIL, "ada@example.com", scope, "OPERATOR", T0 };

		assert_string_equal(suppression_scope(scope), scope);
		assert_true(suppression_add(h->db, h->ws, &e));
		assert_false(suppression_add(h->db, h->ws, &e));
		assert_int_equal(verdict_of(h, h->campaign, "ada@example.com", T0).kind == VERDICT_NEVER, rows[i].here);
		assert_int_equal(verdict_of(h, other, "ada@example.com", T0).kind == VERDICT_NEVER, rows[i].there);
		assert_int_equal(house_add(h, "ADA@example.com", "") == LEAD_SUPPRESSED, rows[i].here);
		assert_true(suppression_remove(h->db, h->ws, SUPPRESS_EMAIL, "ada@example.com", i % 2 ? scope : NULL));
		assert_null(verdict_of(h, h->campaign, "ada@example.com", T0).reason);
	}
	assert_null(suppression_scope("campaign:x"));
	assert_null(suppression_scope("purpose:FUN"));
	assert_null(suppression_scope("everything"));
	assert_string_equal(suppression_scope(NULL), "all");
}

static void what_cannot_be_a_number_is_kept(void **state)
{
	struct house *h = *state;

	house_add(h, "ada@example.com", "call me maybe");
	house_add(h, "grace@example.com", "");
	house_add(h, "joan@example.com", "911");
	assert_says(h, "call me maybe", "SELECT phone FROM lead WHERE email = 'ada@example.com'");
	assert_says(h, LEAD_REASON_NOT_A_NUMBER, "SELECT reason FROM lead WHERE email = 'ada@example.com'");
	assert_says(h, LEAD_REASON_NO_NUMBER, "SELECT reason FROM lead WHERE email = 'grace@example.com'");
	assert_says(h, LEAD_REASON_NOT_A_NUMBER, "SELECT reason FROM lead WHERE email = 'joan@example.com'");
	assert_int_equal(ask(h, "SELECT count(*) FROM lead WHERE lead_state = %d AND number IS NULL", LEAD_HELD), 3);
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 0);
	assert_verdict(h, "ada@example.com", T0, POLICY_NOT_A_NUMBER);
	assert_verdict(h, "grace@example.com", T0, POLICY_NO_NUMBER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(three_calls_in_a_day),
		IN_HOUSE(ten_calls_in_thirty_days),
		IN_HOUSE(all_campaigns_together),
		IN_HOUSE(what_counts),
		IN_HOUSE(attempts_at_a_lead),
		IN_HOUSE(the_workspaces_day),
		IN_HOUSE(an_unknown_call_is_charged),
		IN_HOUSE(settings_are_the_workspaces_own),
		IN_HOUSE(who_waits_is_woken),
		IN_HOUSE(suppression_has_a_scope),
		IN_HOUSE(what_cannot_be_a_number_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
