#include "store/leads.h"

#include "core/attempt.h"
#include "core/campaign.h"
#include "core/fold.h"
#include "core/phone.h"
#include "core/questions.h"
#include "queries.h"
#include "store/appointments.h"
#include "store/assessments.h"
#include "store/campaigns.h"
#include "store/events.h"
#include "store/ids.h"
#include "store/ledger.h"
#include "store/people.h"
#include "store/rosters.h"
#include "store/rulebook.h"
#include "store/sites.h"
#include "store/suppressions.h"
#include "store/texts.h"

#include <glib.h>
#include <string.h>

bool lead_adder_open(struct db *db, int64_t workspace_id, int64_t company_id, int64_t campaign_id, int64_t now,
		     struct lead_adder *out)
{
	struct campaign_for_leads_row row;
	struct suppression_any_row any;
	struct schedule schedule;
	int64_t delay;

	if (!DB_ROW(db, campaign_for_leads, &row, .workspace_id = workspace_id, .campaign_id = campaign_id))
		return false;
	*out = (struct lead_adder){ .workspace_id = workspace_id, .campaign_id = campaign_id, .now = now,
				    .new_from = INT64_MAX };
	out->country = site_country(db, company_id, row.site_id);
	out->purpose = row.purpose;
	out->running = campaign_status_runs(row.status);
	out->test_id = purpose_reminds(row.purpose) ? row.assessment_test_id : "";
	out->reminds_by_text = purpose_reminds(row.purpose) && row.reminder_sms[0];
	out->over = campaign_status_over(row.status);
	delay = campaign_reminder_delay_ms(row.purpose, row.first_delay_hours);
	out->suppressions = DB_ROW(db, suppression_any, &any, .workspace_id = workspace_id);
	campaign_schedule(db, workspace_id, campaign_id, &schedule);
	out->first = schedule_first(&schedule, now, delay ? now + delay : 0);
	return true;
}

/* A row with its blanks filled from the person, and what is derived from it. */
struct candidate {
	int64_t talent_id;
	bool is_new; /* the person was made for this row */
	const char *email, *first_name, *last_name, *phone;
	const char *email_key;
	const char *number; /* NULL: cannot be dialled */
};

static const char *or_else(const char *said, const char *known)
{
	return said[0] ? said : known;
}

/* The person of that e-mail, made if new; most are, so that is tried first. */
static void find_talent(struct db *db, struct lead_adder *a, const struct lead_row *row,
			struct candidate *c)
{
	struct talent_find_row t;

	c->email = row->email;
	c->first_name = row->first_name;
	c->last_name = row->last_name;
	c->phone = row->phone;
	c->talent_id = ids_next(db, ID_TALENT);
	if (DB_EXEC(db, talent_insert, .workspace_id = a->workspace_id, .talent_id = c->talent_id, .email = row->email,
		    .email_key = c->email_key, .first_name = row->first_name, .last_name = row->last_name,
		    .phone = row->phone, .linkedin = row->linkedin, .created_at = a->now) == 1) {
		c->is_new = true;
		a->new_from = MIN(a->new_from, c->talent_id);
		return;
	}
	ids_put_back(db, ID_TALENT);
	if (DB_ROW(db, talent_find, &t, .workspace_id = a->workspace_id, .email_key = c->email_key)) {
		c->talent_id = t.talent_id;
		c->first_name = or_else(row->first_name, t.first_name);
		c->last_name = or_else(row->last_name, t.last_name);
		c->phone = or_else(row->phone, t.phone);
	}
}

const char *lead_held(const char *number, const char *phone)
{
	if (number)
		return NULL;
	return phone[0] ? LEAD_REASON_NOT_A_NUMBER : LEAD_REASON_NO_NUMBER;
}

static bool insert_lead(struct db *db, const struct lead_adder *a, const struct candidate *c)
{
	enum lead_state state = c->number ? LEAD_WAITING : LEAD_HELD;
	const char *held = lead_held(c->number, c->phone), *reason = held ? held : "";

	if (DB_EXEC(db, lead_insert, .workspace_id = a->workspace_id, .campaign_id = a->campaign_id,
		    .talent_id = c->talent_id, .email = c->email, .first_name = c->first_name,
		    .last_name = c->last_name, .phone = c->phone, .number = c->number,
		    .lead_state = state, .reason = reason, .added_at = a->now) == 1)
		return true;
	return DB_EXEC(db, lead_revive, .workspace_id = a->workspace_id, .campaign_id = a->campaign_id,
		       .talent_id = c->talent_id, .email = c->email, .first_name = c->first_name,
		       .last_name = c->last_name, .phone = c->phone, .number = c->number,
		       .lead_state = state, .reason = reason, .added_at = a->now) == 1;
}

static void list(struct db *db, struct lead_adder *a, const struct candidate *c)
{
	g_autofree char *key = fold_search_key(c->first_name, c->last_name, c->email_key);

	if (a->n_listed == a->room) {
		size_t room = MAX(2 * a->room, 16);
		struct roster_entry *more = arena_alloc(db->arena, room * sizeof(*more));

		for (size_t i = 0; i < a->n_listed; i++)
			more[i] = a->listed[i];
		a->listed = more;
		a->room = room;
	}
	a->listed[a->n_listed++] = (struct roster_entry){ c->talent_id, arena_strdup(db->arena, key) };
}

static void plan_reminder(struct db *db, const struct lead_adder *a, const struct candidate *c)
{
	struct text_key k = { a->workspace_id, a->campaign_id, c->talent_id, MESSAGE_REMINDER, 0 };

	if (a->reminds_by_text && c->number && a->first.slot >= 0)
		text_plan(db, &k, a->first.at);
}

static void put_due(struct db *db, const struct lead_adder *a, const struct candidate *c)
{
	if (!c->number || a->first.slot < 0)
		return;
	DB_EXEC(db, due_put, .workspace_id = a->workspace_id, .campaign_id = a->campaign_id,
		.talent_id = c->talent_id, .due_at = a->first.at,
		.due_state = a->running ? DUE_READY : DUE_PARKED, .slot = a->first.slot, .retries = 0, .fence = 1);
}

/*
 * The leads whose people this adder has made: all that the campaign has of the ids from the first to the last of them,
 * but for who has submitted the assessment already.
 * A statement over many rows finds the ends of the tables once, and not for every row.
 */
static void put_new(struct db *db, const struct lead_adder *a)
{
	if (a->new_to == 0)
		return;
	if (a->first.slot >= 0)
		DB_EXEC(db, due_put_new, .workspace_id = a->workspace_id, .campaign_id = a->campaign_id,
			.first = a->new_from, .last = a->new_to, .due_at = a->first.at,
			.due_state = a->running ? DUE_READY : DUE_PARKED, .slot = a->first.slot);
	if (a->reminds_by_text && a->first.slot >= 0)
		texts_plan_new(db, a->workspace_id, a->campaign_id, MESSAGE_REMINDER, a->new_from, a->new_to, a->first.at);
	events_add_new_leads(db, a->workspace_id, a->now, a->campaign_id, a->new_from, a->new_to);
}

static enum lead_verdict why_not_added(struct db *db, const struct lead_adder *a, const struct candidate *c)
{
	struct lead_bucket_of_row row;

	return DB_ROW(db, lead_bucket_of, &row, .workspace_id = a->workspace_id, .campaign_id = a->campaign_id,
		      .talent_id = c->talent_id) ? LEAD_ON_CAMPAIGN : LEAD_SAME_NUMBER;
}

static void put_one(struct db *db, const struct lead_adder *a, const struct candidate *c)
{
	plan_reminder(db, a, c);
	put_due(db, a, c);
	event_add(db, a->workspace_id, a->now, &(struct event){ .type = "lead.added", .campaign_id = a->campaign_id,
								.talent_id = c->talent_id });
}

enum lead_verdict lead_add(struct db *db, struct lead_adder *a, const struct lead_row *row)
{
	g_autofree char *email_key = fold_text(row->email);
	struct suppression_reach reach = { a->purpose, a->campaign_id };
	struct candidate c = { .email_key = email_key };
	char number[PHONE_SIZE];
	bool submitted;

	find_talent(db, a, row, &c);
	c.number = phone_e164(db->rulebook->plan, c.phone, a->country, number) ? number : NULL;
	if (a->suppressions && person_suppressed(db, a->workspace_id, c.number, email_key, &reach)) {
		if (c.is_new) /* nothing is held of somebody who is not wanted here, least of all of one who was erased */
			DB_EXEC(db, erase_talent, .workspace_id = a->workspace_id, .talent_id = c.talent_id);
		return LEAD_SUPPRESSED;
	}
	if (!insert_lead(db, a, &c)) {
		enum lead_verdict why = why_not_added(db, a, &c);

		if (why == LEAD_ON_CAMPAIGN && row->consent)
			consent_put(db, a->workspace_id, c.talent_id, row->consent, a->now);
		return why;
	}
	submitted = a->test_id[0] && assessment_submitted(db, a->workspace_id, a->test_id, c.email);
	list(db, a, &c);
	if (c.talent_id >= a->new_from && !submitted)
		a->new_to = MAX(a->new_to, c.talent_id);
	else
		put_one(db, a, &c);
	if (row->consent)
		consent_put(db, a->workspace_id, c.talent_id, row->consent, a->now);
	if (submitted) /* queued, and taken out again */
		ledger_submitted(db, a->workspace_id, a->campaign_id, c.talent_id, a->now);
	return LEAD_ADDED;
}

void lead_adder_close(struct db *db, const struct lead_adder *a)
{
	if (a->n_listed == 0)
		return;
	roster_add(db, a->workspace_id, a->campaign_id, a->listed, a->n_listed);
	put_new(db, a);
	DB_EXEC(db, lead_total_add, .workspace_id = a->workspace_id, .campaign_id = a->campaign_id,
		.bucket = BUCKET_PENDING, .n = (int64_t)a->n_listed);
	leads_changed(db, a->workspace_id, a->campaign_id, a->now);
}

static void settle(struct db *db, void *adder)
{
	lead_adder_close(db, adder);
}

struct lead_adder *lead_adder_share(struct db *db, int64_t workspace_id, int64_t company_id, int64_t campaign_id, int64_t now)
{
	struct lead_adder *a = db_shared(db, settle);

	if (!a || a->workspace_id != workspace_id || a->campaign_id != campaign_id) {
		a = arena_alloc(db->arena, sizeof(*a));
		if (!lead_adder_open(db, workspace_id, company_id, campaign_id, now, a))
			return NULL;
		db_share(db, settle, a);
	}
	a->now = now;
	return a;
}

const char *lead_verdict_name(enum lead_verdict v)
{
	switch (v) {
	case LEAD_ON_CAMPAIGN: return "ON_CAMPAIGN";
	case LEAD_SAME_NUMBER: return "SAME_NUMBER";
	case LEAD_SUPPRESSED: return LEAD_REASON_SUPPRESSED;
	case LEAD_ADDED: break;
	}
	return NULL;
}

bool lead_remove(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, int64_t now)
{
	struct lead_bucket_of_row row;

	if (!DB_ROW(db, lead_bucket_of, &row, .workspace_id = workspace_id, .campaign_id = campaign_id,
		    .talent_id = talent_id))
		return false;
	DB_EXEC(db, lead_remove, .workspace_id = workspace_id, .campaign_id = campaign_id,
		.talent_id = talent_id, .now = now);
	DB_EXEC(db, due_delete, .workspace_id = workspace_id, .campaign_id = campaign_id, .talent_id = talent_id);
	roster_remove(db, workspace_id, campaign_id, talent_id);
	texts_forget(db, workspace_id, campaign_id, talent_id);
	appointment_release(db, workspace_id, campaign_id, talent_id, now);
	DB_EXEC(db, lead_total_add, .workspace_id = workspace_id, .campaign_id = campaign_id,
		.bucket = row.bucket, .n = -1);
	leads_changed(db, workspace_id, campaign_id, now);
	event_add(db, workspace_id, now, &(struct event){ .type = "lead.removed", .campaign_id = campaign_id,
							  .talent_id = talent_id });
	return true;
}

int64_t leads_version(struct db *db, int64_t workspace_id, int64_t campaign_id)
{
	struct lead_change_version_row row;

	return DB_ROW(db, lead_change_version, &row, .workspace_id = workspace_id, .campaign_id = campaign_id) ?
		       row.version : 0;
}

void leads_changed(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t now)
{
	DB_EXEC(db, lead_change_note, .workspace_id = workspace_id, .campaign_id = campaign_id, .now = now);
}
