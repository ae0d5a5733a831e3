/* API keys: create, list, revoke, rotate. */
#include "admin/operation.h"
#include "store/accounts.h"
#include "store/db.h"

#include <glib.h>
#include <string.h>

#define ADMIN "/v1/admin/keys"

struct create_in {
	struct opt_int user_id;
	const char *scope;
};

static const char *const scopes[] = { "partner", "admin", NULL };

static const struct field create_fields[] = {
	FIELD_INTEGER(struct create_in, user_id, "userId", .min = BOUND(1)),
	FIELD_ENUM(struct create_in, scope, "scope", .names = scopes),
};
static const struct shape create_shape = SHAPE(struct create_in, create_fields);

struct key_in {
	struct opt_int key_id;
};

static const struct field key_fields[] = {
	FIELD_INTEGER(struct key_in, key_id, "keyId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
};
static const struct shape key_shape = SHAPE(struct key_in, key_fields);

static const char *scope_name(bool admin)
{
	return scopes[admin];
}

static int create_for(struct op *op, const struct op_workspace *ws, int64_t user_id, bool admin)
{
	struct user_shown u;
	char key[TOKEN_KEY_SIZE];
	int64_t id;

	if (!user_get(op->db, op->company_id, user_id, &u))
		return op_missing(op, "user", user_id);
	if (!u.active)
		return problem_set(op->problem, PROBLEM_CONFLICT, "user %lld is disabled", (long long)user_id);
	id = key_create(op->db, ws->id, op->company_id, user_id, ws->live, admin, op->now, key);
	op->answer = json_pack("{s:I,s:I,s:s,s:s,s:s}", "keyId", (json_int_t)id, "userId", (json_int_t)user_id, "key",
			       key, "mode", op_mode(ws->live), "scope", scope_name(admin));
	op->change.what = CHANGE_KEYS;
	return 0;
}

static int create(struct op *op)
{
	const struct create_in *in = op->in;

	return create_for(op, &op->workspace[0], OPT_OR(in->user_id, op->user_id),
			  in->scope && strcmp(in->scope, scope_name(true)) == 0);
}

static void add_key(void *arg, const struct key_shown *k)
{
	g_autofree char *hint = g_strdup_printf("sk_%s_…%s", op_mode(k->live), k->hint);

	json_array_append_new(arg, json_pack("{s:I,s:s,s:s,s:s,s:I,s:b,s:o}", "keyId", (json_int_t)k->key_id, "key",
					     hint, "mode", op_mode(k->live), "scope", scope_name(k->admin), "userId",
					     (json_int_t)k->user_id, "active", (int)k->active, "createdAt",
					     op_time(k->created_at)));
}

static int list(struct op *op)
{
	json_t *rows = json_array();

	for (int i = 0; i < op->n_workspaces; i++)
		keys_each(op->db, op->workspace[i].id, add_key, rows);
	op->answer = json_pack("{s:o}", "keys", rows);
	return 0;
}

/* The workspace an active key is of; NULL with the problem set. */
static const struct op_workspace *revoke_in(struct op *op, int64_t key_id)
{
	for (int i = 0; i < op->n_workspaces; i++)
		if (key_revoke(op->db, op->workspace[i].id, key_id))
			return &op->workspace[i];
	op_missing(op, "active key", key_id);
	return NULL;
}

static int revoke_key(struct op *op)
{
	const struct key_in *in = op->in;

	if (!revoke_in(op, in->key_id.v))
		return -1;
	op->change.what = CHANGE_KEYS;
	op->answer = json_pack("{s:I,s:b}", "keyId", (json_int_t)in->key_id.v, "active", 0);
	return 0;
}

static int rotate(struct op *op)
{
	const struct key_in *in = op->in;
	const struct op_workspace *ws = revoke_in(op, in->key_id.v);
	struct key_shown k;

	if (!ws || !key_get(op->db, ws->id, in->key_id.v, &k))
		return -1;
	return create_for(op, ws, k.user_id, k.admin);
}

static const struct op_option create_options[] = {
	{ "user", "userId", .arg = "ID", .doc = "whom it acts for (the first user)" },
	{ "scope", "scope", .arg = "partner|admin", .doc = "what it opens (partner)" },
	{ "admin", "scope", "admin", .doc = "the same as --scope admin" },
	{ 0 },
};
static const struct op_column columns[] = { { "keyId", "ID" }, { "key", "KEY" }, { "scope", "SCOPE" },
					    { "userId", "USER" }, { "active", "ACTIVE" }, { "createdAt", "CREATED" },
					    { 0 } };

const struct operation keys_operations[] = {
	{ "keys.create", create, &create_shape, .modes = OP_TEST, .method = "POST", .path = ADMIN, .creates = true,
	  .location = ADMIN "/{keyId}", .secret = true, .options = create_options, .said = "{key}",
	  .doc = "a new API key, shown once" },
	{ "keys.list", list, .reads = true, .modes = OP_BOTH, .method = "GET", .path = ADMIN, .list = "keys",
	  .columns = columns, .doc = "the keys there are" },
	{ "keys.revoke", revoke_key, &key_shape, .modes = OP_BOTH, .method = "DELETE", .path = ADMIN "/:keyId",
	  .operands = { { "keyId", "ID" } }, .said = "The key {keyId} opens nothing any more.",
	  .doc = "switch a key off, at once and for good" },
	{ "keys.rotate", rotate, &key_shape, .modes = OP_BOTH, .method = "POST", .path = ADMIN "/:keyId/rotate",
	  .creates = true, .location = ADMIN "/{keyId}", .secret = true, .operands = { { "keyId", "ID" } }, .said = "{key}",
	  .doc = "a new key in a key's place, shown once; the old one is off at once" },
	{ 0 },
};
