/*
 * The auditor: asks the database whether the promises were kept. It only reads, in slices small enough to run beside the
 * dispatcher; every question is one statement, so each sees one moment.
 *
 *	I1  an attempt per number of a lead, without a hole     I6  no intent for the suppressed, or after a stop
 *	I2  what was dialled had its intent, and is not denied  I7  nothing belongs to a life of the server that is over
 *	I3  an attempt per call                                 I8  state, outcome and event of an end go together; totals
 *	I4  everything in flight ends; no lead is lost          I9  one call at a time to a number
 *	I5  channels and calls per second of a trunk            I10 one call a slot, and not too soon after an unseen end
 *
 * Calling hours (I6) are not among the questions: they are rules of the policy, not of the database.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;

struct audit_finding {
	const char *invariant; /* "I8" */
	int64_t workspace_id, campaign_id, talent_id, attempt_id; /* 0: not about one */
	const char *text; /* good during the call */
};

/* Where the auditor is; zeroed, at the beginning. */
struct audit {
	int64_t workspace_id;
	int phase;
	int64_t attempt_id, campaign_id, talent_id;
	int64_t checked;  /* attempts and leads so far */
	bool serving;     /* a server runs on the database: nothing may belong to an older life */
};

/*
 * The next slice of `most` attempts or leads; each violation is told. False when the last is done; then the next begins
 * anew. A reader's connection; db_failed() says that nothing is known.
 */
bool audit_step(struct db *db, struct audit *a, int most, int64_t now,
		void (*found)(void *arg, const struct audit_finding *f), void *arg);

/* The rows a finding speaks of, as one line, in the arena; "" for none. */
const char *audit_rows(struct db *db, const struct audit_finding *f);
