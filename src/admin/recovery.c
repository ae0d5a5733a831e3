/* A server on a restored copy: where it stands, and the operator's word that it may dial again. */
#include "admin/operation.h"
#include "api/validate.h"
#include "store/accounts.h"
#include "store/copies.h"
#include "store/db.h"
#include "store/review.h"
#include "store/suppressions.h"

#include <glib.h>
#include <string.h>

struct confirm_in {
	const char *opt_outs;
	struct opt_bool none;
};

static const struct field confirm_fields[] = {
	FIELD_STRING(struct confirm_in, opt_outs, "optOuts", .flags = FIELD_EMPTY_OK),
	FIELD_BOOLEAN(struct confirm_in, none, "noOptOuts"),
};
static const struct shape confirm_shape = SHAPE(struct confirm_in, confirm_fields);

static int show(struct op *op)
{
	struct recovering r;

	recovery_state(op->db, &r);
	op->answer = json_pack("{s:s,s:o,s:o,s:I,s:I}", "state", r.copied_at ? "in recovery: nothing is dialled" : "normal",
			       "copiedAt", op_time(r.copied_at ? r.copied_at : DB_NULL), "restoredAt",
			       op_time(r.restored_at ? r.restored_at : DB_NULL), "presumedCalled",
			       (json_int_t)r.presumed, "forReview", (json_int_t)unknown_count_all(op->db));
	return 0;
}

/* ---- the opt-outs of the time between ---- */

struct list {
	struct op *op;
	const struct suppression *s;
	int added;
};

static void add_to(void *arg, int64_t workspace_id, bool is_live)
{
	struct list *l = arg;

	(void)is_live;
	l->added += suppression_add(l->op->db, workspace_id, l->s);
}

/* One number or e-mail address a line; a word in the heading of a column is none of both. -1 with the fault. */
static int add_opt_outs(struct op *op, const char *text, int *added)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (int i = 0; lines[i]; i++) {
		struct suppression s = { .scope = SUPPRESS_ALL, .reason = "OPTED_OUT", .created_at = op->now };
		struct list l = { op, &s, 0 };

		g_strstrip(lines[i]);
		if (!lines[i][0] || lines[i][0] == '#')
			continue;
		if (!op_target(op, lines[i], &s))
			return op_fault(op, "optOuts", arena_printf(op->arena, "has \"%s\" in line %d, which is neither a "
								    "telephone number nor an e-mail address", lines[i],
								    i + 1));
		workspaces_each(op->db, add_to, &l);
		*added += l.added > 0;
	}
	return 0;
}

static int confirm(struct op *op)
{
	const struct confirm_in *in = op->in;
	struct recovering r;
	int added = 0;

	recovery_state(op->db, &r);
	if (!r.copied_at)
		return problem_set(op->problem, PROBLEM_CONFLICT, "there is nothing to confirm: the server is not in recovery");
	if (!r.restored_at)
		return problem_set(op->problem, PROBLEM_CONFLICT, "no server has run on the restored copy yet: start it first, "
				   "so that it can say who may have been called");
	if (!in->opt_outs == !OPT_OR(in->none, false))
		return problem_set(op->problem, PROBLEM_INVALID, "say who has opted out since the copy was made, with "
				   "--opt-outs FILE, or that nobody has, with --no-opt-outs");
	if (in->opt_outs && add_opt_outs(op, in->opt_outs, &added) != 0)
		return -1;
	recovery_over(op->db);
	op->answer = json_pack("{s:i,s:I}", "optOutsAdded", added, "forReview", (json_int_t)unknown_count_all(op->db));
	op->change.what = CHANGE_RECOVERED;
	return 0;
}

/* ---- rows ---- */

static const struct op_option confirm_options[] = {
	{ "opt-outs", "optOuts", .arg = "FILE", .doc = "who has opted out since the copy: a number or e-mail a line",
	  .file = true },
	{ "no-opt-outs", "noOptOuts", .constant = "true", .doc = "nobody has" },
	{ 0 },
};
static const struct op_column shown[] = {
	{ "state", "state" }, { "copiedAt", "copy made" }, { "restoredAt", "first run" },
	{ "presumedCalled", "may have been called since" }, { "forReview", "for review" }, { 0 },
};

/* Not over HTTP: it is about the whole server, and a key is one workspace's. */
const struct operation recovery_operations[] = {
	{ "recovery.show", show, .reads = true, .columns = shown, .doc = "whether the server runs on a restored copy" },
	{ "recovery.confirm", confirm, &confirm_shape, .options = confirm_options,
	  .said = "The server dials again. {optOutsAdded} opt-outs were added; {forReview} attempts are for review.",
	  .doc = "end the recovery from a restored copy: dial again" },
	{ 0 },
};
