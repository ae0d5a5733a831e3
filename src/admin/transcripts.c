/* Transcripts of AI calls: list, show. For admin keys only, as long as the workspace keeps them (transcript_days). */
#include "admin/operation.h"
#include "store/ai.h"

#define ADMIN "/v1/admin/transcripts"

enum { LISTED = 100, CENT_MICROS = 10000 };

struct transcript_in {
	struct opt_int attempt_id;
};

static const struct field fields[] = {
	FIELD_INTEGER(struct transcript_in, attempt_id, "attemptId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
};
static const struct shape show_shape = SHAPE(struct transcript_in, fields);

static const struct field list_fields[] = {
	FIELD_INTEGER(struct transcript_in, attempt_id, "attemptId", .min = BOUND(1)),
};
static const struct shape list_shape = SHAPE(struct transcript_in, list_fields);

static json_t *row_of(const struct ai_call_shown *c)
{
	return json_pack("{s:I,s:I,s:I,s:s,s:I,s:I,s:o}", "attemptId", (json_int_t)c->attempt_id, "campaignId",
			 (json_int_t)c->campaign_id, "leadId", (json_int_t)c->talent_id, "provider", c->provider, "seconds",
			 (json_int_t)(c->session_ms / 1000), "cents", (json_int_t)(c->cost_micros / CENT_MICROS), "keptUntil",
			 op_time(c->keep_until));
}

static void add_row(void *arg, const struct ai_call_shown *c)
{
	json_array_append_new(arg, row_of(c));
}

/* With its lines; NULL when there is none, or none any more. */
static json_t *whole(struct op *op, int64_t attempt_id)
{
	struct ai_call_shown c;
	json_t *row;

	for (int i = 0; i < op->n_workspaces; i++) {
		if (!ai_transcript(op->db, op->workspace[i].id, attempt_id, op->now, &c))
			continue;
		row = row_of(&c);
		json_object_set_new(row, "lines", json_loads(c.transcript, 0, NULL));
		return row;
	}
	return NULL;
}

/* The latest without their lines, or the one of an attempt with them. */
static int list(struct op *op)
{
	const struct transcript_in *in = op->in;
	json_t *rows = json_array();

	for (int i = 0; i < op->n_workspaces && !in->attempt_id.set; i++)
		ai_transcripts_each(op->db, op->workspace[i].id, op->now, LISTED, add_row, rows);
	if (in->attempt_id.set) {
		json_t *one = whole(op, in->attempt_id.v);

		if (one)
			json_array_append_new(rows, one);
	}
	op->answer = json_pack("{s:o}", "transcripts", rows);
	return 0;
}

static int show(struct op *op)
{
	const struct transcript_in *in = op->in;

	op->answer = whole(op, in->attempt_id.v);
	return op->answer ? 0 : op_missing(op, "transcript of the attempt", in->attempt_id.v);
}

static const struct op_column list_columns[] = {
	{ "attemptId", "ATTEMPT" }, { "campaignId", "CAMPAIGN" }, { "leadId", "LEAD" }, { "provider", "PROVIDER" },
	{ "seconds", "SECONDS" }, { "cents", "CENTS" }, { "keptUntil", "KEPT UNTIL" }, { 0 },
};
static const struct op_column line_columns[] = { { "atMs", "MS" }, { "who", "WHO" }, { "text", "TEXT" }, { 0 } };

const struct operation transcripts_operations[] = {
	{ "transcripts.list", list, &list_shape, .modes = OP_BOTH, .reads = true, .method = "GET", .path = ADMIN,
	  .list = "transcripts", .columns = list_columns, .doc = "the last 100 AI calls whose words are kept" },
	{ "transcripts.show", show, &show_shape, .modes = OP_BOTH, .reads = true,
	  .operands = { { "attemptId", "ATTEMPT" } }, .list = "lines", .columns = line_columns,
	  .doc = "what was said in one" },
	{ 0 },
};
