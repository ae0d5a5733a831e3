/* What the calls of a campaign say: the list of it, and recordings to be played instead. */
#include "admin/operation.h"
#include "store/db.h"
#include "store/messages.h"

#include <string.h>

#define ADMIN "/v1/admin/campaigns/:campaignId/prompts"

struct prompt_in {
	struct opt_int campaign_id;
	const char *name, *audio;
};

static const struct field prompt_fields[] = {
	FIELD_INTEGER(struct prompt_in, campaign_id, "campaignId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
	FIELD_STRING(struct prompt_in, name, "name", .flags = FIELD_REQUIRED, .max = BOUND(20)),
	FIELD_STRING(struct prompt_in, audio, "audio", .flags = FIELD_REQUIRED),
};
static const struct shape list_shape = { .fields = prompt_fields, .n = 1, .size = sizeof(struct prompt_in) };
static const struct shape name_shape = { .fields = prompt_fields, .n = 2, .size = sizeof(struct prompt_in) };
static const struct shape record_shape = SHAPE(struct prompt_in, prompt_fields);

/* Loads the campaign's messages; the workspace it is in, NULL with the problem set. */
static const struct op_workspace *load(struct op *op, struct messages *all)
{
	const struct prompt_in *in = op->in;

	for (int i = 0; i < op->n_workspaces; i++)
		if (messages_load(op->db, op->workspace[i].id, in->campaign_id.v, all))
			return &op->workspace[i];
	op_missing(op, "campaign", in->campaign_id.v);
	return NULL;
}

/* The message that is named, "opening" or "opening.wav"; NULL with the problem set. */
static const struct message *named(struct op *op, const struct messages *all)
{
	const struct prompt_in *in = op->in;
	const char *dot = strrchr(in->name, '.');
	size_t n = dot && strcmp(dot, ".wav") == 0 ? (size_t)(dot - in->name) : strlen(in->name);
	const struct message *m = message_find(all, arena_strndup(op->arena, in->name, n));

	if (!m)
		problem_set(op->problem, PROBLEM_NOT_FOUND, "campaign %lld says nothing that is called %s",
			    (long long)in->campaign_id.v, in->name);
	return m;
}

static json_t *row_of(const struct message *m)
{
	return json_pack("{s:s,s:s,s:f,s:s}", "name", m->name, "source", message_source(m), "seconds",
			 (double)m->samples / 8000, "text", m->said);
}

static int list(struct op *op)
{
	json_t *rows = json_array();
	struct messages all;

	if (!load(op, &all)) {
		json_decref(rows);
		return -1;
	}
	for (int i = 0; i < all.n; i++)
		json_array_append_new(rows, row_of(&all.list[i]));
	op->answer = json_pack("{s:o,s:s,s:s}", "prompts", rows, "voice", all.sound.spoken.voice, "language",
			       all.sound.spoken.language);
	messages_clear(&all);
	return 0;
}

/* What `campaigns say` needs to speak it itself. */
static int said(struct op *op)
{
	const struct prompt_in *in = op->in;
	const struct op_workspace *w;
	const struct message *m;
	struct messages all;

	if (!(w = load(op, &all)))
		return -1;
	m = named(op, &all);
	if (m) {
		op->answer = row_of(m);
		json_object_set_new(op->answer, "voice", json_string(all.sound.spoken.voice));
		json_object_set_new(op->answer, "language", json_string(all.sound.spoken.language));
		if (m->recorded && !m->stale)
			json_object_set_new(op->answer, "audio", json_string(recording_base64(op->db, w->id,
											    in->campaign_id.v, m->name)));
	}
	messages_clear(&all);
	return m ? 0 : -1;
}

static int answer_with(struct op *op, const struct op_workspace *w, const char *name)
{
	const struct prompt_in *in = op->in;
	struct messages all;

	if (!messages_load(op->db, w->id, in->campaign_id.v, &all))
		return -1;
	op->answer = row_of(message_find(&all, name));
	messages_clear(&all);
	op->change.what = CHANGE_DUE;
	op->change.workspace_id = w->id;
	return 0;
}

static int record(struct op *op)
{
	const struct prompt_in *in = op->in;
	const struct op_workspace *w;
	const struct message *m;
	struct messages all;
	char name[MESSAGE_NAME_SIZE] = "";
	int rc = 0;

	if (!(w = load(op, &all)))
		return -1;
	m = named(op, &all);
	if (!m)
		rc = -1;
	else if (!recording_put(op->db, w->id, in->campaign_id.v, m, in->audio, op->now))
		rc = op_fault(op, "audio", "must be samples in base64");
	else
		memcpy(name, m->name, sizeof(name));
	messages_clear(&all);
	return rc == 0 ? answer_with(op, w, name) : rc;
}

static int erase(struct op *op)
{
	const struct prompt_in *in = op->in;
	const struct op_workspace *w;
	const struct message *m;
	struct messages all;
	char name[MESSAGE_NAME_SIZE] = "";
	int rc = 0;

	if (!(w = load(op, &all)))
		return -1;
	m = named(op, &all);
	if (!m)
		rc = -1;
	else if (!recording_delete(op->db, w->id, in->campaign_id.v, m->name, op->now))
		rc = problem_set(op->problem, PROBLEM_NOT_FOUND, "nobody has recorded the message %s", m->name);
	else
		memcpy(name, m->name, sizeof(name));
	messages_clear(&all);
	return rc == 0 ? answer_with(op, w, name) : rc;
}

/* ---- rows ---- */

static const struct op_column columns[] = { { "name", "NAME" }, { "source", "HEARD AS" }, { "seconds", "SECONDS" },
					    { "text", "TEXT" }, { 0 } };
#define MESSAGE_OPERANDS { { "campaignId", "ID" }, { "name", "NAME" } }

const struct operation prompts_operations[] = {
	{ "campaigns.prompts", list, &list_shape, .reads = true, .modes = OP_BOTH, .method = "GET", .path = ADMIN,
	  .operands = { { "campaignId", "ID" } }, .list = "prompts", .columns = columns,
	  .doc = "what its calls say, and whether it is recorded or spoken" },
	{ "campaigns.said", said, &name_shape, .reads = true, .modes = OP_BOTH, .unlisted = true },
	{ "campaigns.recorded", record, &record_shape, .modes = OP_BOTH, .unlisted = true,
	  .said = "{name} of the campaign is now {source}, {seconds} s." },
	{ "campaigns.erase", erase, &name_shape, .modes = OP_BOTH, .method = "DELETE", .path = ADMIN "/*name",
	  .operands = MESSAGE_OPERANDS, .said = "The message {name} is heard as {source}.",
	  .doc = "remove a recording; the message is spoken again" },
	{ 0 },
};
