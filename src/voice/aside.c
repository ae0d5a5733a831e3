#include "voice/aside.h"

#include <stdio.h>
#include <stdlib.h>

#define TO(state) (1u << ASIDE_##state)

static const struct {
	const char *name;
	unsigned next;
} moves[ASIDE_STATE_END] = {
	[ASIDE_MENU] = { "menu", TO(INTRODUCING) | TO(OPENING) | TO(LINGERING) },
	[ASIDE_INTRODUCING] = { "introducing", TO(HOLDING) | TO(OPENING) | TO(MENU) },
	[ASIDE_HOLDING] = { "holding", TO(OPENING) | TO(MENU) },
	[ASIDE_OPENING] = { "opening", TO(NUMBER) | TO(MENU) },
	[ASIDE_NUMBER] = { "number", TO(MENU) },
	[ASIDE_LINGERING] = { "lingering", TO(INTRODUCING) | TO(OPENING) | TO(MENU) },
};

static enum aside_do go(struct aside *a, enum aside_state to, enum aside_do what)
{
	if (!(moves[a->state].next & (1u << to))) {
		fprintf(stderr, "aside: %s to %s is no move\n", moves[a->state].name, moves[to].name);
		abort();
	}
	a->state = to;
	return what;
}

bool aside_is_on(const struct aside *a)
{
	return a->state != ASIDE_MENU;
}

static bool leaves_message(const struct aside *a)
{
	return a->state == ASIDE_OPENING || a->state == ASIDE_NUMBER;
}

/* What follows from a verdict while the menu plays, or has ended. */
static enum aside_do judge(struct aside *a, const struct call_order *order, enum who who)
{
	if (!a->introduced)
		a->who = who;
	if (who == WHO_SCREENING && !a->introduced && order->introduction) {
		a->introduced = true;
		return go(a, ASIDE_INTRODUCING, ASIDE_INTRODUCE);
	}
	return a->state == ASIDE_LINGERING && !a->recites ? ASIDE_HANG_UP : ASIDE_NOTHING;
}

enum aside_do aside_heard(struct aside *a, const struct call_order *order, enum who who, bool recites)
{
	a->recites = recites;
	if (a->pressed || leaves_message(a))
		return ASIDE_NOTHING;
	if (who == WHO_VOICEMAIL) {
		a->who = who;
		return order->call_back ? go(a, ASIDE_OPENING, ASIDE_SAY_OPENING) : ASIDE_HANG_UP;
	}
	if (a->state == ASIDE_INTRODUCING)
		return ASIDE_NOTHING; /* who speaks now may be the machine that thanks for the name */
	if (a->state != ASIDE_HOLDING)
		return judge(a, order, who);
	if (who != WHO_HUMAN)
		return ASIDE_NOTHING;
	a->who = who;
	return go(a, ASIDE_MENU, ASIDE_ASK);
}

enum aside_do aside_played(struct aside *a)
{
	switch (a->state) {
	case ASIDE_INTRODUCING:
		return go(a, ASIDE_HOLDING, ASIDE_HOLD);
	case ASIDE_OPENING:
		return go(a, ASIDE_NUMBER, ASIDE_SAY_NUMBER);
	case ASIDE_NUMBER:
		return ASIDE_HANG_UP;
	case ASIDE_MENU:
	case ASIDE_HOLDING:
	case ASIDE_LINGERING:
	case ASIDE_STATE_END:
		break;
	}
	return ASIDE_NOTHING;
}

enum aside_do aside_waited(struct aside *a)
{
	if (a->state == ASIDE_LINGERING)
		return ASIDE_HANG_UP;
	return a->state == ASIDE_HOLDING ? go(a, ASIDE_MENU, ASIDE_ASK) : ASIDE_NOTHING;
}

enum aside_do aside_over(struct aside *a)
{
	if (!a->recites || a->pressed || a->introduced || a->state != ASIDE_MENU)
		return ASIDE_HANG_UP;
	return go(a, ASIDE_LINGERING, ASIDE_LINGER);
}

void aside_pressed(struct aside *a)
{
	a->pressed = true;
	a->state = ASIDE_MENU; /* every state may go there */
}

enum outcome aside_outcome(const struct aside *a, enum outcome menu)
{
	bool unanswered = menu == OUTCOME_ANSWERED_SILENT || menu == OUTCOME_HUNG_UP || menu == OUTCOME_MEDIA_TIMEOUT;

	if (!unanswered || a->pressed)
		return menu;
	switch (a->who) {
	case WHO_VOICEMAIL:
		return OUTCOME_VOICEMAIL;
	case WHO_SCREENING:
		return OUTCOME_SCREENED;
	case WHO_ANNOUNCEMENT:
		return OUTCOME_ANNOUNCEMENT;
	case WHO_UNSURE:
	case WHO_HUMAN:
	case WHO_END:
		break;
	}
	return menu;
}
