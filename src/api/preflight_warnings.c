#include "api/preflight_warnings.h"

#include "core/campaign.h"
#include "core/forecast.h"
#include "core/reason.h"
#include "core/when.h"
#include "store/campaigns.h"
#include "store/standings.h"

#include <glib.h>
#include <stdarg.h>
#include <string.h>

enum { CHANGES_MOST = 4, HOUR_MS = 3600000 };

struct speaker {
	struct preflight *p;
	void (*say)(void *arg, const char *sentence);
	void *arg;
};

static void warn(const struct speaker *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void warn(const struct speaker *s, const char *fmt, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	s->say(s->arg, text);
}

static const char *shown(const struct speaker *s, int64_t at, char buf[WHEN_DISPLAY_SIZE])
{
	struct wall w;

	zone_to_wall(s->p->campaign->timezone, at, &w);
	return when_display(&w, buf);
}

/* "is", or "are": of n leads. */
static const char *are(int64_t n)
{
	return n == 1 ? "lead is" : "leads are";
}

/* ---- what keeps everybody waiting ---- */

static void about_the_campaign(const struct speaker *s)
{
	const struct preflight *p = s->p;

	if (p->leads == 0)
		warn(s, "The campaign has no leads yet.");
	if (!campaign_status_runs(p->campaign->status))
		warn(s, "The campaign is %s: nobody is called until it is RUNNING.", p->campaign->status);
	if (!p->asker->trunk)
		warn(s, "There is no trunk, so nobody can be called: add one with `callsheet trunks add`.");
	if (p->blocked_by(s->p, POLICY_CALLER_UNVERIFIED) > 0)
		warn(s, "The number the campaign calls from, %s, is not verified.", p->campaign->caller_number);
}

/* ---- what keeps some waiting ---- */

static void about_leads(const struct speaker *s)
{
	static const char *const others[] = { POLICY_EMERGENCY, POLICY_PREMIUM, POLICY_SATELLITE, POLICY_COUNTRY,
					      POLICY_NO_RULES, POLICY_NO_HOURS };
	int64_t no_number = s->p->blocked_by(s->p, POLICY_NO_NUMBER) +
			    s->p->blocked_by(s->p, LEAD_REASON_NOT_A_NUMBER);
	int64_t suppressed = s->p->blocked_by(s->p, POLICY_SUPPRESSED);
	int64_t outside = s->p->blocked_by(s->p, POLICY_OUTSIDE_HOURS);

	if (no_number > 0)
		warn(s, "%" G_GINT64_FORMAT " %s without a number that can be dialled.", no_number, are(no_number));
	if (suppressed > 0)
		warn(s, "%" G_GINT64_FORMAT " %s on the do-not-call list.", suppressed, are(suppressed));
	if (outside > 0)
		warn(s, "%" G_GINT64_FORMAT " %s due outside the calling hours and will wait until those begin.", outside,
		     are(outside));
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		int64_t n = s->p->blocked_by(s->p, others[i]);

		if (n > 0)
			warn(s, "%" G_GINT64_FORMAT " %s not called. %s", n, are(n), reason_message(others[i]));
	}
}

/* ---- room ---- */

static void about_room(const struct speaker *s)
{
	const struct forecast *f = s->p->forecast;
	char from[WHEN_DISPLAY_SIZE], until[WHEN_DISPLAY_SIZE];

	if (!f->overflows)
		return;
	warn(s, "More calls are planned at %s than the trunks carry (about %" G_GINT64_FORMAT " an hour with %"
	     G_GINT64_FORMAT " channels and %" G_GINT64_FORMAT " calls a second): the last of them is made about %s.",
	     shown(s, f->overflow_at, from), s->p->per_hour, s->p->asker->channels, s->p->asker->cps,
	     shown(s, f->overflow_until, until));
	if (f->shut)
		warn(s, "They cannot all be made before the calling hours end; the rest waits until those begin again.");
}

/* ---- clocks ---- */

static const char *day_of(const char *zone, int64_t at, char *buf, size_t size)
{
	static const char *const months[] = { "January", "February", "March",     "April",   "May",      "June",
					      "July",    "August",   "September", "October", "November", "December" };
	struct wall w;

	zone_to_wall(zone, at, &w);
	g_snprintf(buf, size, "%d %s %d", w.day, months[w.month - 1], w.year);
	return buf;
}

static void about_one_change(const struct speaker *s, const struct zone_change *change)
{
	const struct campaign *c = s->p->campaign;
	int minutes = ABS(change->forward_minutes);
	const char *way = change->forward_minutes > 0 ? "forward" : "back";
	char day[32], by[32];

	if (minutes % 60 == 0)
		g_snprintf(by, sizeof(by), "%d hour%s", minutes / 60, minutes == 60 ? "" : "s");
	else
		g_snprintf(by, sizeof(by), "%d minutes", minutes);
	day_of(c->timezone, change->at, day, sizeof(day));
	if (strcmp(c->time_basis, "LOCAL") == 0)
		warn(s, "The clocks change in %s on %s: %s %s. Calls planned by the clock keep their time of day.", c->timezone,
		     day, by, way);
	else
		warn(s, "The clocks change in %s on %s: %s %s. Calls planned in UTC are %s by the clock from then on.",
		     c->timezone, day, by, way, change->forward_minutes > 0 ? "later" : "earlier");
}

static void about_changes(const struct speaker *s)
{
	const struct forecast *f = s->p->forecast;
	int64_t from = f->calls > 0 ? f->first_at : s->p->schedule->at[0];
	struct zone_change change;

	if (f->calls == 0 || s->p->schedule->n == 0)
		return;
	for (int i = 0; i < CHANGES_MOST && zone_next_change(s->p->campaign->timezone, from, f->last_at, &change); i++) {
		about_one_change(s, &change);
		from = change.at;
	}
}

static bool same_wall(const struct wall *a, const struct wall *b)
{
	return a->year == b->year && a->month == b->month && a->day == b->day && a->hour == b->hour &&
	       a->minute == b->minute;
}

/* A first call at a time of day that does not exist, or exists twice. */
static void about_the_start(const struct speaker *s)
{
	const struct campaign *c = s->p->campaign;
	char said[WHEN_DISPLAY_SIZE], instead[WHEN_DISPLAY_SIZE];
	struct wall is, again;
	struct when w;

	if (!c->start_local || when_parse(c->start_local, &w) != 0 || w.kind != WHEN_WALL)
		return;
	zone_to_wall(c->timezone, c->start_at, &is);
	if (!same_wall(&is, &w.wall)) {
		warn(s, "%s does not exist in %s, where the clocks go forward then: the first call is at %s.",
		     when_display(&w.wall, said), c->timezone, when_display(&is, instead));
		return;
	}
	for (int later = HOUR_MS / 2; later <= HOUR_MS; later += HOUR_MS / 2) {
		zone_to_wall(c->timezone, c->start_at + later, &again);
		if (same_wall(&again, &is)) {
			warn(s, "%s comes twice in %s, where the clocks go back then: the first call is at the first.",
			     when_display(&is, said), c->timezone);
			return;
		}
	}
}

void preflight_warn(struct preflight *p, void (*say)(void *arg, const char *sentence), void *arg)
{
	struct speaker s = { p, say, arg };

	about_the_campaign(&s);
	about_leads(&s);
	about_room(&s);
	about_the_start(&s);
	about_changes(&s);
}
