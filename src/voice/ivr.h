/*
 * The menu of a recorded-voice call, as a pure state machine: inputs in, at most one action out.
 *
 *	START ─▶ PREAMBLE ─▶ OPENING ─played▶ ASKING(q) ─played▶ WAITING(q) ─digit▶ next question, or CLOSING ─played▶ OVER
 *	                             │ digit (barge-in) ▲    └ silence or a wrong digit: ask once more, then on
 *
 * Times to choose from are the last question. They are said one by one, and a choice is booked before it is confirmed:
 *
 *	ASKING, WAITING ─digit of a time▶ CONFIRMING ─booked▶ TELLING "You are booked for …" ─▶ CLOSING
 *	       ▲                              ├─taken▶ SORRY ─▶ ASKING what is left, or TELLING that nothing is
 *	       └──────────────────────────────┘        no word in time: TELLING "We will confirm …"
 *
 * The digit behind the last time means none of them, which is "not interested". A key before the times have been
 * begun is no choice: nobody is booked for what he has not heard of. They are not offered to who has said no before.
 *
 * A digit during the preamble or the opening message counts as the answer to the first question (barge-in). '9' opts out
 * at every point: the closing message follows and the call ends. '0' asks for a person at every point but while a time is
 * being booked:
 *
 *	ANY ─0▶ TRANSFERRING ─transferred▶ OVER
 *	    └─ nobody to transfer to, or refused ─▶ NOTING "Thank you, …" ─▶ CLOSING
 *
 * A question without an answer is asked once more,
 * then the call goes on to the next one. No clock: the runner starts the wait it is told to and reports
 * IVR_TIMEOUT.
 */
#pragma once

#include "core/carrier.h"

enum ivr_state {
	IVR_IDLE,
	IVR_PREAMBLE,
	IVR_OPENING,
	IVR_ASKING,
	IVR_WAITING,
	IVR_CONFIRMING,
	IVR_SORRY,
	IVR_TELLING,
	IVR_TRANSFERRING,
	IVR_NOTING,
	IVR_CLOSING,
	IVR_OVER,
	IVR_STATE_END
};

enum ivr_input {
	IVR_ANSWERED, /* the far end picked up and audio may flow */
	IVR_PLAYED,   /* the prompt has been heard to its end */
	IVR_DIGIT,
	IVR_TIMEOUT, /* the wait after a question, or for a confirmation, is over */
	IVR_HUNG_UP, /* the far end has gone */
};

enum ivr_action_kind { IVR_DO_NOTHING,
		       IVR_DO_PLAY,
		       IVR_DO_WAIT,
		       IVR_DO_BOOK,
		       IVR_DO_TRANSFER, /* to order.person; report with ivr_transferred() or IVR_TIMEOUT */
		       IVR_DO_HANG_UP };

struct ivr_action {
	enum ivr_action_kind kind;
	struct prompt *prompt; /* IVR_DO_PLAY; borrowed from the order */
	int64_t slot_no;       /* IVR_DO_BOOK: ask for it, wait, and report with ivr_confirmed() or IVR_TIMEOUT */
};

struct ivr {
	const struct call_order *order; /* borrowed; must outlive the machine */
	enum ivr_state state;
	int question;
	int asked;     /* times the current question was asked */
	int part;      /* of the current question: which prompt is next */
	unsigned left; /* bit i: times[i] can still be chosen */
	/* The result, complete at any moment: */
	enum answer answer;
	char digits[ORDER_DIGITS];
	int64_t slot_no; /* the time chosen last; 0: none, or none of them */
	enum person_wish person;
	bool disclosed;	 /* who calls, and that it is a machine, was said to the end */
	bool heard;	 /* the opening was played to its end or a digit was pressed */
	bool hung_up;	 /* the far end went before the machine was over */
};

void ivr_init(struct ivr *ivr, const struct call_order *order);
struct ivr_action ivr_on(struct ivr *ivr, enum ivr_input input, char digit);

/* The word on a choice; `left` as in carrier.h. */
struct ivr_action ivr_confirmed(struct ivr *ivr, bool booked, unsigned left);

/*
 * Somebody else has talked (voice/ai_call.h), with these results; the menu takes over: `ask` it asks all there is to ask,
 * otherwise it offers the times, if there are any and the person has not said no, and says the farewell.
 */
struct ivr_action ivr_take_over(struct ivr *ivr, enum answer answer, const char *digits, bool ask);

/* What became of the transfer. Done: the far end talks to somebody else now. */
struct ivr_action ivr_transferred(struct ivr *ivr, bool done);

/* What the call was worth, when it ends now: ANSWERED_DIGIT, ANSWERED_SILENT or HUNG_UP. */
enum outcome ivr_outcome(const struct ivr *ivr);
