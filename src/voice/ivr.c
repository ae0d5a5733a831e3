#include "voice/ivr.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMES_ASKED = 2 }; /* once, and once more */

#define TO(state) (1u << (state))
#define ONWARD    (TO(IVR_ASKING) | TO(IVR_WAITING) | TO(IVR_CLOSING) | TO(IVR_OVER) | PERSON)
#define PERSON    (TO(IVR_TRANSFERRING) | TO(IVR_NOTING))

/* Which state may follow which. A question without a prompt goes to WAITING at once. */
static const struct {
	const char *name;
	unsigned next;
} moves[IVR_STATE_END] = {
	[IVR_IDLE] = { "idle", TO(IVR_PREAMBLE) | TO(IVR_OPENING) | ONWARD },
	[IVR_PREAMBLE] = { "preamble", TO(IVR_OPENING) | ONWARD },
	[IVR_OPENING] = { "opening", ONWARD },
	[IVR_ASKING] = { "asking", ONWARD | TO(IVR_CONFIRMING) },
	[IVR_WAITING] = { "waiting", ONWARD | TO(IVR_CONFIRMING) },
	[IVR_CONFIRMING] = { "confirming", TO(IVR_SORRY) | TO(IVR_TELLING) | TO(IVR_CLOSING) | TO(IVR_OVER) },
	[IVR_SORRY] = { "sorry", ONWARD },
	[IVR_TELLING] = { "telling", TO(IVR_CLOSING) | TO(IVR_OVER) },
	[IVR_TRANSFERRING] = { "transferring", TO(IVR_NOTING) | TO(IVR_CLOSING) | TO(IVR_OVER) },
	[IVR_NOTING] = { "noting", TO(IVR_CLOSING) | TO(IVR_OVER) },
	[IVR_CLOSING] = { "closing", TO(IVR_OVER) | PERSON },
	[IVR_OVER] = { "over", 0 },
};

static void move(struct ivr *ivr, enum ivr_state to)
{
	if (!(moves[ivr->state].next & TO(to))) {
		fprintf(stderr,
		        "ivr: attempt %lld: %s to %s is no move (question %d, asked %d, digits \"%s\")\n",
		        (long long)ivr->order->attempt_id, moves[ivr->state].name, moves[to].name,
		        ivr->question, ivr->asked, ivr->digits);
		abort();
	}
	ivr->state = to;
}

static struct ivr_action nothing(void)
{
	return (struct ivr_action){ .kind = IVR_DO_NOTHING };
}

static struct ivr_action play(struct prompt *prompt)
{
	return (struct ivr_action){ .kind = IVR_DO_PLAY, .prompt = prompt };
}

static struct ivr_action finish(struct ivr *ivr)
{
	move(ivr, IVR_OVER);
	return (struct ivr_action){ .kind = IVR_DO_HANG_UP };
}

static struct ivr_action close_call(struct ivr *ivr)
{
	if (!ivr->order->closing)
		return finish(ivr);
	move(ivr, IVR_CLOSING);
	return play(ivr->order->closing);
}

static struct ivr_action wait_for_digit(struct ivr *ivr)
{
	move(ivr, IVR_WAITING);
	return (struct ivr_action){ .kind = IVR_DO_WAIT };
}

/* ---- asking ---- */

/* Whether the question that is on is the choice of a time. */
static bool offers(const struct ivr *ivr)
{
	return ivr->order->offer.n > 0 && ivr->question == ivr->order->n_questions;
}

static int n_parts(const struct ivr *ivr)
{
	return offers(ivr) ? ivr->order->offer.n + 2 : 1;
}

/* A question is one prompt; times are an introduction, each that is left, and how to refuse them. */
static struct prompt *part(const struct ivr *ivr, int i)
{
	const struct call_offer *offer = &ivr->order->offer;

	if (!offers(ivr))
		return ivr->order->questions[ivr->question].prompt;
	if (i == 0)
		return offer->intro;
	if (i > offer->n)
		return offer->none;
	return ivr->left & (1u << (i - 1)) ? offer->times[i - 1].offer : NULL;
}

/* Says what is left to say of the question, then waits. */
static struct ivr_action say_on(struct ivr *ivr)
{
	while (ivr->part < n_parts(ivr)) {
		struct prompt *prompt = part(ivr, ivr->part++);

		if (!prompt)
			continue;
		move(ivr, IVR_ASKING);
		return play(prompt);
	}
	return wait_for_digit(ivr);
}

/* Asks the current question (once more), or closes when there is none left. */
static struct ivr_action ask(struct ivr *ivr)
{
	if (ivr->question >= ivr->order->n_questions && !offers(ivr))
		return close_call(ivr);
	if (offers(ivr) && ivr->answer == ANSWER_NOT_INTERESTED)
		return close_call(ivr);
	ivr->asked++;
	ivr->part = 0;
	if (!ivr->slot_no) /* a time that was taken meanwhile has been chosen all the same */
		ivr->digits[ivr->question] = '-';
	return say_on(ivr);
}

static struct ivr_action ask_next(struct ivr *ivr)
{
	ivr->question++;
	ivr->asked = 0;
	return ask(ivr);
}

static struct ivr_action ask_again_or_next(struct ivr *ivr)
{
	return ivr->asked < TIMES_ASKED ? ask(ivr) : ask_next(ivr);
}

static const struct call_option *option_of(const struct ivr *ivr, char digit)
{
	const struct call_question *q;

	if (ivr->question >= ivr->order->n_questions)
		return NULL;
	q = &ivr->order->questions[ivr->question];
	for (int i = 0; i < q->n_options; i++) {
		if (q->options[i].digit == digit)
			return &q->options[i];
	}
	return NULL;
}

/* The last deciding answer counts; an opt-out is never taken back. */
static void take_answer(struct ivr *ivr, enum answer answer)
{
	if (ivr->answer == ANSWER_OPT_OUT || answer == ANSWER_NONE || answer == ANSWER_NEUTRAL)
		return;
	ivr->answer = answer;
}

static struct ivr_action opt_out(struct ivr *ivr, char digit)
{
	ivr->answer = ANSWER_OPT_OUT;
	if (ivr->state == IVR_CLOSING)
		return nothing(); /* the closing message is playing already */
	if (ivr->question < ivr->order->n_questions || offers(ivr))
		ivr->digits[ivr->question] = digit;
	return close_call(ivr);
}

/* ---- a person ---- */

static struct ivr_action note_wish(struct ivr *ivr)
{
	ivr->person = PERSON_NOTED;
	move(ivr, IVR_NOTING);
	return play(ivr->order->person_noted);
}

static struct ivr_action ask_for_person(struct ivr *ivr, char digit)
{
	ivr->person = PERSON_NOTED; /* until somebody has taken the call */
	if (ivr->state != IVR_CLOSING && (ivr->question < ivr->order->n_questions || offers(ivr)))
		ivr->digits[ivr->question] = digit;
	if (!ivr->order->person[0])
		return note_wish(ivr);
	move(ivr, IVR_TRANSFERRING);
	return (struct ivr_action){ .kind = IVR_DO_TRANSFER };
}

struct ivr_action ivr_transferred(struct ivr *ivr, bool done)
{
	if (ivr->state != IVR_TRANSFERRING)
		return nothing();
	if (!done)
		return note_wish(ivr);
	ivr->person = PERSON_PUT_THROUGH;
	return finish(ivr);
}

/* ---- times ---- */

static struct ivr_action choose(struct ivr *ivr, char digit)
{
	int i = digit - '1';

	if (ivr->state == IVR_PREAMBLE || ivr->state == IVR_OPENING)
		return ask(ivr);
	if (i >= 0 && i < ivr->order->offer.n && ivr->left & (1u << i)) {
		ivr->digits[ivr->question] = digit;
		take_answer(ivr, ANSWER_INTERESTED);
		ivr->slot_no = ivr->order->offer.times[i].slot_no;
		move(ivr, IVR_CONFIRMING);
		return (struct ivr_action){ .kind = IVR_DO_BOOK, .slot_no = ivr->slot_no };
	}
	if (i == ivr->order->offer.n) {
		ivr->digits[ivr->question] = digit;
		take_answer(ivr, ANSWER_NOT_INTERESTED);
		ivr->slot_no = 0;
		return ask_next(ivr);
	}
	return ask_again_or_next(ivr);
}

static struct ivr_action tell(struct ivr *ivr, struct prompt *prompt)
{
	move(ivr, IVR_TELLING);
	return play(prompt);
}

static struct prompt *booked_prompt(const struct ivr *ivr)
{
	const struct call_offer *offer = &ivr->order->offer;

	for (int i = 0; i < offer->n; i++)
		if (offer->times[i].slot_no == ivr->slot_no)
			return offer->times[i].booked;
	return NULL;
}

struct ivr_action ivr_confirmed(struct ivr *ivr, bool booked, unsigned left)
{
	if (ivr->state != IVR_CONFIRMING)
		return nothing(); /* it comes too late */
	if (booked)
		return tell(ivr, booked_prompt(ivr));
	ivr->left &= left;
	if (!ivr->left)
		return tell(ivr, ivr->order->offer.gone);
	move(ivr, IVR_SORRY);
	return play(ivr->order->offer.taken);
}

/* While the key before is being acted upon, the only other one that counts is "never again". */
static bool busy(const struct ivr *ivr)
{
	return ivr->state == IVR_CONFIRMING || ivr->state == IVR_SORRY || ivr->state == IVR_TELLING ||
	       ivr->state == IVR_NOTING;
}

static struct ivr_action on_digit(struct ivr *ivr, char digit)
{
	const struct call_option *option;

	ivr->heard = true;
	if (ivr->state == IVR_TRANSFERRING)
		return nothing(); /* it is somebody else's call already */
	option = ivr->state == IVR_CLOSING ? NULL : option_of(ivr, digit);
	if (option ? option->answer == ANSWER_OPT_OUT : digit == '9')
		return opt_out(ivr, digit);
	if (busy(ivr))
		return nothing();
	if (digit == '0')
		return ask_for_person(ivr, digit);
	if (option) {
		ivr->digits[ivr->question] = digit;
		take_answer(ivr, option->answer);
		return ask_next(ivr);
	}
	if (ivr->state == IVR_CLOSING || (ivr->order->n_questions == 0 && !offers(ivr)))
		return nothing(); /* nothing was asked: let the message go on */
	return offers(ivr) ? choose(ivr, digit) : ask_again_or_next(ivr);
}

static struct ivr_action open_call(struct ivr *ivr)
{
	if (!ivr->order->opening)
		return ask(ivr);
	move(ivr, IVR_OPENING);
	return play(ivr->order->opening);
}

static struct ivr_action on_played(struct ivr *ivr)
{
	switch (ivr->state) {
	case IVR_PREAMBLE:
		ivr->disclosed = true;
		return open_call(ivr);
	case IVR_OPENING:
		ivr->heard = true;
		return ask(ivr);
	case IVR_ASKING:
		return say_on(ivr);
	case IVR_SORRY:
		ivr->asked = 0;
		return ask(ivr);
	case IVR_TELLING:
		return ask_next(ivr);
	case IVR_NOTING:
		return close_call(ivr);
	case IVR_CLOSING:
		return finish(ivr);
	case IVR_IDLE:
	case IVR_WAITING:
	case IVR_CONFIRMING:
	case IVR_TRANSFERRING:
	case IVR_OVER:
	case IVR_STATE_END:
		break;
	}
	return nothing(); /* of a prompt that was cut short meanwhile */
}

static struct ivr_action on_answered(struct ivr *ivr)
{
	if (ivr->state != IVR_IDLE)
		return nothing();
	if (!ivr->order->preamble)
		return open_call(ivr);
	move(ivr, IVR_PREAMBLE);
	return play(ivr->order->preamble);
}

static struct ivr_action on_hung_up(struct ivr *ivr)
{
	ivr->hung_up = true;
	move(ivr, IVR_OVER);
	return nothing();
}

void ivr_init(struct ivr *ivr, const struct call_order *order)
{
	memset(ivr, 0, sizeof(*ivr));
	ivr->order = order;
	ivr->left = (1u << order->offer.n) - 1;
}

static struct ivr_action on_timeout(struct ivr *ivr)
{
	if (ivr->state == IVR_CONFIRMING)
		return tell(ivr, ivr->order->offer.noted);
	if (ivr->state == IVR_TRANSFERRING)
		return note_wish(ivr);
	return ivr->state == IVR_WAITING ? ask_again_or_next(ivr) : nothing();
}

struct ivr_action ivr_on(struct ivr *ivr, enum ivr_input input, char digit)
{
	if (ivr->state == IVR_OVER)
		return nothing();
	switch (input) {
	case IVR_ANSWERED:
		return on_answered(ivr);
	case IVR_PLAYED:
		return on_played(ivr);
	case IVR_DIGIT:
		return ivr->state == IVR_IDLE ? nothing() : on_digit(ivr, digit);
	case IVR_TIMEOUT:
		return on_timeout(ivr);
	case IVR_HUNG_UP:
		return on_hung_up(ivr);
	}
	return nothing();
}

struct ivr_action ivr_take_over(struct ivr *ivr, enum answer answer, const char *digits, bool asks)
{
	ivr->heard = true;
	ivr->answer = answer;
	g_strlcpy(ivr->digits, digits, sizeof(ivr->digits));
	if (asks)
		return ivr_on(ivr, IVR_ANSWERED, 0);
	if (answer == ANSWER_OPT_OUT || ivr->state != IVR_IDLE)
		return close_call(ivr);
	ivr->question = ivr->order->n_questions;
	return ask(ivr);
}

enum outcome ivr_outcome(const struct ivr *ivr)
{
	if (ivr->answer == ANSWER_OPT_OUT || ivr->person != PERSON_NOT_ASKED || ivr->digits[strspn(ivr->digits, "-")])
		return OUTCOME_ANSWERED_DIGIT;
	if (ivr->state != IVR_OVER || ivr->hung_up)
		return OUTCOME_HUNG_UP;
	return OUTCOME_ANSWERED_SILENT;
}
