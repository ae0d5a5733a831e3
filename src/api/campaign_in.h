/* What the campaign endpoints take. */
#pragma once

#include "api/rules.h"
#include "core/questions.h"

struct job_details_in {
	struct opt_id assessment_test_id;
	const char *job_title, *assessment_name, *reminder_sms, *post_call_sms;
	struct opt_bool auto_add_invited;
	struct opt_number first_delay_hours;
};

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

struct campaign_create_in {
	const char *title, *timezone, *phone_number, *opening_message, *closing_message, *purpose;
	struct opt_id site_id;
	struct job_details_in *job;
	const char *call_time;
	struct list_in follow_ups; /* struct follow_up_in */
	struct opt_time call_start_utc;
	struct list_in retries;    /* struct retry_in */
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

struct campaign_list_in {
	const char *status, *purpose;
	struct opt_int page, limit;
};
extern const struct shape campaign_list_query;
