/*
 * What time it is in a workspace. A test workspace's clock may be ahead of the wall clock, and on its way to a target;
 * a live one's is the wall clock. Whatever is planned, stored or shown in a workspace is in its own time.
 *
 * Reads from any connection, writes inside a job.
 */
#pragma once

#include <stdint.h>

struct db;

struct workspace_clock {
	int64_t ahead_ms;  /* never shrinks */
	int64_t target_at; /* DB_NULL: it is on its way to nowhere, it just runs */
};

/* 0 and DB_NULL where nothing was said. */
void workspace_clock_get(struct db *db, int64_t workspace_id, struct workspace_clock *out);
void workspace_clock_put(struct db *db, int64_t workspace_id, const struct workspace_clock *c);

/* The workspace's time when the wall clock says `wall_ms`. */
int64_t workspace_now(struct db *db, int64_t workspace_id, int64_t wall_ms);
