#include "store/inbound_calls.h"

#include "base/json_writer.h"
#include "core/attempt.h"
#include "core/campaign.h"
#include "core/fold.h"
#include "core/lead.h"
#include "core/phone.h"
#include "queries.h"
#include "store/appointments.h"
#include "store/db.h"
#include "store/events.h"
#include "store/ids.h"
#include "store/ledger.h"
#include "store/rulebook.h"
#include "store/suppressions.h"
#include "store/workspace_clock.h"

#include <glib.h>
#include <string.h>

enum { BATCH = 100 };

/* ---- who calls whom ---- */

static bool is_verified(struct db *db, struct inbound_line *line, const char *called)
{
	struct inbound_number_row row;
	char number[PHONE_SIZE];

	if (!phone_e164(db->rulebook->plan, called, line->country, number) ||
	    !DB_ROW(db, inbound_number, &row, .workspace_id = line->workspace_id, .number = number))
		return false;
	g_strlcpy(line->number, number, sizeof(line->number));
	return true;
}

bool inbound_line_of(struct db *db, int64_t trunk_id, const char *called, struct inbound_line *out)
{
	g_autofree char *plus = g_strconcat("+", called, NULL);
	struct inbound_trunk_row row;

	if (!called[0] || !DB_ROW(db, inbound_trunk, &row, .trunk_id = trunk_id))
		return false;
	*out = (struct inbound_line){ .workspace_id = row.workspace_id, .trunk_id = trunk_id, .country = row.country };
	/* E.164 without its '+' is as usual as with it; else it is what is dialled in the country. */
	return (called[0] != '+' && is_verified(db, out, plus)) || is_verified(db, out, called);
}

void inbound_number(struct db *db, const struct inbound_line *line, const char *from, char out[ORDER_NUMBER])
{
	const struct numbering *plan = db->rulebook->plan;
	char number[PHONE_SIZE];

	out[0] = 0;
	if (!from[0])
		return;
	if (!phone_e164(plan, from, line->country, number)) {
		g_autofree char *plus = g_strconcat("+", from, NULL);

		if (from[0] == '+' || !phone_e164(plan, plus, line->country, number))
			return;
	}
	g_strlcpy(out, number, ORDER_NUMBER);
}

/* Whether there is something to ask him; the header says why. */
static bool may_resume(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *number,
		       const struct inbound_standing_row *s)
{
	static const char *const over[] = { LEAD_REASON_DECIDED, LEAD_REASON_WANTS_PERSON, LEAD_REASON_OPTED_OUT,
					    LEAD_REASON_SUBMITTED };
	struct suppression_reach reach = { .purpose = s->purpose, .campaign_id = campaign_id };
	g_autofree char *email_key = fold_text(s->email);

	if (s->removed || s->submitted || campaign_status_over(s->status))
		return false;
	for (size_t i = 0; s->lead_state == LEAD_DONE && i < G_N_ELEMENTS(over); i++)
		if (strcmp(s->reason, over[i]) == 0)
			return false;
	return !person_suppressed(db, workspace_id, number, email_key, &reach);
}

void inbound_caller_of(struct db *db, int64_t workspace_id, const char *number, struct inbound_caller *out)
{
	struct workspace_company_row company;
	struct inbound_standing_row s;
	struct inbound_lead_row lead;

	*out = (struct inbound_caller){ .company = "", .about = "" };
	if (DB_ROW(db, workspace_company, &company, .workspace_id = workspace_id))
		out->company = company.name;
	if (!number[0] || !DB_ROW(db, inbound_lead, &lead, .workspace_id = workspace_id, .number = number))
		return;
	out->campaign_id = lead.campaign_id;
	out->talent_id = lead.talent_id;
	if (!DB_ROW(db, inbound_standing, &s, .workspace_id = workspace_id, .campaign_id = lead.campaign_id,
		    .talent_id = lead.talent_id))
		return;
	out->about = s.job_title[0] ? s.job_title : s.title;
	out->resumes = may_resume(db, workspace_id, lead.campaign_id, number, &s);
}

/* ---- the row ---- */

int64_t inbound_begin(struct db *db, const struct inbound_call *call, int64_t now)
{
	int64_t id = ids_next(db, ID_ATTEMPT);

	if (call->number[0]) /* not taken where a call of ours is on already */
		DB_EXEC(db, person_lock_take, .workspace_id = call->workspace_id, .number = call->number, .attempt_id = id,
			.locked_at = now);
	DB_EXEC(db, inbound_insert, .workspace_id = call->workspace_id, .attempt_id = id,
		.campaign_id = call->caller.campaign_id, .talent_id = call->caller.talent_id, .number = call->number,
		.own_number = call->own_number, .trunk_id = call->trunk_id,
		.resumed = call->caller.resumes, .began_at = now);
	return id;
}

static void tell(struct db *db, int64_t workspace_id, int64_t attempt_id, const struct inbound_live_row *call,
		 const struct inbound_result *r, int64_t now)
{
	struct jw w;

	jw_init(&w);
	jw_object(&w);
	ledger_write_end(&w, r->outcome, r->talk_ms, r->person);
	jw_end(&w);
	event_add(db, workspace_id, now, &(struct event){ .type = "call.inbound", .campaign_id = call->campaign_id,
							  .talent_id = call->talent_id, .attempt_id = attempt_id,
							  .data = w.data });
	jw_free(&w);
}

/* A stranger, or somebody who was taken off his campaign. */
static void obey_stranger(struct db *db, int64_t workspace_id, const char *number, int64_t now)
{
	suppress_person(db, workspace_id, number, NULL, "OPTED_OUT", now);
	event_add(db, workspace_id, now, &(struct event){ .type = "person.opted_out" });
}

/* A booking decides, as in a call of ours; and nobody is opted out by a number he does not show. */
static struct inbound_result settled(struct db *db, int64_t workspace_id, int64_t attempt_id,
				     const struct inbound_live_row *call, const struct inbound_result *r)
{
	struct inbound_result out = *r;
	struct booked b;

	if (!call->number[0])
		out.answer = ANSWER_NONE;
	if (r->answer != ANSWER_OPT_OUT && call->talent_id &&
	    appointment_of(db, workspace_id, call->campaign_id, call->talent_id, &b) && b.attempt_id == attempt_id) {
		out.answer = ANSWER_INTERESTED;
		out.chosen = b.slot_no;
	}
	return out;
}

void inbound_end(struct db *db, int64_t workspace_id, int64_t attempt_id, const struct inbound_result *told, int64_t now)
{
	struct inbound_live_row call;
	struct inbound_result r;
	struct called_back back;

	if (!DB_ROW(db, inbound_live, &call, .workspace_id = workspace_id, .attempt_id = attempt_id))
		return;
	r = settled(db, workspace_id, attempt_id, &call, told);
	DB_EXEC(db, inbound_end, .workspace_id = workspace_id, .attempt_id = attempt_id, .outcome = r.outcome,
		.answer = r.answer, .digits = r.digits, .offered = r.offered, .chosen = r.chosen, .person = r.person,
		.talk_ms = r.talk_ms, .now = now);
	if (call.number[0])
		DB_EXEC(db, person_lock_drop, .workspace_id = workspace_id, .number = call.number, .attempt_id = attempt_id);
	tell(db, workspace_id, attempt_id, &call, &r, now);
	back = (struct called_back){ attempt_id, call.number, r.answer, r.person };
	if (call.talent_id && ledger_called_back(db, workspace_id, call.campaign_id, call.talent_id, &back, now))
		return;
	if (r.answer == ANSWER_OPT_OUT && !db_failed(db))
		obey_stranger(db, workspace_id, call.number, now);
}

void inbound_calls_of(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id,
		      void (*each)(void *arg, const struct inbound_shown *c), void *arg)
{
	DB_EACH(db, lead_inbound, r, .workspace_id = workspace_id, .campaign_id = campaign_id, .talent_id = talent_id) {
		const struct inbound_shown c = { .attempt_id = r->attempt_id, .began_at = r->began_at,
						 .ended_at = r->ended_at, .talk_ms = r->talk_ms,
						 .outcome = (enum outcome)r->outcome, .answer = (enum answer)r->answer,
						 .person = (enum person_wish)r->person, .resumed = r->resumed,
						 .pressed = { r->digits, r->offered, r->start_at } };

		each(arg, &c);
	}
}

void inbound_calls_recover(struct db *db, int64_t wall_ms)
{
	const struct inbound_result unknown = { .outcome = OUTCOME_UNKNOWN, .digits = "" };
	struct {
		int64_t workspace_id, attempt_id;
	} left[BATCH];
	int n;

	do {
		n = 0;
		DB_EACH(db, inbound_left, row, .limit = BATCH) {
			left[n].workspace_id = row->workspace_id;
			left[n++].attempt_id = row->attempt_id;
		}
		for (int i = 0; i < n; i++)
			inbound_end(db, left[i].workspace_id, left[i].attempt_id, &unknown,
				    workspace_now(db, left[i].workspace_id, wall_ms));
	} while (n > 0 && !db_failed(db));
}
