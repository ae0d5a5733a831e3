/* What the campaign endpoints take. */
#pragma once

#include "api/rules.h"
#include "core/questions.h"

/* An element of interviewSlots: an ISO moment, or {start, end, capacity}. Wall times are the campaign's zone's. */
struct slot_in {
	const char *at;
	struct slot_object_in *object;
};

struct slot_object_in {
	const char *start, *end;
	struct opt_int capacity;
};

struct job_details_in {
	struct opt_id assessment_test_id;
	const char *job_title, *assessment_name, *reminder_sms, *post_call_sms;
	struct opt_bool auto_add_invited;
	struct opt_number first_delay_hours;
	const char *company_name, *location, *meeting_url;
	struct list_in slots; /* struct slot_in */
};

/* When the slot begins, and when it ends (INT64_MIN, the store's DB_NULL: not said), in a known zone. */
int64_t slot_start(const struct slot_in *s, const char *zone);
int64_t slot_end(const struct slot_in *s, const char *zone);

struct follow_up_in {
	const char *time;
	struct opt_int delay_days;
};

/* An element of retryScheduleUtc: an ISO moment, or {time, delayDays}. */
struct retry_in {
	struct opt_time at;
	struct retry_object_in *object;
};

struct retry_object_in {
	struct opt_time at;
	struct opt_int delay_days;
};

/* When to call, in the words of create and update alike. */
struct schedule_in {
	const char *call_time;
	struct list_in follow_ups; /* struct follow_up_in */
	struct opt_time call_start_utc;
	struct list_in retries;    /* struct retry_in */
};

struct campaign_create_in {
	const char *title, *timezone, *phone_number, *opening_message, *closing_message, *purpose;
	struct opt_id site_id;
	struct job_details_in *job;
	struct schedule_in schedule;
	const char *call_type, *ai_call_script;
	const json_t *questions;
	const char *status;
	/* at top level too, for convenience; jobDetails wins */
	struct opt_id assessment_test_id;
	const char *reminder_sms, *post_call_sms;
	struct opt_bool auto_add_invited;
	struct opt_number first_delay_hours;
};
extern const struct shape campaign_create_body;

struct header_in {
	const char *title;
};

/* Everything is optional. Where a field has aliases, the documented name wins, then they in this order. */
struct campaign_patch_in {
	const char *title, *campaign_name;
	struct header_in *header;
	const char *job_title, *job_name;
	const char *reminder_sms, *post_call_sms;
	struct opt_number first_delay_hours;
	const char *phone_number, *timezone;
	struct schedule_in schedule;
	const char *opening_message, *start_message, *closing_message, *end_message;
	const char *call_type, *ai_call_script;
	const json_t *questions;
};
extern const struct shape campaign_patch_body;

struct campaign_list_in {
	const char *status, *purpose;
	struct opt_int page, limit;
};
extern const struct shape campaign_list_query;
