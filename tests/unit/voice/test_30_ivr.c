/*
 * The menu, as conversations: each row is a script of inputs and what the machine does at each.
 *
 * Inputs:  A answered  p played  t timeout  h hung up  0-9 * # a digit
 *          B booked  T taken, the others are left  G taken and nothing is left
 *          D put through to a person  F nobody took the transfer
 * Actions: O C plays the opening or the closing  a b c plays question 0 1 2  w waits  X hangs up  . nothing
 *          i u v x n says: there are times, the first, the second, the third, none of these  K asks to book
 *          P plays the preamble  > transfers  N says that the wish for a person is noted
 *          U V Z confirms a time  S taken  g nothing left  m noted
 */
#include "voice/ivr.h"
#include "voice/prompt.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { SILENT_QUESTION = 1, NO_OPENING = 2, NO_CLOSING = 4, PREAMBLE = 8, A_PERSON = 16 };

struct row {
	const char *name;
	int questions, without;
	const char *inputs, *actions;
	enum outcome outcome;
	enum answer answer;
	const char *digits;
	int times;
	int64_t slot_no;
	enum person_wish person;
};

#define DIGIT  OUTCOME_ANSWERED_DIGIT
#define SILENT OUTCOME_ANSWERED_SILENT
#define GONE   OUTCOME_HUNG_UP
#define YES    ANSWER_INTERESTED
#define NO     ANSWER_NOT_INTERESTED
#define OUT    ANSWER_OPT_OUT
#define NONE   ANSWER_NONE

/* Options of every question: 1 interested, 2 not interested, 3 neutral, 4 opts out. */
static const struct row rows[] = {
	{ "nothing happens before the answer", 1, 0, "p1t", "...", GONE, NONE, "" },
	{ "hung up before the answer", 1, 0, "h", ".", GONE, NONE, "" },
	{ "yes", 1, 0, "App1p", "OawCX", DIGIT, YES, "1" },
	{ "no", 1, 0, "App2p", "OawCX", DIGIT, NO, "2" },
	{ "neutral decides nothing", 1, 0, "App3p", "OawCX", DIGIT, NONE, "3" },
	{ "barge into the question", 1, 0, "Ap1p", "OaCX", DIGIT, YES, "1" },
	{ "barge into the opening", 1, 0, "A1p", "OCX", DIGIT, YES, "1" },
	{ "barge into the opening, two questions", 2, 0, "A1p2p", "ObwCX", DIGIT, NO, "12" },
	{ "a wrong digit in the opening", 1, 0, "A7p1p", "OawCX", DIGIT, YES, "1" },
	{ "wrong in the opening still leaves a repeat", 1, 0, "A7p7p1p", "OawawCX", DIGIT, YES, "1" },
	{ "silence, silence", 1, 0, "Apptptp", "OawawCX", SILENT, NONE, "-" },
	{ "silence, then yes", 1, 0, "Apptp1p", "OawawCX", DIGIT, YES, "1" },
	{ "wrong, then yes", 1, 0, "App7p1p", "OawawCX", DIGIT, YES, "1" },
	{ "wrong, wrong", 1, 0, "App7p8p", "OawawCX", SILENT, NONE, "-" },
	{ "wrong, silence: one repeat in all", 1, 0, "App7ptp", "OawawCX", SILENT, NONE, "-" },
	{ "silence, wrong: one repeat in all", 1, 0, "Apptp5p", "OawawCX", SILENT, NONE, "-" },
	{ "wrong during the question", 1, 0, "Ap7p1p", "OaawCX", DIGIT, YES, "1" },
	{ "star and hash are wrong digits", 1, 0, "App*p#p", "OawawCX", SILENT, NONE, "-" },
	{ "the repeat is per question", 2, 0, "Apptptptptp", "OawawbwbwCX", SILENT, NONE, "--" },
	{ "first unanswered, second yes", 2, 0, "Apptptp1p", "OawawbwCX", DIGIT, YES, "-1" },
	{ "no, then yes: the last decides", 2, 0, "App2p1p", "OawbwCX", DIGIT, YES, "21" },
	{ "yes, then no: the last decides", 2, 0, "App1p2p", "OawbwCX", DIGIT, NO, "12" },
	{ "no, then neutral stays no", 2, 0, "App2p3p", "OawbwCX", DIGIT, NO, "23" },
	{ "no, then silence stays no", 2, 0, "App2ptptp", "OawbwbwCX", DIGIT, NO, "2-" },
	{ "three questions", 3, 0, "App1p3p2p", "OawbwcwCX", DIGIT, NO, "132" },
	{ "opt out while waiting", 1, 0, "App9p", "OawCX", DIGIT, OUT, "9" },
	{ "opt out in the opening", 1, 0, "A9p", "OCX", DIGIT, OUT, "9" },
	{ "opt out in the question", 1, 0, "Ap9p", "OaCX", DIGIT, OUT, "9" },
	{ "opt out skips the other questions", 3, 0, "App1p9p", "OawbwCX", DIGIT, OUT, "19" },
	{ "opt out in the closing, after yes", 1, 0, "App19p", "OawC.X", DIGIT, OUT, "1" },
	{ "opt out in the closing, after silence", 1, 0, "Apptpt9p", "OawawC.X", DIGIT, OUT, "-" },
	{ "opt out by an option", 2, 0, "App4p", "OawCX", DIGIT, OUT, "4" },
	{ "opt out, then hung up", 1, 0, "App9h", "OawC.", DIGIT, OUT, "9" },
	{ "digits in the closing are too late", 1, 0, "Apptpt1p", "OawawC.X", SILENT, NONE, "-" },
	{ "an answer is not taken back in the closing", 1, 0, "App12p", "OawC.X", DIGIT, YES, "1" },
	{ "hung up in the opening", 1, 0, "Ah", "O.", GONE, NONE, "" },
	{ "hung up in the question", 1, 0, "Aph", "Oa.", GONE, NONE, "-" },
	{ "hung up while waiting", 1, 0, "Apph", "Oaw.", GONE, NONE, "-" },
	{ "hung up in the closing, silent", 1, 0, "Apptpth", "OawawC.", GONE, NONE, "-" },
	{ "hung up in the closing, after yes", 1, 0, "App1h", "OawC.", DIGIT, YES, "1" },
	{ "hung up after the end", 1, 0, "Apptptph", "OawawCX.", SILENT, NONE, "-" },
	{ "nothing happens after hanging up", 1, 0, "Aphp1t9", "Oa.....", GONE, NONE, "-" },
	{ "nothing happens after the end", 0, 0, "App19pt", "OCX....", SILENT, NONE, "" },
	{ "no questions", 0, 0, "App", "OCX", SILENT, NONE, "" },
	{ "no questions, digits do not disturb", 0, 0, "A12pp", "O..CX", SILENT, NONE, "" },
	{ "no questions, opt out", 0, 0, "A9p", "OCX", DIGIT, OUT, "" },
	{ "no questions, opt out in the closing", 0, 0, "Ap9p", "OC.X", DIGIT, OUT, "" },
	{ "a timeout while the question plays is stale", 1, 0, "Aptp1p", "Oa.wCX", DIGIT, YES, "1" },
	{ "a second answer is nothing", 1, 0, "AAp", "O.a", GONE, NONE, "-" },
	{ "played while waiting is stale", 1, 0, "Appp1p", "Oaw.CX", DIGIT, YES, "1" },
	{ "no opening", 1, NO_OPENING, "Ap1p", "awCX", DIGIT, YES, "1" },
	{ "no closing", 1, NO_CLOSING, "App1", "OawX", DIGIT, YES, "1" },
	{ "no closing, opt out", 1, NO_CLOSING, "A9", "OX", DIGIT, OUT, "9" },
	{ "no closing, silent", 1, NO_CLOSING, "Apptpt", "OawawX", SILENT, NONE, "-" },
	{ "nothing to say at all", 0, NO_OPENING | NO_CLOSING, "A", "X", SILENT, NONE, "" },
	{ "questions without a prompt", 2, SILENT_QUESTION, "Aptt1p", "OwwwCX", DIGIT, YES, "-1" },
	{ "only waiting", 1, SILENT_QUESTION | NO_OPENING | NO_CLOSING, "Att", "wwX", SILENT, NONE, "-" },
};

/* A preamble, and 0. */
static const struct row persons[] = {
	{ "a preamble comes first", 1, PREAMBLE, "Appp1p", "POawCX", DIGIT, YES, "1", 0, 0, 0 },
	{ "a preamble and nothing else", 0, PREAMBLE | NO_OPENING | NO_CLOSING, "Ap", "PX", SILENT, NONE, "", 0, 0, 0 },
	{ "barge into the preamble", 1, PREAMBLE, "A1p", "PCX", DIGIT, YES, "1", 0, 0, 0 },
	{ "opt out in the preamble", 1, PREAMBLE, "A9p", "PCX", DIGIT, OUT, "9", 0, 0, 0 },
	{ "a key in the preamble is no choice", 0, PREAMBLE, "A1p1Bpp", "PiuKUCX", DIGIT, YES, "1", 2, 11, 0 },
	{ "hung up in the preamble", 1, PREAMBLE, "Ah", "P.", GONE, NONE, "", 0, 0, 0 },
	{ "nobody to be had: noted", 1, 0, "App0pp", "OawNCX", DIGIT, NONE, "0", 0, 0, PERSON_NOTED },
	{ "0 in the preamble", 1, PREAMBLE, "A0pp", "PNCX", DIGIT, NONE, "0", 0, 0, PERSON_NOTED },
	{ "0 in the closing, after no", 1, 0, "App20pp", "OawCNCX", DIGIT, NO, "2", 0, 0, PERSON_NOTED },
	{ "no questions, 0", 0, 0, "A0pp", "ONCX", DIGIT, NONE, "", 0, 0, PERSON_NOTED },
	{ "opt out of the note", 1, 0, "App09p", "OawNCX", DIGIT, OUT, "9", 0, 0, PERSON_NOTED },
	{ "0, then other keys", 1, 0, "App012pp", "OawN..CX", DIGIT, NONE, "0", 0, 0, PERSON_NOTED },
	{ "put through", 1, A_PERSON, "App0D", "Oaw>X", DIGIT, NONE, "0", 0, 0, PERSON_PUT_THROUGH },
	{ "put through from the second question", 2, A_PERSON, "App1p0D", "Oawbw>X", DIGIT, YES, "10", 0, 0, PERSON_PUT_THROUGH },
	{ "nobody took it", 1, A_PERSON, "App0Fpp", "Oaw>NCX", DIGIT, NONE, "0", 0, 0, PERSON_NOTED },
	{ "no word of it", 1, A_PERSON, "App0tpp", "Oaw>NCX", DIGIT, NONE, "0", 0, 0, PERSON_NOTED },
	{ "keys while it rings", 1, A_PERSON, "App091D", "Oaw>..X", DIGIT, NONE, "0", 0, 0, PERSON_PUT_THROUGH },
	{ "hung up while it rings", 1, A_PERSON, "App0h", "Oaw>.", DIGIT, NONE, "0", 0, 0, PERSON_NOTED },
	{ "word of a transfer nobody asked for", 1, A_PERSON, "ADp", "O.a", GONE, NONE, "-", 0, 0, 0 },
	{ "0 at the times", 0, A_PERSON, "App0D", "Oiu>X", DIGIT, NONE, "0", 2, 0, PERSON_PUT_THROUGH },
	{ "0 while a time is booked", 0, 0, "App10Bpp", "OiuK.UCX", DIGIT, YES, "1", 1, 11, 0 },
};

/* Times have the slots 11, 12, 13. */
static const struct row choices[] = {
	{ "the first time", 0, 0, "Apppp1Bpp", "OiunwKUCX", DIGIT, YES, "1", 1, 11 },
	{ "the second of two", 0, 0, "Appppp2Bpp", "OiuvnwKVCX", DIGIT, YES, "2", 2, 12 },
	{ "none of them", 0, 0, "Appppp3p", "OiuvnwCX", DIGIT, NO, "3", 2, 0 },
	{ "a choice while they are said", 0, 0, "App1Bpp", "OiuKUCX", DIGIT, YES, "1", 2, 11 },
	{ "a key in the opening is no choice", 0, 0, "A1p1Bpp", "OiuKUCX", DIGIT, YES, "1", 2, 11 },
	{ "silence, silence", 0, 0, "Apppptppptp", "OiunwiunwCX", SILENT, NONE, "-", 1, 0 },
	{ "a wrong key", 0, 0, "App7p1Bpp", "OiuiuKUCX", DIGIT, YES, "1", 2, 11 },
	{ "more digits than times", 0, 0, "App4", "Oiui", GONE, NONE, "-", 2, 0 },
	{ "somebody was faster", 0, 0, "App1Tpp2Bpp", "OiuKSivKVCX", DIGIT, YES, "2", 2, 12 },
	{ "what is taken is a wrong key", 0, 0, "App1Tpp1p2Bpp", "OiuKSivivKVCX", DIGIT, YES, "2", 2, 12 },
	{ "taken, then none", 0, 0, "App1Tpp3p", "OiuKSivCX", DIGIT, NO, "3", 2, 0 },
	{ "taken, then silence: interested, no time", 0, 0, "App1Tpppptppptp", "OiuKSivnwivnwCX", DIGIT, YES, "1", 2, 11 },
	{ "the last was taken", 0, 0, "App1Gpp", "OiuKgCX", DIGIT, YES, "1", 2, 11 },
	{ "the only one was taken", 0, 0, "App1Tpp", "OiuKgCX", DIGIT, YES, "1", 1, 11 },
	{ "no word in time", 0, 0, "App1tpp", "OiuKmCX", DIGIT, YES, "1", 1, 11 },
	{ "a word that comes late", 0, 0, "App1tBpTp", "OiuKm.C.X", DIGIT, YES, "1", 1, 11 },
	{ "keys while it is booked or said sorry for", 0, 0, "App12T1B2pp2Bpp", "OiuK.S...ivKVCX", DIGIT, YES, "2", 2, 12 },
	{ "hung up while it is booked", 0, 0, "App1h", "OiuK.", DIGIT, YES, "1", 1, 11 },
	{ "nobody asked", 0, 0, "AB", "O.", GONE, NONE, "", 1, 0 },
	{ "opt out of the times", 0, 0, "App9p", "OiuCX", DIGIT, OUT, "9", 2, 0 },
	{ "opt out while it is booked", 0, 0, "App19Bp", "OiuKC.X", DIGIT, OUT, "9", 2, 11 },
	{ "opt out of the confirmation", 0, 0, "App1B9p", "OiuKUCX", DIGIT, OUT, "9", 2, 11 },
	{ "a question first", 1, 0, "App1p1Bpp", "OawiuKUCX", DIGIT, YES, "11", 2, 11 },
	{ "who has said no is not offered any", 1, 0, "App2p", "OawCX", DIGIT, NO, "2", 2, 0 },
	{ "who has said nothing is", 1, 0, "Apptptp1Bpp", "OawawiuKUCX", DIGIT, YES, "-1", 2, 11 },
	{ "no closing", 0, NO_CLOSING, "App1Bp", "OiuKUX", DIGIT, YES, "1", 1, 11 },
	{ "no opening", 0, NO_OPENING, "Ap1Bpp", "iuKUCX", DIGIT, YES, "1", 1, 11 },
	{ "three, and the middle one taken", 0, 0, "Appp2Tpppp3Bpp", "OiuvKSiuxnKZCX", DIGIT, YES, "3", 3, 13 },
};

static struct prompt preamble, person_noted, opening, closing, questions[3];
static struct prompt intro, none, taken, gone, noted, offered[3], booked[3];

static void offer_times(struct call_order *order, int n)
{
	order->offer = (struct call_offer){ .n = n, .intro = &intro, .none = &none, .taken = &taken, .gone = &gone,
					    .noted = &noted };
	for (int i = 0; i < n; i++)
		order->offer.times[i] = (struct call_time){ 11 + i, &offered[i], &booked[i] };
}

static void fill(struct call_order *order, const struct row *row)
{
	static const struct call_option options[] = {
		{ '1', ANSWER_INTERESTED },
		{ '2', ANSWER_NOT_INTERESTED },
		{ '3', ANSWER_NEUTRAL },
		{ '4', ANSWER_OPT_OUT },
	};

	memset(order, 0, sizeof(*order));
	order->preamble = row->without & PREAMBLE ? &preamble : NULL;
	order->person_noted = &person_noted;
	g_strlcpy(order->person, row->without & A_PERSON ? "+13125550111" : "", sizeof(order->person));
	order->opening = row->without & NO_OPENING ? NULL : &opening;
	order->closing = row->without & NO_CLOSING ? NULL : &closing;
	order->n_questions = row->questions;
	for (int i = 0; i < row->questions; i++) {
		order->questions[i].prompt = row->without & SILENT_QUESTION ? NULL : &questions[i];
		memcpy(order->questions[i].options, options, sizeof(options));
		order->questions[i].n_options = 4;
	}
	offer_times(order, row->times);
}

static struct ivr_action taken_says(struct ivr *ivr)
{
	return ivr_confirmed(ivr, false, ivr->slot_no ? ~(1u << (ivr->slot_no - 11)) : 0);
}

static struct ivr_action feed(struct ivr *ivr, char input)
{
	switch (input) {
	case 'A':
		return ivr_on(ivr, IVR_ANSWERED, 0);
	case 'p':
		return ivr_on(ivr, IVR_PLAYED, 0);
	case 't':
		return ivr_on(ivr, IVR_TIMEOUT, 0);
	case 'h':
		return ivr_on(ivr, IVR_HUNG_UP, 0);
	case 'B':
		return ivr_confirmed(ivr, true, 0);
	case 'T':
		return taken_says(ivr);
	case 'D':
	case 'F':
		return ivr_transferred(ivr, input == 'D');
	case 'G':
		return ivr_confirmed(ivr, false, 0);
	}
	return ivr_on(ivr, IVR_DIGIT, input);
}

static char letter(struct ivr_action a)
{
	const struct {
		const struct prompt *prompt;
		char letter;
	} names[] = {
		{ &preamble, 'P' },   { &person_noted, 'N' },
		{ &opening, 'O' },    { &closing, 'C' },    { &questions[0], 'a' }, { &questions[1], 'b' },
		{ &questions[2], 'c' }, { &intro, 'i' },    { &none, 'n' },         { &taken, 'S' },
		{ &gone, 'g' },       { &noted, 'm' },      { &offered[0], 'u' },   { &offered[1], 'v' },
		{ &offered[2], 'x' }, { &booked[0], 'U' },  { &booked[1], 'V' },    { &booked[2], 'Z' },
	};

	switch (a.kind) {
	case IVR_DO_NOTHING:
		return '.';
	case IVR_DO_WAIT:
		return 'w';
	case IVR_DO_BOOK:
		return 'K';
	case IVR_DO_TRANSFER:
		return '>';
	case IVR_DO_HANG_UP:
		return 'X';
	case IVR_DO_PLAY:
		break;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (a.prompt == names[i].prompt)
			return names[i].letter;
	return '?';
}

static void converse(const struct row *row)
{
	struct call_order order;
	struct ivr ivr;
	char done[64] = "";

	fill(&order, row);
	ivr_init(&ivr, &order);
	for (size_t i = 0; row->inputs[i]; i++)
		done[i] = letter(feed(&ivr, row->inputs[i]));
	if (strcmp(done, row->actions) != 0)
		fail_msg("%s: did %s, not %s", row->name, done, row->actions);
	if (ivr_outcome(&ivr) != row->outcome)
		fail_msg("%s: outcome %d, not %d", row->name, ivr_outcome(&ivr), row->outcome);
	if (ivr.answer != row->answer || strcmp(ivr.digits, row->digits) != 0)
		fail_msg("%s: answer %d, digits \"%s\"", row->name, ivr.answer, ivr.digits);
	assert_int_equal(ivr.slot_no, row->slot_no);
	if (ivr.person != row->person)
		fail_msg("%s: person %d, not %d", row->name, ivr.person, row->person);
}

static void rows_go_as_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		converse(&rows[i]);
}

static void times_are_chosen_as_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++)
		converse(&choices[i]);
}

static void persons_are_asked_for_as_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(persons) / sizeof(*persons); i++)
		converse(&persons[i]);
}

static void heard_means_the_whole_opening_or_a_digit(void **state)
{
	static const struct row row = { .questions = 1 };
	struct call_order order;
	struct ivr ivr;

	(void)state;
	fill(&order, &row);
	ivr_init(&ivr, &order);
	feed(&ivr, 'A');
	assert_false(ivr.heard);
	feed(&ivr, 'p');
	assert_true(ivr.heard);
	ivr_init(&ivr, &order);
	feed(&ivr, 'A');
	feed(&ivr, '7');
	assert_true(ivr.heard);
}

/* Every sequence of six inputs: the machine never makes a forbidden move (it would abort) and ends once. */
static void every_short_conversation_is_legal(void **state)
{
	static const char inputs[] = "Apth109BF";
	const int n = sizeof(inputs) - 1;
	static const struct row row = { .questions = 1, .times = 2, .without = PREAMBLE | A_PERSON };
	struct call_order order;

	(void)state;
	fill(&order, &row);
	for (int script = 0; script < n * n * n * n * n * n; script++) {
		struct ivr ivr;
		int ends = 0;

		ivr_init(&ivr, &order);
		for (int i = 0, rest = script; i < 6; i++, rest /= n)
			ends += feed(&ivr, inputs[rest % n]).kind == IVR_DO_HANG_UP;
		assert_in_range(ends, 0, 1);
		assert_in_range(strlen(ivr.digits), 0, 2);
	}
}

/* After a conversation there is the farewell, or, when it failed, the whole menu. */
static void the_menu_takes_over(void **state)
{
	struct prompt said = { .n = 1 };
	struct call_order o = { .opening = &said, .closing = &said, .n_questions = 1, .offer = { .n = 1, .intro = &said } };
	struct ivr m;

	(void)state;
	o.questions[0].prompt = &said;
	ivr_init(&m, &o);
	assert_int_equal(ivr_take_over(&m, ANSWER_NONE, "-", true).kind, IVR_DO_PLAY);
	assert_int_equal(m.state, IVR_OPENING);
	ivr_init(&m, &o);
	ivr_take_over(&m, ANSWER_INTERESTED, "1", false);
	assert_int_equal(m.state, IVR_ASKING); /* the times */
	ivr_init(&m, &o);
	ivr_take_over(&m, ANSWER_OPT_OUT, "9", false);
	assert_int_equal(m.state, IVR_CLOSING);
	assert_int_equal(ivr_outcome(&m), OUTCOME_ANSWERED_DIGIT);
	o.offer.n = 0;
	ivr_init(&m, &o);
	ivr_take_over(&m, ANSWER_NOT_INTERESTED, "2", false);
	assert_int_equal(m.state, IVR_CLOSING);
	assert_string_equal(m.digits, "2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_go_as_they_say),
		cmocka_unit_test(times_are_chosen_as_they_say),
		cmocka_unit_test(persons_are_asked_for_as_they_say),
		cmocka_unit_test(heard_means_the_whole_opening_or_a_digit),
		cmocka_unit_test(every_short_conversation_is_legal),
		cmocka_unit_test(the_menu_takes_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
