/* Companies, workspaces, keys, sites, numbers and trunks. */
#include "house.h"

static void an_account_has_all_it_needs(void **state)
{
	struct house *h = *state;
	int64_t company = 0, user = 0;

	assert_true(account_exists(h->db));
	assert_true(account_first(h->db, &company, &user));
	assert_int_equal(company, h->account.company_id);
	assert_int_equal(user, h->account.user_id);
	assert_int_equal(workspace_of(h->db, company, true), h->account.live_workspace);
	assert_int_equal(workspace_of(h->db, company, false), h->account.test_workspace);
	assert_int_equal(workspace_of(h->db, company + 1, true), 0);
	assert_string_equal(site_country(h->db, company, h->account.site_id), "US");
}

static void numbers_are_verified_where_they_may_be_used(void **state)
{
	struct house *h = *state;
	int64_t live = h->account.live_workspace, test = h->account.test_workspace;

	assert_true(caller_number_verified(h->db, live, "+15550001111"));
	assert_true(caller_number_verified(h->db, test, "+15550001111"));
	assert_true(caller_number_verified(h->db, test, "+15550002222"));
	assert_false(caller_number_verified(h->db, live, "+15550002222")); /* made up: never on a real trunk */
	assert_false(caller_number_verified(h->db, live, "+15550003333"));
}

static void an_account_without_a_number_of_its_own(void **state)
{
	struct house *h = *state;
	struct account_wish wish = { .company = "B", .country = "GB", .test_number = "+15550002222",
				     .first_site_id = 345 };
	struct account b;

	account_create(h->db, &wish, T0, &b);
	assert_int_equal(b.site_id, 345);
	assert_true(caller_number_verified(h->db, b.test_workspace, "+15550002222"));
	assert_false(caller_number_verified(h->db, b.live_workspace, "+15550002222"));
	assert_true(b.live_workspace != h->account.live_workspace);
}

static void site_ids_go_on_from_the_first(void **state)
{
	struct house *h = *state;
	struct account_wish wish = { .company = "B", .country = "GB", .test_number = "+1555", .first_site_id = 345 };
	struct account b, c;

	account_create(h->db, &wish, T0, &b);
	wish.first_site_id = 0;
	account_create(h->db, &wish, T0, &c);
	assert_int_equal(c.site_id, 346);
	wish.first_site_id = 7; /* taken ids are never given again */
	account_create(h->db, &wish, T0, &c);
	assert_int_equal(c.site_id, 347);
}

static void a_key_is_found_by_its_hash_only(void **state)
{
	struct house *h = *state;
	char key[TOKEN_KEY_SIZE], hash[TOKEN_HASH_SIZE];
	struct key_owner owner;

	key_create(h->db, h->ws, h->account.company_id, h->account.user_id, true, true, T0, key);
	token_hash(key, strlen(key), hash);
	assert_true(g_str_has_prefix(key, "sk_live_"));
	assert_true(key_find(h->db, hash, &owner));
	assert_int_equal(owner.workspace_id, h->ws);
	assert_int_equal(owner.user_id, h->account.user_id);
	assert_true(owner.admin && owner.live && owner.key_active && owner.company_active);
	assert_false(key_find(h->db, key, &owner));
	hash[0] = hash[0] == 'a' ? 'b' : 'a';
	assert_false(key_find(h->db, hash, &owner));
	assert_int_equal(ask(h, "SELECT count(*) FROM api_key WHERE key_hash = '%s' OR hint = '%s'", key, key), 0);
}

static void a_revoked_key_says_so(void **state)
{
	struct house *h = *state;
	char key[TOKEN_KEY_SIZE], hash[TOKEN_HASH_SIZE];
	struct key_owner owner;

	key_create(h->db, h->account.test_workspace, h->account.company_id, h->account.user_id, false, false, T0, key);
	token_hash(key, strlen(key), hash);
	assert_true(key_find(h->db, hash, &owner));
	assert_false(owner.admin || owner.live);
	assert_true(key_revoke(h->db, owner.workspace_id, owner.key_id));
	assert_true(key_find(h->db, hash, &owner));
	assert_false(owner.key_active);
	assert_false(key_revoke(h->db, owner.workspace_id, owner.key_id));
	assert_false(key_revoke(h->db, owner.workspace_id, owner.key_id + 1));
}

static void a_key_is_revoked_in_its_own_workspace_only(void **state)
{
	struct house *h = *state;
	char key[TOKEN_KEY_SIZE];
	int64_t id = key_create(h->db, h->account.live_workspace, h->account.company_id, h->account.user_id, true,
				false, T0, key);

	assert_false(key_revoke(h->db, h->account.test_workspace, id));
	assert_true(key_revoke(h->db, h->account.live_workspace, id));
}

static void a_key_tells_whether_its_user_is_disabled(void **state)
{
	struct house *h = *state;
	int64_t user = user_add(h->db, h->account.company_id, "ada@example.com", "Ada", T0);
	char key[TOKEN_KEY_SIZE], hash[TOKEN_HASH_SIZE];
	struct key_owner owner;

	assert_int_equal(user_add(h->db, h->account.company_id, "ADA@example.com", "", T0), 0);
	key_create(h->db, h->ws, h->account.company_id, user, true, false, T0, key);
	token_hash(key, strlen(key), hash);
	assert_true(key_find(h->db, hash, &owner) && owner.user_active);
	assert_true(user_set_active(h->db, h->account.company_id, user, false));
	assert_true(key_find(h->db, hash, &owner) && !owner.user_active && owner.key_active);
	assert_false(user_set_active(h->db, h->account.company_id + 1, user, false));
	assert_true(company_set_active(h->db, h->account.company_id, false));
	assert_true(key_find(h->db, hash, &owner) && !owner.company_active);
}

static void a_site_is_its_users_only(void **state)
{
	struct house *h = *state;
	struct account_wish wish = { .company = "B", .country = "GB", .test_number = "+1555" };
	struct account b;

	account_create(h->db, &wish, T0, &b);
	assert_string_equal(site_country_for(h->db, b.company_id, b.user_id, b.site_id), "GB");
	assert_null(site_country_for(h->db, b.company_id, h->account.user_id, b.site_id));
	assert_null(site_country_for(h->db, h->account.company_id, h->account.user_id, b.site_id));
	assert_string_equal(site_country(h->db, h->account.company_id, b.site_id), "");
}

static void count_trunk(void *arg, const struct trunk *t)
{
	*(int *)arg += strcmp(t->name, "acme") == 0 && t->channels == 30 && t->cps == 5 ? 1 : 100;
}

static void a_trunks_name_is_taken_once(void **state)
{
	struct house *h = *state;
	struct trunk t = { .workspace_id = h->ws, .name = "acme", .host = "sip.example.com", .transport = "udp",
			   .auth_user = "", .auth_password = "", .port = 5060, .channels = 30, .cps = 5 };
	int n = 0;

	assert_true(trunk_add(h->db, &t, T0) > 0);
	assert_int_equal(trunk_add(h->db, &t, T0), 0);
	trunks_each(h->db, count_trunk, &n);
	assert_int_equal(n, 1);
	t.workspace_id = h->account.test_workspace;
	assert_true(trunk_add(h->db, &t, T0) > 1); /* names are a workspace's own; 0 is the farm's id */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(an_account_has_all_it_needs),
		IN_HOUSE(numbers_are_verified_where_they_may_be_used),
		IN_HOUSE(an_account_without_a_number_of_its_own),
		IN_HOUSE(site_ids_go_on_from_the_first),
		IN_HOUSE(a_key_is_found_by_its_hash_only),
		IN_HOUSE(a_revoked_key_says_so),
		IN_HOUSE(a_key_is_revoked_in_its_own_workspace_only),
		IN_HOUSE(a_key_tells_whether_its_user_is_disabled),
		IN_HOUSE(a_site_is_its_users_only),
		IN_HOUSE(a_trunks_name_is_taken_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
