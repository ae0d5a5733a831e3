/*
 * Deadlines: a binary heap of moments on the boot clock, each with a function to call.
 *
 * libre keeps its timers in one sorted list that is searched linearly, and every finished call leaves 32 s
 * timers in it; so the timers of ours (ring, answer, longest call …) live here, O(log n) each, and the loop
 * arms one timerfd with the nearest. Pure: no clock is read. One thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct deadlines;

typedef void deadline_fn(void *arg);

struct deadlines *deadlines_new(void);
void deadlines_free(struct deadlines *ds); /* what is still waiting is forgotten, not called */

/* The id is never 0 and never used again. */
uint64_t deadline_add(struct deadlines *ds, int64_t at_ms, deadline_fn *fn, void *arg);

/* An id that is over, or 0, is no error. */
void deadline_remove(struct deadlines *ds, uint64_t id);

int64_t deadline_nearest(const struct deadlines *ds); /* -1: none */

/* Takes out the nearest if it is due. Equal moments come out in the order they were added. */
bool deadline_take(struct deadlines *ds, int64_t now_ms, deadline_fn **fn, void **arg);
