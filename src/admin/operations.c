#include "admin/operation.h"

#include "api/paging.h"
#include "api/validate.h"
#include "base/clock.h"
#include "core/phone.h"
#include "store/accounts.h"
#include "store/db.h"
#include "store/rulebook.h"

#include <glib.h>
#include <string.h>

/* Each ends with a row without a name. */
static const struct operation *const nouns[] = {
	companies_operations, users_operations,    sites_operations,     numbers_operations,
	keys_operations,      suppress_operations, campaigns_operations, trunks_operations,
	leads_operations,     messages_operations, assessments_operations, assessment_senders_operations, workspaces_operations,
	attempts_operations,  recovery_operations, webhooks_operations,  people_operations,
	clock_operations,     explain_operations,   providers_operations, transcripts_operations,
	prompts_operations,
};

void operation_each(void (*each)(void *arg, const struct operation *o), void *arg)
{
	for (size_t i = 0; i < G_N_ELEMENTS(nouns); i++)
		for (const struct operation *o = nouns[i]; o->name; o++)
			each(arg, o);
}

const struct operation *operation_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(nouns); i++)
		for (const struct operation *o = nouns[i]; o->name; o++)
			if (strcmp(o->name, name) == 0)
				return o;
	return NULL;
}

/* ---- running ---- */

static int find_country(struct op *op)
{
	op->country = company_country(op->db, op->company_id);
	return op->country ? 0 : problem_set(op->problem, PROBLEM_NOT_FOUND, "there is no such company");
}

int op_for_key(struct op *op, int64_t company_id, int64_t user_id, int64_t workspace_id, bool live)
{
	op->by_key = true;
	op->company_id = company_id;
	op->user_id = user_id;
	op->workspace[0] = (struct op_workspace){ workspace_id, live };
	op->n_workspaces = 1;
	return find_country(op);
}

int op_for_owner(struct op *op, const struct operation *o, const char *mode)
{
	if (!account_first(op->db, &op->company_id, &op->user_id))
		return problem_set(op->problem, PROBLEM_NOT_FOUND, "there is no company yet: run `callsheet init`");
	if (!mode && o->modes == OP_TEST)
		mode = "test";
	for (int live = 1; live >= 0; live--)
		if (!mode || strcmp(mode, op_mode(live)) == 0)
			op->workspace[op->n_workspaces++] =
				(struct op_workspace){ workspace_of(op->db, op->company_id, live), live };
	return find_country(op);
}

int op_run_checked(struct op *op, const struct operation *o, const void *in)
{
	op->in = in;
	if (!op->faults)
		op->faults = faults_new(op->arena);
	return o->run(op) == 0 && op->faults->n == 0 && op->problem->kind == PROBLEM_NONE ? 0 : -1;
}

int op_run(struct op *op, const struct operation *o, const json_t *args)
{
	static const struct shape nothing = { .size = 1 };
	const void *in;

	op->faults = faults_new(op->arena);
	in = validate_body(o->in ? o->in : &nothing, args, op->faults);
	return op->faults->n == 0 ? op_run_checked(op, o, in) : -1;
}

/* ---- for the nouns ---- */

int op_fault(struct op *op, const char *key, const char *tail)
{
	faults_add(op->faults, key, arena_printf(op->arena, "\"%s\" %s", key, tail));
	return -1;
}

int op_missing(struct op *op, const char *what, int64_t id)
{
	return problem_set(op->problem, PROBLEM_NOT_FOUND, "there is no %s %lld", what, (long long)id);
}

const char *op_number(struct op *op, const char *key, const char *text)
{
	char *number = arena_alloc(op->arena, PHONE_SIZE);

	if (phone_e164(op->db->rulebook->plan, text, op->country, number))
		return number;
	op_fault(op, key, "must be a possible telephone number");
	return NULL;
}

const char *op_check_country(const char *text)
{
	return strlen(text) == 2 && g_ascii_isupper(text[0]) && g_ascii_isupper(text[1]) ?
		       NULL : "must be an ISO 3166 country code of two capital letters";
}

const char *op_mode(bool live)
{
	return live ? "live" : "test";
}

json_t *op_time(int64_t wall_ms)
{
	char iso[CLOCK_ISO_SIZE];

	return wall_ms == DB_NULL ? json_null() : json_string(clock_iso(wall_ms, iso));
}

struct op_page op_page(struct opt_int page, struct opt_int limit)
{
	struct paging p = paging_of(page, limit);

	return (struct op_page){ .page = p.page, .limit = p.limit, .skip = p.offset, .left = p.limit };
}

int64_t op_page_take(struct op_page *p, int64_t n, int64_t *offset)
{
	int64_t take = CLAMP(n - p->skip, 0, p->left);

	*offset = p->skip;
	p->skip = MAX(p->skip - n, 0);
	p->left -= take;
	p->total += n;
	return take;
}

json_t *op_pagination(const struct op_page *p)
{
	return json_pack("{s:I,s:I,s:I,s:I}", "page", (json_int_t)p->page, "limit", (json_int_t)p->limit, "total",
			 (json_int_t)p->total, "totalPages", (json_int_t)((p->total + p->limit - 1) / p->limit));
}
