/*
 * What an operator should know before a campaign calls: each a sentence. Pure.
 */
#pragma once

#include <stdint.h>

struct asker;
struct campaign;
struct forecast;
struct schedule;

/* What was found out about a campaign. */
struct preflight {
	const struct campaign *campaign;
	const struct schedule *schedule;
	const struct asker *asker;
	const struct forecast *forecast;
	int64_t leads, callable;
	int64_t per_hour; /* calls the trunks have room for */
	int64_t (*blocked_by)(void *preflight, const char *reason); /* how many leads */
};

void preflight_warn(struct preflight *p, void (*say)(void *arg, const char *sentence), void *arg);
