/*
 * Lanes and lines: which workspace may use which trunks, and how fast.
 *
 * A lane is a workspace's turn at the dispatcher; a line is a trunk with its pace. The test workspaces share one
 * line, the phone farm (trunk 0), which never rests: its failures are made on purpose. Dispatcher's thread only.
 */
#pragma once

#include "core/pacing.h"
#include "engine/turns.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

struct line {
	int64_t workspace_id, trunk_id;
	char name[64];
	struct pace pace;
};

struct lane {
	int64_t workspace_id;
	bool is_live;
	int64_t ahead_ms;      /* its clock before the wall clock, */
	int64_t target_at;     /* and where it is on its way to; DB_NULL: nowhere (lane_clock.h) */
	struct turns turns;    /* of its campaigns, by that clock */
	int64_t served;        /* when it last took a turn, as a running number: who waited longest is first */
	int64_t explained_us;  /* when leads were last told that there is no trunk */
};

struct lines {
	struct lane *lane;
	int n_lanes;
	struct line *line;
	int n_lines;
	int64_t quiet_until_us; /* boot clock: a line that is new places no call before */
};

/* Reads workspaces and trunks; lines that stay keep their pace. Pointers into the lists end here. */
void lines_load(struct lines *l, struct db *db, int farm_channels, int farm_cps);

void lines_clear(struct lines *l);

bool line_serves(const struct line *line, const struct lane *lane);

/* How many calls the lane could start now, at most `most`. */
int lane_room(const struct lines *l, const struct lane *lane, int64_t now_us, int64_t horizon_us, int most);

/* Takes a channel and a turn for the lane; NULL when there is none. */
struct line *lane_take(struct lines *l, const struct lane *lane, int64_t now_us, int64_t horizon_us,
		       int64_t *send_us);

/* When the lane could start a call at the earliest; INT64_MAX while it cannot without something ending first. */
int64_t lane_ready_us(const struct lines *l, const struct lane *lane, int64_t now_us);

/* Whether the lane has no trunk at all that works: none configured, or all resting. */
bool lane_without_trunk(const struct lines *l, const struct lane *lane, int64_t now_us);

/* Lanes in the order they are to be served in: those that share a line take turns. To be freed with g_free(). */
struct lane **lanes_in_turn(const struct lines *l);

struct lane *lane_of(struct lines *l, int64_t workspace_id);
struct line *line_of(struct lines *l, int64_t trunk_id);
