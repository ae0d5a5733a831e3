/* A person's record: all that is held, none of it any more, and that they have agreed to be called. */
#include "admin/operation.h"
#include "base/json_writer.h"
#include "store/db.h"
#include "store/people.h"
#include "store/suppressions.h"
#include "store/workspace_clock.h"

#define ADMIN "/v1/admin/people"

enum { TARGET_MAX = 320,
       SOURCE_MAX = 200,
       WORDING_MAX = 2000 };

struct person_in {
	const char *target, *source, *wording;
	struct opt_time time;
};

#define TARGET_FIELD FIELD_STRING(struct person_in, target, "target", .flags = FIELD_REQUIRED, .max = BOUND(TARGET_MAX))

static const struct field person_fields[] = { TARGET_FIELD };
static const struct shape person_shape = SHAPE(struct person_in, person_fields);
static const struct field consent_fields[] = {
	TARGET_FIELD,
	FIELD_STRING(struct person_in, source, "source", .flags = FIELD_REQUIRED, .max = BOUND(SOURCE_MAX)),
	FIELD_STRING(struct person_in, wording, "wording", .flags = FIELD_REQUIRED, .max = BOUND(WORDING_MAX)),
	FIELD_ISO_DATE(struct person_in, time, "time"),
};
static const struct shape consent_shape = SHAPE(struct person_in, consent_fields);

/* Everybody meant, of a workspace. -1: it is neither number nor address. */
static int find(struct op *op, const struct op_workspace *w, int64_t ids[PEOPLE_MOST])
{
	const struct person_in *in = op->in;
	struct suppression s;

	if (!op_target(op, in->target, &s))
		return op_fault(op, "target", "must be a telephone number or an e-mail address");
	return people_find(op->db, w->id, s.kind, s.target, ids);
}

static int nobody(struct op *op)
{
	const struct person_in *in = op->in;

	return problem_set(op->problem, PROBLEM_NOT_FOUND, "nothing is held of %s", in->target);
}

static void add_person(struct op *op, const struct op_workspace *w, int64_t talent_id, json_t *people)
{
	struct jw j;

	jw_init(&j);
	jw_object(&j);
	jw_kstr(&j, "mode", op_mode(w->live));
	person_export(op->db, w->id, talent_id, &j);
	jw_end(&j);
	json_array_append_new(people, json_loadb(j.data, j.len, JSON_ALLOW_NUL, NULL));
	jw_free(&j);
}

static int show(struct op *op)
{
	int64_t ids[PEOPLE_MOST];
	json_t *people = json_array();

	op->answer = json_pack("{s:o}", "people", people);
	for (int i = 0; i < op->n_workspaces; i++) {
		int n = find(op, &op->workspace[i], ids);

		if (n < 0)
			return -1;
		for (int k = 0; k < n; k++)
			add_person(op, &op->workspace[i], ids[k], people);
	}
	return json_array_size(people) ? 0 : nobody(op);
}

static int erase(struct op *op)
{
	int64_t ids[PEOPLE_MOST];
	json_int_t erased = 0;

	for (int i = 0; i < op->n_workspaces; i++) {
		const struct op_workspace *w = &op->workspace[i];
		int n = find(op, w, ids);

		if (n < 0)
			return -1;
		for (int k = 0; k < n; k++, erased++)
			if (!person_erase(op->db, w->id, ids[k], workspace_now(op->db, w->id, op->now)))
				return problem_set(op->problem, PROBLEM_CONFLICT,
						   "a call to this person is on: try again when it is over");
	}
	if (erased == 0)
		return nobody(op);
	op->answer = json_pack("{s:I}", "erased", erased);
	return 0;
}

static int consent(struct op *op)
{
	const struct person_in *in = op->in;
	int64_t ids[PEOPLE_MOST];
	json_int_t recorded = 0;

	if (in->time.set && in->time.ms > op->now)
		return op_fault(op, "time", "must not lie ahead");
	for (int i = 0; i < op->n_workspaces; i++) {
		const struct op_workspace *w = &op->workspace[i];
		struct consent c = { in->source, in->wording, in->time.set ? in->time.ms : op->now };
		int n = find(op, w, ids);

		if (n < 0)
			return -1;
		for (int k = 0; k < n; k++, recorded++)
			consent_put(op->db, w->id, ids[k], &c, workspace_now(op->db, w->id, op->now));
	}
	if (recorded == 0)
		return nobody(op);
	op->answer = json_pack("{s:I}", "recorded", recorded);
	return 0;
}

static const struct op_option consent_options[] = {
	{ "source", "source", .arg = "TEXT", .doc = "where it was given: a form, a call, a contract", .required = true },
	{ "wording", "wording", .arg = "TEXT", .doc = "the words that were agreed to", .required = true },
	{ "time", "time", .arg = "ISO", .doc = "when (now)" },
	{ 0 },
};
#define TARGET_OPERAND \
	{ \
		{ \
			"target", "NUMBER|E-MAIL" \
		} \
	}

const struct operation people_operations[] = {
	{ "people.show", show, &person_shape, .reads = true, .modes = OP_BOTH, .method = "GET", .path = ADMIN "/*target",
	  .operands = TARGET_OPERAND, .doc = "all that is held of a person, as JSON" },
	{ "people.erase", erase, &person_shape, .modes = OP_BOTH, .method = "DELETE", .path = ADMIN "/*target",
	  .operands = TARGET_OPERAND, .said = "Erased, and never called again.",
	  .doc = "erase all of it; what stays is a hash that is not called" },
	{ "people.consent", consent, &consent_shape, .modes = OP_BOTH, .method = "POST", .path = "/v1/admin/consents",
	  .operands = TARGET_OPERAND, .options = consent_options, .said = "It is recorded.",
	  .doc = "record that somebody agreed to be called" },
	{ 0 },
};
