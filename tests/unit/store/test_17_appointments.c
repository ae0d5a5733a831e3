/* Times and their bookings: never more than there is room, the lead's own, and there whatever becomes of the call. */
#include "store/appointments.h"

#include "house.h"
#include "store/dial.h"
#include "store/ledger.h"

static const struct ledger_node node = { 1, 1 };
static const struct retry_rule rule = { .min_gap_ms = 4 * H_MS, .backoff_ms = 5000, .unsure_gap_ms = 64000 };

/* In this order: tomorrow with two places, an hour ago, in an hour with one. */
static void add_times(struct house *h)
{
	const struct appointment list[] = {
		{ 1, T0 + 24 * H_MS, T0 + 25 * H_MS, 2 },
		{ 2, T0 - H_MS, DB_NULL, 5 },
		{ 3, T0 + H_MS, DB_NULL, 1 },
	};

	appointments_add(h->db, h->ws, h->campaign, list, G_N_ELEMENTS(list));
}

/* A call to a new person that has been answered. */
struct talk {
	struct attempt_ref ref;
	int64_t talent;
};

static struct talk talk_to(struct house *h, int n)
{
	g_autofree char *email = g_strdup_printf("p%d@example.com", n), *phone = g_strdup_printf("555987600%d", n);
	struct intent i = { .caller_number = "+15550001111", .trunk_id = 1, .attempt_no = 1, .lease_until = T0 + 30000 };
	g_autofree char *number = g_strdup_printf("+1%s", phone);
	struct claim c;
	int64_t id;

	house_add(h, email, phone);
	assert_int_equal(ledger_claim(h->db, h->ws, h->campaign, &node, T0, T0 + 30000, 1, &c), 1);
	i.number = number;
	id = ledger_intend(h->db, &c, &node, &i, T0);
	assert_true(id > 0);
	ledger_answered(h->db, &(struct attempt_ref){ h->ws, id, c.fence, 1 }, T0);
	return (struct talk){ { h->ws, id, c.fence, 1 }, c.talent_id };
}

static enum booking_verdict book(struct house *h, const struct talk *t, int64_t slot_no, int64_t now)
{
	return appointment_book(h->db, &t->ref, h->campaign, t->talent, slot_no, now);
}

static bool end(struct house *h, const struct talk *t, enum outcome o, enum answer a)
{
	struct attempt_result r = { .outcome = o, .answer = a, .digits = "" };

	return ledger_end(h->db, &t->ref, &r, &rule, T0 + 60000);
}

static int64_t taken(struct house *h, int slot_no)
{
	return ask(h, "SELECT taken FROM appointment WHERE slot_no = %d", slot_no);
}

static void what_is_open(void **state)
{
	struct house *h = *state;
	struct appointment out[8];

	assert_false(appointments_any(h->db, h->ws, h->campaign));
	assert_int_equal(appointments_open(h->db, h->ws, h->campaign, T0, 8, out), 0);
	add_times(h);
	assert_true(appointments_any(h->db, h->ws, h->campaign));
	assert_false(appointments_any(h->db, h->ws, h->campaign + 1));
	assert_false(appointments_any(h->db, h->account.test_workspace, h->campaign));
	assert_int_equal(appointments_open(h->db, h->ws, h->campaign, T0, 8, out), 2);
	assert_true(out[0].slot_no == 3 && out[0].start_at == T0 + H_MS && out[1].slot_no == 1);
	assert_int_equal(appointments_open(h->db, h->ws, h->campaign, T0, 1, out), 1);
	assert_int_equal(appointments_open(h->db, h->ws, h->campaign, T0 + H_MS, 8, out), 1); /* it has begun */
	assert_true(appointment_is_open(h->db, h->ws, h->campaign, 1, T0));
	assert_false(appointment_is_open(h->db, h->ws, h->campaign, 2, T0));
	assert_false(appointment_is_open(h->db, h->ws, h->campaign, 4, T0));
}

static void never_more_than_there_is_room(void **state)
{
	struct house *h = *state;
	struct appointment out[8];
	struct talk t[4];

	add_times(h);
	for (int i = 0; i < 4; i++)
		t[i] = talk_to(h, i);
	assert_int_equal(book(h, &t[0], 3, T0), BOOKING_MADE);
	assert_int_equal(book(h, &t[1], 3, T0), BOOKING_TAKEN);
	assert_int_equal(book(h, &t[1], 1, T0), BOOKING_MADE);
	assert_int_equal(book(h, &t[2], 1, T0), BOOKING_MADE);
	assert_int_equal(book(h, &t[3], 1, T0), BOOKING_TAKEN);
	assert_int_equal(book(h, &t[3], 2, T0), BOOKING_TAKEN); /* over */
	assert_int_equal(book(h, &t[3], 9, T0), BOOKING_TAKEN);
	assert_int_equal(appointments_open(h->db, h->ws, h->campaign, T0, 8, out), 0);
	assert_true(taken(h, 1) == 2 && taken(h, 2) == 0 && taken(h, 3) == 1);
	assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE type = 'appointment.booked'"), 3);
}

static void a_lead_has_one_time(void **state)
{
	struct house *h = *state;
	struct booked b;
	struct talk t;

	add_times(h);
	t = talk_to(h, 1);
	assert_false(appointment_of(h->db, h->ws, h->campaign, t.talent, &b));
	assert_int_equal(book(h, &t, 1, T0 + 7), BOOKING_MADE);
	assert_int_equal(book(h, &t, 1, T0 + 8), BOOKING_MADE);
	assert_int_equal(book(h, &t, 3, T0 + 9), BOOKING_TAKEN);
	assert_true(appointment_of(h->db, h->ws, h->campaign, t.talent, &b));
	assert_true(b.slot_no == 1 && b.attempt_id == t.ref.attempt_id && b.start_at == T0 + 24 * H_MS &&
		    b.end_at == T0 + 25 * H_MS && b.booked_at == T0 + 7);
	assert_true(taken(h, 1) == 1 && taken(h, 3) == 0);
}

static void only_during_the_call(void **state)
{
	struct house *h = *state;
	struct talk over, old, gone;

	add_times(h);
	over = talk_to(h, 1);
	assert_true(end(h, &over, OUTCOME_HUNG_UP, ANSWER_NONE));
	assert_int_equal(book(h, &over, 1, T0), BOOKING_REFUSED);
	old = talk_to(h, 2);
	old.ref.fence--;
	assert_int_equal(book(h, &old, 1, T0), BOOKING_REFUSED);
	gone = talk_to(h, 3);
	assert_true(lead_remove(h->db, h->ws, h->campaign, gone.talent, T0));
	assert_int_equal(book(h, &gone, 1, T0), BOOKING_REFUSED);
	assert_int_equal(taken(h, 1), 0);
}

/* The server died, or the person hung up: what was booked decides. */
static void a_booking_outlives_its_call(void **state)
{
	static const enum outcome ends[] = { OUTCOME_UNKNOWN, OUTCOME_HUNG_UP };
	struct house *h = *state;

	add_times(h);
	for (int i = 0; i < 2; i++) {
		struct talk t = talk_to(h, i);

		assert_int_equal(book(h, &t, 1, T0), BOOKING_MADE);
		assert_true(end(h, &t, ends[i], ANSWER_NONE));
		assert_int_equal(ask(h, "SELECT bucket FROM lead WHERE talent_id = %d", (int)t.talent),
				 BUCKET_INTERESTED);
		assert_int_equal(ask(h, "SELECT lead_state FROM lead WHERE talent_id = %d", (int)t.talent), LEAD_DONE);
		assert_int_equal(ask(h, "SELECT answer FROM attempt WHERE attempt_id = %d", (int)t.ref.attempt_id),
				 ANSWER_INTERESTED);
		assert_int_equal(ask(h, "SELECT chosen FROM attempt WHERE attempt_id = %d", (int)t.ref.attempt_id), 1);
	}
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 0);
	assert_int_equal(taken(h, 1), 2);
	assert_totals(h);
}

static void an_opt_out_gives_it_back(void **state)
{
	struct house *h = *state;
	struct booked b;
	struct talk t;

	add_times(h);
	t = talk_to(h, 1);
	assert_int_equal(book(h, &t, 3, T0), BOOKING_MADE);
	assert_true(end(h, &t, OUTCOME_ANSWERED_DIGIT, ANSWER_OPT_OUT));
	assert_false(appointment_of(h->db, h->ws, h->campaign, t.talent, &b));
	assert_int_equal(taken(h, 3), 0);
	assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE type = 'appointment.released'"), 1);
}

static void a_removed_lead_gives_it_back(void **state)
{
	struct house *h = *state;
	struct talk one, two;

	add_times(h);
	one = talk_to(h, 1);
	two = talk_to(h, 2);
	assert_int_equal(book(h, &one, 3, T0), BOOKING_MADE);
	assert_int_equal(book(h, &two, 3, T0), BOOKING_TAKEN);
	assert_true(lead_remove(h->db, h->ws, h->campaign, one.talent, T0));
	assert_int_equal(taken(h, 3), 0);
	assert_int_equal(book(h, &two, 3, T0), BOOKING_MADE);
	assert_true(end(h, &one, OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED));
	assert_true(end(h, &two, OUTCOME_ANSWERED_DIGIT, ANSWER_INTERESTED));
	assert_int_equal(taken(h, 3), 1);
	assert_totals(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(what_is_open),
		IN_HOUSE(never_more_than_there_is_room),
		IN_HOUSE(a_lead_has_one_time),
		IN_HOUSE(only_during_the_call),
		IN_HOUSE(a_booking_outlives_its_call),
		IN_HOUSE(an_opt_out_gives_it_back),
		IN_HOUSE(a_removed_lead_gives_it_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
