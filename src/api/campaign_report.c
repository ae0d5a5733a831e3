#include "api/campaign_report.h"

#include "api/app.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/routes.h"
#include "core/attempt.h"
#include "core/zone.h"
#include "store/campaigns.h"
#include "store/db.h"
#include "store/reports.h"

#include <glib.h>

enum { WEEK = 7, DAY = 24, MONDAY = 3 /* days from a Monday to 1970-01-01, a Thursday */ };

static const char *const weekdays[WEEK] = { "Monday", "Tuesday",  "Wednesday", "Thursday",
					    "Friday", "Saturday", "Sunday" };

/* What became of one try. */
struct tries {
	int64_t attempt_no, calls;
	int64_t by_outcome[OUTCOME_END];
};

struct hour {
	int64_t calls, answered, interested;
};

struct report {
	const char *zone;
	GArray *tries; /* struct tries, in their order */
	struct hour week[WEEK][DAY];
};

static struct tries *tries_of(struct report *r, int64_t attempt_no)
{
	struct tries *last = r->tries->len ? &g_array_index(r->tries, struct tries, r->tries->len - 1) : NULL;
	struct tries fresh = { .attempt_no = attempt_no };

	if (last && last->attempt_no == attempt_no)
		return last;
	g_array_append_val(r->tries, fresh);
	return &g_array_index(r->tries, struct tries, r->tries->len - 1);
}

/* The days are those of the calendar in the zone, counted as if its clock were UTC's. */
static int weekday_of(const struct wall *w)
{
	struct wall day = { w->year, w->month, w->day, 0, 0, 0 };

	return (int)((zone_to_utc_ms("UTC", &day) / 86400000 + MONDAY) % WEEK);
}

static void add(void *arg, const struct report_calls *c)
{
	struct report *r = arg;
	struct tries *t;
	struct hour *h;
	struct wall w;

	if (c->outcome == OUTCOME_NEVER_SENT)
		return;
	t = tries_of(r, c->attempt_no);
	t->calls += c->calls;
	t->by_outcome[c->outcome] += c->calls;
	zone_to_wall(r->zone, c->at, &w);
	h = &r->week[weekday_of(&w)][w.hour];
	h->calls += c->calls;
	h->answered += c->picked_up;
	h->interested += c->answer == ANSWER_INTERESTED ? c->calls : 0;
}

static void write_tries(struct jw *w, const struct report *r)
{
	jw_key(w, "outcomesByAttempt");
	jw_array(w);
	for (guint i = 0; i < r->tries->len; i++) {
		const struct tries *t = &g_array_index(r->tries, struct tries, i);

		jw_object(w);
		jw_kint(w, "attempt", t->attempt_no);
		jw_kint(w, "calls", t->calls);
		jw_key(w, "outcomes");
		jw_object(w);
		if (t->by_outcome[OUTCOME_NONE])
			jw_kint(w, "in_progress", t->by_outcome[OUTCOME_NONE]);
		for (int o = OUTCOME_NONE + 1; o < OUTCOME_END; o++)
			if (t->by_outcome[o])
				jw_kint(w, outcome_rule((enum outcome)o)->name, t->by_outcome[o]);
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
}

static void write_week(struct jw *w, const struct report *r)
{
	jw_key(w, "hoursByWeekday");
	jw_array(w);
	for (int day = 0; day < WEEK; day++)
		for (int hour = 0; hour < DAY; hour++) {
			const struct hour *h = &r->week[day][hour];

			if (h->calls == 0)
				continue;
			jw_object(w);
			jw_kstr(w, "weekday", weekdays[day]);
			jw_kint(w, "hour", hour);
			jw_kint(w, "calls", h->calls);
			jw_kint(w, "answered", h->answered);
			jw_kint(w, "interested", h->interested);
			jw_end(w);
		}
	jw_end(w);
}

bool campaign_report_write(struct jw *w, struct db *db, int64_t workspace_id, int64_t campaign_id)
{
	struct campaign_tally tally;
	struct campaign c;
	struct report r;

	if (!campaign_load(db, workspace_id, campaign_id, &c) || !campaign_tally(db, workspace_id, campaign_id, &tally))
		return false;
	r = (struct report){ .zone = c.timezone, .tries = g_array_new(FALSE, FALSE, sizeof(struct tries)) };
	report_calls_each(db, workspace_id, campaign_id, add, &r);
	jw_object(w);
	jw_kstr(w, "timezone", c.timezone);
	campaign_tally_write(w, &tally, "left", tally.left);
	write_tries(w, &r);
	write_week(w, &r);
	jw_end(w);
	g_array_unref(r.tries);
	return true;
}

void campaigns_report(struct request *rq, struct db *db, struct reply *re)
{
	struct jw *w = reply_json(re, 200);

	jw_object(w);
	jw_key(w, "report");
	if (!campaign_report_write(w, db, rq->caller.workspace_id, rq->path.ids[0])) {
		app_missing(db, re);
		return;
	}
	jw_end(w);
	app_read_failed(db, re);
}
