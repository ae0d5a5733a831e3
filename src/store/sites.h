/*
 * Sites, who may use them, and the numbers a company calls from.
 *
 * Everything here is small. Writes inside a job only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;

struct site {
	int64_t site_id;
	bool is_primary; /* for the user it was asked for */
	const char *name, *address, *city, *region, *country;
	const char *person_number; /* E.164: where people are put through who press 0; "" or NULL: as the workspace has it */
};

/* The sites a user may use, the primary one first. */
void sites_each(struct db *db, int64_t company_id, int64_t user_id, void (*each)(void *arg, const struct site *s),
		void *arg);

/* All sites of a company. */
void sites_each_of(struct db *db, int64_t company_id, void (*each)(void *arg, const struct site *s), void *arg);

/* The country of a site the user may use; NULL when it is not one of his. */
const char *site_country_for(struct db *db, int64_t company_id, int64_t user_id, int64_t site_id);
const char *site_country(struct db *db, int64_t company_id, int64_t site_id);

bool site_get(struct db *db, int64_t company_id, int64_t site_id, struct site *out);
int64_t site_next_id(struct db *db);
void site_add(struct db *db, int64_t company_id, const struct site *s, int64_t now);
void site_update(struct db *db, int64_t company_id, const struct site *s);

/* The user may use the site; as the primary one it takes the place of his other primary one. */
void site_assign(struct db *db, int64_t company_id, int64_t site_id, int64_t user_id, bool primary);
bool site_unassign(struct db *db, int64_t company_id, int64_t site_id, int64_t user_id); /* false: it was not his */
void site_users_each(struct db *db, int64_t company_id, int64_t site_id,
		     void (*each)(void *arg, int64_t user_id, bool primary), void *arg);

/* ---- numbers: E.164 ---- */

struct caller_number {
	const char *number, *verified_by;
	int64_t verified_at; /* DB_NULL: nobody has vouched for it */
};
bool caller_number_verified(struct db *db, int64_t workspace_id, const char *number);
bool number_get(struct db *db, int64_t workspace_id, const char *number, struct caller_number *out);
bool number_add(struct db *db, int64_t workspace_id, const struct caller_number *n); /* false: it is there */
bool number_verify(struct db *db, int64_t workspace_id, const struct caller_number *n); /* false: it is not there */
bool number_remove(struct db *db, int64_t workspace_id, const char *number);            /* likewise */
int64_t number_user(struct db *db, int64_t workspace_id, const char *number); /* a running campaign's id, or 0 */
void numbers_each(struct db *db, int64_t workspace_id, void (*each)(void *arg, const struct caller_number *n),
		  void *arg);
