/* Companies: add, list, disable, enable. Not over HTTP: a key belongs to one of them. */
#include "admin/operation.h"
#include "store/accounts.h"

struct add_in {
	const char *name, *country, *number;
};

static const struct field add_fields[] = {
	FIELD_STRING(struct add_in, name, "name", .flags = FIELD_REQUIRED, .max = BOUND(200)),
	FIELD_STRING(struct add_in, country, "country", .check = op_check_country),
	FIELD_STRING(struct add_in, number, "number"),
};
static const struct shape add_shape = SHAPE(struct add_in, add_fields);

struct company_in {
	struct opt_int company_id;
};

static const struct field company_fields[] = {
	FIELD_INTEGER(struct company_in, company_id, "companyId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
};
static const struct shape company_shape = SHAPE(struct company_in, company_fields);

/* With all it needs to begin, as `callsheet init` makes the first one. */
static int add(struct op *op)
{
	const struct add_in *in = op->in;
	struct account_wish wish = { .company = in->name, .country = in->country ? in->country : op->country,
				     .test_number = ACCOUNT_TEST_NUMBER };
	struct account_keys keys;
	struct account a;

	op->country = wish.country;
	if (in->number && !(wish.number = op_number(op, "number", in->number)))
		return -1;
	account_create(op->db, &wish, op->now, &a);
	account_keys(op->db, &a, op->now, &keys);
	op->answer = json_pack("{s:I,s:I,s:I,s:s,s:s,s:s,s:s,s:s}", "companyId", (json_int_t)a.company_id, "userId",
			       (json_int_t)a.user_id, "companySiteId", (json_int_t)a.site_id, "phoneNumber",
			       wish.number ? wish.number : wish.test_number, "testKey", keys.test, "liveKey", keys.live,
			       "adminTestKey", keys.admin_test, "adminLiveKey", keys.admin_live);
	return 0;
}

static void add_company(void *arg, const struct company_shown *c)
{
	json_array_append_new(arg, json_pack("{s:I,s:s,s:s,s:b,s:o}", "companyId", (json_int_t)c->company_id, "name",
					     c->name, "country", c->country, "active", (int)c->active, "createdAt",
					     op_time(c->created_at)));
}

static int list(struct op *op)
{
	json_t *rows = json_array();

	companies_each(op->db, add_company, rows);
	op->answer = json_pack("{s:o}", "companies", rows);
	return 0;
}

static int set_active(struct op *op, bool active)
{
	const struct company_in *in = op->in;

	if (!company_set_active(op->db, in->company_id.v, active))
		return op_missing(op, "company", in->company_id.v);
	op->change.what = CHANGE_KEYS;
	op->answer = json_pack("{s:I,s:b}", "companyId", (json_int_t)in->company_id.v, "active", (int)active);
	return 0;
}

static int disable(struct op *op)
{
	return set_active(op, false);
}

static int enable(struct op *op)
{
	return set_active(op, true);
}

static const struct op_option add_options[] = {
	{ "country", "country", .arg = "US", .doc = "two letters (that of the first company)" },
	{ "number", "number", .arg = "+E164", .doc = "its own caller number, on the operator's word" },
	{ 0 },
};
static const struct op_column columns[] = { { "companyId", "ID" }, { "name", "NAME" }, { "country", "COUNTRY" },
					    { "active", "ACTIVE" }, { "createdAt", "CREATED" }, { 0 } };

const struct operation companies_operations[] = {
	{ "companies.add", add, .in = &add_shape, .operands = { { "name", "NAME" } }, .options = add_options,
	  .said = "The company has the id {companyId}, site {companySiteId}, caller number {phoneNumber}. Its keys are "
		  "shown this once: test {testKey}, live {liveKey}, admin of test {adminTestKey}, admin of live {adminLiveKey}.",
	  .doc = "a further company, with a user, a site and keys" },
	{ "companies.list", list, .reads = true, .list = "companies", .columns = columns,
	  .doc = "the companies there are" },
	{ "companies.disable", disable, .in = &company_shape, .operands = { { "companyId", "ID" } },
	  .said = "The keys of company {companyId} are refused from now on; calls go on until its campaigns are paused.",
	  .doc = "refuse all keys of a company (403 ACCOUNT_INACTIVE)" },
	{ "companies.enable", enable, .in = &company_shape, .operands = { { "companyId", "ID" } },
	  .said = "The keys of company {companyId} work again.", .doc = "take them again" },
	{ 0 },
};
