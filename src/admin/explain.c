/* Explanations for operators: of a campaign, of a lead's next call, and the report. As partners get them by HTTP. */
#include "api/explain.h"

#include "admin/operation.h"
#include "api/campaign_report.h"
#include "store/campaigns.h"
#include "store/db.h"
#include "store/workspace_clock.h"

struct explain_in {
	struct opt_int campaign_id, lead_id;
};

static const struct field campaign_fields[] = {
	FIELD_INTEGER(struct explain_in, campaign_id, "campaignId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
};
static const struct shape campaign_shape = SHAPE(struct explain_in, campaign_fields);

static const struct field lead_fields[] = {
	FIELD_INTEGER(struct explain_in, campaign_id, "campaignId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
	FIELD_INTEGER(struct explain_in, lead_id, "leadId", .flags = FIELD_REQUIRED, .min = BOUND(1)),
};
static const struct shape lead_shape = SHAPE(struct explain_in, lead_fields);

static int64_t campaign_of(const struct op *op)
{
	return ((const struct explain_in *)op->in)->campaign_id.v;
}

/* The workspace the campaign is in, and its time; -1 with the problem set. */
static int find(struct op *op, struct explain_for *who, struct campaign *c)
{
	for (int i = 0; i < op->n_workspaces; i++) {
		const struct op_workspace *ws = &op->workspace[i];

		if (!campaign_load(op->db, ws->id, campaign_of(op), c))
			continue;
		*who = (struct explain_for){ ws->id, workspace_now(op->db, ws->id, op->now) };
		return 0;
	}
	return op_missing(op, "campaign", campaign_of(op));
}

/* {"campaign": {"id", "title", "timezone", "status"}, key: what was written}. */
static int answer(struct op *op, const struct campaign *c, const char *key, struct jw *w)
{
	op->answer = json_pack("{s:{s:I,s:s,s:s,s:s},s:o}", "campaign", "id", (json_int_t)c->campaign_id, "title", c->title,
			       "timezone", c->timezone, "status", c->status, key,
			       json_loadb(w->data, w->len, JSON_ALLOW_NUL, NULL));
	jw_free(w);
	return 0;
}

static int explain(struct op *op)
{
	struct explain_for who;
	struct campaign c;
	struct jw w;

	if (find(op, &who, &c) != 0)
		return -1;
	jw_init(&w);
	explain_campaign(&w, op->db, &who, c.campaign_id);
	return answer(op, &c, "preflight", &w);
}

static int report(struct op *op)
{
	struct explain_for who;
	struct campaign c;
	struct jw w;

	if (find(op, &who, &c) != 0)
		return -1;
	jw_init(&w);
	campaign_report_write(&w, op->db, who.workspace_id, c.campaign_id);
	return answer(op, &c, "report", &w);
}

static int explain_one(struct op *op)
{
	const struct explain_in *in = op->in;
	struct explain_for who;
	struct campaign c;
	struct jw w;

	if (find(op, &who, &c) != 0)
		return -1;
	jw_init(&w);
	if (explain_lead(&w, op->db, &who, c.campaign_id, in->lead_id.v))
		return answer(op, &c, "nextCall", &w);
	jw_free(&w);
	return op_missing(op, "lead", in->lead_id.v);
}

static const struct op_option campaign_option[] = {
	{ "campaign", "campaignId", .arg = "ID", .doc = "the campaign", .required = true },
	{ 0 },
};

const struct operation explain_operations[] = {
	{ "campaigns.explain", explain, &campaign_shape, .reads = true, .modes = OP_BOTH,
	  .operands = { { "campaignId", "ID" } },
	  .doc = "who can be called, who cannot and why, when, and what to look after" },
	{ "campaigns.report", report, &campaign_shape, .reads = true, .modes = OP_BOTH,
	  .operands = { { "campaignId", "ID" } }, .doc = "how far people got, by try and by hour of the week" },
	{ "leads.explain", explain_one, &lead_shape, .reads = true, .modes = OP_BOTH, .options = campaign_option,
	  .operands = { { "leadId", "LEAD" } }, .said = "{nextCall.message}",
	  .doc = "whether somebody can be called, when, and if not, why" },
	{ 0 },
};
