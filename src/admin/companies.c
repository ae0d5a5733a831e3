/* Companies: list, disable, enable. Not over HTTP: a key belongs to one of them. */
#include "admin/operation.h"
#include "store/accounts.h"

struct company_in {
	struct opt_int company_id;
};

static const struct field company_fields[] = {
	FIELD_INTEGER(struct company_in, company_id, "companyId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
};
static const struct shape company_shape = SHAPE(struct company_in, company_fields);

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

static const struct op_column columns[] = { { "companyId", "ID" }, { "name", "NAME" }, { "country", "COUNTRY" },
					    { "active", "ACTIVE" }, { "createdAt", "CREATED" }, { 0 } };

const struct operation companies_operations[] = {
	{ "companies.list", list, .reads = true, .list = "companies", .columns = columns,
	  .doc = "the companies there are" },
	{ "companies.disable", disable, .in = &company_shape, .operands = { { "companyId", "ID" } },
	  .said = "The keys of company {companyId} are refused from now on; calls go on until its campaigns are paused.",
	  .doc = "refuse all keys of a company (403 ACCOUNT_INACTIVE)" },
	{ "companies.enable", enable, .in = &company_shape, .operands = { { "companyId", "ID" } },
	  .said = "The keys of company {companyId} work again.", .doc = "take them again" },
	{ 0 },
};
