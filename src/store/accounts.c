#include "store/accounts.h"

#include "queries.h"
#include "store/ids.h"

#include <glib.h>
#include <string.h>

static int64_t workspace_create(struct db *db, int64_t company_id, bool live, int64_t now)
{
	int64_t id = ids_next(db, ID_WORKSPACE);

	DB_EXEC(db, workspace_insert, .workspace_id = id, .company_id = company_id, .is_live = live,
		.created_at = now);
	return id;
}

static void number_add(struct db *db, int64_t workspace_id, const char *number, const char *by, int64_t now)
{
	DB_EXEC(db, number_insert, .workspace_id = workspace_id, .number = number, .verified_at = now,
		.verified_by = by);
}

void account_create(struct db *db, const struct account_wish *wish, int64_t now, struct account *out)
{
	out->company_id = ids_next(db, ID_COMPANY);
	out->user_id = ids_next(db, ID_USER);
	if (wish->first_site_id)
		ids_start_at(db, ID_SITE, wish->first_site_id);
	if (wish->first_campaign_id)
		ids_start_at(db, ID_CAMPAIGN, wish->first_campaign_id);
	out->site_id = ids_next(db, ID_SITE);
	DB_EXEC(db, company_insert, .company_id = out->company_id, .name = wish->company,
		.country = wish->country, .created_at = now);
	DB_EXEC(db, user_insert, .company_id = out->company_id, .user_id = out->user_id,
		.email = "admin@localhost", .created_at = now);
	DB_EXEC(db, site_insert, .company_id = out->company_id, .site_id = out->site_id,
		.name = wish->company, .address = "", .city = "", .region = "", .country = wish->country,
		.created_at = now);
	DB_EXEC(db, site_user_insert, .company_id = out->company_id, .user_id = out->user_id,
		.site_id = out->site_id, .is_primary = 1);
	out->live_workspace = workspace_create(db, out->company_id, true, now);
	out->test_workspace = workspace_create(db, out->company_id, false, now);
	if (wish->number) {
		number_add(db, out->live_workspace, wish->number, "the operator's word", now);
		number_add(db, out->test_workspace, wish->number, "the operator's word", now);
	}
	if (!wish->number || strcmp(wish->number, wish->test_number) != 0)
		number_add(db, out->test_workspace, wish->test_number, "made up for tests", now);
}

const char *company_name(struct db *db, int64_t company_id)
{
	struct company_get_row row;

	return DB_ROW(db, company_get, &row, .company_id = company_id) ? row.name : NULL;
}

bool account_exists(struct db *db)
{
	struct company_count_row row;

	return DB_ROW(db, company_count, &row) && row.n > 0;
}

bool account_first(struct db *db, int64_t *company_id, int64_t *user_id)
{
	struct first_company_row row;

	if (!DB_ROW(db, first_company, &row))
		return false;
	*company_id = row.company_id;
	*user_id = row.user_id;
	return true;
}

void key_create(struct db *db, int64_t workspace_id, int64_t company_id, int64_t user_id, bool live, bool admin,
		int64_t now, char key[TOKEN_KEY_SIZE])
{
	char hash[TOKEN_HASH_SIZE];

	token_key(live ? "live" : "test", key);
	token_hash(key, strlen(key), hash);
	DB_EXEC(db, key_insert, .workspace_id = workspace_id, .key_id = ids_next(db, ID_KEY), .key_hash = hash,
		.hint = key + strlen(key) - 4, .company_id = company_id, .user_id = user_id, .is_admin = admin,
		.created_at = now);
}

bool key_find(struct db *db, const char *key_hash, struct key_owner *out)
{
	struct key_find_row row;

	if (!DB_ROW(db, key_find, &row, .key_hash = key_hash))
		return false;
	*out = (struct key_owner){ .key_id = row.key_id, .workspace_id = row.workspace_id,
				   .company_id = row.company_id, .user_id = row.user_id, .admin = row.is_admin,
				   .live = row.is_live, .key_active = row.key_active,
				   .company_active = row.company_active };
	return true;
}

bool key_revoke(struct db *db, int64_t key_id)
{
	return DB_EXEC(db, key_revoke, .key_id = key_id) == 1;
}

void keys_each(struct db *db, void (*each)(void *arg, const struct key_shown *k), void *arg)
{
	DB_EACH(db, key_list, row) {
		struct key_shown k = { .key_id = row->key_id, .user_id = row->user_id,
				       .created_at = row->created_at, .hint = row->hint, .live = row->is_live,
				       .admin = row->is_admin, .active = row->active };

		each(arg, &k);
	}
}

void sites_each(struct db *db, int64_t company_id, int64_t user_id, void (*each)(void *arg, const struct site *s),
		void *arg)
{
	DB_EACH(db, site_list, row, .company_id = company_id, .user_id = user_id) {
		struct site s = { .site_id = row->site_id, .is_primary = row->is_primary, .name = row->name,
				  .address = row->address, .city = row->city, .region = row->region,
				  .country = row->country };

		each(arg, &s);
	}
}

const char *site_country_for(struct db *db, int64_t company_id, int64_t user_id, int64_t site_id)
{
	struct site_of_user_row row;

	return DB_ROW(db, site_of_user, &row, .company_id = company_id, .user_id = user_id, .site_id = site_id) ?
		       row.country : NULL;
}

const char *site_country(struct db *db, int64_t company_id, int64_t site_id)
{
	struct site_country_row row;

	return DB_ROW(db, site_country, &row, .company_id = company_id, .site_id = site_id) ? row.country : "";
}

bool caller_number_verified(struct db *db, int64_t workspace_id, const char *number)
{
	struct number_get_row row;

	return DB_ROW(db, number_get, &row, .workspace_id = workspace_id, .number = number) &&
	       row.verified_at != DB_NULL;
}

void workspaces_each(struct db *db, void (*each)(void *arg, int64_t workspace_id, bool is_live), void *arg)
{
	DB_EACH(db, workspace_list, row)
		each(arg, row->workspace_id, row->is_live);
}

int64_t workspace_of(struct db *db, int64_t company_id, bool live)
{
	struct workspace_of_company_row row;

	return DB_ROW(db, workspace_of_company, &row, .company_id = company_id, .is_live = live) ?
		       row.workspace_id : 0;
}

int64_t trunk_add(struct db *db, const struct trunk *t, int64_t now)
{
	int64_t id = ids_next(db, ID_TRUNK);

	if (DB_EXEC(db, trunk_insert, .workspace_id = t->workspace_id, .trunk_id = id, .name = t->name,
		    .host = t->host, .port = t->port, .transport = t->transport, .auth_user = t->auth_user,
		    .auth_password = t->auth_password, .channels = t->channels, .cps = t->cps,
		    .created_at = now) == 0)
		return 0;
	return id;
}

void trunks_each(struct db *db, void (*each)(void *arg, const struct trunk *t), void *arg)
{
	DB_EACH(db, trunk_list, row) {
		struct trunk t = { .workspace_id = row->workspace_id, .trunk_id = row->trunk_id,
				   .name = row->name, .host = row->host, .transport = row->transport,
				   .auth_user = row->auth_user, .auth_password = row->auth_password,
				   .port = row->port, .channels = row->channels, .cps = row->cps };

		each(arg, &t);
	}
}
