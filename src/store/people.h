/*
 * A person's record: all that a workspace holds of one, the log of what happened to them, and erasing it. Which tables hold
 * what is the table in store/holdings.h.
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

#define PERSON_ERASED "ERASED" /* why their hashes are on the list */

/* Somebody: by id, or (talent_id 0) by a number or an address under which no person is known. */
struct person {
	int64_t workspace_id, talent_id;
	const char *target; /* E.164, or a folded address */
};

/* kind: SUPPRESS_EMAIL with a folded address, or SUPPRESS_NUMBER with E.164. How many; their ids in `out`. */
int people_find(struct db *db, int64_t workspace_id, const char *kind, const char *target, int64_t out[PEOPLE_MOST]);

/* Whether there is anything to show: of a number nobody has there may be texts, of an address an assessment. */
bool person_held(struct db *db, const struct person *who);

/* Members into an open object: person, consent, campaigns … log: the keys of the table of holdings. */
void person_export(struct db *db, const struct person *who, struct jw *w);

/*
 * False: a call to the person is on, or a text on its way; nothing was changed. `never_again`: their hashes are put among
 * those who must not be called. Inside a job, which ends with the log of the database being cut.
 */
bool person_erase(struct db *db, const struct person *who, bool never_again, int64_t now);

/*
 * That somebody has agreed to be called: the last one stands, all are in the log; what stands already is not written
 * again. Whoever waited for it is looked at again at `now`. Inside a job.
 */
struct consent {
	const char *source, *wording;
	int64_t consented_at;
};
void consent_put(struct db *db, int64_t workspace_id, int64_t talent_id, const struct consent *c, int64_t now);
bool consent_given(struct db *db, int64_t workspace_id, int64_t talent_id);
