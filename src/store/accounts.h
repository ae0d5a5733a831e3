/*
 * Who may do what: companies with their two workspaces, users, keys; and the trunks.
 *
 * Everything here is small. Writes inside a job only.
 */
#pragma once

#include "base/token.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

/* ---- a company and all it needs to begin ---- */

struct account {
	int64_t company_id, user_id, site_id;
	int64_t live_workspace, test_workspace;
};

struct account_wish {
	const char *company;  /* name */
	const char *country;  /* ISO 3166 alpha-2 */
	const char *number;   /* E.164 of the operator's own caller number; NULL: none */
	const char *test_number; /* made up, verified in the test workspace only */
	int64_t first_site_id, first_campaign_id; /* 0: whatever comes next */
};

void account_create(struct db *db, const struct account_wish *wish, int64_t now, struct account *out);

/* The keys a company begins with: one of each scope in each workspace, of its first user. */
struct account_keys {
	char test[TOKEN_KEY_SIZE], live[TOKEN_KEY_SIZE];
	char admin_test[TOKEN_KEY_SIZE], admin_live[TOKEN_KEY_SIZE];
};
void account_keys(struct db *db, const struct account *a, int64_t now, struct account_keys *out);

/* No assigned number: area code 555 does not exist. It is the one the API's documentation calls from. */
#define ACCOUNT_TEST_NUMBER "+15551234567"

const char *company_name(struct db *db, int64_t company_id); /* NULL when there is none (or db_failed()) */
bool account_exists(struct db *db);                       /* whether there is any company */
bool account_first(struct db *db, int64_t *company_id, int64_t *user_id);

struct company_shown {
	int64_t company_id, created_at;
	const char *name, *country;
	bool active;
};
const char *company_country(struct db *db, int64_t company_id); /* NULL: no such company */
void companies_each(struct db *db, void (*each)(void *arg, const struct company_shown *c), void *arg);
bool company_set_active(struct db *db, int64_t company_id, bool active); /* false: no such company */

/* ---- users ---- */

struct user_shown {
	int64_t user_id, created_at;
	const char *email, *name;
	bool active; /* the keys of one who is not are refused */
};

/* The new id; 0 when the company has a user of that address, in whatever case. */
int64_t user_add(struct db *db, int64_t company_id, const char *email, const char *name, int64_t now);
bool user_get(struct db *db, int64_t company_id, int64_t user_id, struct user_shown *out);
bool user_set_active(struct db *db, int64_t company_id, int64_t user_id, bool active); /* false: no such user */
bool user_remove(struct db *db, int64_t company_id, int64_t user_id); /* and what sites he may use; false: no such user */
int64_t user_count(struct db *db, int64_t company_id);
void users_each(struct db *db, int64_t company_id, void (*each)(void *arg, const struct user_shown *u), void *arg);

/* ---- keys ---- */

struct key_owner {
	int64_t key_id, workspace_id, company_id, user_id;
	int64_t ahead_ms; /* of the workspace's clock */
	bool admin, live, key_active, user_active, user_gone, company_active; /* gone: not of the company any more */
};

/* A new key's id; its text leaves only here, the database keeps a hash. */
int64_t key_create(struct db *db, int64_t workspace_id, int64_t company_id, int64_t user_id, bool live, bool admin,
		   int64_t now, char key[TOKEN_KEY_SIZE]);
bool key_find(struct db *db, const char *key_hash, struct key_owner *out);

/* False when there is no such key in the workspace, or it is revoked already. */
bool key_revoke(struct db *db, int64_t workspace_id, int64_t key_id);

struct key_shown {
	int64_t key_id, user_id, created_at;
	const char *hint; /* its last four characters */
	bool live, admin, active;
};
bool key_get(struct db *db, int64_t workspace_id, int64_t key_id, struct key_shown *out);
void keys_each(struct db *db, int64_t workspace_id, void (*each)(void *arg, const struct key_shown *k), void *arg);

/* ---- workspaces ---- */

void workspaces_each(struct db *db, void (*each)(void *arg, int64_t workspace_id, bool is_live), void *arg);

/* The workspace of a company: live or test. 0 when there is none. */
int64_t workspace_of(struct db *db, int64_t company_id, bool live);

/* ---- trunks ---- */

/* Texts are "" where nothing is said; what each means: migrations/0011_trunks.sql. */
struct trunk {
	int64_t workspace_id, trunk_id;
	const char *name, *host, *transport, *auth_user, *auth_password;
	int64_t port; /* 0: as DNS says (SRV), or the transport's own */
	int64_t channels, cps;
	bool srtp, enabled, registers, privacy;
	int64_t rank, probe_s;
	const char *prefixes, *proxy, *from_user, *from_domain, *identity, *external_address;
};

/* The new id; 0 when a trunk of that name exists. It is enabled. */
int64_t trunk_add(struct db *db, const struct trunk *t, int64_t now);

/* All of it but its id. */
void trunk_edit(struct db *db, const struct trunk *t);
void trunk_remove(struct db *db, int64_t workspace_id, int64_t trunk_id);

/* 0 when there is none of that name. */
int64_t trunk_named(struct db *db, int64_t workspace_id, const char *name);

/* False when there is none. The texts are as good as a row's. */
bool trunk_get(struct db *db, int64_t workspace_id, int64_t trunk_id, struct trunk *out);

/* All trunks of all workspaces, each workspace's by rank. */
void trunks_each(struct db *db, void (*each)(void *arg, const struct trunk *t), void *arg);
