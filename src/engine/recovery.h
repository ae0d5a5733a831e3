/*
 * What a starting server does with what the last life left: claims go back to the queue; an attempt that was in
 * flight is UNKNOWN, unless the send journal proves that no INVITE left for it, and then its lead is called again.
 * On a restored copy (store/copies.h) the journal proves nothing, and whoever was due is UNKNOWN, too.
 */
#pragma once

#include "base/problem.h"
#include "store/ledger.h"

#include <stdint.h>

struct store;

struct recovery {
	int64_t epoch;      /* of the life that begins */
	int64_t released, unknown, never_sent;
	bool halted;        /* a restored copy that the operator has not confirmed */
	int64_t presumed;   /* leads of it that may have been called since it was made */
};

/* 0, or -1 with the problem set. Before anything is dialled; once per start. */
int recovery_run(struct store *store, const char *folder, const struct retry_rule *retry, int64_t now,
		 struct recovery *out, struct problem *p);
