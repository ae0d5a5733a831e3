/* Who calls one of our numbers, and what his word does. */
#include "store/inbound_calls.h"

#include "store/dial.h"
#include "store/ledger.h"
#include "store/people.h"

#include "house.h"

#define THEIRS "+15559876543"
#define OURS   "+15550001111"

static const struct ledger_node node = { 1, 1 };
static const struct retry_rule rule = { .min_gap_ms = 4 * H_MS, .backoff_ms = 5000, .unsure_gap_ms = 64000 };

/* Ada is being called. */
static struct attempt_ref call_ada(struct house *h)
{
	struct intent i = { .number = THEIRS, .caller_number = OURS, .trunk_id = 1, .attempt_no = 1, .lease_until = T0 + 30000 };
	struct claim c;

	house_add(h, "ada@example.com", "5559876543");
	assert_int_equal(ledger_claim(h->db, h->ws, h->campaign, &node, T0, T0 + 30000, 1, &c), 1);
	return (struct attempt_ref){ h->ws, ledger_intend(h->db, &c, &node, &i, T0), c.fence, 1 };
}

static void nobody_there(struct house *h, const struct attempt_ref *ref)
{
	const struct attempt_result r = { .outcome = OUTCOME_NO_ANSWER, .digits = "" };

	assert_true(ledger_end(h->db, ref, &r, &rule, T0 + 1000));
}

static int64_t begin(struct house *h, const char *number, struct inbound_caller *caller)
{
	struct inbound_call call = { .workspace_id = h->ws, .trunk_id = 1, .number = number, .own_number = OURS };

	inbound_caller_of(h->db, h->ws, number, &call.caller);
	*caller = call.caller;
	return inbound_begin(h->db, &call, T0 + 2000);
}

static struct inbound_caller say(struct house *h, const char *number, enum answer answer)
{
	const struct inbound_result r = { .outcome = answer ? OUTCOME_ANSWERED_DIGIT : OUTCOME_HUNG_UP, .answer = answer,
					  .digits = answer ? "1" : "-", .talk_ms = 5000 };
	struct inbound_caller caller;
	int64_t id = begin(h, number, &caller);

	inbound_end(h->db, h->ws, id, &r, T0 + 9000);
	inbound_end(h->db, h->ws, id, &r, T0 + 9000); /* changes nothing */
	return caller;
}

static void an_answer_counts_and_no_attempt_does(void **state)
{
	struct house *h = *state;
	struct attempt_ref ref = call_ada(h);
	struct inbound_caller who;

	nobody_there(h, &ref);
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 1);
	who = say(h, THEIRS, ANSWER_NONE);
	assert_true(who.resumes && who.campaign_id == h->campaign);
	assert_string_equal(who.company, "Acme");
	assert_string_equal(who.about, "A campaign");
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 1); /* he has said nothing: he is called again */
	say(h, THEIRS, ANSWER_INTERESTED);
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 0);
	assert_int_equal(ask(h, "SELECT bucket * 10 + lead_state FROM lead"), BUCKET_INTERESTED * 10 + LEAD_DONE);
	assert_int_equal(ask(h, "SELECT total FROM lead_total WHERE bucket = 1"), 1);
	assert_int_equal(ask(h, "SELECT sum(total) FROM lead_total"), 1);
	assert_int_equal(ask(h, "SELECT count(*) FROM attempt"), 1);
	assert_int_equal(ask(h, "SELECT attempts FROM lead"), 1);
	assert_int_equal(ask(h, "SELECT calls FROM workspace_day"), 1);
	assert_int_equal(ask(h, "SELECT count(*) FROM event WHERE type = 'call.inbound'"), 2);
	assert_int_equal(ask(h, "SELECT count(*) FROM person_lock"), 0);
	assert_false(say(h, THEIRS, ANSWER_NONE).resumes);
}

static void opting_out(void **state)
{
	struct house *h = *state;
	struct attempt_ref ref = call_ada(h);
	struct inbound_caller who;

	nobody_there(h, &ref);
	say(h, THEIRS, ANSWER_OPT_OUT);
	assert_int_equal(ask(h, "SELECT count(*) FROM suppression"), 2); /* number and e-mail */
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 0);
	assert_false(say(h, THEIRS, ANSWER_NONE).resumes);
	who = say(h, "+15559870000", ANSWER_OPT_OUT);
	assert_true(who.campaign_id == 0 && !who.resumes);
	assert_int_equal(ask(h, "SELECT count(*) FROM suppression WHERE target = '+15559870000'"), 1);
	say(h, "", ANSWER_OPT_OUT); /* nobody knows whose number that is */
	assert_int_equal(ask(h, "SELECT count(*) FROM suppression"), 3);
	assert_int_equal(ask(h, "SELECT max(answer) FROM inbound_call WHERE number = ''"), 0);
}

static void while_he_is_called(void **state)
{
	struct house *h = *state;
	struct attempt_ref ref = call_ada(h);

	assert_true(say(h, THEIRS, ANSWER_NOT_INTERESTED).resumes);
	assert_int_equal(ask(h, "SELECT lead_state FROM lead"), LEAD_CALLING);
	assert_int_equal(ask(h, "SELECT attempt_id FROM person_lock"), ref.attempt_id); /* ours stays */
	nobody_there(h, &ref);
	assert_int_equal(ask(h, "SELECT bucket * 10 + lead_state FROM lead"), BUCKET_NOT_INTERESTED * 10 + LEAD_DONE);
	assert_int_equal(ask(h, "SELECT answer FROM attempt"), ANSWER_NONE); /* each call has what was said in it */
	assert_int_equal(ask(h, "SELECT count(*) FROM due"), 0);
}

static void taken_off(void **state)
{
	struct house *h = *state;
	struct attempt_ref ref = call_ada(h);
	int64_t talent = ask(h, "SELECT talent_id FROM lead");
	struct inbound_caller who;

	nobody_there(h, &ref);
	assert_true(lead_remove(h->db, h->ws, h->campaign, talent, T0));
	who = say(h, THEIRS, ANSWER_OPT_OUT);
	assert_true(who.talent_id == talent && !who.resumes);
	assert_int_equal(ask(h, "SELECT count(*) FROM suppression WHERE kind = 'number'"), 1);
	assert_int_equal(ask(h, "SELECT coalesce(sum(total), 0) FROM lead_total"), 0);
}

/* Nobody is dialled while he talks to us, and none of his calls is lost with the server. */
static void locked_and_recovered(void **state)
{
	struct house *h = *state;
	struct attempt_ref ref = call_ada(h);
	struct inbound_caller who;
	struct person ada;
	struct dial_desk desk;
	struct dial d;

	nobody_there(h, &ref);
	begin(h, THEIRS, &who);
	assert_true(dial_desk_open(h->db, h->ws, T0, &desk));
	assert_true(dial_ask(h->db, &desk, who.campaign_id, who.talent_id, &d) && d.question.person_busy);
	ada = (struct person){ .workspace_id = h->ws, .talent_id = who.talent_id };
	assert_false(person_erase(h->db, &ada, true, T0));
	inbound_calls_recover(h->db, T0 + 5000);
	assert_int_equal(ask(h, "SELECT outcome FROM inbound_call"), OUTCOME_UNKNOWN);
	assert_int_equal(ask(h, "SELECT count(*) FROM person_lock"), 0);
	begin(h, "", &who);
	inbound_calls_recover(h->db, T0 + 6000);
	assert_true(person_erase(h->db, &ada, true, T0));
	assert_int_equal(ask(h, "SELECT count(*) FROM inbound_call WHERE number <> ''"), 0);
}

/* A stranger has nothing but his number, and is erased by it. */
static void a_stranger_is_erased(void **state)
{
	struct house *h = *state;
	struct person stranger = { .workspace_id = h->ws, .target = "+15559870000" };
	struct inbound_caller who;

	begin(h, stranger.target, &who);
	assert_true(person_held(h->db, &stranger));
	assert_false(person_erase(h->db, &stranger, true, T0)); /* he is on the line */
	inbound_calls_recover(h->db, T0 + 5000);
	assert_true(person_erase(h->db, &stranger, true, T0));
	assert_int_equal(ask(h, "SELECT count(*) FROM inbound_call"), 0);
	assert_int_equal(ask(h, "SELECT count(*) FROM person_lock"), 0);
}

static void lines(void **state)
{
	static const struct {
		const char *called;
		bool ours;
	} rows[] = { { OURS, true }, { "15550001111", true }, { "5550001111", true }, { "0015550001111", true },
		     { "01115550001111", true }, { "+15550001112", false }, { "", false }, { "100", false } };
	struct house *h = *state;
	struct trunk t = { .workspace_id = h->ws, .name = "carrier", .host = "192.0.2.1", .port = 5060, .transport = "udp",
			   .auth_user = "", .auth_password = "", .proxy = "", .from_user = "", .from_domain = "",
			   .identity = "pai", .prefixes = "", .external_address = "", .channels = 1, .cps = 1, .enabled = true };
	struct inbound_line line;
	char number[ORDER_NUMBER];
	int64_t id = trunk_add(h->db, &t, T0);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		assert_int_equal(inbound_line_of(h->db, id, rows[i].called, &line), rows[i].ours);
		if (rows[i].ours)
			assert_true(line.workspace_id == h->ws && strcmp(line.number, OURS) == 0);
	}
	assert_false(inbound_line_of(h->db, id + 1, OURS, &line));
	assert_true(inbound_line_of(h->db, id, OURS, &line));
	inbound_number(h->db, &line, "5559876543", number);
	assert_string_equal(number, THEIRS);
	inbound_number(h->db, &line, "442079460018", number);
	assert_string_equal(number, "+442079460018");
	inbound_number(h->db, &line, "12345", number);
	assert_string_equal(number, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(an_answer_counts_and_no_attempt_does),
		IN_HOUSE(opting_out),
		IN_HOUSE(while_he_is_called),
		IN_HOUSE(taken_off),
		IN_HOUSE(locked_and_recovered),
		IN_HOUSE(a_stranger_is_erased),
		IN_HOUSE(lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
