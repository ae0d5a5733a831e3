/*
 * Calls that speak a code to whoever answers a caller number: the intent, how the call ended, and the code said back.
 *
 * A code works once, for ten minutes, and for five tries; only the latest call's counts. A number is called at most once a
 * minute and five times a day. Inside a job only; what was called more than a day ago is forgotten.
 */
#pragma once

#include "core/carrier.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

enum {
	CODE_DIGITS = 6,
	CODE_SIZE = CODE_DIGITS + 1,
	CODE_TRIES = 5,
	CODE_LIFE_MS = 10 * 60 * 1000,
	CODE_CALL_GAP_MS = 60 * 1000,
	CODE_CALLS_A_DAY = 5,
};

/* The earliest moment the number may be called again. */
int64_t number_check_next(struct db *db, int64_t workspace_id, const char *number, int64_t now);

/* The intent of a call: its id. 0: a call to that number is under way. */
int64_t number_check_intend(struct db *db, int64_t workspace_id, const char *number, const char *code, int64_t now);

/* The end of it; a second one changes nothing. */
void number_check_end(struct db *db, int64_t workspace_id, int64_t attempt_id, enum outcome outcome, int64_t now);

struct number_check {
	int64_t intent_at, expires_at, ended_at; /* ended_at DB_NULL: under way */
	enum outcome outcome;
};
/* The latest call to the number within the last day; false: none. */
bool number_check_latest(struct db *db, int64_t workspace_id, const char *number, int64_t now, struct number_check *out);

enum code_verdict {
	CODE_NOT_WAITED_FOR, /* no call, too long ago, or its code has been used */
	CODE_RIGHT,
	CODE_WRONG,          /* a try is gone: to be kept, so the job must not fail */
	CODE_NO_TRIES_LEFT,
};
enum code_verdict number_check_try(struct db *db, int64_t workspace_id, const char *number, const char *code, int64_t now,
				   int *tries_left);

/* A server that starts: what was under way is UNKNOWN. Its code still works for whoever has heard it. */
void number_checks_recover(struct db *db, int64_t now);
