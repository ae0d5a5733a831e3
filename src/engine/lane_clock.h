/*
 * The clock of a lane: the wall clock, or in a test workspace a clock that is ahead of it and may be told to advance.
 *
 * On its way to the target the clock stands still while anything that is due has not been called and ended, or texted; then it
 * jumps to the next due moment, or to the target. So what falls due on the way is done in order, by the same code and at
 * the moments it would have. A jump is durable before anybody acts on it. Dispatcher's thread only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;
struct lane;
struct store;

/* Reads the lane's clock, and its target if it has one. */
void lane_clock_load(struct lane *lane, struct db *db);

/* What time it is in the lane. */
int64_t lane_now(const struct lane *lane, int64_t wall_ms);

/* Whether the lane is on its way to a target. */
bool lane_advances(const struct lane *lane);

/*
 * Jumps to the lane's next due moment or to the target, whichever is first. Nothing of the lane's may be due or under
 * way, and its turns must be known. False, and nothing changed, when the store refuses or the target is another one by
 * now.
 */
bool lane_clock_jump(struct lane *lane, struct store *store, int64_t wall_ms);
