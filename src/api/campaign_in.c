#include "api/campaign_in.h"

#include "api/paging.h"
#include "api/validate.h"
#include "core/campaign.h"
#include "core/schedule.h"
#include "core/template.h"
#include "core/when.h"
#include "core/zone.h"

#include <glib.h>
#include <string.h>

enum { SMS_MAX = 300, DELAY_HOURS_MAX = 168, MESSAGE_MAX = 5000, DELAY_DAYS_MAX = 365 };
enum { SLOTS_MAX = 200, SLOT_CAPACITY_MAX = 10000 };

static const char *check_zone(const char *text)
{
	return zone_known(text) ? NULL : "must be a valid IANA time zone";
}

/* A day and a time, in ISO or as the API displays it. */
static const char *check_call_time(const char *text)
{
	struct when w;

	return when_parse(text, &w) == 0 && w.kind != WHEN_CLOCK ? NULL : "must be in iso format";
}

static const char *check_follow_up_time(const char *text)
{
	struct when w;

	return when_parse(text, &w) == 0 ? NULL : "must be in iso format";
}

/* A day and a time in ISO. */
static const char *check_slot_time(const char *text)
{
	int64_t ms;

	if (when_parse_iso(text, &ms) != 0)
		return "must be in iso format";
	return strchr(text, ':') ? NULL : "must be in iso format with a time of day";
}

/* ---- jobDetails: open, since its fields depend on the purpose; what we know is checked ---- */

static const struct field slot_fields[] = {
	FIELD_STRING(struct slot_object_in, start, "start", .flags = FIELD_REQUIRED, .check = check_slot_time),
	FIELD_STRING(struct slot_object_in, end, "end", .check = check_slot_time),
	FIELD_INTEGER(struct slot_object_in, capacity, "capacity", .min = BOUND(1), .max = BOUND(SLOT_CAPACITY_MAX)),
};
static const struct shape slot_shape = SHAPE(struct slot_object_in, slot_fields);
static const struct field slot_object = FIELD_OBJECT(struct slot_in, object, struct slot_object_in, "", &slot_shape);
static const struct field slot_item = ITEM(KIND_STRING, .offset = offsetof(struct slot_in, at),
					   .check = check_slot_time, .or_object = &slot_object);

static const struct field job_fields[] = {
	FIELD_STRING_OR_NUMBER(struct job_details_in, assessment_test_id, "assessmentTestId"),
	FIELD_STRING(struct job_details_in, job_title, "jobTitle", .max = BOUND(500)),
	FIELD_STRING(struct job_details_in, assessment_name, "assessmentName", .flags = FIELD_EMPTY_OK,
		     .max = BOUND(500)),
	FIELD_STRING(struct job_details_in, reminder_sms, "assessmentReminderSmsTemplate",
		     .flags = FIELD_EMPTY_OK, .max = BOUND(SMS_MAX)),
	FIELD_STRING(struct job_details_in, post_call_sms, "assessmentPostCallSmsTemplate",
		     .flags = FIELD_EMPTY_OK, .max = BOUND(SMS_MAX)),
	FIELD_BOOLEAN(struct job_details_in, auto_add_invited, "autoAddInvitedCandidates"),
	FIELD_NUMBER(struct job_details_in, first_delay_hours, "assessmentFirstReminderDelayHours",
		     .min = BOUND(0), .max = BOUND(DELAY_HOURS_MAX)),
	FIELD_STRING(struct job_details_in, company_name, "companyName", .flags = FIELD_EMPTY_OK, .max = BOUND(200)),
	FIELD_STRING(struct job_details_in, location, "location", .flags = FIELD_EMPTY_OK, .max = BOUND(500)),
	FIELD_STRING(struct job_details_in, meeting_url, "meetingUrl", .flags = FIELD_EMPTY_OK, .max = BOUND(2000)),
	FIELD_ARRAY(struct job_details_in, slots, struct slot_in, "interviewSlots", &slot_item,
		    .max = BOUND(SLOTS_MAX)),
};
static const struct shape job_shape = SHAPE(struct job_details_in, job_fields, .open = true);

/* ---- follow-ups ---- */

static void follow_up_check(void *in, struct checking *ck)
{
	const struct follow_up_in *f = in;

	if (!f->time && !f->delay_days.set)
		validate_fault(ck, "time", "is required");
}

static const struct field follow_up_fields[] = {
	FIELD_STRING(struct follow_up_in, time, "time", .check = check_follow_up_time),
	FIELD_INTEGER(struct follow_up_in, delay_days, "delayDays", .min = BOUND(0),
		      .max = BOUND(DELAY_DAYS_MAX)),
};
static const struct shape follow_up_shape =
	SHAPE(struct follow_up_in, follow_up_fields, .check = follow_up_check);
static const struct field follow_up_item = ITEM(KIND_OBJECT, .shape = &follow_up_shape);

static const struct field retry_fields[] = {
	FIELD_ISO_DATE(struct retry_object_in, at, "time", .flags = FIELD_REQUIRED),
	FIELD_INTEGER(struct retry_object_in, delay_days, "delayDays", .min = BOUND(0),
		      .max = BOUND(DELAY_DAYS_MAX)),
};
static const struct shape retry_shape = SHAPE(struct retry_object_in, retry_fields);
static const struct field retry_object =
	FIELD_OBJECT(struct retry_in, object, struct retry_object_in, "", &retry_shape);
static const struct field retry_item =
	ITEM(KIND_ISO_DATE, .offset = offsetof(struct retry_in, at), .or_object = &retry_object);

/* ---- create ---- */

static const char *const call_types[] = { "IVR", "AICall", NULL };

static void require_assessment(const struct campaign_create_in *c, struct checking *ck)
{
	if (!c->job) {
		validate_fault(ck, "jobDetails", "is required");
		return;
	}
	if (!c->job->job_title)
		validate_fault_within(ck, "jobDetails.jobTitle", "\"jobTitle\" is required");
	if (!c->job->assessment_test_id.set && !c->assessment_test_id.set)
		validate_fault_within(ck, "jobDetails.assessmentTestId", "\"assessmentTestId\" is required");
}

static void check_questions(const json_t *questions, struct checking *ck)
{
	char path[QUESTIONS_PATH_SIZE], why[QUESTIONS_WHY_SIZE], whole[QUESTIONS_PATH_SIZE + 16] = "questions";

	if (!questions)
		return;
	if (!json_is_array(questions)) {
		validate_fault(ck, "questions", "must be an array");
		return;
	}
	if (questions_check(questions, path, sizeof(path), why, sizeof(why)))
		return;
	if (path[0])
		g_snprintf(whole, sizeof(whole), "questions.%s", path);
	validate_fault_within(ck, whole, why);
}

/* The fields of a message; `path` ends with the member's name. NULL is not there. */
static void check_message(const char *text, enum template_use use, const char *path, struct checking *ck)
{
	const char *dot = strrchr(path, '.');
	char why[TEMPLATE_WHY_SIZE], whole[TEMPLATE_WHY_SIZE + 64];

	if (!text || template_check(text, use, why))
		return;
	g_snprintf(whole, sizeof(whole), "\"%s\" %s", dot ? dot + 1 : path, why);
	validate_fault_within(ck, path, whole);
}

static int64_t moment(const char *text, const char *zone)
{
	struct when w;

	when_parse(text, &w);
	return w.kind == WHEN_INSTANT ? w.utc_ms : zone_to_utc_ms(zone, &w.wall);
}

int64_t slot_start(const struct slot_in *s, const char *zone)
{
	return moment(s->object ? s->object->start : s->at, zone);
}

int64_t slot_end(const struct slot_in *s, const char *zone)
{
	return s->object && s->object->end ? moment(s->object->end, zone) : INT64_MIN;
}

/* An end lies behind its start, and a start is there once: two people at a time are a capacity of two. */
static void check_slots(const struct list_in *slots, const char *zone, struct checking *ck)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	const struct slot_in *all = slots->items;
	char path[64], why[64];

	for (size_t i = 0; i < slots->n; i++) {
		const struct slot_in *s = &all[i];
		int64_t start;

		if (!s->at && (!s->object || !s->object->start))
			continue; /* it has its fault */
		start = slot_start(s, zone);
		if (slot_end(s, zone) != INT64_MIN && slot_end(s, zone) <= start) {
			g_snprintf(path, sizeof(path), "jobDetails.interviewSlots.%zu.end", i);
			validate_fault_within(ck, path, "\"end\" must be later than \"start\"");
		}
		if (!g_hash_table_add(seen, g_memdup2(&start, sizeof(start)))) {
			g_snprintf(path, sizeof(path), "jobDetails.interviewSlots.%zu", i);
			g_snprintf(why, sizeof(why), "\"[%zu]\" contains a duplicate value", i);
			validate_fault_within(ck, path, why);
		}
	}
}

static void check_job(const struct job_details_in *job, const char *zone, struct checking *ck)
{
	if (!job)
		return;
	check_message(job->reminder_sms, TEMPLATE_SENT, "jobDetails.assessmentReminderSmsTemplate", ck);
	check_message(job->post_call_sms, TEMPLATE_SENT, "jobDetails.assessmentPostCallSmsTemplate", ck);
	if (zone)
		check_slots(&job->slots, zone, ck);
}

static void campaign_check(void *in, struct checking *ck)
{
	const struct campaign_create_in *c = in;

	if (c->purpose && purpose_reminds(c->purpose))
		require_assessment(c, ck);
	if (c->purpose && !c->schedule.call_time && !c->schedule.call_start_utc.set)
		validate_fault(ck, "callStartTimeUtc", "is required");
	check_message(c->opening_message, TEMPLATE_SPOKEN, "openingMessage", ck);
	check_message(c->closing_message, TEMPLATE_SPOKEN, "closingMessage", ck);
	check_job(c->job, c->timezone, ck);
	check_message(c->ai_call_script, TEMPLATE_SPOKEN, "aiCallScript", ck);
	check_questions(c->questions, ck);
	check_message(c->reminder_sms, TEMPLATE_SENT, "assessmentReminderSmsTemplate", ck);
	check_message(c->post_call_sms, TEMPLATE_SENT, "assessmentPostCallSmsTemplate", ck);
}

#define SCHEDULE_FIELDS(type)                                                                                    \
	FIELD_STRING(type, schedule.call_time, "callTime", .check = check_call_time),                           \
	FIELD_ARRAY(type, schedule.follow_ups, struct follow_up_in, "followUpRetries", &follow_up_item,         \
		    .max = BOUND(SCHEDULE_SLOTS - 1)),                                                          \
	FIELD_ISO_DATE(type, schedule.call_start_utc, "callStartTimeUtc"),                                      \
	FIELD_ARRAY(type, schedule.retries, struct retry_in, "retryScheduleUtc", &retry_item,                   \
		    .max = BOUND(SCHEDULE_SLOTS - 1))

#define IN struct campaign_create_in

static const struct field create_fields[] = {
	FIELD_STRING(IN, title, "title", .flags = FIELD_REQUIRED, .min = BOUND(1), .max = BOUND(500)),
	FIELD_STRING(IN, timezone, "timezone", .flags = FIELD_REQUIRED, .check = check_zone),
	FIELD_NUMBER_OR_STRING(IN, site_id, "companySiteId", .flags = FIELD_REQUIRED | FIELD_WHOLE),
	FIELD_STRING(IN, phone_number, "phoneNumber", .flags = FIELD_REQUIRED),
	FIELD_STRING(IN, opening_message, "openingMessage", .flags = FIELD_REQUIRED, .max = BOUND(MESSAGE_MAX)),
	FIELD_STRING(IN, closing_message, "closingMessage", .flags = FIELD_REQUIRED, .max = BOUND(MESSAGE_MAX)),
	FIELD_ENUM(IN, purpose, "purposeType", .flags = FIELD_REQUIRED, .names = campaign_purposes),
	FIELD_OBJECT(IN, job, struct job_details_in, "jobDetails", &job_shape),
	SCHEDULE_FIELDS(IN),
	FIELD_ENUM(IN, call_type, "callType", .flags = FIELD_ANY_CASE, .names = call_types),
	FIELD_STRING(IN, ai_call_script, "aiCallScript", .flags = FIELD_EMPTY_OK, .max = BOUND(20000)),
	FIELD_ANY(IN, questions, "questions"),
	FIELD_STRING(IN, status, "status", .max = BOUND(50)),
	FIELD_STRING_OR_NUMBER(IN, assessment_test_id, "assessmentTestId"),
	FIELD_STRING(IN, reminder_sms, "assessmentReminderSmsTemplate", .flags = FIELD_EMPTY_OK,
		     .max = BOUND(SMS_MAX)),
	FIELD_STRING(IN, post_call_sms, "assessmentPostCallSmsTemplate", .flags = FIELD_EMPTY_OK,
		     .max = BOUND(SMS_MAX)),
	FIELD_BOOLEAN(IN, auto_add_invited, "autoAddInvitedCandidates"),
	FIELD_NUMBER(IN, first_delay_hours, "assessmentFirstReminderDelayHours", .min = BOUND(0),
		     .max = BOUND(DELAY_HOURS_MAX)),
};
const struct shape campaign_create_body = SHAPE(IN, create_fields, .check = campaign_check);

/* ---- update ---- */

static void patch_check(void *in, struct checking *ck)
{
	const struct campaign_patch_in *c = in;

	check_message(c->reminder_sms, TEMPLATE_SENT, "assessmentReminderSmsTemplate", ck);
	check_message(c->post_call_sms, TEMPLATE_SENT, "assessmentPostCallSmsTemplate", ck);
	check_message(c->opening_message, TEMPLATE_SPOKEN, "openingMessage", ck);
	check_message(c->start_message, TEMPLATE_SPOKEN, "startMessage", ck);
	check_message(c->closing_message, TEMPLATE_SPOKEN, "closingMessage", ck);
	check_message(c->end_message, TEMPLATE_SPOKEN, "endMessage", ck);
	check_message(c->ai_call_script, TEMPLATE_SPOKEN, "aiCallScript", ck);
	check_questions(c->questions, ck);
}

#undef IN
#define IN struct campaign_patch_in

static const struct field header_fields[] = {
	FIELD_STRING(struct header_in, title, "title", .min = BOUND(1), .max = BOUND(500)),
};
static const struct shape header_shape = SHAPE(struct header_in, header_fields);

static const struct field patch_fields[] = {
	FIELD_STRING(IN, title, "title", .min = BOUND(1), .max = BOUND(500)),
	FIELD_STRING(IN, campaign_name, "campaignName", .min = BOUND(1), .max = BOUND(500)),
	FIELD_OBJECT(IN, header, struct header_in, "header", &header_shape),
	FIELD_STRING(IN, job_title, "jobTitle", .max = BOUND(500)),
	FIELD_STRING(IN, job_name, "jobName", .max = BOUND(500)),
	FIELD_STRING(IN, reminder_sms, "assessmentReminderSmsTemplate", .flags = FIELD_EMPTY_OK,
		     .max = BOUND(SMS_MAX)),
	FIELD_STRING(IN, post_call_sms, "assessmentPostCallSmsTemplate", .flags = FIELD_EMPTY_OK,
		     .max = BOUND(SMS_MAX)),
	FIELD_NUMBER(IN, first_delay_hours, "assessmentFirstReminderDelayHours", .min = BOUND(0)),
	FIELD_STRING(IN, phone_number, "phoneNumber"),
	FIELD_STRING(IN, timezone, "timezone", .check = check_zone),
	SCHEDULE_FIELDS(IN),
	FIELD_STRING(IN, opening_message, "openingMessage", .max = BOUND(MESSAGE_MAX)),
	FIELD_STRING(IN, start_message, "startMessage", .max = BOUND(MESSAGE_MAX)),
	FIELD_STRING(IN, closing_message, "closingMessage", .max = BOUND(MESSAGE_MAX)),
	FIELD_STRING(IN, end_message, "endMessage", .max = BOUND(MESSAGE_MAX)),
	FIELD_ENUM(IN, call_type, "callType", .flags = FIELD_ANY_CASE, .names = call_types),
	FIELD_STRING(IN, ai_call_script, "aiCallScript", .flags = FIELD_EMPTY_OK, .max = BOUND(20000)),
	FIELD_ANY(IN, questions, "questions"),
};
const struct shape campaign_patch_body = SHAPE(IN, patch_fields, .check = patch_check);

#undef IN

/* ---- list ---- */

static const struct field list_fields[] = {
	FIELD_STRING(struct campaign_list_in, status, "status", .doc = "Exactly this status"),
	FIELD_STRING(struct campaign_list_in, purpose, "purposeType", .doc = "Exactly this purpose"),
	PAGING_FIELDS(struct campaign_list_in),
};
const struct shape campaign_list_query = SHAPE(struct campaign_list_in, list_fields);
