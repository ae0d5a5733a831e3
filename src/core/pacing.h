/*
 * A trunk's pace: channels, and calls per second evenly spaced (GCRA without a burst), so that every window of one
 * second holds at most `cps` calls. Calls that had their turn and were held up (a slow disk) go out as the last second
 * has room, never all at once. A trunk that keeps failing rests, longer each time. Pure: time is an argument, in
 * microseconds of the boot clock.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { PACE_CPS_MAX = 1000 };

struct pace {
	int channels, cps;    /* cps: 1 to PACE_CPS_MAX */
	int in_use;           /* channels taken */
	int64_t next_us;      /* the earliest moment of the next call */
	int failures;         /* trunk faults in a row */
	int rests;            /* rests in a row */
	int64_t resting_until_us;
	int64_t sent_us[PACE_CPS_MAX]; /* a ring of `cps`: when the last calls really went out */
	int64_t sent;                  /* how many have */
};

enum { PACE_FAULTS_TO_REST = 5 };

/* The line of the test workspaces, which they share. */
enum { FARM_CHANNELS = 50, FARM_CPS = 20 };

/* A pace that places its first call not before `not_before_us` (after a restart: a second later). */
void pace_init(struct pace *p, int channels, int cps, int64_t not_before_us);

/*
 * Takes a channel and a turn not later than now + horizon. True with the moment of sending in *send_us; false when
 * there is no channel, no turn in time, or the trunk rests.
 */
bool pace_take(struct pace *p, int64_t now_us, int64_t horizon_us, int64_t *send_us);

/* Whether a call from outside finds a channel; it takes one, and no turn. Given back like any other. */
bool pace_take_in(struct pace *p);

/* Another limit from now on. */
void pace_limit(struct pace *p, int channels, int cps);

/* When the next call that has a turn may really go out, as far as the last second says. */
int64_t pace_send_us(const struct pace *p);
void pace_sent(struct pace *p, int64_t now_us);

/* Gives the channel back. `fault`: the call failed by the trunk's fault; `alive`: the trunk gave a sign of life. */
void pace_give_back(struct pace *p, bool fault, bool alive, int64_t now_us, int64_t rest_us);

/* The trunk has asked to be left alone until then; a rest that lasts longer stays. */
void pace_hold_off(struct pace *p, int64_t until_us);

/* How many calls could be taken now, at most `most`. */
int pace_room(const struct pace *p, int64_t now_us, int64_t horizon_us, int most);

/* When a call could be taken at the earliest; INT64_MAX while all channels are in use. */
int64_t pace_ready_us(const struct pace *p, int64_t now_us);

bool pace_resting(const struct pace *p, int64_t now_us);
