/* Campaigns as an operator sees them: list, show, pause, resume, cancel, what to do about voicemail. */
#include "store/campaigns.h"

#include "admin/operation.h"
#include "api/campaign_json.h"
#include "api/paging.h"
#include "core/campaign.h"
#include "core/limits.h"
#include "store/db.h"
#include "store/workspace_clock.h"

#include <string.h>

#define ADMIN "/v1/admin/campaigns"

struct list_query {
	const char *status, *purpose;
	struct opt_int page, limit;
};

static const struct field list_fields[] = {
	FIELD_STRING(struct list_query, status, "status", .max = BOUND(50)),
	FIELD_STRING(struct list_query, purpose, "purposeType", .max = BOUND(50)),
	PAGING_FIELDS(struct list_query),
};
static const struct shape list_shape = SHAPE(struct list_query, list_fields);

struct campaign_id_in {
	struct opt_int campaign_id;
};

static const struct field id_fields[] = {
	FIELD_INTEGER(struct campaign_id_in, campaign_id, "campaignId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
};
static const struct shape id_shape = SHAPE(struct campaign_id_in, id_fields);

struct voicemail_in {
	struct opt_int campaign_id;
	const char *voicemail;
};

#define BY_WORKSPACE "default"
static const char *const voicemail_names[] = { VOICEMAIL_LEAVE, VOICEMAIL_HANG_UP, BY_WORKSPACE, NULL };

static const struct field voicemail_fields[] = {
	FIELD_INTEGER(struct voicemail_in, campaign_id, "campaignId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
	FIELD_ENUM(struct voicemail_in, voicemail, "voicemail", .flags = FIELD_REQUIRED, .names = voicemail_names),
};
static const struct shape voicemail_shape = SHAPE(struct voicemail_in, voicemail_fields);

/* ---- showing ---- */

struct listing {
	json_t *rows;
	bool live;
};

static void add_row(void *arg, const char *summary_json)
{
	const struct listing *l = arg;
	json_t *row = json_loads(summary_json, 0, NULL);

	json_object_set_new(row, "mode", json_string(op_mode(l->live)));
	json_array_append_new(l->rows, row);
}

static int list(struct op *op)
{
	const struct list_query *in = op->in;
	struct op_page p = op_page(in->page, in->limit);
	struct listing l = { .rows = json_array() };

	for (int i = 0; i < op->n_workspaces; i++) {
		int64_t ws = op->workspace[i].id, offset, n = campaign_count(op->db, ws, in->status, in->purpose);
		int64_t take = op_page_take(&p, n, &offset);

		l.live = op->workspace[i].live;
		if (take > 0)
			campaign_page(op->db, ws, in->status, in->purpose, offset, take, add_row, &l);
	}
	op->answer = json_pack("{s:o,s:o}", "campaigns", l.rows, "pagination", op_pagination(&p));
	return 0;
}

/* The workspace the campaign is in; NULL with the problem set. */
static const struct op_workspace *find(struct op *op, int64_t campaign_id, struct campaign *c)
{
	for (int i = 0; i < op->n_workspaces; i++)
		if (campaign_load(op->db, op->workspace[i].id, campaign_id, c))
			return &op->workspace[i];
	op_missing(op, "campaign", campaign_id);
	return NULL;
}

static int show_one(struct op *op, int64_t campaign_id)
{
	struct campaign c;
	const struct op_workspace *ws = find(op, campaign_id, &c);
	struct campaign_tally t = { 0 };

	if (!ws)
		return -1;
	campaign_tally(op->db, ws->id, c.campaign_id, &t);
	op->answer = json_pack("{s:o,s:{s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:s}}", "campaign",
			       json_loads(campaign_detail(op->db, ws->id, c.campaign_id, NULL), 0, NULL), "progress", "mode",
			       op_mode(ws->live), "leads", (json_int_t)t.leads, "left", (json_int_t)t.left, "inFlight",
			       (json_int_t)t.in_flight, "dialled", (json_int_t)t.dialled, "answered",
			       (json_int_t)t.answered, "interested", (json_int_t)t.interested, "notInterested",
			       (json_int_t)t.not_interested, "noAnswer", (json_int_t)t.no_answer, "voicemail",
			       campaign_leaves_message(op->db, ws->id, c.campaign_id) ? VOICEMAIL_LEAVE : VOICEMAIL_HANG_UP);
	return 0;
}

static int show(struct op *op)
{
	const struct campaign_id_in *in = op->in;

	return show_one(op, in->campaign_id.v);
}

/* ---- status ---- */

static void tell(struct op *op, int64_t workspace_id, int64_t campaign_id, enum campaign_verb verb)
{
	op->change.workspace_id = workspace_id;
	op->change.campaign_id = campaign_id;
	switch (verb) {
	case CAMPAIGN_PAUSE: op->change.what = CHANGE_CAMPAIGN_PAUSED; break;
	case CAMPAIGN_RESUME: op->change.what = CHANGE_DUE; break;
	case CAMPAIGN_CANCEL: op->change.what = CHANGE_CAMPAIGN_CANCELLED; break;
	case CAMPAIGN_VERB_END: break;
	}
}

static void store_status(struct op *op, int64_t workspace_id, struct campaign *c, const char *status)
{
	const char *before = c->status;
	struct schedule s;

	campaign_schedule(op->db, workspace_id, c->campaign_id, &s);
	c->status = status;
	c->updated_at = workspace_now(op->db, workspace_id, op->now);
	campaign_render(c, &s, op->arena);
	campaign_set_status(op->db, workspace_id, c, before);
}

static int move(struct op *op, enum campaign_verb verb)
{
	const struct campaign_id_in *in = op->in;
	struct campaign c;
	const struct op_workspace *ws = find(op, in->campaign_id.v, &c);
	const char *status;

	if (!ws)
		return -1;
	status = campaign_status_after(c.status, verb);
	if (!status)
		return problem_set(op->problem, PROBLEM_CONFLICT, "campaign %lld is %s for good",
				   (long long)c.campaign_id, c.status);
	if (strcmp(status, c.status) != 0)
		store_status(op, ws->id, &c, status);
	tell(op, ws->id, c.campaign_id, verb);
	return show(op);
}

static int pause_it(struct op *op)
{
	return move(op, CAMPAIGN_PAUSE);
}

static int resume(struct op *op)
{
	return move(op, CAMPAIGN_RESUME);
}

static int cancel(struct op *op)
{
	return move(op, CAMPAIGN_CANCEL);
}

/* ---- voicemail ---- */

static int set_voicemail(struct op *op)
{
	const struct voicemail_in *in = op->in;
	struct campaign c;
	const struct op_workspace *ws = find(op, in->campaign_id.v, &c);

	if (!ws)
		return -1;
	campaign_set_voicemail(op->db, ws->id, c.campaign_id, strcmp(in->voicemail, BY_WORKSPACE) ? in->voicemail : "");
	return show_one(op, c.campaign_id);
}

/* ---- rows ---- */

static const struct op_option list_options[] = {
	{ "status", "status", .arg = "STATUS", .doc = "only these: RUNNING, PAUSED, CANCELLED …" },
	{ "purpose", "purposeType", .arg = "PURPOSE", .doc = "only these: INTEREST_CHECK …" },
	{ "page", "page", .arg = "N", .doc = "from 1" },
	{ "limit", "limit", .arg = "N", .doc = "rows a page (20, at most 100)" },
	{ 0 },
};
static const struct op_column columns[] = { { "id", "ID" }, { "title", "TITLE" }, { "status", "STATUS" },
					    { "purposeType", "PURPOSE" }, { "mode", "MODE" },
					    { "createdAt", "CREATED" }, { 0 } };
static const struct op_column shown[] = {
	{ "campaign.id", "id" }, { "campaign.title", "title" }, { "campaign.status", "status" },
	{ "campaign.purposeType", "purpose" }, { "campaign.timezone", "time zone" }, { "progress.mode", "mode" },
	{ "campaign.schedule.callTimeDisplay", "first call" }, { "progress.leads", "leads" },
	{ "progress.dialled", "dialled" }, { "progress.inFlight", "in flight" }, { "progress.answered", "answered" },
	{ "progress.interested", "interested" }, { "progress.notInterested", "not interested" },
	{ "progress.noAnswer", "no answer" }, { "progress.left", "left" }, { "progress.voicemail", "voicemail" }, { 0 },
};
#define CAMPAIGN_OPERAND { { "campaignId", "ID" } }

#define SAID "Campaign {campaign.id}, \"{campaign.title}\", is {campaign.status}."

const struct operation campaigns_operations[] = {
	{ "campaigns.list", list, &list_shape, .reads = true, .modes = OP_BOTH, .options = list_options,
	  .list = "campaigns", .columns = columns, .doc = "the campaigns there are, newest first" },
	{ "campaigns.show", show, &id_shape, .reads = true, .modes = OP_BOTH, .method = "GET",
	  .path = ADMIN "/:campaignId", .operands = CAMPAIGN_OPERAND, .columns = shown,
	  .doc = "one campaign and how far it is" },
	{ "campaigns.pause", pause_it, &id_shape, .modes = OP_BOTH, .method = "POST",
	  .path = ADMIN "/:campaignId/pause", .operands = CAMPAIGN_OPERAND, .said = SAID,
	  .doc = "place no calls until it is resumed; calls under way go on" },
	{ "campaigns.resume", resume, &id_shape, .modes = OP_BOTH, .method = "POST",
	  .path = ADMIN "/:campaignId/resume", .operands = CAMPAIGN_OPERAND, .said = SAID,
	  .doc = "call again" },
	{ "campaigns.cancel", cancel, &id_shape, .modes = OP_BOTH, .method = "POST",
	  .path = ADMIN "/:campaignId/cancel", .operands = CAMPAIGN_OPERAND, .said = SAID,
	  .doc = "end it for good; telephones that ring stop ringing" },
	{ "campaigns.voicemail", set_voicemail, &voicemail_shape, .modes = OP_BOTH, .method = "POST",
	  .path = ADMIN "/:campaignId/voicemail",
	  .operands = { { "campaignId", "ID" }, { "voicemail", "leave|hang_up|default" } },
	  .said = "Campaign {campaign.id}, \"{campaign.title}\": voicemail is {progress.voicemail}.",
	  .doc = "leave a message after the tone, hang up, or as the workspace does" },
	{ 0 },
};
