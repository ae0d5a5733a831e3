#include "voice/ivr.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMES_ASKED = 2 }; /* once, and once more */

#define TO(state) (1u << (state))
#define ONWARD    (TO(IVR_ASKING) | TO(IVR_WAITING) | TO(IVR_CLOSING) | TO(IVR_OVER))

/* Which state may follow which. A question without a prompt goes to WAITING at once. */
static const struct {
	const char *name;
	unsigned next;
} moves[IVR_STATE_END] = {
	[IVR_IDLE] = { "idle", TO(IVR_OPENING) | ONWARD },
	[IVR_OPENING] = { "opening", ONWARD },
	[IVR_ASKING] = { "asking", ONWARD },
	[IVR_WAITING] = { "waiting", ONWARD },
	[IVR_CLOSING] = { "closing", TO(IVR_OVER) },
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

/* Asks the current question (once more), or closes when there is none left. */
static struct ivr_action ask(struct ivr *ivr)
{
	struct prompt *prompt;

	if (ivr->question >= ivr->order->n_questions)
		return close_call(ivr);
	prompt = ivr->order->questions[ivr->question].prompt;
	ivr->asked++;
	ivr->digits[ivr->question] = '-';
	if (!prompt)
		return wait_for_digit(ivr);
	move(ivr, IVR_ASKING);
	return play(prompt);
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
	const struct call_question *q = &ivr->order->questions[ivr->question];

	if (ivr->question >= ivr->order->n_questions)
		return NULL;
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
	if (ivr->question < ivr->order->n_questions)
		ivr->digits[ivr->question] = digit;
	return close_call(ivr);
}

static struct ivr_action on_digit(struct ivr *ivr, char digit)
{
	const struct call_option *option;

	ivr->heard = true;
	option = ivr->state == IVR_CLOSING ? NULL : option_of(ivr, digit);
	if (option ? option->answer == ANSWER_OPT_OUT : digit == '9')
		return opt_out(ivr, digit);
	if (option) {
		ivr->digits[ivr->question] = digit;
		take_answer(ivr, option->answer);
		return ask_next(ivr);
	}
	if (ivr->state == IVR_CLOSING || ivr->order->n_questions == 0)
		return nothing(); /* nothing was asked: let the message go on */
	return ask_again_or_next(ivr);
}

static struct ivr_action on_played(struct ivr *ivr)
{
	switch (ivr->state) {
	case IVR_OPENING:
		ivr->heard = true;
		return ask(ivr);
	case IVR_ASKING:
		return wait_for_digit(ivr);
	case IVR_CLOSING:
		return finish(ivr);
	case IVR_IDLE:
	case IVR_WAITING:
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
	if (!ivr->order->opening)
		return ask(ivr);
	move(ivr, IVR_OPENING);
	return play(ivr->order->opening);
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
		return ivr->state == IVR_WAITING ? ask_again_or_next(ivr) : nothing();
	case IVR_HUNG_UP:
		return on_hung_up(ivr);
	}
	return nothing();
}

enum outcome ivr_outcome(const struct ivr *ivr)
{
	if (ivr->answer == ANSWER_OPT_OUT || ivr->digits[strspn(ivr->digits, "-")])
		return OUTCOME_ANSWERED_DIGIT;
	if (ivr->state != IVR_OVER || ivr->hung_up)
		return OUTCOME_HUNG_UP;
	return OUTCOME_ANSWERED_SILENT;
}
