#include "core/pacing.h"

#include <glib.h>

enum { SECOND_US = 1000000, WINDOW_US = SECOND_US + PACE_ROOM_US, REST_DOUBLINGS = 5 };

void pace_init(struct pace *p, int channels, int cps, int64_t not_before_us)
{
	*p = (struct pace){ .channels = channels, .cps = CLAMP(cps, 1, PACE_CPS_MAX), .next_us = not_before_us };
}

void pace_limit(struct pace *p, int channels, int cps)
{
	p->channels = channels;
	p->cps = CLAMP(cps, 1, PACE_CPS_MAX);
}

static int64_t *free_us(struct pace *p, int64_t turn_no)
{
	return &p->free_us[turn_no % PACE_CPS_MAX];
}

void pace_sent(struct pace *p, int64_t turn_no, int64_t by_us)
{
	*free_us(p, turn_no) = by_us + WINDOW_US;
}

void pace_unsent(struct pace *p, int64_t turn_no)
{
	*free_us(p, turn_no) = 0;
}

/* The least distance of two calls: a sixteenth less than even, so that what one was late is caught up with. */
static int64_t spacing_us(const struct pace *p)
{
	return SECOND_US * 15 / 16 / p->cps;
}

/* When a second has passed since the turn that is `cps` before the one `ahead` turns from now; INT64_MAX: not known. */
static int64_t second_over_us(const struct pace *p, int ahead)
{
	int64_t before = p->turns + ahead - p->cps;

	if (ahead >= p->cps) /* not even given */
		return INT64_MAX;
	return before < 0 ? 0 : p->free_us[before % PACE_CPS_MAX];
}

bool pace_resting(const struct pace *p, int64_t now_us)
{
	return now_us < p->resting_until_us;
}

int pace_room(const struct pace *p, int64_t now_us, int64_t horizon_us, int most)
{
	int64_t spaced = MAX(p->next_us, now_us);
	int room = 0;

	most = MIN(most, p->channels - p->in_use);
	/* A trunk coming back from a rest is tried with one call at a time. */
	if (p->rests > 0)
		most = p->in_use > 0 ? 0 : MIN(most, 1);
	if (pace_resting(p, now_us))
		return 0;
	for (; room < most; room++) {
		int64_t at = MAX(spaced, second_over_us(p, room));

		if (at > now_us + horizon_us)
			break;
		spaced = at + spacing_us(p);
	}
	return room;
}

bool pace_take(struct pace *p, int64_t now_us, int64_t horizon_us, struct pace_turn *turn)
{
	if (pace_room(p, now_us, horizon_us, 1) == 0)
		return false;
	turn->at_us = MAX(MAX(p->next_us, now_us), second_over_us(p, 0));
	turn->no = p->turns++;
	*free_us(p, turn->no) = INT64_MAX;
	p->next_us = turn->at_us + spacing_us(p);
	p->in_use++;
	return true;
}

void pace_give_back(struct pace *p, bool fault, bool alive, int64_t now_us, int64_t rest_us)
{
	p->in_use--;
	if (alive) {
		p->failures = 0;
		p->rests = 0;
	}
	/* What fails during a rest was under way when it began: it tells nothing new. */
	if (!fault || pace_resting(p, now_us))
		return;
	p->failures++;
	if (p->failures >= PACE_FAULTS_TO_REST || p->rests > 0) {
		p->resting_until_us = now_us + (rest_us << MIN(p->rests, REST_DOUBLINGS));
		p->rests++;
		p->failures = 0;
	}
}

void pace_hold_off(struct pace *p, int64_t until_us)
{
	p->resting_until_us = MAX(p->resting_until_us, until_us);
	p->rests = MAX(p->rests, 1);
}

int64_t pace_ready_us(const struct pace *p, int64_t now_us, int64_t ahead_us)
{
	int64_t over = second_over_us(p, 0);

	if (over == INT64_MAX || p->in_use >= p->channels || (p->rests > 0 && p->in_use > 0))
		return INT64_MAX;
	return MAX(MAX(MAX(p->next_us, over) - ahead_us, p->resting_until_us), now_us);
}
