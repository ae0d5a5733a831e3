/* Users: add, list, disable, enable. A key acts for a user; it is refused while the user is disabled. */
#include "admin/operation.h"
#include "store/accounts.h"
#include "store/db.h"

#define ADMIN "/v1/admin/users"

struct add_in {
	const char *email, *name;
};

static const struct field add_fields[] = {
	FIELD_EMAIL(struct add_in, email, "email", .flags = FIELD_REQUIRED, .max = BOUND(320)),
	FIELD_STRING(struct add_in, name, "name", .flags = FIELD_EMPTY_OK, .max = BOUND(200)),
};
static const struct shape add_shape = SHAPE(struct add_in, add_fields);

struct user_in {
	struct opt_int user_id;
};

static const struct field user_fields[] = {
	FIELD_INTEGER(struct user_in, user_id, "userId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
};
static const struct shape user_shape = SHAPE(struct user_in, user_fields);

static json_t *user_json(const struct user_shown *u)
{
	return json_pack("{s:I,s:s,s:s,s:b,s:o}", "userId", (json_int_t)u->user_id, "email", u->email, "name", u->name,
			 "active", (int)u->active, "createdAt", op_time(u->created_at));
}

static int show(struct op *op, int64_t user_id)
{
	struct user_shown u;

	if (!user_get(op->db, op->company_id, user_id, &u))
		return op_missing(op, "user", user_id);
	op->answer = user_json(&u);
	return 0;
}

static int add(struct op *op)
{
	const struct add_in *in = op->in;
	int64_t id = user_add(op->db, op->company_id, in->email, in->name ? in->name : "", op->now);

	if (id == 0)
		return problem_set(op->problem, PROBLEM_CONFLICT, "there is a user %s already", in->email);
	return show(op, id);
}

static void add_user(void *arg, const struct user_shown *u)
{
	json_array_append_new(arg, user_json(u));
}

static int list(struct op *op)
{
	json_t *rows = json_array();

	users_each(op->db, op->company_id, add_user, rows);
	op->answer = json_pack("{s:o}", "users", rows);
	return 0;
}

static int set_active(struct op *op, bool active)
{
	const struct user_in *in = op->in;

	if (op->by_key && !active && in->user_id.v == op->user_id)
		return problem_set(op->problem, PROBLEM_CONFLICT, "a key cannot disable its own user");
	user_set_active(op->db, op->company_id, in->user_id.v, active);
	op->change.what = CHANGE_KEYS;
	return show(op, in->user_id.v);
}

static int disable(struct op *op)
{
	return set_active(op, false);
}

static int enable(struct op *op)
{
	return set_active(op, true);
}

static int remove_user(struct op *op)
{
	const struct user_in *in = op->in;

	if (op->by_key && in->user_id.v == op->user_id)
		return problem_set(op->problem, PROBLEM_CONFLICT, "a key cannot remove its own user");
	if (show(op, in->user_id.v) != 0)
		return -1;
	if (user_count(op->db, op->company_id) == 1)
		return problem_set(op->problem, PROBLEM_CONFLICT, "user %lld is the last one of the company",
				   (long long)in->user_id.v);
	user_remove(op->db, op->company_id, in->user_id.v);
	op->change.what = CHANGE_KEYS;
	return 0;
}

static const struct op_option add_options[] = {
	{ "email", "email", .arg = "ADDRESS", .doc = "the user's e-mail address", .required = true },
	{ "name", "name", .arg = "NAME", .doc = "what the user is called" },
	{ 0 },
};
static const struct op_column columns[] = { { "userId", "ID" }, { "email", "E-MAIL" }, { "name", "NAME" },
					    { "active", "ACTIVE" }, { "createdAt", "CREATED" }, { 0 } };

const struct operation users_operations[] = {
	{ "users.add", add, &add_shape, .method = "POST", .path = ADMIN, .creates = true,
	  .location = ADMIN "/{userId}", .options = add_options,
	  .said = "The user {email} has the id {userId}.", .doc = "a new user of the company" },
	{ "users.list", list, .reads = true, .method = "GET", .path = ADMIN, .list = "users", .columns = columns,
	  .doc = "the users there are" },
	{ "users.disable", disable, &user_shape, .method = "POST", .path = ADMIN "/:userId/disable",
	  .operands = { { "userId", "ID" } }, .said = "The keys of {email} are refused from now on.",
	  .doc = "refuse all keys of a user (403 FORBIDDEN)" },
	{ "users.enable", enable, &user_shape, .method = "POST", .path = ADMIN "/:userId/enable",
	  .operands = { { "userId", "ID" } }, .said = "The keys of {email} work again.", .doc = "take them again" },
	{ "users.remove", remove_user, &user_shape, .method = "DELETE", .path = ADMIN "/:userId",
	  .operands = { { "userId", "ID" } }, .said = "{email} does not belong to the company any more; the keys are refused.",
	  .doc = "a user leaves the company; the keys are refused for good (403 FORBIDDEN)" },
	{ 0 },
};
