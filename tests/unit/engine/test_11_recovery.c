/* What a starting server does with what the last life left. */
#include "engine/recovery.h"

#include "../store/house.h"
#include "engine/journal.h"
#include "store/writer.h"

static const struct retry_rule rule = { .min_gap_ms = 4 * H_MS, .backoff_ms = 5000, .unsure_gap_ms = 64000 };

/* An intent for a new lead, made in the epoch. */
static struct attempt_ref dial(struct house *h, int64_t epoch, int n)
{
	g_autofree char *email = g_strdup_printf("p%d@example.com", n);
	g_autofree char *phone = g_strdup_printf("5552%06d", n);
	char number[24];
	struct ledger_node node = { 1, epoch };
	struct intent i = { .caller_number = "+15550001111", .attempt_no = 1, .lease_until = T0 + 30000 };
	struct claim c;

	house_add(h, email, phone);
	assert_int_equal(ledger_claim(h->db, h->ws, h->campaign, &node, T0, T0 + 30000, 1, &c), 1);
	g_snprintf(number, sizeof(number), "+1%s", phone);
	i.number = number;
	return (struct attempt_ref){ h->ws, ledger_intend(h->db, &c, &node, &i, T0), c.fence, epoch };
}

static struct recovery recover(struct house *h)
{
	struct problem p = { 0 };
	struct recovery r = { 0 };
	struct store *s;

	house_db_close(h);
	s = store_open(h->folder, NULL, NULL, &p);
	assert_non_null(s);
	assert_int_equal(recovery_run(s, h->folder, &rule, T0 + 60000, &r, &p), 0);
	store_close(s);
	return r;
}

static void write_journal(struct house *h, int64_t epoch, int64_t attempt)
{
	struct problem p = { 0 };
	struct journal *j = journal_start(h->folder, epoch, &p);

	assert_non_null(j);
	if (attempt)
		assert_int_equal(journal_sent(j, attempt, 1), 0);
	journal_close(j);
}

static void what_may_have_been_sent_is_unknown(void **state)
{
	struct house *h = *state;
	int64_t epoch = ledger_epoch(h->db);
	struct attempt_ref sent = dial(h, epoch, 1), kept = dial(h, epoch, 2);
	struct recovery r;

	write_journal(h, epoch, sent.attempt_id);
	r = recover(h);
	assert_int_equal(r.unknown, 1);
	assert_int_equal(r.never_sent, 1);
	assert_int_equal(ask(h, "SELECT attempt_state FROM attempt WHERE attempt_id = %d", (int)sent.attempt_id),
			 ATTEMPT_UNKNOWN);
	assert_int_equal(ask(h, "SELECT outcome FROM attempt WHERE attempt_id = %d", (int)kept.attempt_id),
			 OUTCOME_NEVER_SENT);
}

static void what_was_never_sent_is_called_again(void **state)
{
	struct house *h = *state;
	int64_t epoch = ledger_epoch(h->db);

	dial(h, epoch, 1);
	write_journal(h, epoch, 0);
	recover(h);
	assert_int_equal(ask(h, "SELECT slot FROM due"), 0); /* the slot is not used up */
	assert_int_equal(ask(h, "SELECT due_at FROM due"), T0 + 60000 + 5000);
	assert_int_equal(ask(h, "SELECT count(*) FROM person_lock"), 0);
}

static void an_unknown_call_counts_as_made(void **state)
{
	struct house *h = *state;
	int64_t epoch = ledger_epoch(h->db);
	struct attempt_ref sent = dial(h, epoch, 1);

	write_journal(h, epoch, sent.attempt_id);
	recover(h);
	assert_int_equal(ask(h, "SELECT slot FROM due"), 1);
	assert_int_equal(ask(h, "SELECT due_at FROM due"), T0 + 24 * H_MS);
	assert_int_equal(ask(h, "SELECT bucket FROM lead"), BUCKET_PENDING);
	assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE type = 'attempt.ended'"), 1);
	assert_totals(h);
}

static void without_a_journal_all_are_unknown(void **state)
{
	struct house *h = *state;
	int64_t epoch = ledger_epoch(h->db);

	dial(h, epoch, 1);
	dial(h, epoch, 2);
	assert_int_equal(recover(h).unknown, 2);
}

/* The journal speaks of its own life only: an attempt of an earlier one is unknown. */
static void an_older_attempt_is_unknown(void **state)
{
	struct house *h = *state;
	int64_t epoch = ledger_epoch(h->db);

	dial(h, epoch, 1);
	write_journal(h, epoch + 1, 0);
	assert_int_equal(recover(h).unknown, 1);
}

static void an_answered_call_that_was_cut_is_unknown(void **state)
{
	struct house *h = *state;
	int64_t epoch = ledger_epoch(h->db);
	struct attempt_ref ref = dial(h, epoch, 1);

	ledger_ringing(h->db, &ref, T0);
	ledger_answered(h->db, &ref, T0);
	write_journal(h, epoch, ref.attempt_id);
	assert_int_equal(recover(h).unknown, 1);
	assert_int_equal(ask(h, "SELECT count(*) FROM attempt WHERE attempt_state IN (3, 4, 5)"), 0);
}

static void claims_go_back_and_the_epoch_grows(void **state)
{
	struct house *h = *state;
	struct ledger_node node = { 1, ledger_epoch(h->db) };
	struct recovery first, second;
	struct claim c;

	house_add(h, "ada@example.com", "5559876543");
	assert_int_equal(ledger_claim(h->db, h->ws, h->campaign, &node, T0, T0 + 30000, 1, &c), 1);
	first = recover(h);
	assert_int_equal(first.released, 1);
	assert_int_equal(first.epoch, node.epoch + 1);
	assert_int_equal(ask(h, "SELECT count(*) FROM due WHERE due_state = %d", DUE_READY), 1);
	second = recover(h);
	assert_int_equal(second.epoch, node.epoch + 2);
	assert_int_equal(second.released + second.unknown + second.never_sent, 0);
}

static void more_than_one_batch_is_recovered(void **state)
{
	struct house *h = *state;
	int64_t epoch = ledger_epoch(h->db);

	for (int i = 0; i < 520; i++)
		dial(h, epoch, i);
	assert_int_equal(recover(h).unknown, 520);
	assert_int_equal(ask(h, "SELECT count(*) FROM person_lock"), 0);
	assert_totals(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(what_may_have_been_sent_is_unknown),
		IN_HOUSE(what_was_never_sent_is_called_again),
		IN_HOUSE(an_unknown_call_counts_as_made),
		IN_HOUSE(without_a_journal_all_are_unknown),
		IN_HOUSE(an_older_attempt_is_unknown),
		IN_HOUSE(an_answered_call_that_was_cut_is_unknown),
		IN_HOUSE(claims_go_back_and_the_epoch_grows),
		IN_HOUSE(more_than_one_batch_is_recovered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
