/* Every (state, event) pair of an attempt in the ledger: what the table of core/attempt.c allows happens, nothing else. */
#include "store/ledger.h"

#include "house.h"

enum event_kind { EVENT_SENT, EVENT_RINGING, EVENT_ANSWERED, EVENT_ENDED, EVENT_UNKNOWN, EVENT_END };

static const struct retry_rule rule = { .min_gap_ms = 4 * H_MS, .backoff_ms = 5000, .unsure_gap_ms = 64000 };

/* An intent for a lead of its own, in the state. */
static struct attempt_ref attempt_in(struct house *h, enum attempt_state s, int n)
{
	g_autofree char *email = g_strdup_printf("p%d@example.com", n), *phone = g_strdup_printf("5552%06d", n);
	g_autofree char *number = g_strdup_printf("+15552%06d", n);
	struct intent intent = { .number = number, .caller_number = "+15550001111", .trunk_id = 1, .attempt_no = 1,
				 .lease_until = T0 };
	struct attempt_result ended = { .outcome = OUTCOME_NO_ANSWER, .digits = "" },
			      unknown = { .outcome = OUTCOME_UNKNOWN, .digits = "" };
	struct ledger_node node = { 1, 1 };
	struct attempt_ref ref = { .workspace_id = h->ws };
	struct claim c;

	assert_int_equal(house_add(h, email, phone), LEAD_ADDED);
	while (ledger_claim(h->db, h->ws, h->campaign, &node, T0, T0, 1, &c) == 1 && ref.attempt_id == 0) {
		ref.attempt_id = ledger_intend(h->db, &c, &node, &intent, T0);
		ref.fence = c.fence;
	}
	assert_true(ref.attempt_id > 0);
	if (s == ATTEMPT_RINGING)
		ledger_ringing(h->db, &ref, T0);
	if (s == ATTEMPT_ANSWERED)
		ledger_answered(h->db, &ref, T0);
	if (s == ATTEMPT_ENDED)
		ledger_end(h->db, &ref, &ended, &rule, T0);
	if (s == ATTEMPT_UNKNOWN)
		ledger_end(h->db, &ref, &unknown, &rule, T0);
	assert_int_equal(ask(h, "SELECT attempt_state FROM attempt WHERE attempt_id = %d", (int)ref.attempt_id), s);
	return ref;
}

static void happens(struct house *h, enum event_kind e, const struct attempt_ref *ref)
{
	struct attempt_result r = { .outcome = e == EVENT_UNKNOWN ? OUTCOME_UNKNOWN : OUTCOME_BUSY, .digits = "" };

	switch (e) {
	case EVENT_SENT:
		ledger_sent(h->db, ref, "call");
		break;
	case EVENT_RINGING:
		ledger_ringing(h->db, ref, T0 + 1);
		break;
	case EVENT_ANSWERED:
		ledger_answered(h->db, ref, T0 + 1);
		break;
	case EVENT_ENDED:
	case EVENT_UNKNOWN:
		ledger_end(h->db, ref, &r, &rule, T0 + 1);
		break;
	case EVENT_END:
		break;
	}
}

static enum attempt_state after(enum attempt_state s, enum event_kind e)
{
	static const enum attempt_state to[EVENT_END] = { [EVENT_RINGING] = ATTEMPT_RINGING,
							  [EVENT_ANSWERED] = ATTEMPT_ANSWERED,
							  [EVENT_ENDED] = ATTEMPT_ENDED,
							  [EVENT_UNKNOWN] = ATTEMPT_UNKNOWN };

	/* UNKNOWN is settled by a review alone, never by an event that comes late */
	return e != EVENT_SENT && s != ATTEMPT_UNKNOWN && attempt_may(s, to[e]) ? to[e] : s;
}

static void every_pair(void **state)
{
	struct house *h = *state;
	int n = 0;

	for (enum attempt_state s = ATTEMPT_DIALLING; s <= ATTEMPT_UNKNOWN; s++)
		for (enum event_kind e = 0; e < EVENT_END; e++)
			for (int fence = -1; fence <= 1; fence++) {
				struct attempt_ref ref = attempt_in(h, s, n++);
				enum attempt_state want = fence == 0 ? after(s, e) : s;
				int64_t events = ask(h, "SELECT count(*) FROM event");

				ref.fence += fence;
				happens(h, e, &ref);
				if (ask(h, "SELECT attempt_state FROM attempt WHERE attempt_id = %d",
					(int)ref.attempt_id) != want)
					fail_msg("event %d in state %s with fence %+d", e, attempt_state_name(s), fence);
				if (want == s) /* refused: nothing is told, nothing follows */
					assert_int_equal(ask(h, "SELECT count(*) FROM event"), events);
				assert_int_equal(ask(h, "SELECT count(*) FROM person_lock WHERE attempt_id = %d",
						     (int)ref.attempt_id), !attempt_terminal(want) && want != ATTEMPT_UNKNOWN);
			}
	assert_totals(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(every_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
