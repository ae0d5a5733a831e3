/*
 * What a workspace's operator may set about whom it calls, when, and what is heard: the table of settings and the
 * structure the policy reads. Values are text, as they are typed and stored; live and test workspaces start with different
 * ones. Pure.
 */
#pragma once

#include "base/problem.h"
#include "core/calling_hours.h"
#include "core/preamble.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* By the dated rules, or whatever they say. */
enum day_rule { DAY_BY_RULES, DAY_CLOSED, DAY_OPEN };

enum { LIMIT_COUNTRIES = 32, LIMIT_NAME = 65, LIMIT_TEXT = 64, LIMIT_LINK = 512 };

/* What is done about a voicemail: its values, also of a campaign's own setting. */
#define VOICEMAIL_LEAVE	  "leave"
#define VOICEMAIL_HANG_UP "hang_up"

struct limits {
	bool hours_by_rules;      /* the dated rules hold, or what policy.calling_hours puts in their place */
	struct hours hours;       /* and within these; 0 to 1440 for all day */
	enum day_rule sundays, holidays;
	int64_t person_calls_per_day, person_calls_per_30_days; /* 0: no limit, like all numbers here */
	int64_t attempts_per_lead;
	int64_t calls_per_day, minutes_per_day; /* of the workspace; the day is UTC's */
	int64_t person_texts_per_day, person_texts_per_30_days, texts_per_day; /* the same of texts */
	char assessment_link[LIMIT_LINK]; /* with {testId} in it; "": none */
	bool all_countries, own_country;
	int n_countries;
	char country[LIMIT_COUNTRIES][3];
	bool premium, satellite; /* may be called */
	bool consent_required;   /* each person's own; otherwise the workspace's word for all of them stands */
	bool leave_message;	 /* to a voicemail, where the campaign does not say */
	char ai_provider[LIMIT_NAME];            /* a name, "auto" or "scripted" */
	int64_t ai_cost_campaign, ai_cost_day;   /* hundredths of the operator's currency */
	int64_t transcript_days;                 /* 0: transcripts are not kept */
	struct keep_days {                       /* how long what is held of people is kept (store/retention.c); 0: for good */
		int64_t calls, messages, events, log, deliveries, people;
	} keep;
	struct spoken {
		bool preamble;                 /* whether calls begin with it */
		char words[PREAMBLE_MAX + 1];  /* of it, as core/preamble.h takes them; "": the usual ones */
		char callback[LIMIT_TEXT];     /* E.164, said in it; "": the number that calls */
		char person[LIMIT_TEXT];       /* E.164: where 0 puts people through; "": nowhere */
		char voice[LIMIT_TEXT];        /* "": the server's */
		char language[LIMIT_TEXT];     /* "en", "de-CH" */
	} spoken;
};

/* A new workspace's. */
void limits_init(struct limits *l, bool live);

/* Sets one; "" puts the default back. 0, or -1 with the problem set: no such setting, or a value that cannot be. */
int limits_set(struct limits *l, bool live, const char *name, const char *value, struct problem *p);

/* The settings there are, in the order they are shown. */
struct limit {
	const char *name, *live, *test; /* its defaults */
	const char *doc;
};
const struct limit *limit_at(size_t i); /* NULL after the last */
