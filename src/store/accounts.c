#include "store/accounts.h"

#include "queries.h"
#include "store/ids.h"
#include "store/sites.h"

#include <glib.h>
#include <string.h>

static int64_t workspace_create(struct db *db, int64_t company_id, bool live, int64_t now)
{
	int64_t id = ids_next(db, ID_WORKSPACE);

	DB_EXEC(db, workspace_insert, .workspace_id = id, .company_id = company_id, .is_live = live,
		.created_at = now);
	return id;
}

static void vouch(struct db *db, int64_t workspace_id, const char *number, const char *by, int64_t now)
{
	number_add(db, workspace_id, &(struct caller_number){ .number = number, .verified_by = by, .verified_at = now });
}

void account_create(struct db *db, const struct account_wish *wish, int64_t now, struct account *out)
{
	out->company_id = ids_next(db, ID_COMPANY);
	out->user_id = ids_next(db, ID_USER);
	if (wish->first_site_id)
		ids_start_at(db, ID_SITE, wish->first_site_id);
	if (wish->first_campaign_id)
		ids_start_at(db, ID_CAMPAIGN, wish->first_campaign_id);
	out->site_id = site_next_id(db);
	DB_EXEC(db, company_insert, .company_id = out->company_id, .name = wish->company,
		.country = wish->country, .created_at = now);
	DB_EXEC(db, user_insert, .company_id = out->company_id, .user_id = out->user_id,
		.email = "admin@localhost", .name = "", .created_at = now);
	site_add(db, out->company_id, &(struct site){ .site_id = out->site_id, .name = wish->company, .address = "",
						      .city = "", .region = "", .country = wish->country }, now);
	site_assign(db, out->company_id, out->site_id, out->user_id, true);
	out->live_workspace = workspace_create(db, out->company_id, true, now);
	out->test_workspace = workspace_create(db, out->company_id, false, now);
	if (wish->number) {
		vouch(db, out->live_workspace, wish->number, "the operator's word", now);
		vouch(db, out->test_workspace, wish->number, "the operator's word", now);
	}
	if (!wish->number || strcmp(wish->number, wish->test_number) != 0)
		vouch(db, out->test_workspace, wish->test_number, "made up for tests", now);
}

void account_keys(struct db *db, const struct account *a, int64_t now, struct account_keys *out)
{
	key_create(db, a->test_workspace, a->company_id, a->user_id, false, false, now, out->test);
	key_create(db, a->live_workspace, a->company_id, a->user_id, true, false, now, out->live);
	key_create(db, a->test_workspace, a->company_id, a->user_id, false, true, now, out->admin_test);
	key_create(db, a->live_workspace, a->company_id, a->user_id, true, true, now, out->admin_live);
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

void companies_each(struct db *db, void (*each)(void *arg, const struct company_shown *c), void *arg)
{
	DB_EACH(db, company_list, row) {
		struct company_shown c = { .company_id = row->company_id, .created_at = row->created_at,
					   .name = row->name, .country = row->country, .active = row->active };

		each(arg, &c);
	}
}

const char *company_country(struct db *db, int64_t company_id)
{
	struct company_get_row row;

	return DB_ROW(db, company_get, &row, .company_id = company_id) ? row.country : NULL;
}

bool company_set_active(struct db *db, int64_t company_id, bool active)
{
	return DB_EXEC(db, company_set_active, .company_id = company_id, .active = active) == 1;
}

/* ---- users ---- */

int64_t user_add(struct db *db, int64_t company_id, const char *email, const char *name, int64_t now)
{
	struct user_by_email_row row;
	int64_t id;

	if (DB_ROW(db, user_by_email, &row, .company_id = company_id, .email = email))
		return 0;
	id = ids_next(db, ID_USER);
	DB_EXEC(db, user_insert, .company_id = company_id, .user_id = id, .email = email, .name = name,
		.created_at = now);
	return id;
}

static struct user_shown user_shown(const struct user_list_row *r)
{
	return (struct user_shown){ .user_id = r->user_id, .created_at = r->created_at, .email = r->email,
				    .name = r->name, .active = r->active };
}

bool user_get(struct db *db, int64_t company_id, int64_t user_id, struct user_shown *out)
{
	struct user_list_row row;

	if (!DB_ROW(db, user_get, &row, .company_id = company_id, .user_id = user_id))
		return false;
	*out = user_shown(&row);
	return true;
}

bool user_set_active(struct db *db, int64_t company_id, int64_t user_id, bool active)
{
	return DB_EXEC(db, user_set_active, .company_id = company_id, .user_id = user_id, .active = active) == 1;
}

bool user_remove(struct db *db, int64_t company_id, int64_t user_id)
{
	DB_EXEC(db, user_sites_delete, .company_id = company_id, .user_id = user_id);
	return DB_EXEC(db, user_delete, .company_id = company_id, .user_id = user_id) == 1;
}

int64_t user_count(struct db *db, int64_t company_id)
{
	struct user_count_row row = { 0 };

	DB_ROW(db, user_count, &row, .company_id = company_id);
	return row.n;
}

void users_each(struct db *db, int64_t company_id, void (*each)(void *arg, const struct user_shown *u), void *arg)
{
	DB_EACH(db, user_list, row, .company_id = company_id) {
		struct user_shown u = user_shown(row);

		each(arg, &u);
	}
}

/* ---- keys ---- */

int64_t key_create(struct db *db, int64_t workspace_id, int64_t company_id, int64_t user_id, bool live, bool admin,
		   int64_t now, char key[TOKEN_KEY_SIZE])
{
	int64_t id = ids_next(db, ID_KEY);
	char hash[TOKEN_HASH_SIZE];

	token_key(live ? "live" : "test", key);
	token_hash(key, strlen(key), hash);
	DB_EXEC(db, key_insert, .workspace_id = workspace_id, .key_id = id, .key_hash = hash,
		.hint = key + strlen(key) - 4, .company_id = company_id, .user_id = user_id, .is_admin = admin,
		.created_at = now);
	return id;
}

bool key_find(struct db *db, const char *key_hash, struct key_owner *out)
{
	struct key_find_row row;

	if (!DB_ROW(db, key_find, &row, .key_hash = key_hash))
		return false;
	*out = (struct key_owner){ .key_id = row.key_id, .workspace_id = row.workspace_id,
				   .company_id = row.company_id, .user_id = row.user_id, .admin = row.is_admin,
				   .live = row.is_live, .key_active = row.key_active,
				   .user_active = row.user_active == 1, .user_gone = row.user_active == DB_NULL,
				   .company_active = row.company_active, .ahead_ms = row.ahead_ms };
	return true;
}

bool key_revoke(struct db *db, int64_t workspace_id, int64_t key_id)
{
	return DB_EXEC(db, key_revoke, .workspace_id = workspace_id, .key_id = key_id) == 1;
}

static struct key_shown key_shown(const struct key_list_row *r)
{
	return (struct key_shown){ .key_id = r->key_id, .user_id = r->user_id, .created_at = r->created_at,
				   .hint = r->hint, .live = r->is_live, .admin = r->is_admin,
				   .active = r->active };
}

bool key_get(struct db *db, int64_t workspace_id, int64_t key_id, struct key_shown *out)
{
	struct key_list_row row;

	if (!DB_ROW(db, key_get, &row, .workspace_id = workspace_id, .key_id = key_id))
		return false;
	*out = key_shown(&row);
	return true;
}

void keys_each(struct db *db, int64_t workspace_id, void (*each)(void *arg, const struct key_shown *k), void *arg)
{
	DB_EACH(db, key_list, row, .workspace_id = workspace_id) {
		struct key_shown k = key_shown(row);

		each(arg, &k);
	}
}

/* ---- workspaces ---- */

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

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

int64_t trunk_add(struct db *db, const struct trunk *t, int64_t now)
{
	int64_t id = ids_next(db, ID_TRUNK);

	if (DB_EXEC(db, trunk_insert, .workspace_id = t->workspace_id, .trunk_id = id, .name = t->name,
		    .host = t->host, .port = t->port, .transport = t->transport, .auth_user = t->auth_user,
		    .auth_password = t->auth_password, .channels = t->channels, .cps = t->cps, .srtp = t->srtp,
		    .rank = t->rank, .prefixes = or_empty(t->prefixes), .proxy = or_empty(t->proxy),
		    .registers = t->registers, .from_user = or_empty(t->from_user),
		    .from_domain = or_empty(t->from_domain), .identity = or_empty(t->identity), .privacy = t->privacy,
		    .external_address = or_empty(t->external_address), .probe_s = t->probe_s,
		    .created_at = now) == 0)
		return 0;
	return id;
}

void trunk_edit(struct db *db, const struct trunk *t)
{
	DB_EXEC(db, trunk_update, .workspace_id = t->workspace_id, .trunk_id = t->trunk_id, .name = t->name,
		.host = t->host, .port = t->port, .transport = t->transport, .auth_user = t->auth_user,
		.auth_password = t->auth_password, .channels = t->channels, .cps = t->cps, .srtp = t->srtp,
		.rank = t->rank, .prefixes = t->prefixes, .proxy = t->proxy, .registers = t->registers,
		.from_user = t->from_user, .from_domain = t->from_domain, .identity = t->identity,
		.privacy = t->privacy, .external_address = t->external_address, .probe_s = t->probe_s,
		.enabled = t->enabled);
}

void trunk_remove(struct db *db, int64_t workspace_id, int64_t trunk_id)
{
	DB_EXEC(db, trunk_delete, .workspace_id = workspace_id, .trunk_id = trunk_id);
}

int64_t trunk_named(struct db *db, int64_t workspace_id, const char *name)
{
	struct trunk_named_row row;

	return DB_ROW(db, trunk_named, &row, .workspace_id = workspace_id, .name = name) ? row.trunk_id : 0;
}

static struct trunk trunk_of(const struct trunk_list_row *row)
{
	return (struct trunk){
		.workspace_id = row->workspace_id,
		.trunk_id = row->trunk_id,
		.name = row->name,
		.host = row->host,
		.transport = row->transport,
		.auth_user = row->auth_user,
		.auth_password = row->auth_password,
		.port = row->port,
		.channels = row->channels,
		.cps = row->cps,
		.srtp = row->srtp != 0,
		.enabled = row->enabled != 0,
		.registers = row->registers != 0,
		.privacy = row->privacy != 0,
		.rank = row->rank,
		.probe_s = row->probe_s,
		.prefixes = row->prefixes,
		.proxy = row->proxy,
		.from_user = row->from_user,
		.from_domain = row->from_domain,
		.identity = row->identity,
		.external_address = row->external_address,
	};
}

bool trunk_get(struct db *db, int64_t workspace_id, int64_t trunk_id, struct trunk *out)
{
	struct trunk_list_row row;

	if (!DB_ROW(db, trunk_get, &row, .workspace_id = workspace_id, .trunk_id = trunk_id))
		return false;
	*out = trunk_of(&row);
	return true;
}

void trunks_each(struct db *db, void (*each)(void *arg, const struct trunk *t), void *arg)
{
	DB_EACH(db, trunk_list, row) {
		struct trunk t = trunk_of(row);

		each(arg, &t);
	}
}
