/*
 * Copies of the database, and the life that begins on one.
 *
 * A copy forgets who was dialled and who opted out after it was made. So it says what it is: a fact in it names the time,
 * and whoever opens it as the database of a server is in recovery: nothing is dialled; everybody who was due until now
 * may have been called and is UNKNOWN; the operator brings the opt-outs of the time between and confirms.
 */
#pragma once

#include "base/problem.h"
#include "store/ledger.h"

#include <stdbool.h>
#include <stdint.h>

/* Copies the database of `folder`, beside a server or without one, to the file; whole and checked, or not at all. */
int copy_make(const char *folder, const char *file, int64_t now, struct problem *p);

struct copy_facts {
	int64_t made_at, bytes, schema, epoch, campaigns, leads, attempts;
};

/* Reads and checks a copy. -1 with the problem set when it is none, or damaged. */
int copy_check(const char *file, struct copy_facts *out, struct problem *p);

/*
 * Puts the copy into the folder, whose lock the caller holds, as its database. One that is there already is kept beside
 * it under the name in *kept (g_free(); NULL when there was none).
 */
int copy_restore(const char *file, const char *folder, int64_t now, char **kept, struct problem *p);

/* ---- on the restored database; inside a job ---- */

struct recovering {
	int64_t copied_at;   /* 0: no recovery is going on */
	int64_t restored_at;
	int64_t presumed;    /* how many were due and may have been called */
};
void recovery_state(struct db *db, struct recovering *out);

/*
 * Up to `most` of the leads that were due become UNKNOWN attempts; how many. Begins the recovery when the database is a
 * copy; 0 when there is nothing (more) to do.
 */
int recovery_presume(struct db *db, const struct ledger_node *node, const struct retry_rule *rule, int most, int64_t now);

/* The operator has confirmed: dial again. */
void recovery_over(struct db *db);
