/* Texts to people and from them: the outbox of a workspace, newest first. */
#include "admin/operation.h"
#include "api/paging.h"
#include "core/sms.h"
#include "store/db.h"
#include "store/texts.h"

struct list_query {
	struct opt_int campaign, page, limit;
	const char *number;
};

static const struct field list_fields[] = {
	FIELD_INTEGER(struct list_query, campaign, "campaign", .min = BOUND(1)),
	FIELD_STRING(struct list_query, number, "number", .max = BOUND(64)),
	PAGING_FIELDS(struct list_query),
};
static const struct shape list_shape = SHAPE(struct list_query, list_fields);

struct listing {
	json_t *rows;
	bool live;
};

static json_t *id_or_null(int64_t id)
{
	return id ? json_integer(id) : json_null();
}

static void add_row(void *arg, const struct message_shown *m)
{
	const struct listing *l = arg;
	struct sms_size size = sms_measure(m->body);
	bool inbound = m->kind == MESSAGE_INBOUND;
	json_t *row = json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:s,s:s,s:s,s:I}", "messageId",
				(json_int_t)m->message_id,
				"mode", op_mode(l->live), "kind", message_kind_name(m->kind), "status",
				message_state_name(m->state), "to", inbound ? m->own_number : m->number, "from",
				inbound ? m->number : m->own_number, "body", m->body, "encoding", sms_coding(&size),
				"segments", size.segments, "provider", m->provider, "providerRef", m->provider_ref, "reason",
				m->reason, "tries", (json_int_t)m->tries);

	json_object_set_new(row, "campaignId", id_or_null(m->campaign_id));
	json_object_set_new(row, "leadId", id_or_null(m->talent_id));
	json_object_set_new(row, "attemptId", id_or_null(m->attempt_id));
	json_object_set_new(row, "createdAt", op_time(m->at));
	json_object_set_new(row, "settledAt", op_time(m->settled_at));
	json_array_append_new(l->rows, row);
}

static int list(struct op *op)
{
	const struct list_query *in = op->in;
	int64_t campaign = in->campaign.set ? in->campaign.v : DB_NULL;
	const char *number = in->number ? op_number(op, "number", in->number) : NULL;
	struct op_page p = op_page(in->page, in->limit);
	struct listing l = { .rows = json_array() };

	for (int i = 0; i < op->n_workspaces; i++) {
		int64_t ws = op->workspace[i].id, offset, n = message_count(op->db, ws, campaign, number);
		int64_t take = op_page_take(&p, n, &offset);

		l.live = op->workspace[i].live;
		if (take > 0)
			message_page(op->db, ws, campaign, number, offset, take, add_row, &l);
	}
	op->answer = json_pack("{s:o,s:o}", "messages", l.rows, "pagination", op_pagination(&p));
	return 0;
}

static const struct op_option list_options[] = {
	{ "campaign", "campaign", .arg = "ID", .doc = "only this campaign's" },
	{ "number", "number", .arg = "NUMBER", .doc = "only to and from this number" },
	{ "page", "page", .arg = "N", .doc = "from 1" },
	{ "limit", "limit", .arg = "N", .doc = "rows a page (20, at most 100)" },
	{ 0 },
};
static const struct op_column columns[] = {
	{ "messageId", "ID" },
	{ "mode", "MODE" },
	{ "createdAt", "WHEN" },
	{ "kind", "KIND" },
	{ "status", "STATUS" },
	{ "to", "TO" },
	{ "segments", "SEGMENTS" },
	{ "reason", "REASON" },
	{ "body", "TEXT" },
	{ 0 },
};

const struct operation messages_operations[] = {
	{ "messages.list", list, &list_shape, .reads = true, .modes = OP_BOTH, .method = "GET", .path = "/v1/admin/outbox",
	  .options = list_options, .list = "messages", .columns = columns,
	  .doc = "texts to people and from them, the newest first" },
	{ 0 },
};
