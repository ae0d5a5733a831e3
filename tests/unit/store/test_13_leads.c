/* People on a campaign: who is added and who is skipped, who comes back, and that the totals are right. */
#include "house.h"
#include "store/db_sqlite.h"
#include "store/events.h"

static void who_is_added(void **state)
{
	static const struct {
		const char *email, *phone;
		enum lead_verdict verdict;
	} rows[] = {
		{ "ada@example.com", "(555) 987-6543", LEAD_ADDED },
		{ "ada@example.com", "(555) 987-6543", LEAD_ON_CAMPAIGN },
		{ "ADA@Example.Com", "(555) 111-2222", LEAD_ON_CAMPAIGN },  /* the same e-mail to people */
		{ "grace@example.com", "+15559876543", LEAD_SAME_NUMBER },
		{ "grace@example.com", "1.555.987.6543", LEAD_SAME_NUMBER },
		{ "grace@example.com", "555 987 6544", LEAD_ADDED },
		{ "alan@example.com", "", LEAD_ADDED },                     /* no number: kept, never dialled */
		{ "kurt@example.com", "", LEAD_ADDED },                     /* and nobody's number is no number */
		{ "kurt@example.com", "", LEAD_ON_CAMPAIGN },
		{ "emmy@example.com", "what?", LEAD_ADDED },
		{ "stopped@example.com", "5551234567", LEAD_SUPPRESSED },
		{ "Stopped@Example.com", "5551234568", LEAD_SUPPRESSED },
		{ "other@example.com", "+1 555 000 0009", LEAD_SUPPRESSED }, /* by the number */
	};
	struct house *h = *state;

	suppress_person(h->db, h->ws, "+15550000009", NULL, "OPTED_OUT", T0);
	suppress_person(h->db, h->ws, NULL, "STOPPED@example.com", "OPTED_OUT", T0);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (house_add(h, rows[i].email, rows[i].phone) != rows[i].verdict)
			fail_msg("row %zu", i);
	assert_int_equal(ask(h, "SELECT count(*) FROM lead"), 5);
	assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE type = 'lead.added'"), 5);
	assert_totals(h);
}

/* Every row that was added is in the queue once and told once, whoever stood before it on the list. */
static void a_list_is_queued_and_told_row_by_row(void **state)
{
	static const struct {
		const char *email, *phone;
		enum lead_verdict verdict;
	} rows[] = {
		{ "known@example.com", "5559870001", LEAD_ADDED },   /* a person of old, */
		{ "ada@example.com", "5559870002", LEAD_ADDED },     /* a new one, */
		{ "grace@example.com", "5559870002", LEAD_SAME_NUMBER },
		{ "alan@example.com", "5559870003", LEAD_ADDED },
		{ "grace@example.com", "5559870004", LEAD_ADDED },   /* and one whose first row made nothing but the person */
		{ "stopped@example.com", "5559870005", LEAD_SUPPRESSED },
		{ "emmy@example.com", "", LEAD_ADDED },              /* nothing is due without a number */
		{ "back@example.com", "5559870006", LEAD_ADDED },    /* removed once */
	};
	struct house *h = *state;
	struct schedule s = house_schedule();
	int64_t other = house_campaign(h, h->ws, "RUNNING", "INTEREST_CHECK", &s), last;
	struct lead_adder a;

	suppress_person(h->db, h->ws, NULL, "stopped@example.com", "OPTED_OUT", T0);
	house_add_to(h, other, "known@example.com", "5559870001", T0);
	house_add(h, "back@example.com", "5559870006");
	lead_remove(h->db, h->ws, h->campaign, talent_of(h, "back@example.com"), T0);
	last = event_last(h->db, h->ws);
	assert_true(lead_adder_open(h->db, h->ws, h->account.company_id, h->campaign, T0, &a));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct lead_row row = { rows[i].email, "Ada", "Lovelace", rows[i].phone, "" };

		if (lead_add(h->db, &a, &row) != rows[i].verdict)
			fail_msg("row %zu", i);
	}
	lead_adder_close(h->db, &a);
	assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE type = 'lead.added' AND event_id > %d", (int)last), 6);
	assert_int_equal(ask(h, "SELECT count(DISTINCT talent_id) FROM event WHERE type = 'lead.added' AND event_id > %d",
			     (int)last), 6);
	assert_int_equal(ask(h, "SELECT count(*) FROM due WHERE campaign_id = %d", (int)h->campaign), 5);
	assert_int_equal(ask(h, "SELECT count(*) FROM due WHERE campaign_id = %d AND (due_at <> %lld OR due_state <> 1 OR "
				"slot <> 0 OR fence < 1)", (int)h->campaign, (long long)T0), 0);
	last = event_last(h->db, h->ws);
	house_add(h, "kurt@example.com", "5559870007");
	assert_true(event_last(h->db, h->ws) > last); /* whoever reads on from the last one misses nobody */
	assert_totals(h);
}

/* Two jobs of one commit: what they gather is written once, when it is settled; a stranger's does not come in between. */
static void an_adder_is_shared_until_it_is_settled(void **state)
{
	struct house *h = *state;
	struct lead_row ada = { "ada@example.com", "Ada", "Lovelace", "5559870001", "" };
	struct lead_row grace = { "grace@example.com", "Grace", "Hopper", "5559870002", "" };
	int64_t company = h->account.company_id, last = event_last(h->db, h->ws);
	struct lead_adder *a = lead_adder_share(h->db, h->ws, company, h->campaign, T0);

	assert_non_null(a);
	assert_int_equal(lead_add(h->db, a, &ada), LEAD_ADDED);
	assert_null(lead_adder_share(h->db, h->account.test_workspace, company, h->campaign, T0));
	assert_ptr_equal(lead_adder_share(h->db, h->ws, company, h->campaign, T0 + 1), a);
	assert_int_equal(lead_add(h->db, a, &ada), LEAD_ON_CAMPAIGN);
	assert_int_equal(lead_add(h->db, a, &grace), LEAD_ADDED);
	assert_int_equal(ask(h, "SELECT count(*) FROM roster"), 0);
	db_settle(h->db);
	db_settle(h->db);
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 2);
	assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE type = 'lead.added' AND event_id > %d", (int)last), 2);
	assert_totals(h);
}

static void a_lead_is_due_when_the_campaign_says(void **state)
{
	struct house *h = *state;
	int64_t talent;

	house_add(h, "ada@example.com", "5559876543");
	talent = talent_of(h, "ada@example.com");
	assert_int_equal(ask(h, "SELECT due_at FROM due WHERE talent_id = %d", (int)talent), T0);
	assert_int_equal(ask(h, "SELECT due_state FROM due"), DUE_READY);
	assert_int_equal(ask(h, "SELECT lead_state FROM lead"), LEAD_WAITING);
}

static void a_late_lead_gets_one_call_for_what_is_over(void **state)
{
	struct house *h = *state;

	house_add_to(h, h->campaign, "ada@example.com", "5559876543", T0 + 30 * H_MS);
	assert_int_equal(ask(h, "SELECT slot FROM due"), 1);
}

static void without_a_number_nothing_is_due(void **state)
{
	struct house *h = *state;

	house_add(h, "ada@example.com", "");
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 0);
	assert_int_equal(ask(h, "SELECT lead_state FROM lead"), LEAD_HELD);
	assert_says(h, LEAD_REASON_NO_NUMBER, "SELECT reason FROM lead");
	assert_int_equal(ask(h, "SELECT bucket FROM lead"), BUCKET_PENDING);
}

static void a_campaign_that_does_not_run_parks_its_leads(void **state)
{
	struct house *h = *state;
	struct schedule s = house_schedule();
	int64_t c = house_campaign(h, h->ws, "PAUSED", "INTEREST_CHECK", &s);

	house_add_to(h, c, "ada@example.com", "5559876543", T0);
	assert_int_equal(ask(h, "SELECT due_state FROM due"), DUE_PARKED);
}

static void a_reminder_waits_for_its_delay(void **state)
{
	struct house *h = *state;
	struct schedule s = { 1, { T0 } };
	int64_t c = house_campaign(h, h->ws, "RUNNING", "ASSESSMENT_REMINDER", &s);

	house_add_to(h, c, "ada@example.com", "5559876543", T0 + H_MS);
	assert_int_equal(ask(h, "SELECT due_at FROM due"), T0 + 25 * H_MS);
}

static void a_known_person_fills_the_blanks(void **state)
{
	struct house *h = *state;
	struct schedule s = house_schedule();
	int64_t c = house_campaign(h, h->ws, "RUNNING", "INTEREST_CHECK", &s);

	house_add(h, "ada@example.com", "5559876543");
	assert_int_equal(house_add_to(h, c, "ada@example.com", "", T0), LEAD_ADDED);
	assert_says(h, "+15559876543", "SELECT number FROM lead WHERE campaign_id = %d", (int)c);
	assert_int_equal(ask(h, "SELECT count(*) FROM talent"), 1);
}

static void one_number_may_be_on_two_campaigns(void **state)
{
	struct house *h = *state;
	struct schedule s = house_schedule();
	int64_t c = house_campaign(h, h->ws, "RUNNING", "INTEREST_CHECK", &s);

	assert_int_equal(house_add(h, "ada@example.com", "5559876543"), LEAD_ADDED);
	assert_int_equal(house_add_to(h, c, "grace@example.com", "5559876543", T0), LEAD_ADDED);
	assert_totals(h);
}

static void ignore(void *arg, const struct lead_shown *l)
{
	(void)arg, (void)l;
}

static int64_t count(struct house *h, int64_t workspace_id, const struct lead_filter *f)
{
	return lead_page(h->db, workspace_id, h->campaign, f, 0, 1, ignore, NULL);
}

static void a_removed_lead_is_gone(void **state)
{
	struct house *h = *state;
	struct lead_filter all = { .bucket = -1 };
	int64_t talent;

	house_add(h, "ada@example.com", "5559876543");
	talent = talent_of(h, "ada@example.com");
	assert_true(lead_remove(h->db, h->ws, h->campaign, talent, T0));
	assert_false(lead_remove(h->db, h->ws, h->campaign, talent, T0));
	assert_false(lead_remove(h->db, h->ws, h->campaign, 999, T0));
	assert_int_equal(count(h, h->ws, &all), 0);
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 0);
	assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE type = 'lead.removed'"), 1);
	assert_totals(h);
}

static void a_removed_lead_comes_back_with_its_attempts(void **state)
{
	struct house *h = *state;
	int64_t talent;

	house_add(h, "ada@example.com", "5559876543");
	talent = talent_of(h, "ada@example.com");
	lead_remove(h->db, h->ws, h->campaign, talent, T0);
	house_commit(h);
	assert_int_equal(house_add(h, "Ada@example.com", "555 987 6544"), LEAD_ADDED);
	assert_int_equal(ask(h, "SELECT count(*) FROM lead"), 1);
	assert_says(h, "+15559876544", "SELECT number FROM lead WHERE removed = 0");
	assert_int_equal(ask(h, "SELECT count(*) FROM due WHERE due_state = %d", DUE_READY), 1);
	assert_totals(h);
}

static void its_number_may_be_taken_meanwhile(void **state)
{
	struct house *h = *state;

	house_add(h, "ada@example.com", "5559876543");
	lead_remove(h->db, h->ws, h->campaign, talent_of(h, "ada@example.com"), T0);
	assert_int_equal(house_add(h, "grace@example.com", "5559876543"), LEAD_ADDED);
	assert_int_equal(house_add(h, "ada@example.com", "5559876543"), LEAD_SAME_NUMBER);
	assert_totals(h);
}

struct seen {
	int n;
	int64_t last;
	GString *emails;
};

static void see(void *arg, const struct lead_shown *l)
{
	struct seen *s = arg;

	assert_true(l->lead_id > s->last);
	s->last = l->lead_id;
	s->n++;
	g_string_append_printf(s->emails, "%s ", l->email);
}

static void a_search_finds_what_people_mean(void **state)
{
	static const struct {
		const char *needle; /* folded */
		int bucket, n;
	} rows[] = {
		{ NULL, -1, 2 }, { "strasse", -1, 1 }, { "lovelace", -1, 2 }, { "example.com", BUCKET_PENDING, 2 },
		{ "strasse", BUCKET_INTERESTED, 0 }, { "lovelacestrasse", -1, 0 }, { NULL, BUCKET_PENDING, 2 },
		{ NULL, BUCKET_NO_ANSWER, 0 }, { "%", -1, 0 },
	};
	struct house *h = *state;

	house_add(h, "STRASSE@example.com", "5559876543");
	house_add(h, "ada@example.com", "5559876544");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct lead_filter f = { rows[i].bucket, rows[i].needle };
		struct seen s = { .emails = g_string_new(NULL) };

		lead_page(h->db, h->ws, h->campaign, &f, 0, 20, see, &s);
		assert_int_equal(s.n, rows[i].n);
		assert_int_equal(count(h, h->ws, &f), rows[i].n);
		g_string_free(s.emails, TRUE);
	}
}

static void pages_follow_each_other(void **state)
{
	struct house *h = *state;
	struct lead_filter all = { .bucket = -1 };
	struct seen s = { .emails = g_string_new(NULL) };

	for (int i = 0; i < 5; i++) {
		g_autofree char *email = g_strdup_printf("%c@example.com", 'a' + i);

		house_add(h, email, "");
	}
	for (int page = 0; page < 3; page++)
		lead_page(h->db, h->ws, h->campaign, &all, page * 2, 2, see, &s);
	assert_string_equal(s.emails->str, "a@example.com b@example.com c@example.com d@example.com e@example.com ");
	g_string_free(s.emails, TRUE);
}

/* Three hundred leads over several rows of the roster, every seventh removed, every fourth of another status. */
static void pages_and_searches_agree_with_the_table(void **state)
{
	static const char *const needles[] = { "p1", "p29", "77@", "lovelace", "example", "nobody", "p1@" };
	struct house *h = *state;
	struct lead_filter f = { .bucket = -1 };
	struct seen s = { .emails = g_string_new(NULL) };

	for (int i = 0; i < 300; i++) {
		g_autofree char *email = g_strdup_printf("p%d@example.com", i);

		house_add(h, email, "");
	}
	for (int i = 0; i < 300; i += 7)
		assert_true(lead_remove(h->db, h->ws, h->campaign, i + 1, T0));
	house_commit(h);
	sqlite3_exec(db_sqlite_handle(h->db),
		     "UPDATE lead SET bucket = 3 WHERE talent_id % 4 = 0; DELETE FROM lead_total;"
		     "INSERT INTO lead_total SELECT workspace_id, campaign_id, bucket, count(*) FROM lead"
		     " WHERE removed = 0 GROUP BY 1, 2, 3", NULL, NULL, NULL);
	assert_totals(h);
	for (int at = 0; at < 300; at += 13)
		lead_page(h->db, h->ws, h->campaign, &f, at, 13, see, &s);
	assert_int_equal(s.n, 257);
	for (size_t i = 0; i < G_N_ELEMENTS(needles); i++)
		for (int bucket = -1; bucket <= 3; bucket++) {
			struct lead_filter wanted = { bucket, needles[i] };
			int64_t there = ask(h, "SELECT count(*) FROM lead WHERE removed = 0 AND (%d = -1 OR bucket = %d)"
					       " AND (email LIKE '%%%s%%' OR 'lovelace' = '%s')",
					    bucket, bucket, needles[i], needles[i]);

			if (count(h, h->ws, &wanted) != there)
				fail_msg("%s in %d", needles[i], bucket);
		}
	g_string_free(s.emails, TRUE);
}

static void another_workspace_sees_nothing(void **state)
{
	struct house *h = *state;
	struct lead_filter all = { .bucket = -1 };
	int64_t other = h->account.test_workspace;
	struct lead_adder a;

	house_add(h, "ada@example.com", "5559876543");
	assert_int_equal(count(h, other, &all), 0);
	assert_false(lead_adder_open(h->db, other, h->account.company_id, h->campaign, T0, &a));
	assert_false(lead_remove(h->db, other, h->campaign, talent_of(h, "ada@example.com"), T0));
	suppress_person(h->db, other, "+15559876544", NULL, "OPTED_OUT", T0);
	assert_int_equal(house_add(h, "grace@example.com", "5559876544"), LEAD_ADDED);
}

static void totals_survive_any_order_of_things(void **state)
{
	struct house *h = *state;
	GRand *rand = g_rand_new_with_seed(7);
	int64_t removed = 0;

	for (int i = 0; i < 600; i++) {
		g_autofree char *email = g_strdup_printf("p%d@example.com", g_rand_int_range(rand, 0, 30));
		g_autofree char *phone = g_strdup_printf("55520000%02d", g_rand_int_range(rand, 0, 30));

		switch (g_rand_int_range(rand, 0, 5)) {
		case 0:
			removed += lead_remove(h->db, h->ws, h->campaign, g_rand_int_range(rand, 1, 40), T0 + i);
			break;
		case 1:
			house_add(h, email, "");
			break;
		default:
			house_add(h, email, phone);
		}
		if (i % 20 == 0)
			assert_totals(h);
	}
	assert_totals(h);
	assert_true(removed > 50);
	assert_int_equal(ask(h, "SELECT count(*) FROM (SELECT number FROM lead WHERE removed = 0 AND number IS NOT NULL "
				"GROUP BY number HAVING count(*) > 1)"), 0);
	assert_int_equal(ask(h, "SELECT count(*) FROM lead l WHERE removed = 0 AND (lead_state = %d) <> EXISTS "
				"(SELECT 1 FROM due d WHERE d.talent_id = l.talent_id)", LEAD_WAITING), 0);
	assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE type = 'lead.removed'"), removed);
	g_rand_free(rand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(who_is_added),
		IN_HOUSE(a_list_is_queued_and_told_row_by_row),
		IN_HOUSE(an_adder_is_shared_until_it_is_settled),
		IN_HOUSE(a_lead_is_due_when_the_campaign_says),
		IN_HOUSE(a_late_lead_gets_one_call_for_what_is_over),
		IN_HOUSE(without_a_number_nothing_is_due),
		IN_HOUSE(a_campaign_that_does_not_run_parks_its_leads),
		IN_HOUSE(a_reminder_waits_for_its_delay),
		IN_HOUSE(a_known_person_fills_the_blanks),
		IN_HOUSE(one_number_may_be_on_two_campaigns),
		IN_HOUSE(a_removed_lead_is_gone),
		IN_HOUSE(a_removed_lead_comes_back_with_its_attempts),
		IN_HOUSE(its_number_may_be_taken_meanwhile),
		IN_HOUSE(a_search_finds_what_people_mean),
		IN_HOUSE(pages_follow_each_other),
		IN_HOUSE(pages_and_searches_agree_with_the_table),
		IN_HOUSE(another_workspace_sees_nothing),
		IN_HOUSE(totals_survive_any_order_of_things),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
