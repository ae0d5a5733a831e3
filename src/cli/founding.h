/*
 * Founding: the first company in a fresh data folder, with its workspaces, site, numbers and keys.
 */
#pragma once

#include "base/problem.h"
#include "store/accounts.h"

struct founding {
	struct account_wish wish;
	/* results */
	struct account account;
	const char *number; /* the one to call from: the operator's, else the made-up one */
	struct account_keys keys;
};

/* PROBLEM_CONFLICT when the folder has a company already. */
int founding_run(const char *folder, struct founding *f, struct problem *p);
