/*
 * A trunk's pace: channels, and calls per second, evenly spaced and without a burst. Pure: time is an argument, in
 * microseconds of the boot clock.
 *
 * The promise: no window of one second sees more than `cps` calls leave, however late they are, and whatever holds them
 * up between the decision and the wire. Each call has a turn with a number and a moment before which it does not leave.
 * Turn n is given only when it is known that turn n - cps has left, or never will, and its moment is more than a second
 * after that. Of cps + 1 turns the last is at least cps behind the first, and moments only grow: so the last leaves more
 * than a second after the first has. What is known of a call's leaving must not be earlier than the truth; later only
 * costs time.
 *
 * Who is called counts arrivals: the second is measured a little longer (PACE_ROOM_US), for a path whose delay varies.
 *
 * A trunk that keeps failing rests, longer each time.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { PACE_CPS_MAX = 1000,
       PACE_ROOM_US = 10000 };

struct pace {
	int channels, cps;    /* cps: 1 to PACE_CPS_MAX */
	int in_use;           /* channels taken */
	int64_t next_us;      /* the spacing: the earliest moment of the next turn */
	int64_t turns;        /* how many have been given */
	int64_t free_us[PACE_CPS_MAX]; /* of turn n at n % PACE_CPS_MAX: when a second has passed; INT64_MAX: not known yet */
	int failures;         /* trunk faults in a row */
	int rests;            /* rests in a row */
	int64_t resting_until_us;
};

/* A call's turn: it leaves not before `at_us`. */
struct pace_turn {
	int64_t no, at_us;
};

enum { PACE_FAULTS_TO_REST = 5 };

/* The line of the test workspaces, which they share. */
enum { FARM_CHANNELS = 50, FARM_CPS = 20 };

/* A pace that places its first call not before `not_before_us` (after a restart: a second later). */
void pace_init(struct pace *p, int channels, int cps, int64_t not_before_us);

/*
 * Takes a channel and a turn not later than now + horizon. False when there is no channel, no turn in time, or the trunk
 * rests.
 */
bool pace_take(struct pace *p, int64_t now_us, int64_t horizon_us, struct pace_turn *turn);

/* Another limit from now on; turns that were given stay. */
void pace_limit(struct pace *p, int channels, int cps);

/* The call of that turn has left, at the latest at `by_us`; or it never will. One of the two, once for each turn. */
void pace_sent(struct pace *p, int64_t turn_no, int64_t by_us);
void pace_unsent(struct pace *p, int64_t turn_no);

/* Gives the channel back. `fault`: the call failed by the trunk's fault; `alive`: the trunk gave a sign of life. */
void pace_give_back(struct pace *p, bool fault, bool alive, int64_t now_us, int64_t rest_us);

/* The trunk has asked to be left alone until then; a rest that lasts longer stays. */
void pace_hold_off(struct pace *p, int64_t until_us);

/* How many calls could be taken now, at most `most`. */
int pace_room(const struct pace *p, int64_t now_us, int64_t horizon_us, int most);

/* When the next turn is best taken: `ahead_us` before its moment. INT64_MAX: something must be heard of first. */
int64_t pace_ready_us(const struct pace *p, int64_t now_us, int64_t ahead_us);

bool pace_resting(const struct pace *p, int64_t now_us);
