/*
 * Campaigns. What the API shows of one is rendered when it changes and stored with it.
 *
 * Reads from any connection, writes inside a job. Text that comes back lives in the connection's arena.
 */
#pragma once

#include "core/limits.h"
#include "core/schedule.h"
#include "core/template.h"

#include <stdbool.h>
#include <stdint.h>

struct db;
struct jw;

struct campaign {
	int64_t campaign_id;
	const char *title, *status, *purpose, *timezone;
	int64_t site_id;
	const char *caller_number, *call_type, *ai_call_script;
	const char *opening_message, *closing_message;
	const char *questions;    /* a JSON array as it was sent, "[]" when none */
	const char *job_details;  /* a JSON object as it was sent, "{}" when none */
	const char *job_title, *assessment_test_id, *assessment_name, *reminder_sms, *post_call_sms;
	bool auto_add_invited;
	double first_delay_hours;
	const char *time_basis;   /* "UTC" or "LOCAL" */
	const char *start_local;  /* wall time of a LOCAL schedule, or NULL */
	int64_t start_at;         /* the first call's instant */
	const char *follow_ups;   /* a JSON array as the API shows it */
	const char *detail_json, *summary_json;
	int64_t created_at, updated_at;
	int64_t row_version;      /* as loaded; every stored change adds one */
	bool called;              /* a first attempt has been made: the schedule is fixed */
};

/* Stores a campaign whose id came from campaign_next_id(). */
int64_t campaign_next_id(struct db *db);
void campaign_add(struct db *db, int64_t workspace_id, const struct campaign *c, const struct schedule *s);

/* How long after a lead is added its first call must wait: reminders only. */
int64_t campaign_reminder_delay_ms(const char *purpose, double hours);

/* All of a campaign but its renderings. False when there is none (or db_failed()). */
bool campaign_load(struct db *db, int64_t workspace_id, int64_t campaign_id, struct campaign *out);

/* Stores what may change of it. With `s` not NULL the schedule is another one: slots and queue follow. */
void campaign_update(struct db *db, int64_t workspace_id, const struct campaign *c, const struct schedule *s);

/*
 * Campaigns whose slots were computed by other zone rules than this machine's; at most CAMPAIGNS_AT_ONCE, how many is
 * returned.
 */
enum { CAMPAIGNS_AT_ONCE = 100 };
struct campaign_key {
	int64_t workspace_id, campaign_id;
};
int campaigns_by_other_rules(struct db *db, struct campaign_key *out);

/*
 * Stores the slots `s` that the rules of today give, with the renderings of `c` that show them; what is due and has not
 * started moves along. True when any slot is another one. Before anything is dialled.
 */
bool campaign_follow_rules(struct db *db, int64_t workspace_id, const struct campaign *c, const struct schedule *s,
			   int64_t now);

/* Which state of its row: two renderings of one version are the same. */
struct campaign_version {
	int64_t row, at; /* how many changes, and the last one's moment */
};

/* The campaign as the API shows it, and its version if `v` is not NULL; NULL when there is none (or db_failed()). */
const char *campaign_detail(struct db *db, int64_t workspace_id, int64_t campaign_id, struct campaign_version *v);

/*
 * Another status, with the renderings of `c` that show it: totals, queue (parked unless it runs) and event move with it.
 * `before` is the status it has had.
 */
void campaign_set_status(struct db *db, int64_t workspace_id, const struct campaign *c, const char *before);

/* Whether its leads may be called now. */
bool campaign_running(struct db *db, int64_t workspace_id, int64_t campaign_id);

/* Its purpose; NULL when there is no such campaign (or db_failed()). */
const char *campaign_purpose(struct db *db, int64_t workspace_id, int64_t campaign_id);

/* Whose campaign an id is. False when there is none (or db_failed()). */
struct campaign_owner {
	int64_t workspace_id, company_id, site_id;
	const char *purpose;
};
bool campaign_owner(struct db *db, int64_t campaign_id, struct campaign_owner *out);

/* status and purpose may be NULL: any. */
int64_t campaign_count(struct db *db, int64_t workspace_id, const char *status, const char *purpose);
void campaign_page(struct db *db, int64_t workspace_id, const char *status, const char *purpose, int64_t offset,
		   int64_t limit, void (*each)(void *arg, const char *summary_json), void *arg);

void campaign_schedule(struct db *db, int64_t workspace_id, int64_t campaign_id, struct schedule *out);

/* What a campaign's calls say. False when there is no such campaign (or db_failed()). */
struct campaign_words {
	const char *purpose, *timezone, *caller_number, *opening_message, *closing_message;
	const char *call_type, *ai_call_script;
	const char *questions, *job_details;		   /* JSON */
	const char *job_title, *assessment_name, *company; /* "" where there is none */
	int64_t row_version;
};
/*
 * What decides how its calls sound: two that are equal, byte by byte, sound the same. False when there is no such
 * campaign (or db_failed()).
 */
struct campaign_sound {
	int64_t row_version; /* of its words */
	bool live;
	struct spoken spoken; /* the workspace's; `person` is the site's if it has one */
};
bool campaign_sound(struct db *db, int64_t workspace_id, int64_t campaign_id, struct campaign_sound *out);
bool campaign_words(struct db *db, int64_t workspace_id, int64_t campaign_id, struct campaign_words *out);

/* Whether a voicemail is left a message: by the campaign's own setting, or else by the workspace's. */
bool campaign_leaves_message(struct db *db, int64_t workspace_id, int64_t campaign_id);

/* "leave", "hang_up", or "": as the workspace does. */
void campaign_set_voicemail(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *voicemail);

/* The campaign's own values of {{fields}}; the person's are NULL. */
struct template_values campaign_values(struct db *db, const struct campaign_words *w);

/* Where a campaign stands, in people. */
struct campaign_tally {
	int64_t leads, in_flight, dialled, answered, interested, not_interested, no_answer, left;
};
bool campaign_tally(struct db *db, int64_t workspace_id, int64_t campaign_id, struct campaign_tally *out);

/* The member "funnel"; its last number is who is left, as whoever asks counts them and calls them. */
void campaign_tally_write(struct jw *w, const struct campaign_tally *t, const char *left_key, int64_t left);
