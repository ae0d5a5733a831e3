/*
 * Any text as a moment, and any moments as a schedule: what is read can be written and read again, in every zone; slots
 * come in order, each is given once, and their row ends. Lines: a zone's digit and the first call, then follow-ups.
 */
#include "base/clock.h"
#include "core/schedule.h"
#include "core/when.h"

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ordinary ones, and those that jump by half an hour, by a day, in Ramadan, or lie far out. */
static const char *const zones[] = { "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia",
				     "Africa/Casablanca", "Pacific/Kiritimati", "America/Asuncion", "Asia/Kathmandu",
				     "Etc/GMT+12" };

static bool same_wall(const struct wall *a, const struct wall *b)
{
	return a->year == b->year && a->month == b->month && a->day == b->day && a->hour == b->hour &&
	       a->minute == b->minute && a->second == b->second;
}

/* A wall time is itself in its zone, or, in a gap, a later one. */
static void check_wall(const char *zone, const struct wall *w)
{
	struct wall back;
	int64_t utc = zone_to_utc_ms(zone, w);

	zone_to_wall(zone, utc, &back);
	if (!same_wall(w, &back) && zone_to_utc_ms("UTC", &back) <= zone_to_utc_ms("UTC", w))
		abort();
}

static void check_written(const struct when *w)
{
	char text[64];
	struct when again;

	if (w->kind == WHEN_INSTANT) {
		int64_t ms;
		bool at_the_end; /* of the years that are read, in another zone it may be the next */

		clock_iso(w->utc_ms, text);
		at_the_end = g_str_has_prefix(text, "0001") || g_str_has_prefix(text, "9999");
		if (!at_the_end && (when_parse_iso(text, &ms) != 0 || ms != w->utc_ms))
			abort();
		return;
	}
	if (when_parse(when_local(&w->wall, text), &again) != 0 || !same_wall(&w->wall, &again.wall))
		abort();
	if (w->wall.second)
		return; /* is not displayed */
	if (when_parse(when_display(&w->wall, text), &again) != 0 || !same_wall(&w->wall, &again.wall))
		abort();
}

static bool read_moment(const char *text, struct when *w)
{
	int64_t ms;
	bool iso = when_parse_iso(text, &ms) == 0;

	if (when_parse(text, w) != 0) {
		if (iso && strlen(text) >= 10) /* shorter ones are years and months */
			abort();
		return false;
	}
	if (iso && w->kind == WHEN_INSTANT && ms != w->utc_ms)
		abort();
	if (w->kind == WHEN_CLOCK) {
		if (w->wall.hour < 0 || w->wall.hour > 23 || w->wall.minute < 0 || w->wall.minute > 59)
			abort();
		return true;
	}
	if (!wall_valid(&w->wall))
		abort();
	check_written(w);
	return true;
}

static void check_slots(const struct schedule *s, int n_ups, int64_t now)
{
	struct next_slot next = schedule_first(s, now, 0);
	int given = 0;

	if (s->n != n_ups + 1)
		abort();
	for (int i = 2; i < s->n; i++)
		if (s->at[i] < s->at[i - 1])
			abort();
	while (next.slot >= 0) {
		int slot = next.slot;

		if (slot >= s->n || next.at < s->at[slot] || ++given > s->n)
			abort();
		now = MAX(now, next.at);
		next = schedule_after(s, slot, now, now, 4 * 3600 * 1000);
		if (next.slot >= 0 && next.slot <= slot)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_auto(GStrv) lines = g_strsplit(text, "\n", SCHEDULE_SLOTS + 1);
	const char *zone = zones[(unsigned char)text[0] % G_N_ELEMENTS(zones)];
	struct follow_up ups[SCHEDULE_SLOTS];
	struct schedule s;
	struct when first, w;
	int n = 0;

	if (!lines[0] || !lines[0][0] || !read_moment(lines[0] + 1, &first) || first.kind == WHEN_CLOCK)
		return 0;
	if (first.kind == WHEN_WALL)
		check_wall(zone, &first.wall);
	for (char **l = lines + 1; *l && n < SCHEDULE_SLOTS - 1; l++) {
		char *days = strchr(*l, '+');

		ups[n] = (struct follow_up){ .delay_days = days ? (int)(strtoul(days + 1, NULL, 10) % 366) : 0 };
		if (read_moment(*l, &w))
			ups[n].when = w;
		n++;
	}
	schedule_make(&s, zone, &first, ups, n);
	check_slots(&s, n, s.at[0] - 1000);
	check_slots(&s, n, s.at[n] + 1000);
	return 0;
}
