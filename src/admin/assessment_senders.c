/*
 * Senders of assessments' events that cannot have a key of ours: each has an address and a secret. It signs by Standard
 * Webhooks 1.0 with the secret, or shows it in X-Webhook-Key, as the vendor's webhooks do. What it posts is the operation
 * assessments.event, in either of its shapes; an event that comes again, by whomever, changes nothing.
 */
#include "admin/operation.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/signature.h"
#include "store/assessments.h"
#include "store/db.h"

#include <glib.h>
#include <string.h>

#define ADMIN "/v1/admin/assessment-senders"

enum { TEST_MOST = 200,
       SECRET_LEAST = 16,
       SECRET_MOST = 200,
       NEAR_S = 300,
       SENDERS_MOST = 50 };

struct sender_in {
	struct opt_int sender;
	const char *test_id, *secret;
};

static const char *check_secret(const char *text)
{
	for (const char *p = text; *p; p++)
		if (!g_ascii_isgraph(*p))
			return "must be printable ASCII without blanks";
	return NULL;
}

#define IN struct sender_in

static const struct field add_fields[] = {
	FIELD_STRING(IN, test_id, "assessmentTestId", .max = BOUND(TEST_MOST)),
	FIELD_STRING(IN, secret, "secret", .min = BOUND(SECRET_LEAST), .max = BOUND(SECRET_MOST), .check = check_secret),
};
static const struct shape add_shape = SHAPE(IN, add_fields);
static const struct field one_fields[] = { FIELD_INTEGER(IN, sender, "senderId", .flags = FIELD_REQUIRED, .min = BOUND(1)) };
static const struct shape one_shape = SHAPE(IN, one_fields);

/* ---- administration ---- */

static json_t *path_of(int64_t sender_id)
{
	g_autofree char *path = g_strdup_printf("/v1/assessments/%" G_GINT64_FORMAT "/events", sender_id);

	return json_string(path);
}

struct listing {
	json_t *rows;
	const char *mode;
};

static void add_row(void *arg, const struct assessment_sender *s)
{
	const struct listing *l = arg;

	json_array_append_new(l->rows, json_pack("{s:I,s:s,s:s,s:o,s:o}", "senderId", (json_int_t)s->sender_id, "mode", l->mode,
						 "assessmentTestId", s->test_id, "path", path_of(s->sender_id), "createdAt",
						 op_time(s->created_at)));
}

static int list(struct op *op)
{
	struct listing l = { .rows = json_array() };

	for (int i = 0; i < op->n_workspaces; i++) {
		l.mode = op_mode(op->workspace[i].live);
		assessment_senders_each(op->db, op->workspace[i].id, add_row, &l);
	}
	op->answer = json_pack("{s:o}", "senders", l.rows);
	return 0;
}

static void count(void *arg, const struct assessment_sender *s)
{
	(void)s;
	++*(int *)arg;
}

static int add(struct op *op)
{
	const struct sender_in *in = op->in;
	const struct op_workspace *w = &op->workspace[0];
	char made[SIGNATURE_SECRET_SIZE];
	const char *secret = in->secret;
	int there = 0;
	int64_t id;

	assessment_senders_each(op->db, w->id, count, &there);
	if (there >= SENDERS_MOST)
		return problem_set(op->problem, PROBLEM_CONFLICT, "there are %d senders: remove one first", there);
	if (!secret) {
		signature_secret(made);
		secret = made;
	}
	id = assessment_sender_add(op->db, w->id, in->test_id ? in->test_id : "", secret, op->now);
	op->answer = json_pack("{s:I,s:s,s:s,s:o,s:o,s:s}", "senderId", (json_int_t)id, "mode", op_mode(w->live),
			       "assessmentTestId", in->test_id ? in->test_id : "", "path", path_of(id), "createdAt",
			       op_time(op->now), "secret", secret);
	return 0;
}

static int remove_sender(struct op *op)
{
	const struct sender_in *in = op->in;

	for (int i = 0; i < op->n_workspaces; i++)
		if (assessment_sender_remove(op->db, op->workspace[i].id, in->sender.v)) {
			op->answer = json_pack("{s:I}", "senderId", (json_int_t)in->sender.v);
			return 0;
		}
	return op_missing(op, "sender", in->sender.v);
}

/* ---- what they post ---- */

static bool signed_by(const struct request *rq, const struct assessment_sender *s, const char *signature)
{
	const char *id = request_header(rq, "webhook-id"), *at = request_header(rq, "webhook-timestamp");
	int64_t now_s = rq->arrived_ms / 1000;
	gint64 at_s;

	return id && at && g_ascii_string_to_signed(at, 10, now_s - NEAR_S, now_s + NEAR_S, &at_s, NULL) &&
	       signature_among(signature, s->secret, id, at_s, rq->bytes ? rq->bytes : "", rq->n_bytes);
}

static bool is_from(const struct request *rq, const struct assessment_sender *s)
{
	const char *signature = request_header(rq, "webhook-signature"), *key = request_header(rq, "X-Webhook-Key");

	return signature ? signed_by(rq, s, signature) : key && signature_secret_same(key, s->secret);
}

static void take(struct request *rq, struct db *db, struct reply *re)
{
	const struct operation *o = rq->route->extra;
	struct op op = { .db = db, .arena = rq->arena, .now = rq->arrived_ms, .served = true };
	struct assessment_sender s;
	struct problem p = { 0 };
	json_t *args;
	int rc;

	op.problem = &p;
	if (!assessment_sender_get(db, rq->path.ids[0], &s) || !is_from(rq, &s)) {
		reply_error(re, ERROR_FORBIDDEN, "The request is not signed by a sender of events.");
		app_read_failed(db, re);
		return;
	}
	rc = op_for_key(&op, s.company_id, 0, s.workspace_id, s.live);
	args = json_is_object(rq->json) ? json_copy((json_t *)rq->json) : rq->json ? json_incref((json_t *)rq->json)
										   : json_object();
	if (json_is_object(args) && s.test_id[0])
		json_object_set_new(args, "assessmentTestId", json_string(s.test_id));
	if (rc == 0)
		rc = op_run(&op, o, args);
	json_decref(args);
	operation_reply(rq, db, re, o, &op, rc);
}

const struct route assessment_sender_route = {
	"POST", "/v1/assessments/:senderId/events", SCOPE_NONE, RUN_WRITE, take, .body_kind = BODY_JSON,
	.doc = "Events of assessments from a sender that has a secret, signed"
};

/* ---- rows ---- */

static const struct op_option add_options[] = {
	{ "assessment", "assessmentTestId", .arg = "ID",
	  .doc = "all it sends is of this assessment; otherwise each event names its own" },
	{ "secret-file", "secret", .arg = "FILE", .doc = "the secret the sender has already; otherwise one is made",
	  .file = true },
	{ 0 },
};
static const struct op_column columns[] = { { "senderId", "ID" }, { "mode", "MODE" }, { "assessmentTestId", "ASSESSMENT" },
					    { "path", "PATH" }, { "createdAt", "CREATED" }, { 0 } };

const struct operation assessment_senders_operations[] = {
	{ "assessments.add-sender", add, &add_shape, .modes = OP_TEST, .method = "POST", .path = ADMIN, .creates = true,
	  .secret = true, .options = add_options,
	  .said = "Sender {senderId} posts to {path} on this server. The secret, shown once: {secret}",
	  .doc = "let somebody without a key post events of assessments" },
	{ "assessments.senders", list, .reads = true, .modes = OP_BOTH, .method = "GET", .path = ADMIN, .list = "senders",
	  .columns = columns, .doc = "who may post events of assessments" },
	{ "assessments.remove-sender", remove_sender, &one_shape, .modes = OP_BOTH, .method = "DELETE",
	  .path = ADMIN "/:senderId", .operands = { { "senderId", "ID" } }, .said = "Sender {senderId} is not heard any more.",
	  .doc = "take it back" },
	{ 0 },
};
