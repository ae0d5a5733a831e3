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

/* Everybody meant. */
struct meant {
	int n;
	struct person who[2 * PEOPLE_MOST];
};

/* Those of a workspace whom the target names; nobody known by it, then what is held under the target alone. */
static int find_in(struct op *op, const struct op_workspace *w, struct meant *m)
{
	const struct person_in *in = op->in;
	int64_t ids[PEOPLE_MOST];
	struct suppression s;
	struct person stranger = { .workspace_id = w->id };
	int n;

	if (!op_target(op, in->target, &s))
		return op_fault(op, "target", "must be a telephone number or an e-mail address");
	n = people_find(op->db, w->id, s.kind, s.target, ids);
	stranger.target = s.target;
	for (int i = 0; i < n; i++)
		m->who[m->n++] = (struct person){ w->id, ids[i], s.target };
	if (n == 0 && person_held(op->db, &stranger))
		m->who[m->n++] = stranger;
	return 0;
}

/* -1: it is neither number nor address, or nobody is known by it. */
static int find(struct op *op, struct meant *m)
{
	const struct person_in *in = op->in;

	*m = (struct meant){ 0 };
	for (int i = 0; i < op->n_workspaces; i++)
		if (find_in(op, &op->workspace[i], m) != 0)
			return -1;
	return m->n ? 0 : problem_set(op->problem, PROBLEM_NOT_FOUND, "nothing is held of %s", in->target);
}

static const char *mode_of(const struct op *op, int64_t workspace_id)
{
	return op_mode(op->workspace[op->workspace[0].id == workspace_id ? 0 : 1].live);
}

static int show(struct op *op)
{
	json_t *people = json_array();
	struct meant m;

	op->answer = json_pack("{s:o}", "people", people);
	if (find(op, &m) != 0)
		return -1;
	for (int i = 0; i < m.n; i++) {
		struct jw j;

		jw_init(&j);
		jw_object(&j);
		jw_kstr(&j, "mode", mode_of(op, m.who[i].workspace_id));
		person_export(op->db, &m.who[i], &j);
		jw_end(&j);
		json_array_append_new(people, json_loadb(j.data, j.len, JSON_ALLOW_NUL, NULL));
		jw_free(&j);
	}
	return 0;
}

static int erase(struct op *op)
{
	struct meant m;

	if (find(op, &m) != 0)
		return -1;
	for (int i = 0; i < m.n; i++) {
		int64_t now = workspace_now(op->db, m.who[i].workspace_id, op->now);

		if (!person_erase(op->db, &m.who[i], true, now))
			return problem_set(op->problem, PROBLEM_CONFLICT,
					   "a call to this person is on, or a text on its way: try again when it is over");
	}
	op->answer = json_pack("{s:I}", "erased", (json_int_t)m.n);
	return 0;
}

static int consent(struct op *op)
{
	const struct person_in *in = op->in;
	struct consent c = { in->source, in->wording, in->time.set ? in->time.ms : op->now };
	json_int_t recorded = 0;
	struct meant m;

	if (in->time.set && in->time.ms > op->now)
		return op_fault(op, "time", "must not lie ahead");
	if (find(op, &m) != 0)
		return -1;
	for (int i = 0; i < m.n; i++) {
		int64_t ws = m.who[i].workspace_id;

		if (m.who[i].talent_id == 0)
			continue; /* consent is somebody's */
		consent_put(op->db, ws, m.who[i].talent_id, &c, workspace_now(op->db, ws, op->now));
		op->change = (struct change){ .what = CHANGE_DUE, .workspace_id = ws };
		recorded++;
	}
	if (recorded == 0)
		return problem_set(op->problem, PROBLEM_NOT_FOUND, "nobody is known by %s", in->target);
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
