/*
 * A person's record: all that a workspace holds of one, the log of what happened to them, and erasing it.
 *
 * The log is the events that name the person: append-only, written with what they tell of. Erasure takes everything, the
 * events too, and leaves the keyed hashes of numbers and addresses on the list of those who must not be called, and one
 * event without a person (person.erased).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;
struct jw;

enum { PEOPLE_MOST = 50 }; /* with one number */

/* kind: SUPPRESS_EMAIL with a folded address, or SUPPRESS_NUMBER with E.164. How many; their ids in `out`. */
int people_find(struct db *db, int64_t workspace_id, const char *kind, const char *target, int64_t out[PEOPLE_MOST]);

/* Members into an open object: person, consent, campaigns, calls, appointments, suppressions, log. */
void person_export(struct db *db, int64_t workspace_id, int64_t talent_id, struct jw *w);

/* False: a call to the person is on; nothing was changed. Inside a job. */
bool person_erase(struct db *db, int64_t workspace_id, int64_t talent_id, int64_t now);

/* That somebody has agreed to be called: the last one stands, all are in the log. Inside a job. */
struct consent {
	const char *source, *wording;
	int64_t consented_at;
};
void consent_put(struct db *db, int64_t workspace_id, int64_t talent_id, const struct consent *c, int64_t now);
bool consent_given(struct db *db, int64_t workspace_id, int64_t talent_id);
