#include "core/zone.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#define ZONE_LIST "/usr/share/zoneinfo/tzdata.zi"

enum { MS = 1000, DAY_S = 86400, HELD_MAX = 1000 };

struct zone_data {
	GHashTable *names; /* lower case -> the zone as tzdata spells it; of a link, the one it leads to */
	char version[16];
};

/* tzdata.zi has a line "Z name ..." per zone, "L target name" per link, and "# version 2025b" first. */
static void *read_zone_data(void *unused)
{
	struct zone_data *d = g_new0(struct zone_data, 1);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	(void)unused;
	d->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (!g_file_get_contents(ZONE_LIST, &text, NULL, NULL))
		return d;
	lines = g_strsplit(text, "\n", -1);
	for (char **l = lines; *l; l++) {
		g_auto(GStrv) word = g_strsplit(*l, " ", 4);
		guint n = g_strv_length(word);
		const char *name = NULL; /* a zone's file is always there, a link's perhaps not (Debian's tzdata-legacy) */

		if (n >= 3 && strcmp(word[0], "#") == 0 && strcmp(word[1], "version") == 0)
			g_strlcpy(d->version, word[2], sizeof(d->version));
		if (n >= 2 && strcmp(word[0], "Z") == 0)
			name = word[1];
		else if (n >= 3 && strcmp(word[0], "L") == 0)
			name = word[2];
		if (name)
			g_hash_table_insert(d->names, g_ascii_strdown(name, -1), g_strdup(word[1]));
	}
	return d;
}

static const struct zone_data *zone_data(void)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, read_zone_data, NULL);
}

const char *zone_data_version(void)
{
	return zone_data()->version;
}

static GTimeZone *read_zone(const char *name)
{
	static GHashTable *kept; /* lower-case name -> GTimeZone */
	static GMutex lock;
	g_autofree char *lower = g_ascii_strdown(name, -1);
	const char *spelled = g_hash_table_lookup(zone_data()->names, lower);
	GTimeZone *tz;

	if (!spelled)
		return g_time_zone_new_identifier(name);
	g_mutex_lock(&lock);
	if (!kept)
		kept = g_hash_table_new(g_str_hash, g_str_equal);
	tz = g_hash_table_lookup(kept, lower);
	if (!tz && (tz = g_time_zone_new_identifier(spelled)))
		g_hash_table_insert(kept, g_steal_pointer(&lower), tz);
	if (tz)
		g_time_zone_ref(tz);
	g_mutex_unlock(&lock);
	return tz;
}

/* GLib reads the zone's file each time somebody opens one that nobody holds: they are held from their first use on. */
static GTimeZone *open_zone(const char *name)
{
	static GRWLock lock;
	static GHashTable *held; /* the name as it was asked for -> GTimeZone */
	GTimeZone *tz;

	g_rw_lock_reader_lock(&lock);
	tz = held ? g_hash_table_lookup(held, name) : NULL;
	if (tz)
		g_time_zone_ref(tz);
	g_rw_lock_reader_unlock(&lock);
	if (tz || !(tz = read_zone(name)))
		return tz;
	g_rw_lock_writer_lock(&lock);
	if (!held)
		held = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_time_zone_unref);
	if (g_hash_table_size(held) < HELD_MAX)
		g_hash_table_replace(held, g_strdup(name), g_time_zone_ref(tz));
	g_rw_lock_writer_unlock(&lock);
	return tz;
}

bool zone_known(const char *name)
{
	g_autofree char *lower = g_ascii_strdown(name, -1);
	g_autoptr(GTimeZone) tz = NULL;

	/* GLib also takes offsets ("+01:00", "Z"), POSIX rules ("UTC+3") and any file; those are no zone names. */
	if (!g_hash_table_contains(zone_data()->names, lower))
		return false;
	tz = open_zone(name);
	return tz != NULL;
}

static int64_t offset_at(GTimeZone *tz, int64_t utc_s)
{
	return g_time_zone_get_offset(tz, g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, utc_s));
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
static int64_t days_from_civil(int y, int m, int d)
{
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)d, (GDateMonth)m, (GDateYear)y);
	return (int64_t)g_date_get_julian(&date) - 719163; /* the Julian day GLib gives 1970-01-01 */
}

int64_t zone_to_utc_ms(const char *name, const struct wall *w)
{
	g_autoptr(GTimeZone) tz = open_zone(name);
	int64_t local = days_from_civil(w->year, w->month, w->day) * DAY_S + w->hour * 3600 + w->minute * 60 +
			w->second;
	/* 36 h on either side is outside any change of the clocks, the missing day of Apia 2011 included. */
	int64_t before = offset_at(tz, local - 3 * DAY_S / 2);
	int64_t after = offset_at(tz, local + 3 * DAY_S / 2);

	if (offset_at(tz, local - before) == before) /* ordinary, or the first of two */
		return (local - before) * MS;
	if (offset_at(tz, local - after) == after)
		return (local - after) * MS;
	return (local - before) * MS; /* a gap: the clock that was still running before it */
}

void zone_to_wall(const char *name, int64_t utc_ms, struct wall *w)
{
	g_autoptr(GTimeZone) tz = open_zone(name);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(utc_ms / MS);
	g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, tz);

	g_date_time_get_ymd(local, &w->year, &w->month, &w->day);
	w->hour = g_date_time_get_hour(local);
	w->minute = g_date_time_get_minute(local);
	w->second = g_date_time_get_second(local);
}

bool zone_next_change(const char *name, int64_t from_ms, int64_t until_ms, struct zone_change *out)
{
	g_autoptr(GTimeZone) tz = open_zone(name);
	int64_t low = from_ms / MS, end = until_ms / MS, before = offset_at(tz, low), high = low;

	while (high < end && offset_at(tz, high) == before) {
		low = high;
		high = MIN(high + DAY_S, end);
	}
	if (offset_at(tz, high) == before)
		return false;
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;

		if (offset_at(tz, middle) == before)
			low = middle;
		else
			high = middle;
	}
	*out = (struct zone_change){ .at = high * MS, .forward_minutes = (int)((offset_at(tz, high) - before) / 60) };
	return true;
}

bool wall_valid(const struct wall *w)
{
	/* One year less on either side: in any zone the year must still have its four digits. */
	if (w->year < 2 || w->year > 9998 || w->month < 1 || w->month > 12 || w->day < 1 || w->day > 31)
		return false;
	return g_date_valid_dmy((GDateDay)w->day, (GDateMonth)w->month, (GDateYear)w->year) && w->hour >= 0 &&
	       w->hour < 24 && w->minute >= 0 && w->minute < 60 && w->second >= 0 && w->second < 60;
}

int wall_weekday(const struct wall *w)
{
	return (int)((days_from_civil(w->year, w->month, w->day) + 4) % 7 + 7) % 7; /* 1970 began on a Thursday */
}

struct wall wall_plus_days(struct wall w, int days)
{
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)w.day, (GDateMonth)w.month, (GDateYear)w.year);
	g_date_add_days(&date, (guint)days);
	w.year = g_date_get_year(&date);
	w.month = (int)g_date_get_month(&date);
	w.day = g_date_get_day(&date);
	return w;
}
