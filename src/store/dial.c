#include "store/dial.h"

#include "core/attempt.h"
#include "core/campaign.h"
#include "core/fold.h"
#include "queries.h"
#include "store/ai.h"
#include "store/people.h"
#include "store/rulebook.h"
#include "store/suppressions.h"
#include "store/workspaces.h"

#include <glib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

bool dial_desk_open(struct db *db, int64_t workspace_id, int64_t now, struct dial_desk *out)
{
	struct workspace_get_row row;

	if (!DB_ROW(db, workspace_get, &row, .workspace_id = workspace_id))
		return false;
	*out = (struct dial_desk){ .workspace_id = workspace_id, .now = now, .company_id = row.company_id,
				   .live = row.is_live, .country = row.country };
	workspace_limits(db, workspace_id, row.is_live, &out->limits);
	return !db_failed(db);
}

/* When the person was called for the nth time, counted back from now; both from 1, 0: not asked for. */
struct nth_calls {
	int64_t day, month;
	int64_t day_at, month_at;
};

static void note_call(struct nth_calls *n, int64_t nth, int64_t at)
{
	if (nth == n->day)
		n->day_at = MAX(n->day_at, at);
	if (nth == n->month)
		n->month_at = MAX(n->month_at, at);
}

/* Texts go to numbers, whoever has them. */
static void count_texts(struct db *db, const struct dial_desk *desk, const char *number, struct policy_question *q)
{
	struct nth_calls n = { .day = desk->limits.person_texts_per_day, .month = desk->limits.person_texts_per_30_days };
	int64_t since = desk->now - (n.month ? 30 : 1) * DAY_MS, limit = MAX(n.day, n.month), nth = 0;

	if (limit == 0)
		return;
	DB_EACH(db, texts_of_number, row, .workspace_id = desk->workspace_id, .number = number, .since = since, .limit = limit)
		note_call(&n, ++nth, row->intent_at);
	q->day_limit_call_at = n.day_at;
	q->month_limit_call_at = n.month_at;
}

/* By number and by person: whichever was called more often. */
static void count_calls(struct db *db, const struct dial_desk *desk, const char *number, int64_t talent_id,
			struct policy_question *q)
{
	struct nth_calls n = { .day = desk->limits.person_calls_per_day, .month = desk->limits.person_calls_per_30_days };
	int64_t since = desk->now - (n.month ? 30 : 1) * DAY_MS, limit = MAX(n.day, n.month), nth = 0;

	if (limit == 0)
		return;
	DB_EACH(db, calls_of_number, row, .workspace_id = desk->workspace_id, .number = number, .since = since,
		.limit = limit)
		note_call(&n, ++nth, row->intent_at);
	nth = 0;
	DB_EACH(db, calls_of_talent, row, .workspace_id = desk->workspace_id, .talent_id = talent_id, .since = since,
		.limit = limit)
		note_call(&n, ++nth, row->intent_at);
	q->day_limit_call_at = n.day_at;
	q->month_limit_call_at = n.month_at;
}

static void count_attempts(struct db *db, const struct dial_desk *desk, int64_t campaign_id, int64_t talent_id,
			   const struct dial *d, struct policy_question *q)
{
	struct attempts_counted_row row;

	/* Numbers given out are at least as many as were made: most leads need no counting. */
	if (desk->limits.attempts_per_lead == 0 || d->attempts < desk->limits.attempts_per_lead)
		return;
	if (DB_ROW(db, attempts_counted, &row, .workspace_id = desk->workspace_id, .campaign_id = campaign_id,
		   .talent_id = talent_id))
		q->attempts_made = row.n;
}

static void count_day(struct db *db, const struct dial_desk *desk, struct policy_question *q)
{
	struct workspace_today today;

	if (desk->limits.calls_per_day == 0 && desk->limits.minutes_per_day == 0 && desk->limits.texts_per_day == 0)
		return;
	today = workspace_today(db, desk->workspace_id, desk->now);
	q->calls_today = today.calls;
	q->talk_ms_today = today.talk_ms;
	q->texts_today = today.texts;
}

static void ask_ai(struct db *db, const struct dial_desk *desk, int64_t campaign_id, struct policy_ai *ai)
{
	struct ai_spent spent = ai_spent(db, desk->workspace_id, campaign_id, desk->now);
	struct attestation unused;
	struct ai_provider p;

	*ai = (struct policy_ai){ .wanted = true, .spent_campaign = spent.campaign, .spent_day = spent.day };
	ai->attested = !desk->live || attestation_get(db, desk->workspace_id, &unused);
	ai->has_provider = ai_provider_for(db, &desk->limits, desk->live, &p);
	ai->price_micros = ai->has_provider ? p.price_micros : 0;
}

bool dial_ask(struct db *db, const struct dial_desk *desk, int64_t campaign_id, int64_t talent_id, struct dial *out)
{
	const struct rulebook *rules = db->rulebook;
	struct policy_question *q = &out->question;
	struct dial_lead_row row;
	struct suppression_reach reach = { .campaign_id = campaign_id };

	if (!DB_ROW(db, dial_lead, &row, .workspace_id = desk->workspace_id, .campaign_id = campaign_id,
		    .talent_id = talent_id, .company_id = desk->company_id,
		    .unsure_since = desk->now - ATTEMPT_UNSURE_MS))
		return false;
	*out = (struct dial){ .number = row.number, .removed = row.removed, .attempts = row.attempts };
	*q = (struct policy_question){
		.now = desk->now,
		.text = desk->text,
		.rules = rules->hours,
		.instead = rules->replaced ? &rules->instead : NULL,
		.limits = &desk->limits,
		.campaign_running = campaign_status_runs(row.status),
		.campaign_zone = row.timezone,
		.number = row.number,
		.number_said = row.phone[0] != 0,
		.callee = &out->callee,
		.own_country = { desk->country, row.country ? row.country : "" },
		.caller_verified = row.verified_at != DB_NULL,
		.person_busy = row.busy,
	};
	reach.purpose = row.purpose;
	if (row.number) {
		g_autofree char *email_key = fold_text(row.email);

		out->callee = numbering_callee(rules->plan, row.number);
		q->suppressed = person_suppressed(db, desk->workspace_id, row.number, email_key, &reach);
		if (desk->text)
			count_texts(db, desk, row.number, q);
		else
			count_calls(db, desk, row.number, talent_id, q);
	}
	if (desk->limits.consent_required)
		q->consented = consent_given(db, desk->workspace_id, talent_id);
	if (strcmp(row.call_type, "AICall") == 0 && !desk->text)
		ask_ai(db, desk, campaign_id, &q->ai);
	count_attempts(db, desk, campaign_id, talent_id, out, q);
	count_day(db, desk, q);
	return !db_failed(db);
}
