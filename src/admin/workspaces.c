/* The workspaces: what each may do to people and at what cost (core/limits.h), and what it has called today. */
#include "admin/operation.h"
#include "core/limits.h"
#include "store/ai.h"
#include "store/workspace_clock.h"
#include "store/workspaces.h"

#include <glib.h>

#define ADMIN "/v1/admin/workspaces"

enum { MINUTE_MS = 60000 };

struct workspace_in {
	struct opt_int workspace_id;
	const json_t *settings;
};

static const char *check_settings(const json_t *value)
{
	return json_object_size(value) == 0 ? "must have at least 1 key" : NULL;
}

static const struct field set_fields[] = {
	FIELD_INTEGER(struct workspace_in, workspace_id, "workspaceId", .min = BOUND(1)),
	FIELD_OPEN_OBJECT(struct workspace_in, settings, "settings", .flags = FIELD_REQUIRED,
			  .check_json = check_settings),
};
static const struct shape set_shape = SHAPE(struct workspace_in, set_fields);
static const struct shape show_shape = { .fields = set_fields, .n = 1, .size = sizeof(struct workspace_in) };

/* ---- reading ---- */

/* As a program wants them, {name: value}, and as a person does: with defaults and meanings. */
static void add_settings(struct op *op, const struct op_workspace *w, json_t *answer)
{
	json_t *values = json_object(), *described = json_array();
	const struct limit *l;

	for (size_t i = 0; (l = limit_at(i)); i++) {
		const char *set = workspace_setting(op->db, w->id, l->name), *otherwise = w->live ? l->live : l->test;

		json_object_set_new(values, l->name, json_string(set ? set : otherwise));
		json_array_append_new(described, json_pack("{s:s,s:s,s:s,s:s}", "name", l->name, "value",
							   set ? set : otherwise, "default", otherwise, "meaning",
							   l->doc));
	}
	json_object_set_new(answer, "settings", values);
	json_object_set_new(answer, "described", described);
}

/* "calling_hours=09:00-17:00 countries=own,CA": what differs from the defaults. */
static json_t *changed_of(struct op *op, const struct op_workspace *w)
{
	g_autoptr(GString) s = g_string_new(NULL);
	const struct limit *l;

	for (size_t i = 0; (l = limit_at(i)); i++) {
		const char *set = workspace_setting(op->db, w->id, l->name);

		if (set)
			g_string_append_printf(s, "%s%s=%s", s->len ? " " : "", l->name, set);
	}
	return json_string(s->str);
}

static json_t *workspace_row(struct op *op, const struct op_workspace *w)
{
	struct workspace_today today = workspace_today(op->db, w->id, workspace_now(op->db, w->id, op->now));

	return json_pack("{s:I,s:s,s:I,s:I}", "workspaceId", (json_int_t)w->id, "mode", op_mode(w->live), "callsToday",
			 (json_int_t)today.calls, "minutesToday", (json_int_t)(today.talk_ms / MINUTE_MS));
}

static int list(struct op *op)
{
	json_t *rows = json_array();

	for (int i = 0; i < op->n_workspaces; i++) {
		json_t *row = workspace_row(op, &op->workspace[i]);

		json_object_set_new(row, "changed", changed_of(op, &op->workspace[i]));
		json_array_append_new(rows, row);
	}
	op->answer = json_pack("{s:o}", "workspaces", rows);
	return 0;
}

/* The one workspace of the run: the key's, whose id the path must have, or the one a command names. */
static const struct op_workspace *named(struct op *op, const struct workspace_in *in)
{
	if (in->workspace_id.set ? op->workspace[0].id == in->workspace_id.v : op->n_workspaces == 1)
		return &op->workspace[0];
	if (in->workspace_id.set)
		op_missing(op, "workspace", in->workspace_id.v);
	else
		op_fault(op, "mode", "must be one of [live, test]");
	return NULL;
}

static int answer_with(struct op *op, const struct op_workspace *w)
{
	op->answer = workspace_row(op, w);
	add_settings(op, w, op->answer);
	return 0;
}

static int show(struct op *op)
{
	const struct workspace_in *in = op->in;
	const struct op_workspace *w = named(op, in);

	return w ? answer_with(op, w) : -1;
}

/* ---- setting ---- */

/* A value as text: null is the default. NULL when it is neither text nor a whole number. */
static const char *value_text(struct op *op, const json_t *value)
{
	if (json_is_null(value))
		return "";
	if (json_is_integer(value))
		return arena_printf(op->arena, "%lld", (long long)json_integer_value(value));
	return json_string_value(value);
}

static void set_one(struct op *op, const struct op_workspace *w, const char *name, const json_t *value)
{
	const char *text = value_text(op, value), *path = arena_printf(op->arena, "settings.%s", name);
	struct problem p = { 0 };

	if (!text)
		faults_add(op->faults, path, arena_printf(op->arena, "\"%s\" must be text, a whole number or null", path));
	else if (workspace_set(op->db, w->id, w->live, name, text, op->now, &p) != 0)
		faults_add(op->faults, path, arena_strdup(op->arena, p.text));
}

static int set(struct op *op)
{
	const struct workspace_in *in = op->in;
	const struct op_workspace *w = named(op, in);
	const json_t *value;
	const char *name;

	if (!w)
		return -1;
	json_object_foreach((json_t *)in->settings, name, value)
		set_one(op, w, name, value);
	if (op->faults->n)
		return -1;
	/* Who waits for what has just been changed is looked at again now. */
	workspace_wake(op->db, w->id, workspace_now(op->db, w->id, op->now));
	op->change.what = CHANGE_DUE;
	op->change.workspace_id = w->id;
	return answer_with(op, w);
}

/* ---- the attestation ---- */

struct attest_in {
	const char *name;
};

static const struct field attest_fields[] = {
	FIELD_STRING(struct attest_in, name, "name", .flags = FIELD_REQUIRED, .max = BOUND(200)),
};
static const struct shape attest_shape = SHAPE(struct attest_in, attest_fields);

static int attest(struct op *op)
{
	const struct attest_in *in = op->in;
	const struct op_workspace *w = named(op, &(struct workspace_in){ 0 });

	if (!w)
		return -1;
	attestation_put(op->db, w->id, in->name, op->now);
	workspace_wake(op->db, w->id, workspace_now(op->db, w->id, op->now));
	op->change.what = CHANGE_DUE;
	op->change.workspace_id = w->id;
	op->answer = json_pack("{s:s,s:s,s:o}", "mode", op_mode(w->live), "name", in->name, "attestedAt", op_time(op->now));
	return 0;
}

/* ---- rows ---- */

static const struct op_column list_columns[] = { { "workspaceId", "ID" }, { "mode", "MODE" }, { "callsToday", "CALLS" },
						 { "minutesToday", "MINUTES" }, { "changed", "CHANGED" }, { 0 } };
static const struct op_column setting_columns[] = { { "name", "NAME" }, { "value", "VALUE" }, { "default", "DEFAULT" },
						    { "meaning", "MEANING" }, { 0 } };
static const struct op_option attest_options[] = {
	{ "name", "name", .arg = "NAME", .doc = "who states it: your name", .required = true },
	{ 0 },
};
#define MODE_OPERAND { "mode", "live|test" }

const struct operation workspaces_operations[] = {
	{ "workspaces.list", list, .reads = true, .method = "GET", .path = ADMIN, .list = "workspaces",
	  .columns = list_columns, .doc = "live and test: today's calls and minutes, and what has been set" },
	{ "workspaces.show", show, &show_shape, .reads = true, .modes = OP_NAMED, .method = "GET", .path = ADMIN "/:workspaceId",
	  .operands = { MODE_OPERAND }, .list = "described", .columns = setting_columns,
	  .doc = "every setting of a workspace: hours, limits, countries" },
	{ "workspaces.set", set, &set_shape, .modes = OP_NAMED, .method = "PATCH", .path = ADMIN "/:workspaceId",
	  .operands = { MODE_OPERAND, { "settings", "NAME=VALUE...", .pairs = true } }, .list = "described",
	  .columns = setting_columns, .doc = "change some: calling_hours=09:00-17:00 (NAME= puts the default back)" },
	/* Not over HTTP: a person says it, not a program. */
	{ "workspaces.attest", attest, &attest_shape, .modes = OP_NAMED, .operands = { MODE_OPERAND }, .options = attest_options,
	  .said = "It is on record that {name} has stated on {attestedAt}: the people whom the {mode} workspace calls have "
		  "agreed to be called by an artificial voice.",
	  .doc = "state that those called agreed to an artificial voice: AI calls of the live workspace need it" },
	{ 0 },
};
