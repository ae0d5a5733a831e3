#include "store/campaigns.h"

#include "base/json_writer.h"
#include "core/campaign.h"
#include "core/limits.h"
#include "core/questions.h"
#include "core/zone.h"
#include "queries.h"
#include "store/events.h"
#include "store/ids.h"
#include "store/texts.h"
#include "store/workspaces.h"

#include <glib.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

enum { HOUR_MS = 3600000, DELAY_HOURS_MOST = 24 * 36525 /* a century: what is longer is for ever */ };

int64_t campaign_next_id(struct db *db)
{
	return ids_next(db, ID_CAMPAIGN);
}

static void store_slots(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct schedule *s)
{
	for (int i = 0; i < s->n; i++)
		DB_EXEC(db, campaign_slot_insert, .workspace_id = workspace_id, .campaign_id = campaign_id,
			.slot = i, .slot_at = s->at[i]);
}

/* The campaign as a list shows it: whoever changes that says so in the same job. */
static void put_on_list(struct db *db, int64_t workspace_id, const struct campaign *c)
{
	DB_EXEC(db, campaign_listed_put, .workspace_id = workspace_id, .campaign_id = c->campaign_id,
		.status = c->status, .purpose = c->purpose, .summary_json = c->summary_json);
}

void campaign_add(struct db *db, int64_t workspace_id, const struct campaign *c, const struct schedule *s)
{
	DB_EXEC(db, campaign_insert, .workspace_id = workspace_id, .campaign_id = c->campaign_id,
		.title = c->title, .status = c->status, .purpose = c->purpose, .timezone = c->timezone,
		.site_id = c->site_id, .caller_number = c->caller_number, .call_type = c->call_type,
		.ai_call_script = c->ai_call_script, .opening_message = c->opening_message,
		.closing_message = c->closing_message, .questions = c->questions, .job_details = c->job_details,
		.job_title = c->job_title, .assessment_test_id = c->assessment_test_id,
		.assessment_name = c->assessment_name, .reminder_sms = c->reminder_sms,
		.post_call_sms = c->post_call_sms, .auto_add_invited = c->auto_add_invited,
		.first_delay_hours = c->first_delay_hours, .time_basis = c->time_basis,
		.start_local = c->start_local, .start_at = c->start_at, .follow_ups = c->follow_ups,
		.tzdata = zone_data_version(), .detail_json = c->detail_json,
		.created_at = c->created_at);
	put_on_list(db, workspace_id, c);
	store_slots(db, workspace_id, c->campaign_id, s);
	DB_EXEC(db, campaign_total_add, .workspace_id = workspace_id, .status = c->status,
		.purpose = c->purpose, .n = 1);
	event_add(db, workspace_id, c->created_at,
		  &(struct event){ .type = "campaign.created", .campaign_id = c->campaign_id });
}

bool campaign_load(struct db *db, int64_t workspace_id, int64_t campaign_id, struct campaign *out)
{
	struct campaign_load_row r;

	if (!DB_ROW(db, campaign_load, &r, .workspace_id = workspace_id, .campaign_id = campaign_id))
		return false;
	*out = (struct campaign){
		.campaign_id = campaign_id, .title = r.title, .status = r.status, .purpose = r.purpose,
		.timezone = r.timezone, .site_id = r.site_id, .caller_number = r.caller_number,
		.call_type = r.call_type, .ai_call_script = r.ai_call_script,
		.opening_message = r.opening_message, .closing_message = r.closing_message,
		.questions = r.questions, .job_details = r.job_details, .job_title = r.job_title,
		.assessment_test_id = r.assessment_test_id, .assessment_name = r.assessment_name,
		.reminder_sms = r.reminder_sms, .post_call_sms = r.post_call_sms,
		.auto_add_invited = r.auto_add_invited, .first_delay_hours = r.first_delay_hours,
		.time_basis = r.time_basis, .start_local = r.start_local, .start_at = r.start_at,
		.follow_ups = r.follow_ups, .created_at = r.created_at, .updated_at = r.updated_at,
		.row_version = r.row_version,
		.called = r.first_attempt_at != DB_NULL,
	};
	return true;
}

int64_t campaign_reminder_delay_ms(const char *purpose, double hours)
{
	return purpose_reminds(purpose) ? (int64_t)(fmin(hours, DELAY_HOURS_MOST) * HOUR_MS) : 0;
}

/* The rows of the queue as if everybody had just been added, but for the reminder's delay, which is theirs. */
static void reschedule(struct db *db, int64_t workspace_id, const struct campaign *c, const struct schedule *s)
{
	struct next_slot first = schedule_first(s, c->updated_at, 0);

	DB_EXEC(db, campaign_slots_delete, .workspace_id = workspace_id, .campaign_id = c->campaign_id);
	store_slots(db, workspace_id, c->campaign_id, s);
	DB_EXEC(db, campaign_reschedule, .workspace_id = workspace_id, .campaign_id = c->campaign_id,
		.slot = first.slot, .due_at = first.at,
		.delay_ms = campaign_reminder_delay_ms(c->purpose, c->first_delay_hours));
	texts_follow_calls(db, workspace_id, c->campaign_id);
	if (campaign_reminder_delay_ms(c->purpose, c->first_delay_hours))
		DB_EXEC(db, campaign_reslot, .workspace_id = workspace_id, .campaign_id = c->campaign_id);
}

void campaign_update(struct db *db, int64_t workspace_id, const struct campaign *c, const struct schedule *s)
{
	DB_EXEC(db, campaign_update, .workspace_id = workspace_id, .campaign_id = c->campaign_id,
		.title = c->title, .timezone = c->timezone, .caller_number = c->caller_number,
		.call_type = c->call_type, .ai_call_script = c->ai_call_script,
		.opening_message = c->opening_message, .closing_message = c->closing_message,
		.questions = c->questions, .job_title = c->job_title, .reminder_sms = c->reminder_sms,
		.post_call_sms = c->post_call_sms, .first_delay_hours = c->first_delay_hours,
		.time_basis = c->time_basis, .start_local = c->start_local, .start_at = c->start_at,
		.follow_ups = c->follow_ups, .tzdata = zone_data_version(), .detail_json = c->detail_json,
		.updated_at = c->updated_at);
	put_on_list(db, workspace_id, c);
	if (s)
		reschedule(db, workspace_id, c, s);
	event_add(db, workspace_id, c->updated_at,
		  &(struct event){ .type = "campaign.updated", .campaign_id = c->campaign_id });
}

/* ---- other zone rules ---- */

int campaigns_by_other_rules(struct db *db, struct campaign_key *out)
{
	int n = 0;

	DB_EACH(db, campaign_other_rules, row, .tzdata = zone_data_version())
		out[n++] = (struct campaign_key){ row->workspace_id, row->campaign_id };
	return n;
}

static bool same_slots(const struct schedule *a, const struct schedule *b)
{
	return a->n == b->n && memcmp(a->at, b->at, (size_t)a->n * sizeof(a->at[0])) == 0;
}

bool campaign_follow_rules(struct db *db, int64_t workspace_id, const struct campaign *c, const struct schedule *s,
			   int64_t now)
{
	struct schedule before;

	campaign_schedule(db, workspace_id, c->campaign_id, &before);
	if (same_slots(&before, s)) {
		DB_EXEC(db, campaign_rules_noted, .workspace_id = workspace_id, .campaign_id = c->campaign_id,
			.tzdata = zone_data_version());
		return false;
	}
	for (int i = 0; i < MIN(before.n, s->n); i++)
		if (before.at[i] != s->at[i])
			DB_EXEC(db, campaign_slot_moved, .workspace_id = workspace_id, .campaign_id = c->campaign_id,
				.slot = i, .was_at = before.at[i], .slot_at = s->at[i]);
	DB_EXEC(db, campaign_slots_delete, .workspace_id = workspace_id, .campaign_id = c->campaign_id);
	store_slots(db, workspace_id, c->campaign_id, s);
	DB_EXEC(db, campaign_replan, .workspace_id = workspace_id, .campaign_id = c->campaign_id,
		.start_at = c->start_at, .tzdata = zone_data_version(), .detail_json = c->detail_json);
	put_on_list(db, workspace_id, c);
	event_add(db, workspace_id, now,
		  &(struct event){ .type = "campaign.updated", .campaign_id = c->campaign_id,
				   .data = "{\"reason\":\"TIME_ZONE_RULES\"}" });
	return true;
}

static void count_status(struct db *db, int64_t workspace_id, const struct campaign *c, const char *status, int n)
{
	DB_EXEC(db, campaign_total_add, .workspace_id = workspace_id, .status = status, .purpose = c->purpose,
		.n = n);
}

void campaign_set_status(struct db *db, int64_t workspace_id, const struct campaign *c, const char *before)
{
	struct jw w;

	DB_EXEC(db, campaign_set_status, .workspace_id = workspace_id, .campaign_id = c->campaign_id,
		.status = c->status, .detail_json = c->detail_json, .updated_at = c->updated_at);
	put_on_list(db, workspace_id, c);
	count_status(db, workspace_id, c, before, -1);
	count_status(db, workspace_id, c, c->status, 1);
	if (campaign_status_runs(c->status)) {
		DB_EXEC(db, campaign_unpark, .workspace_id = workspace_id, .campaign_id = c->campaign_id);
		texts_resume(db, workspace_id, c->campaign_id, c->updated_at);
	} else {
		DB_EXEC(db, campaign_park, .workspace_id = workspace_id, .campaign_id = c->campaign_id);
	}
	jw_init(&w);
	jw_object(&w);
	jw_kstr(&w, "status", c->status);
	jw_kstr(&w, "before", before);
	jw_end(&w);
	event_add(db, workspace_id, c->updated_at, &(struct event){ .type = "campaign.status_changed",
								    .campaign_id = c->campaign_id,
								    .data = w.data });
	jw_free(&w);
}

bool campaign_running(struct db *db, int64_t workspace_id, int64_t campaign_id)
{
	struct campaign_for_leads_row row;

	return DB_ROW(db, campaign_for_leads, &row, .workspace_id = workspace_id, .campaign_id = campaign_id) &&
	       campaign_status_runs(row.status);
}

const char *campaign_detail(struct db *db, int64_t workspace_id, int64_t campaign_id, struct campaign_version *v)
{
	struct campaign_detail_row row;

	if (!DB_ROW(db, campaign_detail, &row, .workspace_id = workspace_id, .campaign_id = campaign_id))
		return NULL;
	if (v)
		*v = (struct campaign_version){ row.row_version, row.updated_at };
	return row.detail_json;
}

bool campaign_owner(struct db *db, int64_t campaign_id, struct campaign_owner *out)
{
	struct campaign_owner_row row;

	if (!DB_ROW(db, campaign_owner, &row, .campaign_id = campaign_id))
		return false;
	*out = (struct campaign_owner){ .workspace_id = row.workspace_id, .company_id = row.company_id,
					.site_id = row.site_id, .purpose = row.purpose };
	return true;
}

int64_t campaign_count(struct db *db, int64_t workspace_id, const char *status, const char *purpose)
{
	struct campaign_count_row row;

	return DB_ROW(db, campaign_count, &row, .workspace_id = workspace_id, .status = status,
		      .purpose = purpose) ? row.total : 0;
}

void campaign_page(struct db *db, int64_t workspace_id, const char *status, const char *purpose, int64_t offset,
		   int64_t limit, void (*each)(void *arg, const char *summary_json), void *arg)
{
	DB_EACH(db, campaign_page, row, .workspace_id = workspace_id, .status = status, .purpose = purpose,
		.limit = limit, .offset = offset)
		each(arg, row->summary_json);
}

void campaign_schedule(struct db *db, int64_t workspace_id, int64_t campaign_id, struct schedule *out)
{
	out->n = 0;
	DB_EACH(db, campaign_slots, row, .workspace_id = workspace_id, .campaign_id = campaign_id)
		if (out->n < SCHEDULE_SLOTS)
			out->at[out->n++] = row->slot_at;
}

bool campaign_sound(struct db *db, int64_t workspace_id, int64_t campaign_id, struct campaign_sound *out)
{
	struct campaign_spoken_row row;
	struct limits limits;

	if (!DB_ROW(db, campaign_spoken, &row, .workspace_id = workspace_id, .campaign_id = campaign_id))
		return false;
	memset(out, 0, sizeof(*out));
	workspace_limits(db, workspace_id, row.is_live, &limits);
	out->row_version = row.row_version;
	out->live = row.is_live;
	out->spoken = limits.spoken;
	if (row.person_number && row.person_number[0])
		g_strlcpy(out->spoken.person, row.person_number, sizeof(out->spoken.person));
	return !db_failed(db);
}

bool campaign_words(struct db *db, int64_t workspace_id, int64_t campaign_id, struct campaign_words *out)
{
	struct campaign_for_calls_row row;

	if (!DB_ROW(db, campaign_for_calls, &row, .workspace_id = workspace_id, .campaign_id = campaign_id))
		return false;
	*out = (struct campaign_words){ .purpose = row.purpose, .timezone = row.timezone,
					.caller_number = row.caller_number,
					.opening_message = row.opening_message, .call_type = row.call_type,
					.ai_call_script = row.ai_call_script,
					.closing_message = row.closing_message, .questions = row.questions,
					.job_details = row.job_details, .job_title = row.job_title,
					.assessment_name = row.assessment_name, .company = row.name,
					.row_version = row.row_version };
	return true;
}

bool campaign_leaves_message(struct db *db, int64_t workspace_id, int64_t campaign_id)
{
	struct campaign_voicemail_row row;
	const char *setting;

	if (!DB_ROW(db, campaign_voicemail, &row, .workspace_id = workspace_id, .campaign_id = campaign_id))
		return false;
	setting = row.voicemail[0] ? row.voicemail : row.setting;
	return setting && strcmp(setting, VOICEMAIL_LEAVE) == 0;
}

void campaign_set_voicemail(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *voicemail)
{
	DB_EXEC(db, campaign_set_voicemail, .workspace_id = workspace_id, .campaign_id = campaign_id, .voicemail = voicemail);
}

struct template_values campaign_values(struct db *db, const struct campaign_words *w)
{
	json_t *job = json_loads(w->job_details, 0, NULL);
	const char *company = json_string_value(json_object_get(job, "companyName"));
	struct template_values v = { { [TEMPLATE_JOB_TITLE] = w->job_title,
				       [TEMPLATE_ASSESSMENT_NAME] = w->assessment_name } };

	v.of[TEMPLATE_COMPANY_NAME] = arena_strdup(db->arena, company && company[0] ? company : w->company);
	v.of[TEMPLATE_LOCATION] = arena_strdup(db->arena, json_string_value(json_object_get(job, "location")));
	v.of[TEMPLATE_MEETING_URL] = arena_strdup(db->arena, json_string_value(json_object_get(job, "meetingUrl")));
	json_decref(job);
	return v;
}

bool campaign_tally(struct db *db, int64_t workspace_id, int64_t campaign_id, struct campaign_tally *out)
{
	struct campaign_calls_row calls;
	struct campaign_people_row people;

	if (!DB_ROW(db, campaign_calls, &calls, .workspace_id = workspace_id, .campaign_id = campaign_id) ||
	    !DB_ROW(db, campaign_people, &people, .workspace_id = workspace_id, .campaign_id = campaign_id))
		return false;
	*out = (struct campaign_tally){ .leads = people.leads, .in_flight = calls.in_flight,
					.dialled = calls.dialled, .answered = calls.answered,
					.interested = people.interested,
					.not_interested = people.not_interested,
					.no_answer = people.no_answer, .left = people.left };
	return true;
}

void campaign_tally_write(struct jw *w, const struct campaign_tally *t, const char *left_key, int64_t left)
{
	jw_key(w, "funnel");
	jw_object(w);
	jw_kint(w, "leads", t->leads);
	jw_kint(w, "dialled", t->dialled);
	jw_kint(w, "answered", t->answered);
	jw_kint(w, "interested", t->interested);
	jw_kint(w, "notInterested", t->not_interested);
	jw_kint(w, "noAnswer", t->no_answer);
	jw_kint(w, left_key, left);
	jw_end(w);
}

const char *campaign_purpose(struct db *db, int64_t workspace_id, int64_t campaign_id)
{
	struct campaign_for_leads_row row;

	return DB_ROW(db, campaign_for_leads, &row, .workspace_id = workspace_id, .campaign_id = campaign_id) ?
		       row.purpose : NULL;
}
