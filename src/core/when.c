#include "core/when.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

static const char *const months[] = { "January", "February", "March",     "April",   "May",      "June",
				      "July",    "August",   "September", "October", "November", "December" };

enum { MINUTE_MS = 60000 };

static int64_t utc_of_wall(const struct wall *w)
{
	return zone_to_utc_ms("UTC", w);
}

/* Exactly `digits` digits; moves the cursor. -1 when they are not there. */
static int read_digits(const char **s, int digits)
{
	int v = 0;

	for (int i = 0; i < digits; i++, (*s)++) {
		if (!g_ascii_isdigit(**s))
			return -1;
		v = v * 10 + (**s - '0');
	}
	return v;
}

/* "10:00", "10:00:30", "10:00:30.250"; *ms gets the fraction. */
static int read_clock(const char **s, struct wall *w, int *ms)
{
	int scale = 100;

	*ms = 0;
	w->second = 0;
	if ((w->hour = read_digits(s, 2)) < 0 || *(*s)++ != ':' || (w->minute = read_digits(s, 2)) < 0)
		return -1;
	if (**s != ':')
		return 0;
	(*s)++;
	if ((w->second = read_digits(s, 2)) < 0)
		return -1;
	if (**s != '.')
		return 0;
	(*s)++;
	if (!g_ascii_isdigit(**s))
		return -1;
	for (; g_ascii_isdigit(**s); (*s)++, scale /= 10)
		*ms += (**s - '0') * scale;
	return 0;
}

/* "Z", "+02:00", "+0200", "+02". 1 when there was a zone, 0 when there is none, -1 when it is malformed. */
static int read_offset(const char **s, int *minutes)
{
	int sign = **s == '-' ? -1 : 1, h, m;

	*minutes = 0;
	if (**s == 'Z') {
		(*s)++;
		return 1;
	}
	if (**s != '+' && **s != '-')
		return 0;
	(*s)++;
	if ((h = read_digits(s, 2)) < 0 || h > 23)
		return -1;
	if (!**s) {
		*minutes = sign * h * 60;
		return 1;
	}
	if (**s == ':')
		(*s)++;
	if ((m = read_digits(s, 2)) < 0 || m > 59)
		return -1;
	*minutes = sign * (h * 60 + m);
	return 1;
}

/* ISO 8601 as the API takes it. 0 or -1. */
static int parse_iso(const char *s, struct when *out)
{
	struct wall w = { .month = 1, .day = 1 };
	int ms = 0, minutes = 0, zone = 0;
	bool has_day;

	if ((w.year = read_digits(&s, 4)) < 0)
		return -1;
	if (*s == '-' && (s++, (w.month = read_digits(&s, 2)) < 0))
		return -1;
	has_day = *s == '-';
	if (has_day && (s++, (w.day = read_digits(&s, 2)) < 0))
		return -1;
	if (has_day && (*s == 'T' || *s == ' ')) {
		s++;
		if (read_clock(&s, &w, &ms) != 0 || (zone = read_offset(&s, &minutes)) < 0)
			return -1;
	}
	/* In any zone the year must still have its four digits. */
	if (*s || !wall_valid(&w) || w.year < 2 || w.year > 9998)
		return -1;
	out->kind = zone ? WHEN_INSTANT : WHEN_WALL;
	out->wall = w;
	out->utc_ms = utc_of_wall(&w) + ms - (int64_t)minutes * MINUTE_MS;
	return 0;
}

int when_parse_iso(const char *text, int64_t *utc_ms)
{
	struct when w;

	if (parse_iso(text, &w) != 0)
		return -1;
	*utc_ms = w.utc_ms;
	return 0;
}

static void skip_spaces(const char **s)
{
	while (**s == ' ')
		(*s)++;
}

static int read_number(const char **s, int most)
{
	int v = 0, n = 0;

	for (; g_ascii_isdigit(**s) && n < most; (*s)++, n++)
		v = v * 10 + (**s - '0');
	return n ? v : -1;
}

/* "10:00", "9:30 pm"; to the end of the text. */
static int parse_clock(const char *s, struct wall *w)
{
	bool half = false, pm = false;

	w->second = 0;
	if ((w->hour = read_number(&s, 2)) < 0 || *s++ != ':' || (w->minute = read_digits(&s, 2)) < 0)
		return -1;
	skip_spaces(&s);
	if (*s) {
		pm = g_ascii_tolower(s[0]) == 'p';
		half = (pm || g_ascii_tolower(s[0]) == 'a') && g_ascii_tolower(s[1]) == 'm' && !s[2];
		if (!half || w->hour < 1 || w->hour > 12)
			return -1;
		w->hour = w->hour % 12 + (pm ? 12 : 0);
	}
	return w->hour < 24 && w->minute < 60 ? 0 : -1;
}

static int month_number(const char *s, size_t n)
{
	for (int m = 0; m < 12; m++)
		if ((n == 3 || n == strlen(months[m])) && g_ascii_strncasecmp(s, months[m], n) == 0)
			return m + 1;
	return -1;
}

/* "Apr 15, 2025 10:00 AM" */
static int parse_display(const char *s, struct wall *w)
{
	const char *name = s;

	while (g_ascii_isalpha(*s))
		s++;
	if ((w->month = month_number(name, (size_t)(s - name))) < 0)
		return -1;
	skip_spaces(&s);
	if ((w->day = read_number(&s, 2)) < 0)
		return -1;
	if (*s == ',')
		s++;
	skip_spaces(&s);
	if ((w->year = read_digits(&s, 4)) < 0)
		return -1;
	if (*s == ',')
		s++;
	skip_spaces(&s);
	return parse_clock(s, w) == 0 && wall_valid(w) && w->year > 1 && w->year < 9999 ? 0 : -1;
}

int when_parse(const char *text, struct when *out)
{
	memset(out, 0, sizeof(*out));
	if (strlen(text) >= 10 && parse_iso(text, out) == 0)
		return 0;
	if (parse_clock(text, &out->wall) == 0) {
		out->kind = WHEN_CLOCK;
		return 0;
	}
	if (parse_display(text, &out->wall) == 0) {
		out->kind = WHEN_WALL;
		return 0;
	}
	return -1;
}

int duration_parse(const char *text, int64_t *ms)
{
	static const struct {
		char unit;
		int64_t ms;
	} units[] = { { 'd', 86400000 }, { 'h', 3600000 }, { 'm', MINUTE_MS }, { 's', 1000 } };
	const int64_t most = INT64_C(3653) * 86400000;
	const char *s = text;

	*ms = 0;
	do {
		int n = read_number(&s, 6);
		size_t u = 0;

		while (n >= 0 && u < G_N_ELEMENTS(units) && units[u].unit != *s)
			u++;
		if (n < 0 || u == G_N_ELEMENTS(units))
			return -1;
		*ms += n * units[u].ms;
		s++;
	} while (*s && *ms <= most);
	return *s || *ms > most ? -1 : 0;
}

const char *when_display(const struct wall *w, char buf[WHEN_DISPLAY_SIZE])
{
	int hour = w->hour % 12 ? w->hour % 12 : 12;

	snprintf(buf, WHEN_DISPLAY_SIZE, "%.3s %02u, %04u %02u:%02u %s", months[w->month - 1],
		 (unsigned)w->day % 100, (unsigned)w->year % 10000, (unsigned)hour, (unsigned)w->minute % 100,
		 w->hour < 12 ? "AM" : "PM");
	return buf;
}

const char *when_local(const struct wall *w, char buf[WHEN_LOCAL_SIZE])
{
	snprintf(buf, WHEN_LOCAL_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u", (unsigned)w->year % 10000,
		 (unsigned)w->month % 100, (unsigned)w->day % 100, (unsigned)w->hour % 100,
		 (unsigned)w->minute % 100, (unsigned)w->second % 100);
	return buf;
}
