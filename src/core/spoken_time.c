#include "core/spoken_time.h"

#include "core/zone.h"

#include <glib.h>
#include <string.h>

static const char *const weekdays[] = { "Sunday", "Monday", "Tuesday", "Wednesday",
					"Thursday", "Friday", "Saturday" };
static const char *const months[] = { "January", "February", "March", "April", "May", "June",
				      "July", "August", "September", "October", "November", "December" };
static const char *const days[] = {
	"first",
	"second",
	"third",
	"fourth",
	"fifth",
	"sixth",
	"seventh",
	"eighth",
	"ninth",
	"tenth",
	"eleventh",
	"twelfth",
	"thirteenth",
	"fourteenth",
	"fifteenth",
	"sixteenth",
	"seventeenth",
	"eighteenth",
	"nineteenth",
	"twentieth",
	"twenty first",
	"twenty second",
	"twenty third",
	"twenty fourth",
	"twenty fifth",
	"twenty sixth",
	"twenty seventh",
	"twenty eighth",
	"twenty ninth",
	"thirtieth",
	"thirty first",
};
static const char *const numbers[] = { "", "one", "two", "three", "four", "five", "six",
				       "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
				       "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen" };
static const char *const tens[] = { "", "", "twenty", "thirty", "forty", "fifty" };

enum { DAY_MS = 86400000 };

/* The day of the week, Sunday being 0; 1 January 1970 was a Thursday. */
static int weekday(const struct wall *w)
{
	struct wall day = { .year = w->year, .month = w->month, .day = w->day };
	int64_t n = zone_to_utc_ms("UTC", &day) / DAY_MS;

	return (int)(((n + 4) % 7 + 7) % 7);
}

static void put_minute(GString *out, int m)
{
	if (m == 0)
		return;
	if (m < 10)
		g_string_append_printf(out, " oh %s", numbers[m]);
	else if (m < 20)
		g_string_append_printf(out, " %s", numbers[m]);
	else
		g_string_append_printf(out, " %s%s%s", tens[m / 10], m % 10 ? " " : "", numbers[m % 10]);
}

static void put_clock(GString *out, const struct wall *w)
{
	if (w->minute == 0 && w->hour % 12 == 0) {
		g_string_append(out, w->hour ? "midday" : "midnight");
		return;
	}
	g_string_append(out, numbers[w->hour % 12 ? w->hour % 12 : 12]);
	put_minute(out, w->minute);
	g_string_append(out, w->hour < 12 ? " A M" : " P M");
}

const char *spoken_time(const char *zone, int64_t utc_ms, char buf[SPOKEN_TIME_SIZE])
{
	g_autoptr(GString) out = g_string_new(NULL);
	struct wall w;

	zone_to_wall(zone, utc_ms, &w);
	g_string_printf(out, "%s, %s %s, at ", weekdays[weekday(&w)], months[w.month - 1], days[w.day - 1]);
	put_clock(out, &w);
	g_strlcpy(buf, out->str, SPOKEN_TIME_SIZE);
	return buf;
}

const char *spoken_zone(const char *zone, char buf[SPOKEN_ZONE_SIZE])
{
	const char *slash = strrchr(zone, '/'), *place = slash ? slash + 1 : zone;

	if (g_ascii_strcasecmp(place, "UTC") == 0) {
		g_strlcpy(buf, "U T C", SPOKEN_ZONE_SIZE);
		return buf;
	}
	g_snprintf(buf, SPOKEN_ZONE_SIZE, "%s time", place);
	return g_strdelimit(buf, "_", ' ');
}
