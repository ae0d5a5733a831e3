/*
 * Answers kept under a client's Idempotency-Key, for a day. An answer is kept in the transaction of the change it
 * tells of, so there is never one without the other.
 *
 * Inside a job only. A key of one API key is nothing to another.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { ANSWERS_KEPT_MS = 24 * 3600 * 1000 };

struct db;

/* Which answer: `scope_hash` stands for method, path and the client's key. */
struct answer_name {
	int64_t workspace_id, key_id;
	const char *scope_hash;
};

struct kept_answer {
	int64_t http_status;
	const char *body_hash;    /* of what was asked */
	const char *content_type; /* "": no body */
	const char *headers;      /* "Name: value\n" each */
	const char *body;
};

/* False when there is none, or only one past its day (or db_failed()). */
bool answer_find(struct db *db, const struct answer_name *name, int64_t now, struct kept_answer *out);
void answer_keep(struct db *db, const struct answer_name *name, const struct kept_answer *a, int64_t now);

/* Deletes up to `most` that are past their day, the oldest first; returns how many. */
int64_t answers_forget(struct db *db, int64_t now, int64_t most);
