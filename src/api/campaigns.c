/* Campaigns: list, create, get one. */
#include "store/campaigns.h"

#include "api/app.h"
#include "api/campaign_in.h"
#include "api/campaign_json.h"
#include "api/campaign_schedule.h"
#include "api/conditional.h"
#include "api/paging.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/routes.h"
#include "core/phone.h"
#include "core/questions.h"
#include "store/ai.h"
#include "store/appointments.h"
#include "store/db.h"
#include "store/texts.h"
#include "store/rulebook.h"
#include "store/sites.h"

#include <string.h>

enum { SUMMARY_ROOM = 512 }; /* about what a campaign takes in a list */

bool campaign_exists(struct request *rq, struct db *db)
{
	return campaign_purpose(db, rq->caller.workspace_id, rq->path.ids[0]) || db_failed(db);
}

static void write_raw(void *arg, const char *json)
{
	jw_raw(arg, json, strlen(json));
}

void campaigns_list(struct request *rq, struct db *db, struct reply *re)
{
	const struct campaign_list_in *in = rq->query;
	struct paging p = paging_of(in->page, in->limit);
	struct jw *w = reply_json(re, 200);
	int64_t total;

	jw_room(w, (size_t)p.limit * SUMMARY_ROOM);
	jw_object(w);
	jw_key(w, "campaigns");
	jw_array(w);
	campaign_page(db, rq->caller.workspace_id, in->status, in->purpose, p.offset, p.limit, write_raw, w);
	jw_end(w);
	total = campaign_count(db, rq->caller.workspace_id, in->status, in->purpose);
	paging_write(w, &p, total);
	jw_end(w);
	if (app_read_failed(db, re))
		return;
	reply_tag_body(rq, re);
	if (re->status == 200)
		paging_links(rq, re, &p, total);
}

static void write_campaign(struct reply *re, unsigned status, const char *detail_json)
{
	struct jw *w = reply_json(re, status);

	jw_object(w);
	jw_key(w, "campaign");
	write_raw(w, detail_json);
	jw_end(w);
}

/* The version, and its moment in case a database is put back from a backup. */
static const char *tag_of(const struct request *rq, const struct campaign_version *v)
{
	return arena_printf(rq->arena, "\"%llx-%llx\"", (unsigned long long)v->row, (unsigned long long)v->at);
}

void campaigns_get(struct request *rq, struct db *db, struct reply *re)
{
	struct campaign_version v;
	const char *detail = campaign_detail(db, rq->caller.workspace_id, rq->path.ids[0], &v);

	if (!detail) {
		app_missing(db, re);
	} else if (!reply_unchanged(rq, re, tag_of(rq, &v))) {
		write_campaign(re, 200, detail);
		reply_tag(re, tag_of(rq, &v));
	}
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

/* The number in E.164; an unknown and an unverified one are the same fault, which tells nobody anything. */
static const char *verified_number(struct request *rq, struct db *db, const char *said, const char *country,
				   struct faults *f)
{
	char *number = arena_alloc(rq->arena, PHONE_SIZE);

	if (!phone_e164(db->rulebook->plan, said, country, number) ||
	    !caller_number_verified(db, rq->caller.workspace_id, number))
		faults_add(f, "phoneNumber", "\"phoneNumber\" must be a verified number of the company");
	return number;
}

/* The rules that need the database. False with the reply made. */
static bool check_against_store(struct request *rq, struct db *db, struct reply *re, struct campaign *c)
{
	const struct campaign_create_in *in = rq->in;
	const struct caller *who = &rq->caller;
	struct faults *f = faults_new(rq->arena);
	const char *country;

	c->site_id = in->site_id.is_number ? (int64_t)in->site_id.v : 0;
	country = site_country_for(db, who->company_id, who->user_id, c->site_id);
	if (!country)
		faults_add(f, "companySiteId", "\"companySiteId\" must be a site of the API key user");
	c->caller_number = verified_number(rq, db, in->phone_number, country ? country : "US", f);
	if (f->n == 0)
		return true;
	reply_faults(re, f);
	return false;
}

/* Real people are called by an artificial voice only when somebody has stated that they agreed. False with the reply made. */
static bool may_be_ai(struct request *rq, struct db *db, struct reply *re, const char *call_type)
{
	struct attestation unused;

	if (!call_type || strcmp(call_type, "AICall") != 0 || !rq->caller.live ||
	    attestation_get(db, rq->caller.workspace_id, &unused))
		return true;
	reply_error(re, ERROR_CONFLICT, "AI calls to real people need a statement of their consent on record first: "
					"callsheet workspaces attest live --name \"…\".");
	return false;
}

/* The times on offer; only campaigns that offer some keep them. */
static void add_slots(struct request *rq, struct db *db, const struct campaign *c)
{
	const struct campaign_create_in *in = rq->in;
	const struct slot_in *all = in->job ? in->job->slots.items : NULL;
	size_t n = all && purpose_offers_times(c->purpose) ? in->job->slots.n : 0;
	struct appointment *list = arena_alloc(rq->arena, n * sizeof(*list));

	for (size_t i = 0; i < n; i++)
		list[i] = (struct appointment){
			.slot_no = (int64_t)i + 1, .start_at = slot_start(&all[i], c->timezone),
			.end_at = slot_end(&all[i], c->timezone),
			.capacity = all[i].object ? OPT_OR(all[i].object->capacity, 1) : 1 };
	appointments_add(db, rq->caller.workspace_id, c->campaign_id, list, (int)n);
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
		.created_at = rq->now_ms,
		.updated_at = rq->now_ms,
	};
	struct schedule s;

	if (!check_against_store(rq, db, re, &c) || !may_be_ai(rq, db, re, c.call_type))
		return;
	read_assessment(in, &c);
	campaign_schedule_take(&in->schedule, rq->arena, &c);
	campaign_schedule_make(&c, &s);
	c.campaign_id = campaign_next_id(db);
	campaign_render(&c, &s, rq->arena);
	campaign_add(db, rq->caller.workspace_id, &c, &s);
	add_slots(rq, db, &c);
	write_campaign(re, 201, c.detail_json);
	reply_header(re, "Location", arena_printf(rq->arena, "/v1/partner/campaigns/%lld",
						  (long long)c.campaign_id));
	reply_tag(re, tag_of(rq, &(struct campaign_version){ 1, c.updated_at }));
	app_tell_words(rq, re, c.campaign_id);
}

/* ---- update ---- */

static bool changes_plan(const struct campaign_patch_in *in)
{
	return campaign_schedule_given(&in->schedule) || in->timezone || in->questions;
}

static bool is_about_assessments(const struct campaign_patch_in *in)
{
	return in->reminder_sms || in->post_call_sms || in->first_delay_hours.set;
}

/* False with the reply made. */
static bool may_patch(struct request *rq, struct db *db, struct reply *re, struct campaign *c)
{
	const struct campaign_patch_in *in = rq->in;
	struct faults *f = faults_new(rq->arena);

	if (is_about_assessments(in) && !purpose_reminds(c->purpose))
		reply_error(re, ERROR_PURPOSE, "Assessment fields apply to ASSESSMENT_REMINDER campaigns only.");
	else if (changes_plan(in) && c->called)
		reply_error(re, ERROR_PURPOSE,
			    "The schedule and the questions cannot change after the first call has started.");
	if (re->status)
		return false;
	if (!may_be_ai(rq, db, re, in->call_type))
		return false;
	if (in->phone_number)
		c->caller_number = verified_number(rq, db, in->phone_number,
						   site_country(db, rq->caller.company_id, c->site_id), f);
	if (f->n)
		reply_faults(re, f);
	return f->n == 0;
}

static void set_if(const char **field, const char *first, const char *second, const char *third)
{
	const char *said = first ? first : second ? second : third;

	if (said)
		*field = said;
}

static void apply_patch(struct request *rq, struct campaign *c)
{
	const struct campaign_patch_in *in = rq->in;

	set_if(&c->title, in->title, in->campaign_name, in->header ? in->header->title : NULL);
	set_if(&c->job_title, in->job_title, in->job_name, NULL);
	set_if(&c->reminder_sms, in->reminder_sms, NULL, NULL);
	set_if(&c->post_call_sms, in->post_call_sms, NULL, NULL);
	set_if(&c->timezone, in->timezone, NULL, NULL);
	set_if(&c->opening_message, in->opening_message, in->start_message, NULL);
	set_if(&c->closing_message, in->closing_message, in->end_message, NULL);
	set_if(&c->call_type, in->call_type, NULL, NULL);
	set_if(&c->ai_call_script, in->ai_call_script, NULL, NULL);
	c->questions = json_text(rq, "questions", c->questions);
	c->first_delay_hours = OPT_OR(in->first_delay_hours, c->first_delay_hours);
	campaign_schedule_take(&in->schedule, rq->arena, c);
}

static void write_patched(struct reply *re, const struct campaign *c)
{
	struct jw *w = reply_json(re, 200);

	jw_object(w);
	jw_kstr(w, "status", "success");
	jw_kint(w, "flowId", c->campaign_id);
	jw_key(w, "campaign");
	write_raw(w, c->detail_json);
	jw_end(w);
}

void campaigns_patch(struct request *rq, struct db *db, struct reply *re)
{
	const struct campaign_patch_in *in = rq->in;
	bool replan = changes_plan(in) || in->first_delay_hours.set;
	bool changes = json_object_size(rq->json) > 0, had_text;
	struct campaign_version v;
	struct schedule s;
	struct campaign c;

	if (!campaign_load(db, rq->caller.workspace_id, rq->path.ids[0], &c)) {
		reply_not_found(re);
		return;
	}
	v = (struct campaign_version){ c.row_version, c.updated_at };
	if (!may_change(rq, re, tag_of(rq, &v)) || !may_patch(rq, db, re, &c))
		return;
	had_text = c.reminder_sms[0];
	apply_patch(rq, &c);
	campaign_schedule_make(&c, &s);
	if (changes)
		c.updated_at = rq->now_ms;
	campaign_render(&c, &s, rq->arena);
	if (changes)
		campaign_update(db, rq->caller.workspace_id, &c, replan && !c.called ? &s : NULL);
	if (!had_text && c.reminder_sms[0])
		texts_plan_reminders(db, rq->caller.workspace_id, c.campaign_id);
	write_patched(re, &c);
	reply_tag(re, tag_of(rq, &(struct campaign_version){ c.row_version + changes, c.updated_at }));
	app_tell_words(rq, re, c.campaign_id);
}
