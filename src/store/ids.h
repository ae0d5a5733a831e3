/*
 * Ids: small integers from the counter table, unique in the server. Handed out in blocks where the rate asks for
 * it, so that the counter's row is not written for every lead. Gaps are normal; an id is never given twice.
 *
 * Writer only, inside a job.
 */
#pragma once

#include <stdint.h>

struct db;
struct ids;

enum id_kind { ID_COMPANY, ID_WORKSPACE, ID_USER, ID_SITE, ID_KEY, ID_TRUNK, ID_CAMPAIGN, ID_TALENT, ID_ATTEMPT,
	       ID_EVENT, ID_ENDPOINT, ID_DELIVERY, ID_MESSAGE, ID_SENDER, ID_KIND_END };

struct ids *ids_new(void);
void ids_free(struct ids *ids);

int64_t ids_next(struct db *db, enum id_kind kind);

/* The first of `n` that follow each other; all later ids are larger. */
int64_t ids_next_of(struct db *db, enum id_kind kind, int64_t n);

/* The id that ids_next() has just given was not used after all. */
void ids_put_back(struct db *db, enum id_kind kind);

/* The first id of a kind not yet used becomes at least `first`. */
void ids_start_at(struct db *db, enum id_kind kind, int64_t first);

/* After a rollback: blocks taken inside it are not ours any more. */
void ids_forget(struct db *db);
