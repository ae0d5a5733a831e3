/* May we dial this person now? Reasons in their order, limits, and the hours of the day where the person is. */
#include "base/clock.h"
#include "core/lead.h"
#include "core/policy.h"
#include "core/reason.h"
#include "core/when.h"
#include "store/rulebook.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define DAY_MS INT64_C(86400000)

#define NEW_YORK "America/New_York"
#define CHICAGO  "America/Chicago"
#define DENVER   "America/Denver"
#define LA       "America/Los_Angeles"

static struct rulebook *rules;

static int64_t ms(const char *utc)
{
	int64_t t = 0;

	assert_int_equal(when_parse_iso(utc, &t), 0);
	return t;
}

/* A question with all it points to. */
struct asked {
	struct policy_question q;
	struct callee callee;
	struct limits limits;
	struct hours instead;
};

static void ask_for(struct asked *a, const char *number)
{
	a->q.number = number;
	a->callee = numbering_callee(rules->plan, number);
}

static void set(struct asked *a, const char *name, const char *value)
{
	struct problem p = { 0 };

	if (limits_set(&a->limits, true, name, value, &p) != 0)
		fail_msg("%s", p.text);
}

/* Everything speaks for the call: a Tuesday noon in New York, a live workspace as it is at first. */
static void all_is_well(struct asked *a)
{
	*a = (struct asked){ .q = { .campaign_running = true, .caller_verified = true, .own_country = { "US", "US" },
				    .campaign_zone = "America/New_York", .now = ms("2025-04-15T16:00:00Z") } };
	a->q.rules = rules->hours;
	a->q.callee = &a->callee;
	a->q.limits = &a->limits;
	limits_init(&a->limits, true);
	ask_for(a, "+12125550142");
}

/* Hours the whole server has set, and zones that the campaign's decides. */
static void instead_of_rules(struct asked *a, const char *hours, const char *zone)
{
	struct problem p = { 0 };

	all_is_well(a);
	ask_for(a, "+15550001234");
	a->q.campaign_zone = zone;
	a->q.instead = &a->instead;
	assert_int_equal(hours_parse("x", hours, &a->instead, &p), 0);
}

static void all_is_well_dials(void **state)
{
	struct asked a;
	struct verdict v;

	(void)state;
	all_is_well(&a);
	v = policy_check(&a.q);
	assert_int_equal(v.kind, VERDICT_DIAL);
	assert_null(v.reason);
}

static void expect(struct asked *a, enum verdict_kind kind, const char *reason)
{
	struct verdict v = policy_check(&a->q);

	assert_string_equal(v.reason, reason);
	assert_int_equal(v.kind, kind);
	assert_true(reason_message(reason)[0]);
	if (kind == VERDICT_LATER)
		assert_true(v.not_before > a->q.now);
}

static void ai_calls_need_a_statement_a_provider_and_money(void **state)
{
	struct asked a;

	(void)state;
	all_is_well(&a);
	a.q.ai = (struct policy_ai){ .wanted = true, .price_micros = 600000 };
	expect(&a, VERDICT_LATER, POLICY_AI_NOT_ATTESTED);
	a.q.ai.attested = true;
	expect(&a, VERDICT_LATER, POLICY_AI_NO_PROVIDER);
	a.q.ai.has_provider = true;
	set(&a, "ai_cost_per_campaign", "100");
	set(&a, "ai_cost_per_day", "200");
	a.q.ai.spent_campaign = 900000;
	expect(&a, VERDICT_LATER, POLICY_AI_COST_CAMPAIGN);
	a.q.ai.spent_campaign = 0;
	a.q.ai.spent_day = 1900000;
	expect(&a, VERDICT_LATER, POLICY_AI_COST_DAY);
	a.q.ai.spent_day = 1500000;
	assert_int_equal(policy_check(&a.q).kind, VERDICT_DIAL);
	assert_int_equal(policy_ai_budget(&a.q), 500000);
	set(&a, "ai_cost_per_campaign", "0");
	set(&a, "ai_cost_per_day", "0");
	assert_true(policy_ai_budget(&a.q) == INT64_MAX);
}

/* Everything speaks against it; each step takes the first reason away. */
static void the_first_reason_wins(void **state)
{
	struct asked a;

	(void)state;
	all_is_well(&a);
	a.q.campaign_running = a.q.caller_verified = false;
	a.q.suppressed = a.q.person_busy = true;
	a.q.number = NULL;
	a.q.now = ms("2025-04-15T05:00:00Z");
	a.q.day_limit_call_at = a.q.now - 3600000;
	a.q.month_limit_call_at = a.q.now - 5 * DAY_MS;
	a.q.attempts_made = 4;
	a.q.calls_today = a.limits.calls_per_day;
	a.q.talk_ms_today = a.limits.minutes_per_day * 60000;
	set(&a, "attempts_per_lead", "4");

	expect(&a, VERDICT_LATER, POLICY_CAMPAIGN_NOT_RUNNING);
	a.q.campaign_running = true;
	expect(&a, VERDICT_NEVER, POLICY_NO_NUMBER);
	a.q.number_said = true;
	expect(&a, VERDICT_NEVER, POLICY_NOT_A_NUMBER);
	ask_for(&a, "+19115550142");
	expect(&a, VERDICT_NEVER, POLICY_EMERGENCY);
	ask_for(&a, "+19005550142");
	expect(&a, VERDICT_NEVER, POLICY_PREMIUM);
	ask_for(&a, "+870301234567");
	expect(&a, VERDICT_NEVER, POLICY_SATELLITE);
	ask_for(&a, "+442079460018");
	expect(&a, VERDICT_NEVER, POLICY_COUNTRY);
	ask_for(&a, "+12125550142");
	expect(&a, VERDICT_NEVER, POLICY_SUPPRESSED);
	a.q.suppressed = false;
	a.q.rules = NULL;
	expect(&a, VERDICT_LATER, POLICY_NO_RULES);
	a.q.rules = rules->hours;
	expect(&a, VERDICT_LATER, POLICY_OUTSIDE_HOURS);
	a.q.now = ms("2025-04-15T16:00:00Z");
	expect(&a, VERDICT_LATER, POLICY_PERSON_DAY);
	a.q.day_limit_call_at = POLICY_NO_CALL;
	expect(&a, VERDICT_LATER, POLICY_PERSON_MONTH);
	a.q.month_limit_call_at = POLICY_NO_CALL;
	expect(&a, VERDICT_NEVER, POLICY_ATTEMPTS);
	a.q.attempts_made = 3;
	expect(&a, VERDICT_LATER, POLICY_PERSON_BUSY);
	a.q.person_busy = false;
	expect(&a, VERDICT_LATER, POLICY_CALLER_UNVERIFIED);
	a.q.caller_verified = true;
	expect(&a, VERDICT_LATER, POLICY_CALLS_DAY);
	a.q.calls_today--;
	expect(&a, VERDICT_LATER, POLICY_MINUTES_DAY);
	a.q.talk_ms_today--;
	assert_int_equal(policy_check(&a.q).kind, VERDICT_DIAL);
}

/* Takes the facts of `bits` out of order. */
enum { FACTS = 11, ALL_GOOD = (1 << FACTS) - 1 };
static void spoil(struct asked *a, int bits)
{
	all_is_well(a);
	set(a, "attempts_per_lead", "4");
	a->q.campaign_running = bits & 1;
	a->q.suppressed = !(bits & 2);
	a->q.person_busy = !(bits & 4);
	a->q.caller_verified = bits & 8;
	if (!(bits & 16))
		a->q.now = ms("2025-04-15T03:00:00Z");
	if (!(bits & 32))
		a->q.number = NULL;
	if (!(bits & 64))
		a->q.day_limit_call_at = a->q.now - 1;
	if (!(bits & 128))
		a->q.month_limit_call_at = a->q.now - 29 * DAY_MS;
	if (!(bits & 256))
		a->q.attempts_made = 4;
	if (!(bits & 512))
		a->q.calls_today = 50000;
	if (!(bits & 1024))
		ask_for(a, "+18765550142"); /* Jamaica */
}

/* Every set of facts: a call is allowed only when all of them are in order, and waiting ends in the future. */
static void it_fails_closed(void **state)
{
	(void)state;
	for (int bits = 0; bits <= ALL_GOOD; bits++) {
		struct asked a;
		struct verdict v;

		spoil(&a, bits);
		v = policy_check(&a.q);
		assert_int_equal(v.kind == VERDICT_DIAL, bits == ALL_GOOD);
		assert_int_equal(v.kind == VERDICT_DIAL, v.reason == NULL);
		if (v.kind == VERDICT_LATER)
			assert_true(v.not_before > a.q.now);
		/* One fact more out of order never makes a call possible. */
		for (int fact = 0; v.kind != VERDICT_DIAL && fact < FACTS; fact++) {
			spoil(&a, bits & ~(1 << fact));
			assert_true(policy_check(&a.q).kind != VERDICT_DIAL);
		}
	}
}

static void hours_of_the_day(void **state)
{
	static const struct {
		const char *hours, *zone, *now, *opens; /* NULL: open now */
	} rows[] = {
		{ "08:00-21:00", "America/New_York", "2025-04-15T11:59:59Z", "2025-04-15T12:00:00.000Z" },
		{ "08:00-21:00", "America/New_York", "2025-04-15T12:00:00Z", NULL },
		{ "08:00-21:00", "America/New_York", "2025-04-16T00:59:59Z", NULL },
		{ "08:00-21:00", "America/New_York", "2025-04-16T01:00:00Z", "2025-04-16T12:00:00.000Z" },
		{ "08:00-21:00", "Asia/Kolkata", "2025-04-15T02:29:00Z", "2025-04-15T02:30:00.000Z" },
		{ "08:00-21:00", "Asia/Kolkata", "2025-04-15T15:29:59Z", NULL },
		{ "08:00-21:00", "Asia/Kolkata", "2025-04-15T15:30:00Z", "2025-04-16T02:30:00.000Z" },
		{ "08:00-21:00", "Pacific/Kiritimati", "2025-12-31T17:59:00Z", "2025-12-31T18:00:00.000Z" },
		{ "08:00-21:00", "Pacific/Pago_Pago", "2026-01-01T08:00:00Z", "2026-01-01T19:00:00.000Z" },
		/* the days on which the clocks change */
		{ "08:00-21:00", "America/New_York", "2026-03-08T06:00:00Z", "2026-03-08T12:00:00.000Z" },
		{ "08:00-21:00", "America/New_York", "2026-03-08T02:00:00Z", "2026-03-08T12:00:00.000Z" },
		{ "08:00-21:00", "America/New_York", "2026-11-01T02:00:00Z", "2026-11-01T13:00:00.000Z" },
		{ "02:30-21:00", "America/New_York", "2026-03-08T06:59:00Z", "2026-03-08T07:30:00.000Z" },
		{ "01:30-01:45", "America/New_York", "2026-11-01T05:40:00Z", NULL },
		{ "01:30-01:45", "America/New_York", "2026-11-01T06:40:00Z", NULL }, /* the second occurrence */
		/* the day that was left out */
		{ "08:00-21:00", "Pacific/Apia", "2011-12-30T08:00:00Z", "2011-12-30T18:00:00.000Z" },
		/* midnight */
		{ "00:00-24:00", "America/New_York", "2025-04-15T04:00:00Z", NULL },
		{ "20:00-24:00", "America/New_York", "2025-04-16T03:59:59Z", NULL },
		{ "20:00-24:00", "America/New_York", "2025-04-16T04:00:00Z", "2025-04-17T00:00:00.000Z" },
		{ "00:00-01:00", "America/New_York", "2025-04-16T04:00:00Z", NULL },
		{ "00:00-01:00", "America/New_York", "2025-04-16T05:00:00Z", "2025-04-17T04:00:00.000Z" },
		{ "00:00-01:00", "Africa/Cairo", "2026-04-23T21:00:00Z", "2026-04-23T22:00:00.000Z" },
	};
	char buf[CLOCK_ISO_SIZE];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct asked a;
		struct verdict v;

		instead_of_rules(&a, rows[i].hours, rows[i].zone);
		a.q.now = ms(rows[i].now);
		v = policy_check(&a.q);
		if ((v.kind == VERDICT_DIAL) != !rows[i].opens)
			fail_msg("row %zu", i);
		if (rows[i].opens) {
			assert_string_equal(clock_iso(v.not_before, buf), rows[i].opens);
			assert_string_equal(v.zone, rows[i].zone);
			assert_string_equal(v.rule, "");
		}
	}
}

/* The clock goes back past the opening: that opening is over, and waiting for it would never end. */
static void an_opening_that_is_past_is_not_waited_for(void **state)
{
	struct asked a;
	struct verdict v;

	(void)state;
	instead_of_rules(&a, "01:30-21:00", "America/New_York");
	a.q.now = ms("2026-11-01T06:15:00Z"); /* 01:15 for the second time; 01:30 was three quarters of an hour ago */
	v = policy_check(&a.q);
	assert_int_equal(v.kind, VERDICT_LATER);
	assert_true(v.not_before > a.q.now);
	assert_true(v.not_before <= ms("2026-11-01T06:30:00Z"));
}

/* The rules where the number is, by its prefix; what the campaign's zone adds when that is not certain. */
static void rules_where_the_number_is(void **state)
{
	static const struct {
		const char *number, *campaign_zone, *now, *opens; /* NULL: open now */
		const char *zone, *rule;
	} rows[] = {
		/* 8 to 9 by federal law, in the number's zone, whatever the campaign's */
		{ "+12125550142", LA, "2026-11-24T13:00:00Z", NULL, NULL, NULL },
		{ "+12125550142", LA, "2026-11-24T12:59:00Z", "2026-11-24T13:00:00.000Z", NEW_YORK, "US" },
		{ "+13125550142", NEW_YORK, "2026-11-25T02:59:00Z", NULL, NULL, NULL },
		{ "+13125550142", NEW_YORK, "2026-11-25T03:00:00Z", "2026-11-25T14:00:00.000Z", CHICAGO, "US" },
		/* states that are stricter */
		{ "+13055550142", NEW_YORK, "2026-11-25T00:59:00Z", NULL, NULL, NULL },
		{ "+13055550142", NEW_YORK, "2026-11-25T01:00:00Z", "2026-11-25T13:00:00.000Z", NEW_YORK, "US-FL" },
		{ "+15025550142", NEW_YORK, "2026-11-24T14:59:00Z", "2026-11-24T15:00:00.000Z", NEW_YORK, "US-KY" },
		{ "+14055550142", NEW_YORK, "2026-11-25T02:00:00Z", "2026-11-25T14:00:00.000Z", CHICAGO, "US-OK" },
		{ "+14105550142", NEW_YORK, "2026-11-25T01:00:00Z", "2026-11-25T13:00:00.000Z", NEW_YORK, "US-MD" },
		{ "+16175550142", NEW_YORK, "2026-11-25T01:00:00Z", "2026-11-25T13:00:00.000Z", NEW_YORK, "US-MA" },
		/* Sundays */
		{ "+12055550142", NEW_YORK, "2026-11-29T18:00:00Z", "2026-11-30T14:00:00.000Z", CHICAGO, "US-AL" },
		{ "+15045550142", NEW_YORK, "2026-11-29T18:00:00Z", "2026-11-30T14:00:00.000Z", CHICAGO, "US-LA" },
		{ "+16015550142", NEW_YORK, "2026-11-29T18:00:00Z", "2026-11-30T14:00:00.000Z", CHICAGO, "US-MS" },
		{ "+14015550142", NEW_YORK, "2026-11-29T18:00:00Z", "2026-11-30T14:00:00.000Z", NEW_YORK, "US-RI" },
		{ "+14125550142", NEW_YORK, "2026-11-29T17:00:00Z", "2026-11-29T18:30:00.000Z", NEW_YORK, "US-PA" },
		{ "+12125550142", NEW_YORK, "2026-11-29T18:00:00Z", NULL, NULL, NULL },
		/* Rhode Island's Saturday */
		{ "+14015550142", NEW_YORK, "2026-11-28T22:00:00Z", "2026-11-30T14:00:00.000Z", NEW_YORK, "US-RI" },
		/* Thanksgiving: nothing federal */
		{ "+12055550142", NEW_YORK, "2026-11-26T18:00:00Z", "2026-11-27T14:00:00.000Z", CHICAGO, "US-AL" },
		{ "+12125550142", NEW_YORK, "2026-11-26T18:00:00Z", NULL, NULL, NULL },
		/* the Fourth of July 2026 is a Saturday: the Friday before, too */
		{ "+18015550142", NEW_YORK, "2026-07-03T18:00:00Z", "2026-07-06T14:00:00.000Z", DENVER, "US-UT" },
		/* Mardi Gras and Good Friday 2026 */
		{ "+15045550142", NEW_YORK, "2026-02-17T18:00:00Z", "2026-02-18T14:00:00.000Z", CHICAGO, "US-LA" },
		{ "+15045550142", NEW_YORK, "2026-04-03T18:00:00Z", "2026-04-04T13:00:00.000Z", CHICAGO, "US-LA" },
		/* two zones: open in both, and in the campaign's */
		{ "+18505550142", NEW_YORK, "2026-11-24T13:30:00Z", "2026-11-24T14:00:00.000Z", CHICAGO, "US-FL" },
		{ "+18505550142", NEW_YORK, "2026-11-24T14:00:00Z", NULL, NULL, NULL },
		{ "+18505550142", DENVER, "2026-11-24T14:00:00Z", "2026-11-24T15:00:00.000Z", DENVER, "US-FL" },
		{ "+12085550142", DENVER, "2026-11-24T15:30:00Z", "2026-11-24T16:00:00.000Z", LA, "US" },
		/* the area code of examples is nowhere: the campaign's zone */
		{ "+15555550142", NEW_YORK, "2026-11-24T13:00:00Z", NULL, NULL, NULL },
		{ "+15555550142", NEW_YORK, "2026-11-24T12:59:00Z", "2026-11-24T13:00:00.000Z", NEW_YORK, "*" },
		/* an area code nobody knows may be anywhere in the USA, under its strictest rules */
		{ "+12995550142", NEW_YORK, "2026-11-24T17:00:00Z", "2026-11-24T20:00:00.000Z", "America/Adak", NULL },
		{ "+12995550142", NEW_YORK, "2026-11-29T22:00:00Z", "2026-11-30T20:00:00.000Z", NULL, NULL },
		/* Canada */
		{ "+14165550142", NEW_YORK, "2026-11-28T14:00:00Z", "2026-11-28T15:00:00.000Z", "America/Toronto", "CA" },
		/* a mobile telephone of a country with several zones */
		{ "+61412345678", "Australia/Sydney", "2026-11-24T00:00:00Z", "2026-11-24T01:00:00.000Z", NULL, "AU" },
		/* a lunch break */
		{ "+33123456789", "Europe/Paris", "2026-11-24T12:30:00Z", "2026-11-24T13:00:00.000Z", "Europe/Paris", "FR" },
		{ "+442079460018", NEW_YORK, "2026-11-24T08:00:00Z", NULL, NULL, NULL },
		{ "+442079460018", NEW_YORK, "2026-11-24T07:59:00Z", "2026-11-24T08:00:00.000Z", "Europe/London", "*" },
	};
	char buf[CLOCK_ISO_SIZE];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct asked a;
		struct verdict v;

		all_is_well(&a);
		set(&a, "countries", "all");
		ask_for(&a, rows[i].number);
		a.q.campaign_zone = rows[i].campaign_zone;
		a.q.now = ms(rows[i].now);
		v = policy_check(&a.q);
		if ((v.kind == VERDICT_DIAL) != !rows[i].opens)
			fail_msg("row %zu, %s: %s", i, rows[i].number, v.reason ? v.reason : "open");
		if (!rows[i].opens)
			continue;
		if (strcmp(clock_iso(v.not_before, buf), rows[i].opens) != 0)
			fail_msg("row %zu, %s: %s", i, rows[i].number, buf);
		if (rows[i].zone)
			assert_string_equal(v.zone, rows[i].zone);
		if (rows[i].rule)
			assert_string_equal(v.rule, rows[i].rule);
	}
}

/* What a workspace, or the whole server, may say instead of the rules. */
static void settings_of_the_hours(void **state)
{
	static const struct {
		const char *instead, *hours, *sundays, *holidays, *number, *now;
		bool open;
	} rows[] = {
		/* a Sunday in Alabama: half past one in the afternoon, then Monday */
		{ NULL, "rules", "rules", "rules", "+12055550142", "2026-11-29T19:30:00Z", false },
		{ NULL, "rules", "open", "rules", "+12055550142", "2026-11-29T19:30:00Z", true },
		{ NULL, "rules", "open", "rules", "+12055550142", "2026-11-30T02:30:00Z", false }, /* past eight */
		{ NULL, "08:00-21:00", "rules", "rules", "+12055550142", "2026-11-29T19:30:00Z", true },
		{ NULL, "08:00-21:00", "closed", "rules", "+12055550142", "2026-11-29T19:30:00Z", false },
		{ "00:00-24:00", "rules", "rules", "rules", "+12055550142", "2026-11-29T19:30:00Z", true },
		{ "00:00-24:00", "rules", "rules", "rules", "+12055550142", "2026-11-30T09:30:00Z", true },
		{ "00:00-24:00", "rules", "closed", "rules", "+12055550142", "2026-11-29T19:30:00Z", false },
		/* New York on Thanksgiving */
		{ NULL, "rules", "rules", "rules", "+12125550142", "2026-11-26T19:30:00Z", true },
		{ NULL, "rules", "rules", "closed", "+12125550142", "2026-11-26T19:30:00Z", false },
		{ NULL, "08:00-21:00", "rules", "closed", "+12125550142", "2026-11-26T19:30:00Z", false },
		{ "00:00-24:00", "rules", "rules", "closed", "+12125550142", "2026-11-26T19:30:00Z", false },
		{ NULL, "rules", "rules", "open", "+12055550142", "2026-11-26T19:30:00Z", true }, /* Alabama */
		/* the workspace's own hours win over the server's; "rules" means the server's, where it has any */
		{ "00:00-24:00", "09:00-17:00", "rules", "rules", "+12125550142", "2026-11-24T23:00:00Z", false },
		{ "09:00-17:00", "00:00-24:00", "rules", "rules", "+12125550142", "2026-11-24T23:00:00Z", true },
		{ "09:00-17:00", "rules", "rules", "rules", "+12125550142", "2026-11-24T23:00:00Z", false },
		{ "00:00-24:00", "rules 09:00-17:00", "rules", "rules", "+12125550142", "2026-11-24T23:00:00Z", false },
		/* the rules, and narrower: Kentucky opens at ten */
		{ NULL, "rules 09:00-17:00", "rules", "rules", "+15025550142", "2026-11-24T14:30:00Z", false },
		{ NULL, "rules 09:00-17:00", "rules", "rules", "+15025550142", "2026-11-24T15:30:00Z", true },
		{ NULL, "rules 09:00-17:00", "rules", "rules", "+15025550142", "2026-11-24T22:30:00Z", false },
		{ NULL, "09:00-17:00", "rules", "rules", "+15025550142", "2026-11-24T14:30:00Z", true },
	};
	struct problem p = { 0 };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct asked a;
		struct verdict v;

		all_is_well(&a);
		ask_for(&a, rows[i].number);
		set(&a, "calling_hours", rows[i].hours);
		set(&a, "sundays", rows[i].sundays);
		set(&a, "holidays", rows[i].holidays);
		if (rows[i].instead) {
			a.q.instead = &a.instead;
			assert_int_equal(hours_parse("x", rows[i].instead, &a.instead, &p), 0);
		}
		a.q.now = ms(rows[i].now);
		v = policy_check(&a.q);
		if ((v.kind == VERDICT_DIAL) != rows[i].open)
			fail_msg("row %zu: %s", i, v.reason ? v.reason : "open");
	}
}

static void countries_and_kinds(void **state)
{
	static const struct {
		const char *number, *countries, *reason; /* NULL: may be called */
	} rows[] = {
		{ "+12125550142", "own", NULL },
		{ "+15555550142", "own", NULL },          /* nowhere: it costs nothing */
		{ "+12995550142", "own", NULL },          /* an area code younger than our list */
		{ "+14165550142", "own", POLICY_COUNTRY }, /* Canada has our calling code, too */
		{ "+14165550142", "own,CA", NULL },
		{ "+18765550142", "own", POLICY_COUNTRY }, /* so has Jamaica */
		{ "+442079460018", "own", POLICY_COUNTRY },
		{ "+442079460018", "GB", NULL },
		{ "+12125550142", "GB", POLICY_COUNTRY },
		{ "+447781123456", "GB", POLICY_COUNTRY }, /* Guernsey */
		{ "+442079460018", "all", NULL },
		{ "+19005550142", "all", POLICY_PREMIUM },
		{ "+449012345678", "all", POLICY_PREMIUM },
		{ "+4919001234567", "all", NULL },
		{ "+499001234567", "all", POLICY_PREMIUM },
		{ "+979123456789", "all", POLICY_PREMIUM },
		{ "+870301234567", "all", POLICY_SATELLITE },
		{ "+881612345678", "all", POLICY_SATELLITE },
		{ "+882161234567", "all", POLICY_SATELLITE },
		{ "+19115550142", "all", POLICY_EMERGENCY },
		{ "+870301234567", "own", POLICY_SATELLITE },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct asked a;
		struct verdict v;

		all_is_well(&a);
		set(&a, "countries", rows[i].countries);
		set(&a, "calling_hours", "00:00-24:00");
		ask_for(&a, rows[i].number);
		v = policy_check(&a.q);
		if (g_strcmp0(v.reason, rows[i].reason) != 0)
			fail_msg("%s, %s: %s", rows[i].number, rows[i].countries, v.reason ? v.reason : "may be called");
		if (v.reason == NULL || strcmp(v.reason, POLICY_COUNTRY) == 0)
			continue;
		set(&a, "premium_numbers", "allowed");
		set(&a, "satellite_numbers", "allowed");
		v = policy_check(&a.q);
		if (strcmp(rows[i].reason, POLICY_EMERGENCY) == 0)
			assert_string_equal(v.reason, POLICY_EMERGENCY); /* nobody may allow that */
		else
			assert_true(v.reason == NULL || strcmp(v.reason, POLICY_COUNTRY) == 0);
	}
}

/* A limit's end is known ahead, and falls into open hours. */
static void limits_end_in_open_hours(void **state)
{
	struct asked a;
	struct verdict v;
	char buf[CLOCK_ISO_SIZE];

	(void)state;
	all_is_well(&a);
	a.q.now = ms("2026-11-24T16:00:00Z");
	a.q.day_limit_call_at = ms("2026-11-24T13:30:00Z");
	v = policy_check(&a.q);
	assert_string_equal(v.reason, POLICY_PERSON_DAY);
	assert_string_equal(clock_iso(v.not_before, buf), "2026-11-25T13:30:00.000Z");
	a.q.day_limit_call_at = ms("2026-11-24T09:30:00Z"); /* tomorrow half past four: nobody is up */
	v = policy_check(&a.q);
	assert_string_equal(clock_iso(v.not_before, buf), "2026-11-25T13:00:00.000Z");
	a.q.day_limit_call_at = a.q.now - DAY_MS; /* over */
	assert_int_equal(policy_check(&a.q).kind, VERDICT_DIAL);
	a.q.calls_today = 50000;
	v = policy_check(&a.q);
	assert_string_equal(v.reason, POLICY_CALLS_DAY);
	assert_string_equal(clock_iso(v.not_before, buf), "2026-11-25T00:00:00.000Z"); /* seven in the evening */
	set(&a, "calls_per_day", "0");
	assert_int_equal(policy_check(&a.q).kind, VERDICT_DIAL);
	/* outside the hours, and the limit will not be over when they open */
	a.q.now = ms("2026-11-25T03:00:00Z");
	a.q.day_limit_call_at = ms("2026-11-24T20:00:00Z");
	v = policy_check(&a.q);
	assert_string_equal(v.reason, POLICY_OUTSIDE_HOURS);
	assert_string_equal(clock_iso(v.not_before, buf), "2026-11-25T20:00:00.000Z");
}

/* Hours that no zone has in common with another are said to be that, and looked at again another day. */
static void hours_that_never_meet(void **state)
{
	struct asked a;

	(void)state;
	instead_of_rules(&a, "09:00-10:00", "Asia/Kolkata");
	ask_for(&a, "+18505550142");
	expect(&a, VERDICT_LATER, POLICY_NO_HOURS);
	assert_int_equal(policy_check(&a.q).not_before, a.q.now + DAY_MS);
}

static const char *any_number(GRand *rand)
{
	static const char *const numbers[] = { "+12125550142", "+12055550142", "+18505550142", "+12085550142",
					       "+12995550142", "+15555550142", "+14015550142", "+61412345678",
					       "+33123456789", "+14165550142", "+442079460018", "+19075550142" };

	return numbers[g_rand_int_range(rand, 0, G_N_ELEMENTS(numbers))];
}

static const char *any_hours(GRand *rand)
{
	static const char *const hours[] = { "rules", "00:00-24:00", "08:00-21:00", "rules 09:00-17:00", "13:00-18:30" };

	return hours[g_rand_int_range(rand, 0, G_N_ELEMENTS(hours))];
}

/* A question by chance; only time speaks against it. */
static void any_question(struct asked *a, GRand *rand)
{
	static const char *const zones[] = { "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "UTC" };
	static const char *const days[] = { "rules", "rules", "closed", "open" };

	all_is_well(a);
	set(a, "countries", "all");
	set(a, "calling_hours", any_hours(rand));
	set(a, "sundays", days[g_rand_int_range(rand, 0, 4)]);
	set(a, "holidays", days[g_rand_int_range(rand, 0, 4)]);
	ask_for(a, any_number(rand));
	a->q.campaign_zone = zones[g_rand_int_range(rand, 0, 4)];
	a->q.now = ms("2026-01-01") + g_rand_int_range(rand, 0, 365 * 24 * 60) * INT64_C(60000);
	if (g_rand_int_range(rand, 0, 4) == 0)
		a->q.day_limit_call_at = a->q.now - g_rand_int_range(rand, 1, 100000000);
	if (g_rand_int_range(rand, 0, 4) == 0)
		a->q.month_limit_call_at = a->q.now - 29 * DAY_MS;
	if (g_rand_int_range(rand, 0, 8) == 0)
		a->q.calls_today = 50000;
}

/* Whether it is open in every zone the callee may be in, asked of the rules one by one. */
static bool open_by_hand(const struct asked *a, int64_t at)
{
	struct policy_question q = a->q;

	q.day_limit_call_at = q.month_limit_call_at = POLICY_NO_CALL;
	q.calls_today = 0;
	q.now = at;
	return policy_check(&q).kind == VERDICT_DIAL;
}

/* Whatever the hour and the zone: "not before" is open then, no earlier minute is, and asking in between changes nothing. */
static void waiting_leads_to_an_open_hour(void **state)
{
	GRand *rand = g_rand_new_with_seed(5);
	int waited = 0;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct asked a;
		struct verdict v;
		int64_t asked_at, not_before;
		int tries = 0;

		any_question(&a, rand);
		v = policy_check(&a.q);
		asked_at = a.q.now;
		not_before = v.not_before;
		if (v.kind == VERDICT_DIAL || strcmp(v.reason, POLICY_NO_HOURS) == 0)
			continue;
		waited++;
		assert_int_equal(v.kind, VERDICT_LATER);
		assert_true(not_before > asked_at);
		for (int k = 0; k < 20; k++) { /* no call at any instant before */
			int64_t between = asked_at + (int64_t)(g_rand_double(rand) * (double)(not_before - asked_at - 1));
			struct policy_question then = a.q;

			then.now = between;
			if (between / DAY_MS != asked_at / DAY_MS)
				then.calls_today = 0; /* a new day has begun */
			if (policy_check(&then).kind == VERDICT_DIAL)
				fail_msg("%s: open before it was said to be", a.q.number);
		}
		for (a.q.now = not_before, a.q.calls_today = 0; (v = policy_check(&a.q)).kind != VERDICT_DIAL;
		     a.q.now = v.not_before) {
			assert_true(v.not_before > a.q.now);
			assert_true(++tries < 80); /* the clock went back: looked at again every minute */
		}
		assert_true(open_by_hand(&a, a.q.now));
	}
	assert_true(waited > 1000);
	g_rand_free(rand);
}

/* Every name has a sentence, and no name has two. */
static void every_reason_has_a_sentence(void **state)
{
	static const char *const names[] = {
		POLICY_CAMPAIGN_NOT_RUNNING, POLICY_NO_NUMBER, POLICY_EMERGENCY, POLICY_PREMIUM, POLICY_SATELLITE,
		POLICY_COUNTRY, POLICY_SUPPRESSED, POLICY_NO_RULES, POLICY_OUTSIDE_HOURS, POLICY_NO_HOURS,
		POLICY_PERSON_DAY, POLICY_PERSON_MONTH, POLICY_ATTEMPTS, POLICY_PERSON_BUSY, POLICY_CALLER_UNVERIFIED,
		POLICY_CALLS_DAY, POLICY_MINUTES_DAY, LEAD_REASON_DECIDED, LEAD_REASON_OPTED_OUT, LEAD_REASON_NO_SLOT,
		LEAD_REASON_NO_NUMBER, LEAD_REASON_NOT_A_NUMBER, LEAD_REASON_SUPPRESSED, LEAD_REASON_NO_TRUNK,
		LEAD_REASON_BACK_OFF, LEAD_REASON_NEXT_SLOT, LEAD_REASON_NO_PROMPT,
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (!g_str_has_suffix(reason_message(names[i]), "."))
			fail_msg("%s: \"%s\"", names[i], reason_message(names[i]));
	assert_string_equal(reason_message(""), "");
	assert_string_equal(reason_message("GREMLINS"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_well_dials),
		cmocka_unit_test(the_first_reason_wins),
		cmocka_unit_test(it_fails_closed),
		cmocka_unit_test(hours_of_the_day),
		cmocka_unit_test(an_opening_that_is_past_is_not_waited_for),
		cmocka_unit_test(rules_where_the_number_is),
		cmocka_unit_test(settings_of_the_hours),
		cmocka_unit_test(countries_and_kinds),
		cmocka_unit_test(ai_calls_need_a_statement_a_provider_and_money),
		cmocka_unit_test(limits_end_in_open_hours),
		cmocka_unit_test(hours_that_never_meet),
		cmocka_unit_test(waiting_leads_to_an_open_hour),
		cmocka_unit_test(every_reason_has_a_sentence),
	};
	struct problem p = { 0 };
	int failed;

	rules = rulebook_open(NULL, &p);
	if (!rules)
		fail_msg("%s", p.text);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rulebook_free(rules);
	return failed;
}
