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
#include "store/texts.h"
#include "store/rulebook.h"
#include "store/sites.h"
#include "store/suppressions.h"

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
	const char *email_key, *search_key;
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
		    .search_key = c->search_key, .lead_state = state, .reason = reason, .added_at = a->now) == 1)
		return true;
	return DB_EXEC(db, lead_revive, .workspace_id = a->workspace_id, .campaign_id = a->campaign_id,
		       .talent_id = c->talent_id, .email = c->email, .first_name = c->first_name,
		       .last_name = c->last_name, .phone = c->phone, .number = c->number,
		       .search_key = c->search_key, .lead_state = state, .reason = reason,
		       .added_at = a->now) == 1;
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
 * The leads whose people this adder has made: all that the campaign has of the ids from the first to the last of them.
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
	events_add_new_leads(db, a->workspace_id, a->now, a->campaign_id, a->new_from, a->new_to);
}

static enum lead_verdict why_not_added(struct db *db, const struct lead_adder *a, const struct candidate *c)
{
	struct lead_bucket_of_row row;

	return DB_ROW(db, lead_bucket_of, &row, .workspace_id = a->workspace_id, .campaign_id = a->campaign_id,
		      .talent_id = c->talent_id) ? LEAD_ON_CAMPAIGN : LEAD_SAME_NUMBER;
}

/* Whoever may have submitted the assessment already is queued at once, to be taken out again. */
static bool waits_for_close(const struct lead_adder *a, const struct candidate *c)
{
	return c->talent_id >= a->new_from && !a->test_id[0];
}

static void put_one(struct db *db, const struct lead_adder *a, const struct candidate *c)
{
	put_due(db, a, c);
	event_add(db, a->workspace_id, a->now, &(struct event){ .type = "lead.added", .campaign_id = a->campaign_id,
								.talent_id = c->talent_id });
}

enum lead_verdict lead_add(struct db *db, struct lead_adder *a, const struct lead_row *row)
{
	g_autofree char *email_key = fold_text(row->email);
	g_autofree char *search_key = NULL;
	struct suppression_reach reach = { a->purpose, a->campaign_id };
	struct candidate c = { .email_key = email_key };
	char number[PHONE_SIZE];

	find_talent(db, a, row, &c);
	c.number = phone_e164(db->rulebook->plan, c.phone, a->country, number) ? number : NULL;
	if (a->suppressions && person_suppressed(db, a->workspace_id, c.number, email_key, &reach)) {
		if (c.is_new) /* nothing is held of somebody who is not wanted here, least of all of one who was erased */
			DB_EXEC(db, erase_talent, .workspace_id = a->workspace_id, .talent_id = c.talent_id);
		return LEAD_SUPPRESSED;
	}
	c.search_key = search_key = fold_search_key(c.first_name, c.last_name, email_key);
	if (!insert_lead(db, a, &c)) {
		enum lead_verdict why = why_not_added(db, a, &c);

		if (why == LEAD_ON_CAMPAIGN && row->consent)
			consent_put(db, a->workspace_id, c.talent_id, row->consent, a->now);
		return why;
	}
	plan_reminder(db, a, &c);
	if (waits_for_close(a, &c))
		a->new_to = MAX(a->new_to, c.talent_id);
	else
		put_one(db, a, &c);
	if (row->consent)
		consent_put(db, a->workspace_id, c.talent_id, row->consent, a->now);
	if (a->test_id[0] && assessment_submitted(db, a->workspace_id, a->test_id, c.email))
		ledger_submitted(db, a->workspace_id, a->campaign_id, c.talent_id, a->now);
	return LEAD_ADDED;
}

void lead_adder_close(struct db *db, const struct lead_adder *a, int64_t added)
{
	if (added == 0)
		return;
	put_new(db, a);
	DB_EXEC(db, lead_total_add, .workspace_id = a->workspace_id, .campaign_id = a->campaign_id,
		.bucket = BUCKET_PENDING, .n = added);
	leads_changed(db, a->workspace_id, a->campaign_id, a->now);
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
	texts_forget(db, workspace_id, campaign_id, talent_id);
	appointment_release(db, workspace_id, campaign_id, talent_id, now);
	DB_EXEC(db, lead_total_add, .workspace_id = workspace_id, .campaign_id = campaign_id,
		.bucket = row.bucket, .n = -1);
	leads_changed(db, workspace_id, campaign_id, now);
	event_add(db, workspace_id, now, &(struct event){ .type = "lead.removed", .campaign_id = campaign_id,
							  .talent_id = talent_id });
	return true;
}

/* ---- listing ---- */

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

static int64_t bucket_or_null(const struct lead_filter *f)
{
	return f->bucket < 0 ? DB_NULL : f->bucket;
}

static struct lead_shown shown(const struct lead_page_row *r)
{
	return (struct lead_shown){ .lead_id = r->talent_id, .added_at = r->added_at, .first_name = r->first_name,
				    .last_name = r->last_name, .email = r->email, .phone = r->phone,
				    .bucket = (enum bucket)r->bucket, .completed = r->completed,
				    .submitted = r->submitted };
}

static struct lead_shown shown_one(const struct lead_one_row *r)
{
	return (struct lead_shown){ .lead_id = r->talent_id, .added_at = r->added_at, .first_name = r->first_name,
				    .last_name = r->last_name, .email = r->email, .phone = r->phone,
				    .bucket = (enum bucket)r->bucket, .completed = r->completed,
				    .submitted = r->submitted };
}

struct teller {
	void (*each)(void *arg, const struct lead_shown *l);
	void *arg;
};

static void tell(const struct teller *t, const struct lead_page_row *r)
{
	struct lead_shown l = shown(r);

	t->each(t->arg, &l);
}

/* One walk finds how many there are, and which of them are the page. */
struct finds {
	int64_t *ids;
	int64_t offset, limit, total, n;
};

static void find(struct finds *f, int64_t id)
{
	if (f->total++ >= f->offset && f->n < f->limit)
		f->ids[f->n++] = id;
}

static int64_t search_page(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct lead_filter *f,
			   int64_t offset, int64_t limit, const struct teller *t)
{
	g_autofree int64_t *ids = g_new(int64_t, limit);
	struct finds found = { .ids = ids, .offset = offset, .limit = limit };

	if (f->bucket >= 0) {
		DB_EACH(db, lead_matches_bucket, row, .workspace_id = workspace_id, .campaign_id = campaign_id,
			.bucket = f->bucket, .needle = f->needle)
			find(&found, row->talent_id);
	} else {
		DB_EACH(db, lead_matches, row, .workspace_id = workspace_id, .campaign_id = campaign_id,
			.needle = f->needle)
			find(&found, row->talent_id);
	}
	for (int64_t i = 0; i < found.n; i++) {
		struct lead_one_row r;

		if (DB_ROW(db, lead_one, &r, .workspace_id = workspace_id, .campaign_id = campaign_id,
			   .talent_id = ids[i])) {
			struct lead_shown l = shown_one(&r);

			t->each(t->arg, &l);
		}
	}
	return found.total;
}

static void page_of_bucket(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t bucket, int64_t offset,
			   int64_t limit, bool from_end, const struct teller *t)
{
	if (from_end) {
		DB_EACH(db, lead_page_bucket_end, row, .workspace_id = workspace_id, .campaign_id = campaign_id,
			.bucket = bucket, .limit = limit, .offset = offset)
			tell(t, row);
	} else {
		DB_EACH(db, lead_page_bucket, row, .workspace_id = workspace_id, .campaign_id = campaign_id,
			.bucket = bucket, .limit = limit, .offset = offset)
			tell(t, row);
	}
}

static void page_of_all(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t offset, int64_t limit,
			bool from_end, const struct teller *t)
{
	if (from_end) {
		DB_EACH(db, lead_page_end, row, .workspace_id = workspace_id, .campaign_id = campaign_id,
			.limit = limit, .offset = offset)
			tell(t, row);
	} else {
		DB_EACH(db, lead_page, row, .workspace_id = workspace_id, .campaign_id = campaign_id, .limit = limit,
			.offset = offset)
			tell(t, row);
	}
}

int64_t lead_page(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct lead_filter *f,
		  int64_t offset, int64_t limit, void (*each)(void *arg, const struct lead_shown *l), void *arg)
{
	struct teller t = { each, arg };
	struct lead_count_row count = { 0 };

	if (f->needle)
		return search_page(db, workspace_id, campaign_id, f, offset, limit, &t);
	DB_ROW(db, lead_count, &count, .workspace_id = workspace_id, .campaign_id = campaign_id,
	       .bucket = bucket_or_null(f));
	if (f->bucket >= 0)
		page_of_bucket(db, workspace_id, campaign_id, f->bucket, offset, limit, offset > count.total / 2, &t);
	else
		page_of_all(db, workspace_id, campaign_id, offset, limit, offset > count.total / 2, &t);
	return count.total;
}

static int64_t walk_with_answers(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct lead_filter *f,
				 int64_t after, int64_t limit, void (*each)(void *arg, const struct lead_told *l),
				 void *arg)
{
	int64_t last = 0;

	DB_EACH(db, lead_after_answers, r, .workspace_id = workspace_id, .campaign_id = campaign_id, .after = after,
		.bucket = bucket_or_null(f), .needle = f->needle, .limit = limit) {
		struct lead_told l = {
			.shown = { .lead_id = r->talent_id, .added_at = r->added_at, .first_name = r->first_name,
				   .last_name = r->last_name, .email = r->email, .phone = r->phone,
				   .bucket = (enum bucket)r->bucket, .completed = r->completed,
				   .submitted = r->submitted },
			.booked = { .start_at = r->start_at, .end_at = r->end_at, .booked_at = r->booked_at },
			.pressed = { r->digits ? r->digits : "", r->digits ? r->offered : 0, r->chosen_at },
		};

		each(arg, &l);
		last = r->talent_id;
	}
	return last;
}

int64_t lead_walk(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct lead_filter *f, int64_t after,
		  int64_t limit, bool with_answers, void (*each)(void *arg, const struct lead_told *l), void *arg)
{
	int64_t last = 0;

	if (with_answers)
		return walk_with_answers(db, workspace_id, campaign_id, f, after, limit, each, arg);
	DB_EACH(db, lead_after, row, .workspace_id = workspace_id, .campaign_id = campaign_id, .after = after,
		.bucket = bucket_or_null(f), .needle = f->needle, .limit = limit) {
		struct lead_told l = { .shown = shown(row), .booked.booked_at = DB_NULL,
				       .pressed = { "", 0, DB_NULL } };

		each(arg, &l);
		last = row->talent_id;
	}
	return last;
}

bool lead_get(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, struct lead_detail *out)
{
	struct lead_one_row r;

	if (!DB_ROW(db, lead_one, &r, .workspace_id = workspace_id, .campaign_id = campaign_id,
		    .talent_id = talent_id))
		return false;
	out->shown = shown_one(&r);
	out->reason = r.reason;
	out->next_call_at = r.due_at;
	return true;
}

bool lead_name_of(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id, struct lead_name *out)
{
	struct lead_name_row r;

	if (!DB_ROW(db, lead_name, &r, .workspace_id = workspace_id, .campaign_id = campaign_id, .talent_id = talent_id))
		return false;
	*out = (struct lead_name){ r.first_name, r.last_name };
	return true;
}

void lead_attempts(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id,
		   void (*each)(void *arg, const struct attempt_shown *a), void *arg)
{
	DB_EACH(db, lead_attempts, r, .workspace_id = workspace_id, .campaign_id = campaign_id,
		.talent_id = talent_id) {
		struct attempt_shown a = { .attempt_no = r->attempt_no, .slot = r->slot, .started_at = r->intent_at,
					   .ringing_at = r->ringing_at, .answered_at = r->answered_at,
					   .ended_at = r->ended_at, .outcome = (enum outcome)r->outcome,
					   .answer = (enum answer)r->answer,
					   .person = (enum person_wish)r->person,
					   .pressed = { r->digits, r->offered, r->start_at },
					   .talk_ms = r->talk_ms, .who = (enum who)r->answered_by };

		each(arg, &a);
	}
}
