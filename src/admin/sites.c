/* Sites: add, list, edit; and who may use them. */
#include "store/sites.h"

#include "admin/operation.h"
#include "store/accounts.h"
#include "store/db.h"

#include <glib.h>
#include <string.h>

#define ADMIN "/v1/admin/sites"

struct site_in {
	struct opt_int site_id, user_id;
	const char *name, *address, *city, *region, *country, *person_number;
};

#define TEXTS                                                                                                    \
	FIELD_STRING(struct site_in, address, "address", .flags = FIELD_EMPTY_OK, .max = BOUND(500)),           \
	FIELD_STRING(struct site_in, city, "city", .flags = FIELD_EMPTY_OK, .max = BOUND(200)),                 \
	FIELD_STRING(struct site_in, region, "state", .flags = FIELD_EMPTY_OK, .max = BOUND(200)),              \
	FIELD_STRING(struct site_in, country, "country", .check = op_check_country),                            \
	FIELD_STRING(struct site_in, person_number, "personNumber", .flags = FIELD_EMPTY_OK, .max = BOUND(50))

static const struct field add_fields[] = {
	FIELD_STRING(struct site_in, name, "name", .flags = FIELD_REQUIRED, .max = BOUND(200)),
	TEXTS,
	FIELD_INTEGER(struct site_in, user_id, "userId", .min = BOUND(1)),
};
static const struct shape add_shape = SHAPE(struct site_in, add_fields);

static const struct field edit_fields[] = {
	FIELD_INTEGER(struct site_in, site_id, "siteId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
	FIELD_STRING(struct site_in, name, "name", .max = BOUND(200)),
	TEXTS,
};
static const struct shape edit_shape = SHAPE(struct site_in, edit_fields);

struct assign_in {
	struct opt_int site_id, user_id;
	struct opt_bool primary;
};

static const struct field assign_fields[] = {
	FIELD_INTEGER(struct assign_in, site_id, "siteId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
	FIELD_INTEGER(struct assign_in, user_id, "userId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
	FIELD_BOOLEAN(struct assign_in, primary, "isPrimary"),
};
static const struct shape assign_shape = SHAPE(struct assign_in, assign_fields);
static const struct shape unassign_shape = { .fields = assign_fields, .n = 2, .size = sizeof(struct assign_in) };

/* ---- showing ---- */

static void add_user(void *arg, int64_t user_id, bool primary)
{
	json_array_append_new(arg, json_pack("{s:I,s:b}", "userId", (json_int_t)user_id, "isPrimary", (int)primary));
}

static json_t *site_json(const struct op *op, const struct site *s)
{
	json_t *users = json_array();

	site_users_each(op->db, op->company_id, s->site_id, add_user, users);
	return json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:o}", "companySiteId", (json_int_t)s->site_id, "name", s->name,
			 "address", s->address, "city", s->city, "state", s->region, "country", s->country,
			 "personNumber", s->person_number, "users", users);
}

static int show(struct op *op, int64_t site_id)
{
	struct site s;

	if (!site_get(op->db, op->company_id, site_id, &s))
		return op_missing(op, "site", site_id);
	op->answer = site_json(op, &s);
	return 0;
}

struct listing {
	const struct op *op;
	json_t *rows;
};

static void add_site(void *arg, const struct site *s)
{
	const struct listing *l = arg;

	json_array_append_new(l->rows, site_json(l->op, s));
}

static int list(struct op *op)
{
	struct listing l = { op, json_array() };

	sites_each_of(op->db, op->company_id, add_site, &l);
	op->answer = json_pack("{s:o}", "sites", l.rows);
	return 0;
}

/* ---- changing ---- */

static const char *or_else(const char *said, const char *otherwise)
{
	return said ? said : otherwise;
}

/* E.164, or "" for none; -1 with the fault when it is no number. */
static int take_person(struct op *op, const char *said, struct site *s)
{
	if (said)
		s->person_number = said[0] ? op_number(op, "personNumber", said) : "";
	return s->person_number || !said ? 0 : -1;
}

static int add(struct op *op)
{
	const struct site_in *in = op->in;
	int64_t user = OPT_OR(in->user_id, op->user_id);
	struct user_shown u;
	struct site s = { .name = in->name, .address = or_else(in->address, ""), .city = or_else(in->city, ""),
			  .region = or_else(in->region, ""), .country = or_else(in->country, op->country) };

	if (!user_get(op->db, op->company_id, user, &u))
		return op_missing(op, "user", user);
	if (take_person(op, in->person_number, &s) != 0)
		return -1;
	s.site_id = site_next_id(op->db);
	site_add(op->db, op->company_id, &s, op->now);
	site_assign(op->db, op->company_id, s.site_id, user, false);
	return show(op, s.site_id);
}

static int edit(struct op *op)
{
	const struct site_in *in = op->in;
	struct site s;

	if (!site_get(op->db, op->company_id, in->site_id.v, &s))
		return op_missing(op, "site", in->site_id.v);
	s.name = or_else(in->name, s.name);
	s.address = or_else(in->address, s.address);
	s.city = or_else(in->city, s.city);
	s.region = or_else(in->region, s.region);
	s.country = or_else(in->country, s.country);
	if (take_person(op, in->person_number, &s) != 0)
		return -1;
	site_update(op->db, op->company_id, &s);
	return show(op, s.site_id);
}

static int assign(struct op *op)
{
	const struct assign_in *in = op->in;
	struct user_shown u;
	struct site s;

	if (!site_get(op->db, op->company_id, in->site_id.v, &s))
		return op_missing(op, "site", in->site_id.v);
	if (!user_get(op->db, op->company_id, in->user_id.v, &u))
		return op_missing(op, "user", in->user_id.v);
	site_assign(op->db, op->company_id, s.site_id, u.user_id, OPT_OR(in->primary, false));
	return show(op, s.site_id);
}

static int unassign(struct op *op)
{
	const struct assign_in *in = op->in;

	if (!site_unassign(op->db, op->company_id, in->site_id.v, in->user_id.v))
		return problem_set(op->problem, PROBLEM_NOT_FOUND, "user %lld has no site %lld",
				   (long long)in->user_id.v, (long long)in->site_id.v);
	return show(op, in->site_id.v);
}

/* ---- rows ---- */

#define TEXT_OPTIONS                                                                       \
	{ "address", "address", .arg = "TEXT", .doc = "street and number" },              \
	{ "city", "city", .arg = "TEXT", .doc = "the city" },                             \
	{ "state", "state", .arg = "TEXT", .doc = "the state, or region" },               \
	{ "country", "country", .arg = "US", .doc = "two letters; numbers without a country code are read as its" }, \
	{ "person-number", "personNumber", .arg = "E164", .doc = "where 0 puts people through; \"\": as the workspace says" }

static const struct op_option add_options[] = {
	{ "name", "name", .arg = "NAME", .doc = "what the site is called", .required = true },
	TEXT_OPTIONS,
	{ "user", "userId", .arg = "ID", .doc = "who may use it (the first user)" },
	{ 0 },
};
static const struct op_option edit_options[] = {
	{ "name", "name", .arg = "NAME", .doc = "what the site is called" },
	TEXT_OPTIONS,
	{ 0 },
};
static const struct op_option assign_options[] = {
	{ "primary", "isPrimary", "true", .doc = "as the user's primary site" },
	{ 0 },
};
static const struct op_column columns[] = { { "companySiteId", "ID" }, { "name", "NAME" }, { "city", "CITY" },
					    { "state", "STATE" }, { "country", "COUNTRY" }, { "users", "USERS" },
					    { 0 } };

#define SAID "The site {companySiteId}, {name}, may be used by user {users}."

const struct operation sites_operations[] = {
	{ "sites.add", add, &add_shape, .method = "POST", .path = ADMIN, .creates = true,
	  .location = ADMIN "/{companySiteId}", .options = add_options,
	  .said = SAID, .doc = "a new site" },
	{ "sites.list", list, .reads = true, .method = "GET", .path = ADMIN, .list = "sites", .columns = columns,
	  .doc = "the sites there are, and who may use them" },
	{ "sites.edit", edit, &edit_shape, .method = "PATCH", .path = ADMIN "/:siteId",
	  .operands = { { "siteId", "ID" } }, .options = edit_options, .said = "The site {companySiteId} is {name}.",
	  .doc = "change a site" },
	{ "sites.assign", assign, &assign_shape, .method = "PUT", .path = ADMIN "/:siteId/users/:userId",
	  .operands = { { "siteId", "SITE" }, { "userId", "USER" } }, .options = assign_options, .said = SAID,
	  .doc = "let a user use a site" },
	{ "sites.unassign", unassign, &unassign_shape, .method = "DELETE", .path = ADMIN "/:siteId/users/:userId",
	  .operands = { { "siteId", "SITE" }, { "userId", "USER" } },
	  .said = "The site {companySiteId} may be used by user {users}.", .doc = "take that away again" },
	{ 0 },
};
