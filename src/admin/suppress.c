/* Who must not be called: add, import, list, remove. */
#include "admin/operation.h"
#include "api/paging.h"
#include "api/validate.h"
#include "core/fold.h"
#include "core/phone.h"
#include "store/db.h"
#include "store/rulebook.h"
#include "store/suppressions.h"

#include <glib.h>
#include <string.h>

#define ADMIN "/v1/admin/suppressions"

enum { ENTRIES_MAX = 10000, TARGET_MAX = 320 };

struct entry_in {
	const char *target, *scope, *reason;
};

static const char *check_scope(const char *text)
{
	return suppression_scope(text) ? NULL : "must be all, campaign:ID or purpose:NAME";
}

static const struct field add_fields[] = {
	FIELD_STRING(struct entry_in, target, "target", .flags = FIELD_REQUIRED, .max = BOUND(TARGET_MAX)),
	FIELD_STRING(struct entry_in, scope, "scope", .check = check_scope),
	FIELD_STRING(struct entry_in, reason, "reason", .max = BOUND(200)),
};
static const struct shape add_shape = SHAPE(struct entry_in, add_fields);
static const struct shape target_shape = { .fields = add_fields, .n = 2, .size = sizeof(struct entry_in) };

struct import_in {
	struct list_in entries; /* const char * */
	const char *scope, *reason;
};

static const struct field entry_item = ITEM(KIND_STRING, .flags = FIELD_EMPTY_OK);
static const struct field import_fields[] = {
	FIELD_ARRAY(struct import_in, entries, const char *, "entries", &entry_item, .flags = FIELD_REQUIRED,
		    .max = BOUND(ENTRIES_MAX)),
	FIELD_STRING(struct import_in, scope, "scope", .check = check_scope),
	FIELD_STRING(struct import_in, reason, "reason", .max = BOUND(200)),
};
static const struct shape import_shape = SHAPE(struct import_in, import_fields);

struct list_query {
	const char *kind;
	struct opt_int page, limit;
};

static const char *const kinds[] = { SUPPRESS_NUMBER, SUPPRESS_EMAIL, NULL };
static const struct field list_fields[] = {
	FIELD_ENUM(struct list_query, kind, "kind", .names = kinds),
	PAGING_FIELDS(struct list_query),
};
static const struct shape list_shape = SHAPE(struct list_query, list_fields);

/* ---- one entry ---- */

bool op_target(struct op *op, const char *text, struct suppression *s)
{
	char number[PHONE_SIZE];

	if (phone_e164(op->db->rulebook->plan, text, op->country, number)) {
		s->kind = SUPPRESS_NUMBER;
		s->target = arena_strdup(op->arena, number);
		return true;
	}
	if (strlen(text) <= TARGET_MAX && validate_email(text)) {
		g_autofree char *key = fold_text(text);

		s->kind = SUPPRESS_EMAIL;
		s->target = arena_strdup(op->arena, key);
		return true;
	}
	return false;
}

static bool add_everywhere(struct op *op, const struct suppression *s)
{
	int added = 0;

	for (int i = 0; i < op->n_workspaces; i++)
		added += suppression_add(op->db, op->workspace[i].id, s);
	return added > 0;
}

static const char *reason_or(const char *said)
{
	return said ? said : "OPERATOR";
}

#define NEITHER "must be a telephone number or an e-mail address"

static int add(struct op *op)
{
	const struct entry_in *in = op->in;
	struct suppression s = { .scope = suppression_scope(in->scope), .reason = reason_or(in->reason),
				 .created_at = op->now };
	bool added;

	if (!op_target(op, in->target, &s))
		return op_fault(op, "target", NEITHER);
	added = add_everywhere(op, &s);
	op->answer = json_pack("{s:s,s:s,s:s,s:b}", "kind", s.kind, "target", s.target, "scope", s.scope, "added",
			       (int)added);
	return 0;
}

static int remove_entry(struct op *op)
{
	const struct entry_in *in = op->in;
	struct suppression s;
	int removed = 0;

	if (!op_target(op, in->target, &s))
		return op_fault(op, "target", NEITHER);
	for (int i = 0; i < op->n_workspaces; i++)
		removed += suppression_remove(op->db, op->workspace[i].id, s.kind, s.target, in->scope);
	if (removed == 0)
		return problem_set(op->problem, PROBLEM_NOT_FOUND, "there is no %s on the list", s.target);
	op->answer = json_pack("{s:s,s:s,s:b}", "kind", s.kind, "target", s.target, "removed", 1);
	return 0;
}

/* ---- many ---- */

static int import(struct op *op)
{
	const struct import_in *in = op->in;
	const char *const *entries = in->entries.items;
	struct suppression s = { .scope = suppression_scope(in->scope), .reason = reason_or(in->reason),
				 .created_at = op->now };
	json_t *rejected = json_array();
	json_int_t added = 0, there = 0;

	for (size_t i = 0; i < in->entries.n; i++) {
		if (!op_target(op, entries[i], &s))
			json_array_append_new(rejected, json_pack("{s:I,s:s}", "index", (json_int_t)i, "entry",
								  entries[i]));
		else if (add_everywhere(op, &s))
			added++;
		else
			there++;
	}
	op->answer = json_pack("{s:I,s:I,s:I,s:o}", "added", added, "alreadyThere", there, "invalid",
			       (json_int_t)json_array_size(rejected), "rejected", rejected);
	return 0;
}

struct listing {
	json_t *rows;
	bool live;
};

static void add_row(void *arg, const struct suppression *s)
{
	const struct listing *l = arg;

	json_array_append_new(l->rows, json_pack("{s:s,s:s,s:s,s:s,s:s,s:o}", "kind", s->kind, "target", s->target,
						 "mode", op_mode(l->live), "scope", s->scope, "reason", s->reason, "createdAt",
						 op_time(s->created_at)));
}

static int list(struct op *op)
{
	const struct list_query *in = op->in;
	struct op_page p = op_page(in->page, in->limit);
	struct listing l = { .rows = json_array() };

	for (int i = 0; i < op->n_workspaces; i++) {
		int64_t offset, n = suppression_count(op->db, op->workspace[i].id, in->kind);
		int64_t take = op_page_take(&p, n, &offset);

		l.live = op->workspace[i].live;
		if (take > 0)
			suppression_page(op->db, op->workspace[i].id, in->kind, offset, take, add_row, &l);
	}
	op->answer = json_pack("{s:o,s:o}", "suppressions", l.rows, "pagination", op_pagination(&p));
	return 0;
}

/* ---- rows ---- */

static const struct op_option scope_option[] = {
	{ "scope", "scope", .arg = "SCOPE", .doc = "only this entry: all, campaign:ID or purpose:NAME (any)" },
	{ 0 },
};
static const struct op_option add_options[] = {
	{ "scope", "scope", .arg = "SCOPE", .doc = "from what: all (default), campaign:ID or purpose:NAME" },
	{ "reason", "reason", .arg = "TEXT", .doc = "why (OPERATOR)" },
	{ 0 },
};
static const struct op_option list_options[] = {
	{ "kind", "kind", .arg = "number|email", .doc = "only these" },
	{ "page", "page", .arg = "N", .doc = "from 1" },
	{ "limit", "limit", .arg = "N", .doc = "rows a page (20, at most 100)" },
	{ 0 },
};
static const struct op_column columns[] = { { "kind", "KIND" }, { "target", "WHO" }, { "mode", "MODE" },
					    { "scope", "SCOPE" }, { "reason", "REASON" }, { "createdAt", "SINCE" }, { 0 } };
#define TARGET_OPERAND { { "target", "NUMBER|E-MAIL" } }

const struct operation suppress_operations[] = {
	{ "suppress.add", add, &add_shape, .modes = OP_BOTH, .method = "POST", .path = ADMIN, .creates = true,
	  .location = ADMIN "/{target}",
	  .operands = TARGET_OPERAND, .options = add_options, .said = "Nobody calls {target} from now on.",
	  .doc = "somebody who must not be called" },
	{ "suppress.import", import, &import_shape, .modes = OP_BOTH, .method = "POST", .path = ADMIN "/import",
	  .unlisted = true, .doc = "many of them" },
	{ "suppress.list", list, &list_shape, .reads = true, .modes = OP_BOTH, .method = "GET", .path = ADMIN,
	  .options = list_options, .list = "suppressions", .columns = columns, .doc = "who must not be called" },
	{ "suppress.remove", remove_entry, &target_shape, .modes = OP_BOTH, .method = "DELETE",
	  .path = ADMIN "/*target", .operands = TARGET_OPERAND, .options = scope_option,
	  .said = "{target} may be called again.",
	  .doc = "take somebody off the list" },
	{ 0 },
};
