#include "core/pacing.h"

#include <glib.h>

enum { SECOND_US = 1000000, REST_DOUBLINGS = 5 };

void pace_init(struct pace *p, int channels, int cps, int64_t not_before_us)
{
	*p = (struct pace){ .channels = channels, .cps = CLAMP(cps, 1, PACE_CPS_MAX), .next_us = not_before_us };
}

void pace_limit(struct pace *p, int channels, int cps)
{
	cps = CLAMP(cps, 1, PACE_CPS_MAX);
	if (cps != p->cps) /* the ring is another one */
		p->sent = 0;
	p->channels = channels;
	p->cps = cps;
}

int64_t pace_send_us(const struct pace *p)
{
	return p->sent < p->cps ? 0 : p->sent_us[p->sent % p->cps] + SECOND_US;
}

void pace_sent(struct pace *p, int64_t now_us)
{
	p->sent_us[p->sent++ % p->cps] = now_us;
}

/* Rounded up: cps intervals are never shorter than a second. */
static int64_t interval_us(const struct pace *p)
{
	return (SECOND_US + p->cps - 1) / p->cps;
}

bool pace_resting(const struct pace *p, int64_t now_us)
{
	return now_us < p->resting_until_us;
}

int pace_room(const struct pace *p, int64_t now_us, int64_t horizon_us, int most)
{
	int64_t first = MAX(p->next_us, now_us);
	int64_t turns;

	if (pace_resting(p, now_us) || first > now_us + horizon_us)
		return 0;
	turns = (now_us + horizon_us - first) / interval_us(p) + 1;
	/* A trunk coming back from a rest is tried with one call at a time. */
	if (p->rests > 0)
		turns = p->in_use > 0 ? 0 : 1;
	return (int)MAX(MIN(MIN(turns, p->channels - p->in_use), most), 0);
}

bool pace_take(struct pace *p, int64_t now_us, int64_t horizon_us, int64_t *send_us)
{
	if (pace_room(p, now_us, horizon_us, 1) == 0)
		return false;
	*send_us = MAX(p->next_us, now_us);
	p->next_us = *send_us + interval_us(p);
	p->in_use++;
	return true;
}

bool pace_take_in(struct pace *p)
{
	if (p->in_use >= p->channels)
		return false;
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

int64_t pace_ready_us(const struct pace *p, int64_t now_us)
{
	if (p->in_use >= p->channels || (p->rests > 0 && p->in_use > 0))
		return INT64_MAX;
	return MAX(MAX(p->next_us, p->resting_until_us), now_us);
}
