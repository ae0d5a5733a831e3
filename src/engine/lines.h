/*
 * Lanes and lines: which workspace may use which trunks, and how fast.
 *
 * A lane is a workspace's turn at the dispatcher; a line is a trunk with its pace. The test workspaces share one
 * line, the phone farm (trunk 0), which never rests: its failures are made on purpose. Dispatcher's thread only.
 *
 * Which line a call takes: those whose prefixes fit its number; the ready before the suspect; by rank; with equal rank by
 * the longest prefix, then by the fewest calls. A call that is tried again because a trunk failed it begins one line
 * further down.
 */
#pragma once

#include "core/pacing.h"
#include "core/trunk.h"
#include "engine/turns.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

enum { LINE_PREFIXES = 256 };

struct line {
	int64_t workspace_id, trunk_id;
	char name[64];
	bool enabled; /* false also when the trunk is gone: calls that are under way still give their channels back */
	int rank;
	char prefixes[LINE_PREFIXES];
	enum health health; /* what the voice says of the trunk, */
	char why[200];	    /* and why; "" when it is ready */
	struct pace pace;
	char shown[300]; /* what the board says */
};

struct lane {
	int64_t workspace_id;
	bool is_live;
	int64_t crowded_until_us; /* boot clock: rows whose trunk is busy were found; none are claimed before */
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
	bool shows;             /* lines_show() tells; not so in a rehearsal, whose trunks are not the server's */
	int64_t quiet_until_us; /* boot clock: a line that is new places no call before */
};

/* Reads workspaces and trunks; lines that stay keep their pace. Pointers into the lists end here. */
void lines_load(struct lines *l, struct db *db, int farm_channels, int farm_cps);

void lines_clear(struct lines *l);

bool line_serves(const struct line *line, const struct lane *lane);

/* Whether the line may be used for calls at `now`. */
bool line_rests(const struct line *line, int64_t now_us);

/* How many calls the lane could start now, at most `most`. */
int lane_room(const struct lines *l, const struct lane *lane, int64_t now_us, int64_t horizon_us, int most);

/* Whether it depends on the number which line a call of the lane takes. */
bool lane_has_prefixes(const struct lines *l, const struct lane *lane);

enum line_verdict {
	LINE_TAKEN,
	LINE_BUSY,    /* no channel or no turn just now */
	LINE_RESTING, /* those that would take the number do not work */
	LINE_NONE,    /* no trunk takes the number */
};

/* Takes a channel and a turn for a call to `number` that has been tried `retries` times before. */
enum line_verdict lane_take(struct lines *l, const struct lane *lane, const char *number, int retries, int64_t now_us,
			    int64_t horizon_us, struct line **line, struct pace_turn *turn);

/* When the lane had best take its next turn, `ahead_us` early; INT64_MAX while something must be heard of first. */
int64_t lane_ready_us(const struct lines *l, const struct lane *lane, int64_t now_us, int64_t ahead_us);

/* Whether the lane has no trunk at all that works: none configured, or all resting. */
bool lane_without_trunk(const struct lines *l, const struct lane *lane, int64_t now_us);

/* Tells the board ("trunk 7") and the metrics how each trunk is, where that has changed. */
void lines_show(struct lines *l, int64_t now_us);

/* Lanes in the order they are to be served in: those that share a line take turns. To be freed with g_free(). */
struct lane **lanes_in_turn(const struct lines *l);

struct lane *lane_of(struct lines *l, int64_t workspace_id);
struct line *line_of(struct lines *l, int64_t trunk_id);
