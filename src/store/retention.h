/*
 * The retention clocks: what is held of people goes, kind by kind, when it is as old as the workspace's settings
 * keep_…_days say, by the time of the workspace. What the ledger, limits on calls and the list of those who must not be
 * called depend on stays: rows, ids, states, moments; and no clock is shorter than the 30 days the limits look back at.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;

/* A bounded piece of it, in a job of the writer's; how far it has come is in the database. True: there may be more to do. */
bool retention_sweep(struct db *db, int64_t wall_ms);
