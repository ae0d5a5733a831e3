/*
 * Time zones by the system's tzdata, and the rule for local times that do not exist or exist twice.
 *
 * In a gap a wall time moves forward by the gap (02:30 becomes 03:30); in an overlap it is the first
 * occurrence. That is the rule of RFC 5545 §3.3.5. Pure but for reading tzdata; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct wall {
	int year, month, day; /* 1-12, 1-31 */
	int hour, minute, second;
};

/* Whether the text names an IANA zone (any case, links such as US/Eastern; no offsets). */
bool zone_known(const char *name);

/* Both expect a known zone. */
int64_t zone_to_utc_ms(const char *name, const struct wall *w);
void zone_to_wall(const char *name, int64_t utc_ms, struct wall *w);

/*
 * The first moment in (from, until] at which the zone's clocks change, and by how much; false when there is none.
 */
struct zone_change {
	int64_t at;         /* epoch ms: the first moment of the new time */
	int forward_minutes; /* negative: back */
};
bool zone_next_change(const char *name, int64_t from_ms, int64_t until_ms, struct zone_change *out);

/* Whether year, month and day are a day of the calendar and the time one of the clock. */
bool wall_valid(const struct wall *w);

int wall_weekday(const struct wall *w); /* 0 is Sunday */

/* The calendar day `days` later, same time of day. */
struct wall wall_plus_days(struct wall w, int days);

/* "2025b", or "" when tzdata does not say. Schedules remember it and are recomputed when it changes. */
const char *zone_data_version(void);
