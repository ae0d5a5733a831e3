/*
 * May we dial this person now? Pure: everything it needs is in its arguments, the first reason wins, it fails closed.
 * Asked when a lead is picked, again inside the intent's transaction, and by whoever wants it explained.
 *
 * store/dial.h gathers the question from the database.
 */
#pragma once

#include "core/limits.h"
#include "core/numbering.h"

#include <stdbool.h>
#include <stdint.h>

enum verdict_kind { VERDICT_DIAL, VERDICT_LATER, VERDICT_NEVER };

struct verdict {
	enum verdict_kind kind;
	const char *reason;  /* stable name, POLICY_…; NULL when dialling is allowed */
	int64_t not_before;  /* VERDICT_LATER: the earliest instant worth trying again, epoch ms, after `now` */
	const char *zone;    /* POLICY_OUTSIDE_HOURS: where it is closed; NULL otherwise */
	const char *rule;    /* and by whose rule: "US-FL", "US", "*", or "" for hours somebody has set */
};

enum { POLICY_NO_CALL = 0 };

/* The texts and structures pointed to are the asker's. */
struct policy_question {
	int64_t now; /* epoch ms */
	bool text;   /* a text is to be sent, not a call made: the same rules, with limits of their own */

	/* what is configured */
	const struct calling_hours *rules;  /* NULL: there are none, and nobody is called where they should hold */
	const struct hours *instead;        /* policy.calling_hours: replaces the rules; NULL: not set */
	const struct limits *limits;        /* the workspace's */

	/* the campaign and its lead */
	bool campaign_running;
	const char *campaign_zone;
	const char *number;                 /* E.164; NULL: none that could be dialled */
	bool number_said;                   /* and something was given as one all the same */
	const struct callee *callee;        /* of the number */
	const char *own_country[2];         /* the company's, and its site's; "" for none */
	bool suppressed;
	bool consented;                     /* they have agreed to be called; looked at only where that is required */
	bool caller_verified;
	bool person_busy;                   /* another call to the number is in flight */
	int64_t attempts_made;              /* at this lead; looked at only where there is a limit */

	/* when the person was called (texted, if it is a text) as often as the limit allows, counted back from now: the
	 * start of the 3rd last call for a limit of 3; POLICY_NO_CALL: not so often */
	int64_t day_limit_call_at, month_limit_call_at;

	/* AI calls only */
	struct policy_ai {
		bool wanted;                /* it is one */
		bool attested, has_provider;
		int64_t price_micros;       /* of a minute */
		int64_t spent_campaign, spent_day;
	} ai;

	/* the workspace since midnight UTC */
	int64_t calls_today, talk_ms_today, texts_today;
};

/* What an AI call may cost by the caps, micros; INT64_MAX: no cap. */
int64_t policy_ai_budget(const struct policy_question *q);

struct verdict policy_check(const struct policy_question *q);

/* From `from` on, when the hours allow a call for the first time; INT64_MAX: they never do within two weeks. */
int64_t policy_next_open(const struct policy_question *q, int64_t from);

/* The reasons, in the order they are looked at; core/reason.h has a sentence for each. */
#define POLICY_CAMPAIGN_NOT_RUNNING "CAMPAIGN_NOT_RUNNING"
#define POLICY_NO_NUMBER            "NO_NUMBER"
#define POLICY_NOT_A_NUMBER         "NOT_A_NUMBER"
#define POLICY_EMERGENCY            "EMERGENCY_NUMBER"
#define POLICY_PREMIUM              "PREMIUM_NUMBER"
#define POLICY_SATELLITE            "SATELLITE_NUMBER"
#define POLICY_COUNTRY              "COUNTRY_NOT_ALLOWED"
#define POLICY_SUPPRESSED           "SUPPRESSED"
#define POLICY_NO_CONSENT           "NO_CONSENT"
#define POLICY_NO_RULES             "NO_CALLING_RULES"
#define POLICY_OUTSIDE_HOURS        "OUTSIDE_CALLING_HOURS"
#define POLICY_NO_HOURS             "NO_CALLING_HOURS"
#define POLICY_PERSON_DAY           "PERSON_CALLED_TODAY"
#define POLICY_PERSON_MONTH         "PERSON_CALLED_THIS_MONTH"
#define POLICY_ATTEMPTS             "ATTEMPTS_USED_UP"
#define POLICY_PERSON_BUSY          "CALL_IN_PROGRESS"
#define POLICY_CALLER_UNVERIFIED    "CALLER_NUMBER_NOT_VERIFIED"
#define POLICY_AI_NOT_ATTESTED      "AI_NOT_ATTESTED"
#define POLICY_AI_NO_PROVIDER       "AI_NO_PROVIDER"
#define POLICY_AI_COST_CAMPAIGN     "AI_COST_OF_CAMPAIGN_USED_UP"
#define POLICY_AI_COST_DAY          "AI_COST_OF_DAY_USED_UP"
#define POLICY_CALLS_DAY            "WORKSPACE_CALLS_USED_UP"
#define POLICY_MINUTES_DAY          "WORKSPACE_MINUTES_USED_UP"
#define POLICY_TEXTED_DAY           "PERSON_TEXTED_TODAY"
#define POLICY_TEXTED_MONTH         "PERSON_TEXTED_THIS_MONTH"
#define POLICY_TEXTS_DAY            "WORKSPACE_TEXTS_USED_UP"
