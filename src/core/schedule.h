/*
 * The slots of a campaign, and which of them a lead gets next. Pure: `now` is an argument.
 *
 * Slot 0 is the first call, slot k the k-th follow-up by time. An absolute time is itself; a wall time is taken in
 * the campaign's zone; a time of day, or nothing, means `delay_days` calendar days after the first call's day, at
 * that time or at the first call's. An absolute time wins over delay_days.
 *
 * A lead does not get slots back that were over before it could use them: overdue slots collapse into one attempt
 * now, then come the slots still ahead. Two attempts at a person keep the minimum gap, unless the schedule
 * itself puts the two slots closer together.
 */
#pragma once

#include "core/when.h"

#include <stdint.h>

enum { SCHEDULE_SLOTS = 33 }; /* the first call and at most 32 follow-ups */

struct follow_up {
	struct when when;
	int delay_days;
};

struct schedule {
	int n;
	int64_t at[SCHEDULE_SLOTS]; /* epoch ms, ascending */
};

/* `first` is WHEN_INSTANT or WHEN_WALL. At most SCHEDULE_SLOTS - 1 follow-ups. */
void schedule_make(struct schedule *s, const char *zone, const struct when *first, const struct follow_up *ups,
		   int n_ups);

struct next_slot {
	int slot;    /* -1: none left */
	int64_t at;  /* when the attempt is due */
};

/* For a lead that has had no attempt; `not_before` is the reminder delay's end, or 0. */
struct next_slot schedule_first(const struct schedule *s, int64_t now, int64_t not_before);

/* After an attempt in `slot` whose intent was at `intent_at`. */
struct next_slot schedule_after(const struct schedule *s, int slot, int64_t intent_at, int64_t now,
				int64_t min_gap_ms);
