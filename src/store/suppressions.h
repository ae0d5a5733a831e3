/*
 * Who must not be called, whatever campaigns say: numbers (E.164) and e-mail addresses (folded), per workspace.
 *
 * Asked at the dial instant, so an entry works at once. Writes inside a job only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;

#define SUPPRESS_NUMBER "number"
#define SUPPRESS_EMAIL  "email"
#define SUPPRESS_HASH   "hash" /* of somebody who was erased: neither number nor address is held any more */

/* How far an entry reaches: "all", "purpose:ASSESSMENT_REMINDER", "campaign:17". */
#define SUPPRESS_ALL "all"

/* "all" when `text` is NULL, else the text itself if it is a scope; NULL when it is none. */
const char *suppression_scope(const char *text);

struct suppression {
	const char *kind;   /* SUPPRESS_… */
	const char *target; /* E.164, the folded address, or a hash of either */
	const char *scope;
	const char *reason; /* OPTED_OUT, or an operator's words */
	int64_t created_at;
};

/* False when the entry is there already; it stays as it is. */
bool suppression_add(struct db *db, int64_t workspace_id, const struct suppression *s);
/* `scope` may be NULL: all of the target's. False: there was none. */
bool suppression_remove(struct db *db, int64_t workspace_id, const char *kind, const char *target, const char *scope);

/* kind may be NULL: both. In the order of kind and target. */
int64_t suppression_count(struct db *db, int64_t workspace_id, const char *kind);
void suppression_page(struct db *db, int64_t workspace_id, const char *kind, int64_t offset, int64_t limit,
		      void (*each)(void *arg, const struct suppression *s), void *arg);

/* A person by number and e-mail as it was typed, from everything; either may be NULL. */
void suppress_person(struct db *db, int64_t workspace_id, const char *number, const char *email,
		     const char *reason, int64_t now);

/* The same of a number or a folded address, by its keyed hash alone. */
void suppress_hash(struct db *db, int64_t workspace_id, const char *target, const char *reason, int64_t now);

/* Whether an entry reaches the person for a call of this campaign. */
struct suppression_reach {
	const char *purpose;
	int64_t campaign_id;
};
bool person_suppressed(struct db *db, int64_t workspace_id, const char *number, const char *email_key,
		       const struct suppression_reach *reach);

/* Whether the target is that of somebody who was erased: nothing is held of them again. */
bool suppressed_by_hash(struct db *db, int64_t workspace_id, const char *target);
