#include "store/number_checks.h"

#include "base/token.h"
#include "queries.h"
#include "store/db.h"
#include "store/ids.h"

#include <glib.h>
#include <string.h>

enum { DAY_MS = 24 * 3600 * 1000 };

/* The call's id is in it, so that equal codes do not look equal. */
static void hash_of(int64_t attempt_id, const char *code, char hex[TOKEN_HASH_SIZE])
{
	g_autofree char *text = g_strdup_printf("number check %" G_GINT64_FORMAT " %s", attempt_id, code);

	token_hash(text, strlen(text), hex);
}

int64_t number_check_next(struct db *db, int64_t workspace_id, const char *number, int64_t now)
{
	struct number_check_count_row calls = { 0 };
	struct number_check_latest_row last;

	if (!DB_ROW(db, number_check_latest, &last, .workspace_id = workspace_id, .number = number))
		return now;
	DB_ROW(db, number_check_count, &calls, .workspace_id = workspace_id, .number = number, .since = now - DAY_MS);
	return last.intent_at + (calls.n >= CODE_CALLS_A_DAY ? DAY_MS : CODE_CALL_GAP_MS);
}

int64_t number_check_intend(struct db *db, int64_t workspace_id, const char *number, const char *code, int64_t now)
{
	int64_t id = ids_next(db, ID_ATTEMPT);
	char hash[TOKEN_HASH_SIZE];

	if (DB_EXEC(db, person_lock_take, .workspace_id = workspace_id, .number = number, .attempt_id = id,
		    .locked_at = now) != 1)
		return 0;
	hash_of(id, code, hash);
	DB_EXEC(db, number_checks_forget, .workspace_id = workspace_id, .until = now - DAY_MS);
	DB_EXEC(db, number_check_insert, .workspace_id = workspace_id, .attempt_id = id, .number = number,
		.code_hash = hash, .intent_at = now, .expires_at = now + CODE_LIFE_MS);
	return id;
}

void number_check_end(struct db *db, int64_t workspace_id, int64_t attempt_id, enum outcome outcome, int64_t now)
{
	struct number_check_number_row row;

	if (DB_EXEC(db, number_check_end, .workspace_id = workspace_id, .attempt_id = attempt_id, .outcome = outcome,
		    .now = now) == 1 &&
	    DB_ROW(db, number_check_number, &row, .workspace_id = workspace_id, .attempt_id = attempt_id))
		DB_EXEC(db, person_lock_drop, .workspace_id = workspace_id, .number = row.number,
			.attempt_id = attempt_id);
}

bool number_check_latest(struct db *db, int64_t workspace_id, const char *number, int64_t now, struct number_check *out)
{
	struct number_check_latest_row row;

	if (!DB_ROW(db, number_check_latest, &row, .workspace_id = workspace_id, .number = number) ||
	    row.intent_at <= now - DAY_MS)
		return false;
	*out = (struct number_check){ .intent_at = row.intent_at, .expires_at = row.expires_at,
				      .ended_at = row.ended_at, .outcome = (enum outcome)row.outcome };
	return true;
}

enum code_verdict number_check_try(struct db *db, int64_t workspace_id, const char *number, const char *code, int64_t now,
				   int *tries_left)
{
	struct number_check_latest_row last;
	char hash[TOKEN_HASH_SIZE];

	*tries_left = 0;
	if (!DB_ROW(db, number_check_latest, &last, .workspace_id = workspace_id, .number = number) ||
	    last.expires_at <= now)
		return CODE_NOT_WAITED_FOR;
	if (last.tries >= CODE_TRIES)
		return CODE_NO_TRIES_LEFT;
	hash_of(last.attempt_id, code, hash);
	if (strcmp(hash, last.code_hash) == 0) { /* five tries are too few to learn a hash from how long this takes */
		DB_EXEC(db, number_check_spend, .workspace_id = workspace_id, .attempt_id = last.attempt_id);
		return CODE_RIGHT;
	}
	DB_EXEC(db, number_check_tried, .workspace_id = workspace_id, .attempt_id = last.attempt_id);
	*tries_left = CODE_TRIES - 1 - (int)last.tries;
	return CODE_WRONG;
}

void number_checks_recover(struct db *db, int64_t now)
{
	DB_EXEC(db, number_checks_unlock);
	DB_EXEC(db, number_checks_end_all, .outcome = OUTCOME_UNKNOWN, .now = now);
}
