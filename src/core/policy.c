/*
 * The rules are rows of a table, in the order in which they are looked at; each looks at the question and leaves a
 * verdict when it says no. What time alone decides (hours, limits a day) is known ahead: `not_before` is the first
 * instant at which all of that allows the call.
 */
#include "core/policy.h"

#include <glib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

enum { DAY_MIN = 1440, MINUTE_MS = 60000, BUSY_RETRY_MS = 15000, RECHECK_MS = 60000, AHEAD_DAYS = 15 };

enum { ZONES = CALLEE_ZONES + 1 };

static struct verdict later(const char *reason, int64_t not_before)
{
	return (struct verdict){ .kind = VERDICT_LATER, .reason = reason, .not_before = not_before };
}

static struct verdict never(const char *reason)
{
	return (struct verdict){ .kind = VERDICT_NEVER, .reason = reason };
}

static const struct verdict go_on = { .kind = VERDICT_DIAL };

/* ---- the hours ---- */

/* Whether the dated rules decide, and not hours that somebody has set. */
static bool rules_hold(const struct policy_question *q)
{
	return q->limits->hours_by_rules && !q->instead;
}

/* What the rules say of the day, with the workspace's word on Sundays and holidays. */
static struct day_hours hours_by_rules(const struct limits *l, const struct calling_day *d)
{
	if (d->holiday && l->holidays == DAY_BY_RULES)
		return d->on_holiday;
	return l->sundays == DAY_OPEN ? d->working : d->weekday;
}

/* When calls may be placed on the day of a wall clock that is the callee's. */
static struct day_hours hours_of(const struct policy_question *q, const struct wall *w, const char **rule)
{
	static const struct day_hours closed = { 0 };
	const struct limits *l = q->limits;
	struct day_hours own = { 1, { l->hours } }, open = own;
	bool strictest = !q->callee->region_certain;
	struct calling_day d = { .rule = "" };

	*rule = "";
	if (l->sundays == DAY_CLOSED && wall_weekday(w) == 0)
		return closed;
	if (rules_hold(q) || l->holidays == DAY_CLOSED) {
		if (!q->rules)
			return closed;
		d = calling_hours_day(q->rules, q->callee->region, strictest, w);
		if (l->holidays == DAY_CLOSED && d.holiday)
			return closed;
	}
	if (rules_hold(q)) {
		*rule = d.rule;
		open = hours_by_rules(l, &d);
	} else if (l->hours_by_rules) {
		open = (struct day_hours){ 1, { *q->instead } };
	}
	return day_hours_both(&open, &own);
}

/* From `from` on, when it is open in the zone; `from` itself when it is open then. INT64_MAX: not within reach. */
static int64_t next_open_in(const struct policy_question *q, const char *zone, int64_t from, const char **rule)
{
	struct wall now, w;
	int minute;

	zone_to_wall(zone, from, &now);
	minute = now.hour * 60 + now.minute;
	for (int ahead = 0; ahead <= AHEAD_DAYS; ahead++) {
		struct day_hours day;
		const char *unused;

		w = wall_plus_days(now, ahead);
		day = hours_of(q, &w, ahead ? &unused : rule);
		for (int i = 0; i < day.n; i++) {
			int64_t at;

			if (ahead == 0 && minute >= day.span[i].to)
				continue;
			if (ahead == 0 && minute >= day.span[i].from)
				return from;
			w.hour = day.span[i].from / 60;
			w.minute = day.span[i].from % 60;
			w.second = 0;
			at = zone_to_utc_ms(zone, &w);
			/* When the clock goes back past the opening, its first occurrence is over. */
			return at > from ? at : from + RECHECK_MS;
		}
	}
	return INT64_MAX;
}

/* Where it must be open: in all zones the callee may be in, and in the campaign's when that is not certain. */
static int zones_of(const struct policy_question *q, const char *zone[ZONES])
{
	int n = q->callee->n_zones;

	memcpy(zone, q->callee->zone, n * sizeof(*zone));
	if (!callee_zone_certain(q->callee))
		zone[n++] = q->campaign_zone;
	return n;
}

/* The first instant from `from` on that is open everywhere; `why` gets the zone and rule that are closed at `from`. */
static int64_t open_everywhere(const struct policy_question *q, int64_t from, struct verdict *why)
{
	const char *zone[ZONES];
	int n = zones_of(q, zone), agreed = 0;
	int64_t at = from;

	if (q->limits->hours_by_rules && q->instead && q->instead->from == 0 && q->instead->to == DAY_MIN &&
	    q->limits->hours.from == 0 && q->limits->hours.to == DAY_MIN && q->limits->sundays != DAY_CLOSED &&
	    q->limits->holidays != DAY_CLOSED)
		return from;
	for (int i = 0; agreed < n; i = (i + 1) % n) {
		const char *rule = "";
		int64_t open = next_open_in(q, zone[i], at, &rule);

		if (open > at && why && !why->zone) {
			why->zone = zone[i];
			why->rule = rule;
		}
		if (open > from + AHEAD_DAYS * DAY_MS)
			return INT64_MAX;
		agreed = open > at ? 1 : agreed + 1;
		at = open;
	}
	return at;
}

int64_t policy_next_open(const struct policy_question *q, int64_t from)
{
	return open_everywhere(q, from, NULL);
}

/* ---- what time alone decides ---- */

static int64_t limit_ends(int64_t limit, int64_t call_at, int64_t window, int64_t now)
{
	return limit > 0 && call_at != POLICY_NO_CALL && call_at + window > now ? call_at + window : now;
}

static int64_t person_day_ends(const struct policy_question *q)
{
	int64_t limit = q->text ? q->limits->person_texts_per_day : q->limits->person_calls_per_day;

	return limit_ends(limit, q->day_limit_call_at, DAY_MS, q->now);
}

static int64_t person_month_ends(const struct policy_question *q)
{
	int64_t limit = q->text ? q->limits->person_texts_per_30_days : q->limits->person_calls_per_30_days;

	return limit_ends(limit, q->month_limit_call_at, 30 * DAY_MS, q->now);
}

static bool calls_used_up(const struct policy_question *q)
{
	return !q->text && q->limits->calls_per_day > 0 && q->calls_today >= q->limits->calls_per_day;
}

static bool minutes_used_up(const struct policy_question *q)
{
	return !q->text && q->limits->minutes_per_day > 0 && q->talk_ms_today >= q->limits->minutes_per_day * MINUTE_MS;
}

static bool texts_used_up(const struct policy_question *q)
{
	return q->text && q->limits->texts_per_day > 0 && q->texts_today >= q->limits->texts_per_day;
}

static int64_t workspace_day_ends(const struct policy_question *q)
{
	return calls_used_up(q) || minutes_used_up(q) || texts_used_up(q) ? (q->now / DAY_MS + 1) * DAY_MS : q->now;
}

/* The verdict "later", at the first instant when neither hours nor limits speak against it. */
static struct verdict later_in_time(const struct policy_question *q, const char *reason, struct verdict v)
{
	int64_t from = MAX(MAX(person_day_ends(q), person_month_ends(q)), workspace_day_ends(q));
	int64_t at = open_everywhere(q, from, NULL);

	v.kind = VERDICT_LATER;
	v.reason = reason;
	v.not_before = at == INT64_MAX ? q->now + DAY_MS : MAX(at, q->now + 1);
	return v;
}

/* ---- the rules ---- */

static struct verdict campaign_runs(const struct policy_question *q)
{
	return q->campaign_running ? go_on : later(POLICY_CAMPAIGN_NOT_RUNNING, q->now + RECHECK_MS);
}

static struct verdict number_is_there(const struct policy_question *q)
{
	return q->number ? go_on : never(q->number_said ? POLICY_NOT_A_NUMBER : POLICY_NO_NUMBER);
}

static struct verdict number_is_harmless(const struct policy_question *q)
{
	switch (q->callee->kind) {
	case NUMBER_EMERGENCY:
		return never(POLICY_EMERGENCY);
	case NUMBER_PREMIUM:
	case NUMBER_SHARED_COST:
		return q->limits->premium ? go_on : never(POLICY_PREMIUM);
	case NUMBER_SATELLITE:
		return q->limits->satellite ? go_on : never(POLICY_SATELLITE);
	case NUMBER_ORDINARY:
		break;
	}
	return go_on;
}

static struct verdict country_is_allowed(const struct policy_question *q)
{
	const struct limits *l = q->limits;
	const char *country = q->callee->country;

	if (l->all_countries || q->callee->nowhere)
		return go_on;
	if (country[0] && l->own_country &&
	    (strcmp(country, q->own_country[0]) == 0 || strcmp(country, q->own_country[1]) == 0))
		return go_on;
	for (int i = 0; i < l->n_countries; i++)
		if (strcmp(country, l->country[i]) == 0)
			return go_on;
	return never(POLICY_COUNTRY);
}

static struct verdict person_may_be_called(const struct policy_question *q)
{
	return q->suppressed ? never(POLICY_SUPPRESSED) : go_on;
}

/* Nothing but consent ends the wait, and whoever records it ends it: there is no need to look often. */
static struct verdict person_has_agreed(const struct policy_question *q)
{
	return q->limits->consent_required && !q->consented ? later(POLICY_NO_CONSENT, q->now + DAY_MS) : go_on;
}

static struct verdict hours_are_open(const struct policy_question *q)
{
	struct verdict why = { 0 };
	int64_t at;

	if (!q->rules && (rules_hold(q) || q->limits->holidays == DAY_CLOSED))
		return later(POLICY_NO_RULES, q->now + RECHECK_MS);
	at = open_everywhere(q, q->now, &why);
	if (at == q->now)
		return go_on;
	return later_in_time(q, at == INT64_MAX ? POLICY_NO_HOURS : POLICY_OUTSIDE_HOURS, why);
}

static struct verdict person_day(const struct policy_question *q)
{
	const char *reason = q->text ? POLICY_TEXTED_DAY : POLICY_PERSON_DAY;

	return person_day_ends(q) > q->now ? later_in_time(q, reason, go_on) : go_on;
}

static struct verdict person_month(const struct policy_question *q)
{
	const char *reason = q->text ? POLICY_TEXTED_MONTH : POLICY_PERSON_MONTH;

	return person_month_ends(q) > q->now ? later_in_time(q, reason, go_on) : go_on;
}

static struct verdict attempts_left(const struct policy_question *q)
{
	int64_t limit = q->limits->attempts_per_lead;

	return !q->text && limit > 0 && q->attempts_made >= limit ? never(POLICY_ATTEMPTS) : go_on;
}

static struct verdict person_is_free(const struct policy_question *q)
{
	return q->person_busy && !q->text ? later(POLICY_PERSON_BUSY, q->now + BUSY_RETRY_MS) : go_on;
}

static struct verdict caller_is_verified(const struct policy_question *q)
{
	return q->caller_verified ? go_on : later(POLICY_CALLER_UNVERIFIED, q->now + RECHECK_MS);
}

static struct verdict workspace_day(const struct policy_question *q)
{
	if (calls_used_up(q))
		return later_in_time(q, POLICY_CALLS_DAY, go_on);
	if (texts_used_up(q))
		return later_in_time(q, POLICY_TEXTS_DAY, go_on);
	return minutes_used_up(q) ? later_in_time(q, POLICY_MINUTES_DAY, go_on) : go_on;
}

/* ---- AI calls ---- */

enum { CENT_MICROS = 10000 };

static int64_t left_of(int64_t cap_cents, int64_t spent)
{
	return cap_cents > 0 ? MAX(cap_cents * CENT_MICROS - spent, 0) : INT64_MAX;
}

int64_t policy_ai_budget(const struct policy_question *q)
{
	return MIN(left_of(q->limits->ai_cost_campaign, q->ai.spent_campaign),
		   left_of(q->limits->ai_cost_day, q->ai.spent_day));
}

static struct verdict ai_is_ready(const struct policy_question *q)
{
	if (!q->ai.wanted)
		return go_on;
	if (!q->ai.attested)
		return later(POLICY_AI_NOT_ATTESTED, q->now + RECHECK_MS);
	return q->ai.has_provider ? go_on : later(POLICY_AI_NO_PROVIDER, q->now + RECHECK_MS);
}

/* What does not last for a quarter of a minute is not begun. */
static struct verdict ai_is_affordable(const struct policy_question *q)
{
	if (!q->ai.wanted)
		return go_on;
	if (left_of(q->limits->ai_cost_campaign, q->ai.spent_campaign) < q->ai.price_micros / 4)
		return later(POLICY_AI_COST_CAMPAIGN, q->now + RECHECK_MS);
	if (left_of(q->limits->ai_cost_day, q->ai.spent_day) < q->ai.price_micros / 4)
		return later(POLICY_AI_COST_DAY, q->now + RECHECK_MS); /* calls in flight may leave something over */
	return go_on;
}

struct verdict policy_check(const struct policy_question *q)
{
	static struct verdict (*const rules[])(const struct policy_question *q) = {
		campaign_runs, number_is_there, number_is_harmless, country_is_allowed, person_may_be_called,
		person_has_agreed, hours_are_open, person_day, person_month, attempts_left, person_is_free, caller_is_verified,
		workspace_day, ai_is_ready, ai_is_affordable,
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		struct verdict v = rules[i](q);

		if (v.kind != VERDICT_DIAL)
			return v;
	}
	return go_on;
}
