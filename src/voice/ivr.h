/*
 * The menu of a recorded-voice call, as a pure state machine: inputs in, at most one action out.
 *
 *	START ─▶ OPENING ─played▶ ASKING(q) ─played▶ WAITING(q) ─digit▶ next question, or CLOSING ─played▶ OVER
 *	                             │ digit (barge-in) ▲    └ silence or a wrong digit: ask once more, then on
 *
 * A digit during the opening message counts as the answer to the first question (barge-in). '9' opts out at
 * every point: the closing message follows and the call ends. A question without an answer is asked once more,
 * then the call goes on to the next one. No clock: the runner starts the wait it is told to and reports
 * IVR_TIMEOUT.
 */
#pragma once

#include "core/carrier.h"

enum ivr_state { IVR_IDLE, IVR_OPENING, IVR_ASKING, IVR_WAITING, IVR_CLOSING, IVR_OVER, IVR_STATE_END };

enum ivr_input {
	IVR_ANSWERED, /* the far end picked up and audio may flow */
	IVR_PLAYED,   /* the prompt has been heard to its end */
	IVR_DIGIT,
	IVR_TIMEOUT,  /* the wait after a question is over */
	IVR_HUNG_UP,  /* the far end has gone */
};

enum ivr_action_kind { IVR_DO_NOTHING, IVR_DO_PLAY, IVR_DO_WAIT, IVR_DO_HANG_UP };

struct ivr_action {
	enum ivr_action_kind kind;
	struct prompt *prompt; /* IVR_DO_PLAY; borrowed from the order */
};

struct ivr {
	const struct call_order *order; /* borrowed; must outlive the machine */
	enum ivr_state state;
	int question;
	int asked;                      /* times the current question was asked */
	/* The result, complete at any moment: */
	enum answer answer;
	char digits[ORDER_QUESTIONS + 1];
	bool heard;                     /* the opening was played to its end or a digit was pressed */
	bool hung_up;                   /* the far end went before the machine was over */
};

void ivr_init(struct ivr *ivr, const struct call_order *order);
struct ivr_action ivr_on(struct ivr *ivr, enum ivr_input input, char digit);

/* What the call was worth, when it ends now: ANSWERED_DIGIT, ANSWERED_SILENT or HUNG_UP. */
enum outcome ivr_outcome(const struct ivr *ivr);
