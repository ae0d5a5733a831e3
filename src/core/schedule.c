#include "core/schedule.h"

#include <assert.h>
#include <glib.h>

static int64_t instant_of(const char *zone, const struct when *w)
{
	return w->kind == WHEN_INSTANT ? w->utc_ms : zone_to_utc_ms(zone, &w->wall);
}

static int64_t follow_up_at(const char *zone, const struct wall *first, const struct follow_up *f)
{
	struct wall w = *first;

	switch (f->when.kind) {
	case WHEN_INSTANT:
	case WHEN_WALL:
		return instant_of(zone, &f->when);
	case WHEN_CLOCK:
		w.hour = f->when.wall.hour;
		w.minute = f->when.wall.minute;
		w.second = f->when.wall.second;
		break;
	case WHEN_NOTHING:
		break;
	}
	w = wall_plus_days(w, f->delay_days);
	return zone_to_utc_ms(zone, &w);
}

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

void schedule_make(struct schedule *s, const char *zone, const struct when *first, const struct follow_up *ups,
		   int n_ups)
{
	struct wall start;

	assert(n_ups < SCHEDULE_SLOTS);
	s->at[0] = instant_of(zone, first);
	zone_to_wall(zone, s->at[0], &start);
	for (int i = 0; i < n_ups; i++)
		s->at[i + 1] = follow_up_at(zone, &start, &ups[i]);
	s->n = n_ups + 1;
	/* The first call stays slot 0 even if somebody set a follow-up before it: that one is overdue by then, and
	 * one call stands for both. */
	qsort(s->at + 1, (size_t)n_ups, sizeof(s->at[0]), by_time);
}

/* The last slot from `from` on that is not after `t`; from - 1 when there is none. */
static int last_overdue(const struct schedule *s, int from, int64_t t)
{
	int slot = from - 1;

	for (int i = from; i < s->n; i++)
		if (s->at[i] <= t)
			slot = i;
	return slot;
}

struct next_slot schedule_first(const struct schedule *s, int64_t now, int64_t not_before)
{
	int64_t earliest;
	int slot;

	if (s->n == 0)
		return (struct next_slot){ .slot = -1 };
	earliest = MAX(s->at[0], not_before);
	slot = last_overdue(s, 0, MAX(now, earliest));
	return (struct next_slot){ .slot = slot, .at = MAX(s->at[slot], earliest) };
}

struct next_slot schedule_after(const struct schedule *s, int slot, int64_t intent_at, int64_t now,
				int64_t min_gap_ms)
{
	int next = slot + 1;
	int64_t gap, earliest;

	if (next >= s->n)
		return (struct next_slot){ .slot = -1 };
	gap = CLAMP(s->at[next] - s->at[slot], 0, min_gap_ms);
	earliest = intent_at + gap;
	earliest = MAX(earliest, s->at[next]);
	next = last_overdue(s, next, MAX(now, earliest)); /* slots at one moment are one call, too */
	return (struct next_slot){ .slot = next, .at = MAX(s->at[next], earliest) };
}
