#include "core/calling_hours.h"

#include "base/fact_file.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_MIN = 1440, SUNDAY = 0, HOLIDAY = 7, DAYS = 8, REGION_SIZE = 8 };

struct rule {
	char region[REGION_SIZE];
	int since; /* 20261124 */
	struct day_hours day[DAYS];
	bool holidays_differ;
};

struct holiday {
	char region[REGION_SIZE];
	bool easter, observed;
	int days;    /* after Easter Sunday */
	int month, day;
	int weekday, nth; /* nth 0: `day` it is; -1: the last */
};

struct calling_hours {
	char date[12];
	struct rule *rule;
	int n_rules;
	struct holiday *holiday;
	int n_holidays;
};

int hours_parse(const char *name, const char *text, struct hours *out, struct problem *p)
{
	int fh, fm, th, tm, used = 0;

	if (sscanf(text, "%2d:%2d-%2d:%2d%n", &fh, &fm, &th, &tm, &used) != 4 || text[used] || fh < 0 || fm < 0 ||
	    fm > 59 || th < 0 || tm < 0 || tm > 59)
		return problem_set(p, PROBLEM_CONFIG, "%s is \"%s\", but must look like 08:00-21:00", name, text);
	if (fh * 60 + fm >= th * 60 + tm || th * 60 + tm > DAY_MIN)
		return problem_set(p, PROBLEM_CONFIG,
				   "%s is \"%s\", but must begin before it ends, at 24:00 at the latest", name, text);
	out->from = fh * 60 + fm;
	out->to = th * 60 + tm;
	return 0;
}

struct day_hours day_hours_both(const struct day_hours *a, const struct day_hours *b)
{
	struct day_hours both = { 0 };

	for (int i = 0; i < a->n; i++)
		for (int k = 0; k < b->n; k++) {
			struct hours h = { MAX(a->span[i].from, b->span[k].from), MIN(a->span[i].to, b->span[k].to) };

			if (h.from < h.to && both.n < DAY_SPANS)
				both.span[both.n++] = h;
		}
	return both;
}

/* ---- reading ---- */

static int read_region(struct fact_lines *f, const char *word, char region[REGION_SIZE])
{
	static const char *const shapes[] = { "*", "AA", "AA-AA", NULL };

	for (int i = 0; shapes[i]; i++) {
		size_t n = strlen(shapes[i]);
		bool fits = strlen(word) == n;

		for (size_t k = 0; fits && k < n; k++)
			fits = shapes[i][k] == 'A' ? g_ascii_isupper(word[k]) : word[k] == shapes[i][k];
		if (fits) {
			g_strlcpy(region, word, REGION_SIZE);
			return 0;
		}
	}
	return fact_fault(f, "\"%s\" is no region: it must look like US, US-FL or *", word);
}

static int weekday_named(const char *name)
{
	static const char *const names[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" };

	for (int i = 0; i < 7; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

/* "daily", "mon-fri", "sat", "holidays" as bits. 0: not one of them. */
static unsigned days_named(const char *word)
{
	g_auto(GStrv) side = g_strsplit(word, "-", 2);
	int from = weekday_named(side[0]), to = side[1] ? weekday_named(side[1]) : from;
	unsigned days = 0;

	if (strcmp(word, "daily") == 0)
		return 0x7f;
	if (strcmp(word, "holidays") == 0)
		return 1u << HOLIDAY;
	if (from < 0 || to < 0)
		return 0;
	for (int d = from;; d = (d + 1) % 7) {
		days |= 1u << d;
		if (d == to)
			return days;
	}
}

/* "closed", "08:00-21:00", "10:00-13:00,14:00-20:00" */
static int read_spans(struct fact_lines *f, const char *word, struct day_hours *out)
{
	g_auto(GStrv) part = g_strsplit(word, ",", -1);
	struct problem why = { 0 };

	*out = (struct day_hours){ 0 };
	if (strcmp(word, "closed") == 0)
		return 0;
	for (char **each = part; *each; each++) {
		struct hours h;

		if (hours_parse("the day", *each, &h, &why) != 0)
			return fact_fault(f, "%s", why.text);
		if (out->n == DAY_SPANS || (out->n && out->span[out->n - 1].to >= h.from))
			return fact_fault(f, "\"%s\" must be at most %d spans, one after the other", word, DAY_SPANS);
		out->span[out->n++] = h;
	}
	return 0;
}

/* hours REGION SINCE DAYS SPANS [DAYS SPANS]… */
static int read_rule(struct fact_lines *f, struct calling_hours *c)
{
	struct rule r = { 0 };
	unsigned said = 0;

	if (f->n < 5 || f->n % 2 == 0)
		return fact_fault(f, "must be: hours REGION DATE DAYS HOURS …");
	if (read_region(f, f->word[1], r.region) != 0)
		return -1;
	r.since = fact_date(f->word[2]);
	if (!r.since)
		return fact_fault(f, "\"%s\" is no date: it must look like 2026-11-24", f->word[2]);
	for (int i = 3; i < f->n; i += 2) {
		unsigned days = days_named(f->word[i]);
		struct day_hours hours;

		if (!days || days & said)
			return fact_fault(f, "\"%s\" is no set of days, or names one for the second time", f->word[i]);
		if (read_spans(f, f->word[i + 1], &hours) != 0)
			return -1;
		said |= days;
		for (int d = 0; d < DAYS; d++)
			if (days & 1u << d)
				r.day[d] = hours;
	}
	if ((said & 0x7f) != 0x7f)
		return fact_fault(f, "does not say the hours of all seven days");
	r.holidays_differ = said & 1u << HOLIDAY;
	c->rule = g_renew(struct rule, c->rule, c->n_rules + 1);
	c->rule[c->n_rules++] = r;
	return 0;
}

/* "07/04", "11/thu/4", "05/mon/last", "easter-47" */
static bool read_day(const char *word, struct holiday *h)
{
	g_auto(GStrv) part = g_strsplit(word, "/", 3);
	guint n = g_strv_length(part);

	if (g_str_has_prefix(word, "easter")) {
		char *end;

		h->easter = true;
		h->days = (int)strtol(word + 6, &end, 10);
		return !*end && h->days > -100 && h->days < 100;
	}
	h->month = fact_number(part[0], 1, 12);
	if (h->month < 0 || n < 2)
		return false;
	if (n == 2)
		return (h->day = fact_number(part[1], 1, 31)) > 0;
	h->weekday = weekday_named(part[1]);
	h->nth = strcmp(part[2], "last") == 0 ? -1 : fact_number(part[2], 1, 5);
	return h->weekday >= 0 && (h->nth > 0 || strcmp(part[2], "last") == 0);
}

/* holiday REGION DAY [observed] NAME… */
static int read_holiday(struct fact_lines *f, struct calling_hours *c)
{
	struct holiday h = { 0 };

	if (f->n < 4)
		return fact_fault(f, "must be: holiday REGION DAY [observed] NAME");
	if (read_region(f, f->word[1], h.region) != 0)
		return -1;
	if (!read_day(f->word[2], &h))
		return fact_fault(f, "\"%s\" is no day: it must look like 07/04, 11/thu/4, 05/mon/last or easter-2",
				  f->word[2]);
	h.observed = strcmp(f->word[3], "observed") == 0;
	c->holiday = g_renew(struct holiday, c->holiday, c->n_holidays + 1);
	c->holiday[c->n_holidays++] = h;
	return 0;
}

static int read_dated(struct fact_lines *f, struct calling_hours *c)
{
	if (f->n != 2 || !fact_date(f->word[1]))
		return fact_fault(f, "must be: dated 2026-11-24");
	g_strlcpy(c->date, f->word[1], sizeof(c->date));
	return 0;
}

static int read_line(struct fact_lines *f, struct calling_hours *c)
{
	if (strcmp(f->word[0], "dated") == 0)
		return read_dated(f, c);
	if (strcmp(f->word[0], "hours") == 0)
		return read_rule(f, c);
	if (strcmp(f->word[0], "holiday") == 0)
		return read_holiday(f, c);
	return fact_fault(f, "\"%s\" is not known here: a line begins with dated, hours or holiday", f->word[0]);
}

static bool has_default(const struct calling_hours *c)
{
	for (int i = 0; i < c->n_rules; i++)
		if (strcmp(c->rule[i].region, "*") == 0)
			return true;
	return false;
}

struct calling_hours *calling_hours_parse(const char *text, const char *origin, struct problem *p)
{
	struct calling_hours *c = g_new0(struct calling_hours, 1);
	struct fact_lines f = { .rest = text, .origin = origin, .p = p };
	int rc = 0;

	while (rc == 0 && fact_next(&f))
		rc = read_line(&f, c);
	if (rc == 0 && p->kind == PROBLEM_NONE && !c->date[0])
		rc = problem_set(p, PROBLEM_CONFIG, "%s: no line says since when it holds (dated 2026-11-24)", origin);
	if (rc == 0 && p->kind == PROBLEM_NONE && !has_default(c))
		rc = problem_set(p, PROBLEM_CONFIG, "%s: no line says what holds everywhere else (hours * …)", origin);
	if (p->kind == PROBLEM_NONE)
		return c;
	calling_hours_free(c);
	return NULL;
}

void calling_hours_free(struct calling_hours *c)
{
	if (!c)
		return;
	g_free(c->rule);
	g_free(c->holiday);
	g_free(c);
}

const char *calling_hours_date(const struct calling_hours *c)
{
	return c->date;
}

/* ---- asking ---- */

/* Whether a rule of `region` holds in `in`: "US" holds in "US-FL", too. */
static bool covers(const char *region, const char *in)
{
	size_t n = strlen(region);

	return strncmp(region, in, n) == 0 && (!in[n] || in[n] == '-');
}

static int weekday_of(const GDate *day)
{
	return (int)g_date_get_weekday(day) % 7; /* GLib's Sunday is 7 */
}

/* Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher). */
static GDate easter_of(int year)
{
	int a = year % 19, b = year / 100, c = year % 100;
	int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
	int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
	int m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;
	GDate d;

	g_date_clear(&d, 1);
	g_date_set_dmy(&d, (GDateDay)(n % 31 + 1), (GDateMonth)(n / 31), (GDateYear)year);
	return d;
}

static bool is_nth(const GDate *day, const struct holiday *h)
{
	int d = g_date_get_day(day);
	int last = g_date_get_days_in_month(g_date_get_month(day), g_date_get_year(day));

	if ((int)g_date_get_month(day) != h->month || weekday_of(day) != h->weekday)
		return false;
	return h->nth < 0 ? d + 7 > last : (d - 1) / 7 + 1 == h->nth;
}

/* Whether the holiday itself falls on the day. */
static bool falls_on(const struct holiday *h, const GDate *day)
{
	if (h->easter) {
		GDate easter = easter_of(g_date_get_year(day));

		return g_date_days_between(&easter, day) == h->days;
	}
	if (h->nth)
		return is_nth(day, h);
	return (int)g_date_get_month(day) == h->month && g_date_get_day(day) == h->day;
}

static bool celebrated(const struct holiday *h, const GDate *day)
{
	GDate near = *day;

	if (falls_on(h, day))
		return true;
	if (!h->observed)
		return false;
	if (weekday_of(day) == 5)
		g_date_add_days(&near, 1);
	else if (weekday_of(day) == 1)
		g_date_subtract_days(&near, 1);
	else
		return false;
	return falls_on(h, &near);
}

static bool is_holiday(const struct calling_hours *c, const char *region, const GDate *day)
{
	for (int i = 0; i < c->n_holidays; i++)
		if ((strcmp(c->holiday[i].region, "*") == 0 || covers(c->holiday[i].region, region)) &&
		    celebrated(&c->holiday[i], day))
			return true;
	return false;
}

/* The newest rule of exactly that region that has begun; NULL for none. */
static const struct rule *rule_of(const struct calling_hours *c, const char *region, size_t n, int date)
{
	const struct rule *best = NULL;

	for (int i = 0; i < c->n_rules; i++) {
		const struct rule *r = &c->rule[i];

		if (strncmp(r->region, region, n) == 0 && !r->region[n] && r->since <= date &&
		    (!best || r->since >= best->since))
			best = r;
	}
	return best;
}

static const struct rule *rule_for(const struct calling_hours *c, const char *region, int date)
{
	const struct rule *r = region[0] ? rule_of(c, region, strlen(region), date) : NULL;

	if (!r && strchr(region, '-'))
		r = rule_of(c, region, strcspn(region, "-"), date);
	return r ? r : rule_of(c, "*", 1, date);
}

static struct calling_day day_by(const struct calling_hours *c, const struct rule *r, const char *region,
				 const GDate *day)
{
	int weekday = weekday_of(day);
	struct calling_day out = { .rule = r ? r->region : "", .holiday = is_holiday(c, region, day) };

	if (!r)
		return out; /* closed */
	out.weekday = r->day[weekday];
	out.working = r->day[weekday == SUNDAY ? 1 : weekday];
	out.on_holiday = r->holidays_differ ? r->day[HOLIDAY] : out.weekday;
	return out;
}

struct calling_day calling_hours_day(const struct calling_hours *c, const char *region, bool strictest,
				     const struct wall *day)
{
	int date = day->year * 10000 + day->month * 100 + day->day;
	struct calling_day out;
	GDate d;

	g_date_clear(&d, 1);
	g_date_set_dmy(&d, (GDateDay)day->day, (GDateMonth)day->month, (GDateYear)day->year);
	out = day_by(c, rule_for(c, region, date), region, &d);
	if (!strictest || !region[0])
		return out;
	for (int i = 0; i < c->n_rules; i++) {
		const struct rule *r = &c->rule[i];
		struct calling_day other;

		if (!covers(region, r->region) || rule_for(c, r->region, date) != r)
			continue;
		other = day_by(c, r, r->region, &d);
		out.weekday = day_hours_both(&out.weekday, &other.weekday);
		out.working = day_hours_both(&out.working, &other.working);
		out.on_holiday = day_hours_both(&out.on_holiday, &other.on_holiday);
		out.holiday |= other.holiday;
	}
	return out;
}
