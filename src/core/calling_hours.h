/*
 * The dated rules of data/calling-hours: when people may be called, by country and US state, with their Sundays and
 * holidays. Parsed once into a structure that never changes; any thread may ask. Pure.
 *
 * The text, a line a rule, '#' begins a comment:
 *
 *	dated 2026-11-24
 *	hours * 1970-01-01 daily 08:00-21:00
 *	hours US-RI 1986-01-01 mon-fri 09:00-18:00 sat 10:00-17:00 sun closed holidays closed
 *	holiday US 11/thu/4 Thanksgiving Day
 *
 * A region has as many rules as its law has had versions; the newest that has begun on a day holds. A region without
 * rules ("US-OH") takes its country's ("US"), that one's the rule "*". "holidays" left out means: like any other day.
 * A holiday is month/day, month/weekday/n (n from 1, or "last"), or easter+n; "observed" adds the Friday before one
 * that falls on a Saturday and the Monday after one that falls on a Sunday. "US" holds in all its states.
 */
#pragma once

#include "base/problem.h"
#include "core/zone.h"

#include <stdbool.h>

/* Hours of the day during which calls may be placed, as minutes from midnight; `to` may be 1440. */
struct hours {
	int from, to;
};

/* "08:00-21:00". 0, or -1 with the problem set: `name` is the setting's. */
int hours_parse(const char *name, const char *text, struct hours *out, struct problem *p);

/* The open hours of one day, in order; none at all when it is closed. */
enum { DAY_SPANS = 4 };
struct day_hours {
	int n;
	struct hours span[DAY_SPANS];
};

/* Open in both. */
struct day_hours day_hours_both(const struct day_hours *a, const struct day_hours *b);

struct calling_hours;

/* NULL with the problem set, which names `origin`, the line and the fault. */
struct calling_hours *calling_hours_parse(const char *text, const char *origin, struct problem *p);
void calling_hours_free(struct calling_hours *c);

const char *calling_hours_date(const struct calling_hours *c); /* "2026-11-24" */

/* What the rules say of one day in a region. */
struct calling_day {
	struct day_hours weekday;    /* the hours of its weekday */
	struct day_hours working;    /* those of a working day: Monday's where it is a Sunday */
	struct day_hours on_holiday; /* those of a holiday */
	bool holiday;                /* it is one */
	const char *rule;            /* the region whose rule it is: "US-FL", "US", "*"; "" when none has begun */
};

/*
 * `region` is "US-FL", "US", or "" (only "*" holds). With `strictest` it is one nobody knows of the country's: what is
 * open under every rule of the country.
 */
struct calling_day calling_hours_day(const struct calling_hours *c, const char *region, bool strictest,
				     const struct wall *day);
