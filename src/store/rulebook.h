/*
 * The facts decisions rest on: the numbering plan and the calling hours, of the data folder or built in. Read once when
 * the store opens; every connection of the store points to it. It never changes afterwards, so any thread may read.
 */
#pragma once

#include "base/problem.h"
#include "core/calling_hours.h"
#include "core/numbering.h"

#include <stdbool.h>
#include <stdint.h>

struct rulebook {
	struct numbering *plan;
	struct calling_hours *hours;
	bool replaced;          /* policy.calling_hours is set: `instead` stands in the place of all rules of `hours` */
	struct hours instead;
	bool hooks_loopback;    /* webhooks.allow_loopback */
	int64_t min_gap_ms;     /* policy.min_gap: between two attempts at one person */
	char *plan_origin, *hours_origin; /* where they were read */
};

/* `folder` may be NULL: the built-in ones. NULL with the problem set, which names file, line and fault. */
struct rulebook *rulebook_open(const char *folder, struct problem *p);
void rulebook_free(struct rulebook *r);

/* The setting policy.calling_hours; "" leaves the rules in force. 0, or -1 with the problem set. */
int rulebook_replace_hours(struct rulebook *r, const char *setting, struct problem *p);
