#include "core/policy.h"

#include "core/zone.h"

#include <stdio.h>

enum { DAY_MIN = 1440, BUSY_RETRY_MS = 15000, RECHECK_MS = 60000 };

int hours_parse(const char *text, struct hours *out, struct problem *p)
{
	int fh, fm, th, tm, used = 0;

	if (!text[0])
		text = "08:00-21:00";
	if (sscanf(text, "%2d:%2d-%2d:%2d%n", &fh, &fm, &th, &tm, &used) != 4 || text[used] || fh < 0 || fm < 0 ||
	    fm > 59 || th < 0 || tm < 0 || tm > 59)
		return problem_set(p, PROBLEM_CONFIG, "policy.calling_hours is \"%s\", but must look like 08:00-21:00",
				   text);
	out->from = fh * 60 + fm;
	out->to = th * 60 + tm;
	if (out->from >= out->to || out->to > DAY_MIN)
		return problem_set(p, PROBLEM_CONFIG,
				   "policy.calling_hours is \"%s\", but must begin before it ends, at 24:00 at the latest",
				   text);
	return 0;
}

static struct verdict later(const char *reason, int64_t not_before)
{
	return (struct verdict){ .kind = VERDICT_LATER, .reason = reason, .not_before = not_before };
}

static struct verdict never(const char *reason)
{
	return (struct verdict){ .kind = VERDICT_NEVER, .reason = reason };
}

/* The next opening of the hours, today or tomorrow in the callee's zone. */
static int64_t next_opening(const struct policy_question *q, struct wall w, int minute)
{
	int64_t at;

	if (minute >= q->hours.to)
		w = wall_plus_days(w, 1);
	w.hour = q->hours.from / 60;
	w.minute = q->hours.from % 60;
	w.second = 0;
	at = zone_to_utc_ms(q->zone, &w);
	/* When the clock goes back past the opening, its first occurrence is over. */
	return at > q->now ? at : q->now + RECHECK_MS;
}

struct verdict policy_check(const struct policy_question *q)
{
	struct wall w;
	int minute;

	if (!q->campaign_running)
		return later(POLICY_CAMPAIGN_NOT_RUNNING, q->now + RECHECK_MS);
	if (!q->number_possible)
		return never(POLICY_NO_NUMBER);
	if (q->suppressed)
		return never(POLICY_SUPPRESSED);
	if (q->hours.from > 0 || q->hours.to < DAY_MIN) {
		zone_to_wall(q->zone, q->now, &w);
		minute = w.hour * 60 + w.minute;
		if (minute < q->hours.from || minute >= q->hours.to)
			return later(POLICY_OUTSIDE_HOURS, next_opening(q, w, minute));
	}
	if (q->person_busy)
		return later(POLICY_PERSON_BUSY, q->now + BUSY_RETRY_MS);
	if (!q->caller_verified)
		return later(POLICY_CALLER_UNVERIFIED, q->now + RECHECK_MS);
	return (struct verdict){ .kind = VERDICT_DIAL };
}
