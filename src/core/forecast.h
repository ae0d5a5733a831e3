/*
 * When the calls of a campaign will be, if nobody answers any of them: every lead gets each slot that is left to it. Pure.
 *
 *	f = forecast_new(&schedule, gap, calls an hour);
 *	forecast_add(f, slot, at, n, open, arg) …      the next call of each lead, or of n that are alike
 *	forecast_finish(f);
 *
 * What an hour has no room for goes on in the next hour that is open. It is an estimate of how much there is to do and
 * whether the lines can carry it; a rehearsal plays the campaign through.
 */
#pragma once

#include "core/schedule.h"

#include <stdbool.h>
#include <stdint.h>

struct forecast_hour {
	int64_t at;    /* the hour's beginning, epoch ms */
	int64_t calls;
};

struct forecast {
	int64_t calls;             /* in all */
	int64_t first_at, last_at; /* of the first and of the last; meaningless without calls */
	struct forecast_hour *hour; /* those with calls, in order */
	int n_hours;
	bool overflows;            /* calls had to go on in another hour, */
	int64_t overflow_at;       /* the first time after this one, */
	int64_t overflow_until;    /* and until this one */
	bool shut;                 /* and some of them had to wait for a closed hour to pass */
};

/* The first moment from `from` on that is allowed for a call; INT64_MAX: none in sight. */
typedef int64_t forecast_open_fn(const void *arg, int64_t from);

/* `per_hour`: how many calls fit into an hour; 0: none, as many are planned stay where they are. */
struct forecast *forecast_new(const struct schedule *s, int64_t min_gap_ms, int64_t per_hour);
void forecast_free(struct forecast *f);

/*
 * n leads whose next call is for `slot`, made at `at` (an open moment), and who may be called `most` times more; 0: as
 * often as there are slots. `open` is asked at once and not kept.
 */
void forecast_add(struct forecast *f, int slot, int64_t at, int64_t n, int64_t most, forecast_open_fn *open,
		  const void *arg);

/* Fills the structure; `open` says which hours calls may overflow into. Once. */
void forecast_finish(struct forecast *f, forecast_open_fn *open, const void *arg);
