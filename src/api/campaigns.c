/* Campaigns: list, create, get one. */
#include "store/campaigns.h"

#include "api/app.h"
#include "api/campaign_in.h"
#include "api/campaign_json.h"
#include "api/campaign_schedule.h"
#include "api/paging.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/routes.h"
#include "core/phone.h"
#include "store/accounts.h"

#include <string.h>

static void write_raw(void *arg, const char *json)
{
	jw_raw(arg, json, strlen(json));
}

void campaigns_list(struct request *rq, struct db *db, struct reply *re)
{
	const struct campaign_list_in *in = rq->query;
	struct paging p = paging_of(in->page, in->limit);
	struct jw *w = reply_json(re, 200);

	jw_object(w);
	jw_key(w, "campaigns");
	jw_array(w);
	campaign_page(db, rq->caller.workspace_id, in->status, in->purpose, p.offset, p.limit, write_raw, w);
	jw_end(w);
	paging_write(w, &p, campaign_count(db, rq->caller.workspace_id, in->status, in->purpose));
	jw_end(w);
	app_read_failed(db, re);
}

static void write_campaign(struct reply *re, unsigned status, const char *detail_json)
{
	struct jw *w = reply_json(re, status);

	jw_object(w);
	jw_key(w, "campaign");
	write_raw(w, detail_json);
	jw_end(w);
}

void campaigns_get(struct request *rq, struct db *db, struct reply *re)
{
	const char *detail = campaign_detail(db, rq->caller.workspace_id, rq->path.ids[0]);

	if (detail)
		write_campaign(re, 200, detail);
	else
		app_missing(db, re);
}

/* ---- create ---- */

static const char *first_of(const char *a, const char *b)
{
	return a ? a : b ? b : "";
}

static const char *id_text(struct opt_id nested, struct opt_id top)
{
	return nested.set ? nested.text : top.set ? top.text : "";
}

/* What jobDetails says wins over the same field at top level. */
static void read_assessment(const struct campaign_create_in *in, struct campaign *c)
{
	static const struct job_details_in nothing;
	const struct job_details_in *job = in->job ? in->job : &nothing;

	c->job_title = first_of(job->job_title, NULL);
	c->assessment_test_id = id_text(job->assessment_test_id, in->assessment_test_id);
	c->assessment_name = first_of(job->assessment_name, NULL);
	c->reminder_sms = first_of(job->reminder_sms, in->reminder_sms);
	c->post_call_sms = first_of(job->post_call_sms, in->post_call_sms);
	c->auto_add_invited = OPT_OR(job->auto_add_invited, OPT_OR(in->auto_add_invited, false));
	c->first_delay_hours = OPT_OR(job->first_delay_hours, OPT_OR(in->first_delay_hours, 0));
}

static const char *json_text(struct request *rq, const char *key, const char *otherwise)
{
	json_t *value = json_object_get(rq->json, key);
	char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
	const char *kept = text ? arena_strdup(rq->arena, text) : otherwise;

	free(text);
	return kept;
}

/* The rules that need the database. False with the reply made. */
static bool check_against_store(struct request *rq, struct db *db, struct reply *re, struct campaign *c)
{
	const struct campaign_create_in *in = rq->in;
	const struct caller *who = &rq->caller;
	struct faults *f = faults_new(rq->arena);
	char *number = arena_alloc(rq->arena, PHONE_SIZE);
	const char *country;

	c->site_id = in->site_id.is_number ? (int64_t)in->site_id.v : 0;
	country = site_country_for(db, who->company_id, who->user_id, c->site_id);
	if (!country)
		faults_add(f, "companySiteId", "\"companySiteId\" must be a site of the API key user");
	c->caller_number = number;
	if (!phone_e164(in->phone_number, country ? country : "US", number) ||
	    !caller_number_verified(db, who->workspace_id, number))
		faults_add(f, "phoneNumber", "\"phoneNumber\" must be a verified number of the company");
	if (f->n == 0)
		return true;
	reply_faults(re, f);
	return false;
}

/* A text of the arena: what the campaign's own rendering is kept as. */
static const char *rendered(struct request *rq, const struct campaign *c, const struct schedule *s)
{
	struct jw w;
	const char *text;

	jw_init(&w);
	if (s)
		campaign_write_detail(&w, c, s);
	else
		campaign_write_summary(&w, c);
	text = arena_strndup(rq->arena, w.data, w.len);
	jw_free(&w);
	return text;
}

void campaigns_create(struct request *rq, struct db *db, struct reply *re)
{
	const struct campaign_create_in *in = rq->in;
	struct campaign c = {
		.title = in->title,
		.status = in->status ? in->status : "RUNNING",
		.purpose = in->purpose,
		.timezone = in->timezone,
		.call_type = in->call_type ? in->call_type : "IVR",
		.ai_call_script = in->ai_call_script ? in->ai_call_script : "",
		.opening_message = in->opening_message,
		.closing_message = in->closing_message,
		.questions = json_text(rq, "questions", "[]"),
		.job_details = json_text(rq, "jobDetails", "{}"),
		.created_at = rq->arrived_ms,
		.updated_at = rq->arrived_ms,
	};
	struct schedule s;

	if (!check_against_store(rq, db, re, &c))
		return;
	read_assessment(in, &c);
	campaign_schedule_read(in, rq->arena, &c, &s);
	c.campaign_id = campaign_next_id(db);
	c.detail_json = rendered(rq, &c, &s);
	c.summary_json = rendered(rq, &c, NULL);
	campaign_add(db, rq->caller.workspace_id, &c, &s);
	write_campaign(re, 201, c.detail_json);
	reply_header(re, "Location", arena_printf(rq->arena, "/v1/partner/campaigns/%lld",
						  (long long)c.campaign_id));
}
