/*
 * May we dial this person now? Pure: everything it needs is in its arguments, first reason wins, fail closed.
 * Asked when a lead is picked and again inside the intent's transaction.
 */
#pragma once

#include "base/problem.h"

#include <stdbool.h>
#include <stdint.h>

/* Hours of the day during which calls may be placed, as minutes from midnight; `to` may be 1440. */
struct hours {
	int from, to;
};

/* "08:00-21:00". An empty text is the default, 08:00-21:00. 0, or -1 with the problem set. */
int hours_parse(const char *text, struct hours *out, struct problem *p);

enum verdict_kind { VERDICT_DIAL, VERDICT_LATER, VERDICT_NEVER };

struct verdict {
	enum verdict_kind kind;
	const char *reason;   /* stable name; NULL when dialling is allowed */
	int64_t not_before;   /* VERDICT_LATER: the earliest instant worth trying again, epoch ms */
};

struct policy_question {
	bool campaign_running;
	bool number_possible;
	bool suppressed;
	bool caller_verified;
	bool person_busy;         /* another call to the number is in flight */
	struct hours hours;
	const char *zone;         /* the callee's */
	int64_t now;
};

struct verdict policy_check(const struct policy_question *q);

#define POLICY_CAMPAIGN_NOT_RUNNING "CAMPAIGN_NOT_RUNNING"
#define POLICY_NO_NUMBER            "NO_NUMBER"
#define POLICY_SUPPRESSED           "SUPPRESSED"
#define POLICY_OUTSIDE_HOURS        "OUTSIDE_CALLING_HOURS"
#define POLICY_CALLER_UNVERIFIED    "CALLER_NUMBER_NOT_VERIFIED"
#define POLICY_PERSON_BUSY          "CALL_IN_PROGRESS"
