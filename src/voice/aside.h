/*
 * What a call says beside its menu when it was no person that answered, as a pure state machine: what was heard, played or
 * waited for in, one thing to do out. The menu (ivr.h) plays meanwhile as ever: whoever answered hears the greeting at
 * once, and as long as nothing else is known.
 *
 *	MENU ─screening▶ INTRODUCING ─played▶ HOLDING ─a person, or nobody for a while▶ MENU, from the greeting on
 *	  │                   └──────tone────────┤
 *	  ├──────────────voicemail───────────────┴▶ leaves a message: OPENING ─played▶ NUMBER ─played▶ hangs up
 *	  │                                       └ or hangs up at once
 *	  └─the menu is over, a long speech is not▶ LINGERING, until it is known whose it was: as above, or hangs up
 *
 * The verdict is advice. Only a voicemail whose tone was heard is hung up on; everybody else keeps the menu, at the latest
 * after the wait. A key press is a person's: from then on nothing that is heard changes the call.
 */
#pragma once

#include "core/carrier.h"

#include <stdbool.h>

enum aside_state {
	ASIDE_MENU,
	ASIDE_INTRODUCING,
	ASIDE_HOLDING,
	ASIDE_OPENING,
	ASIDE_NUMBER,
	ASIDE_LINGERING,
	ASIDE_STATE_END
};

enum aside_do {
	ASIDE_NOTHING,
	ASIDE_INTRODUCE, /* play order->introduction in place of the menu */
	ASIDE_HOLD,	 /* be quiet, listen anew, and come back with aside_waited() */
	ASIDE_LINGER,	 /* be quiet, and come back with aside_waited() */
	ASIDE_ASK,	 /* the menu from its beginning */
	ASIDE_SAY_OPENING,
	ASIDE_SAY_NUMBER, /* order->call_back */
	ASIDE_HANG_UP,
};

/* Zeroed memory is a fresh one. */
struct aside {
	enum aside_state state;
	enum who who; /* who has answered; a person who comes on later makes it WHO_HUMAN */
	bool pressed; /* a key: it is a person */
	bool introduced;
	bool recites; /* a long speech goes on there */
};

enum aside_do aside_heard(struct aside *a, const struct call_order *order, enum who who, bool recites);
enum aside_do aside_played(struct aside *a); /* what an aside plays has ended */
enum aside_do aside_waited(struct aside *a);
enum aside_do aside_over(struct aside *a); /* the menu has ended: ASIDE_HANG_UP as a rule */
void aside_pressed(struct aside *a);	   /* the menu takes over */

/* Whether an aside is on: the menu must not hear of what is played or waited for. */
bool aside_is_on(const struct aside *a);

/* What the call was worth, given what the menu says. */
enum outcome aside_outcome(const struct aside *a, enum outcome menu);
