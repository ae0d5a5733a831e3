#include "store/rehearsals.h"

#include "queries.h"
#include "store/db.h"

bool rehearsal_start(struct db *db, int64_t workspace_id, int64_t campaign_id, struct rehearsal_start *out)
{
	struct rehearsal_last_attempt_row last;
	struct rehearsal_begin_row row;

	if (!DB_ROW(db, rehearsal_begin, &row, .workspace_id = workspace_id, .campaign_id = campaign_id) ||
	    !DB_ROW(db, rehearsal_last_attempt, &last, .workspace_id = workspace_id) || row.begin_at == DB_NULL)
		return false;
	*out = (struct rehearsal_start){ .begin_at = row.begin_at, .leads = row.leads, .last_attempt = last.attempt_id };
	return true;
}

bool rehearsal_waits(struct db *db, int64_t workspace_id, int64_t campaign_id)
{
	struct rehearsal_due_row row;

	return DB_ROW(db, rehearsal_due, &row, .workspace_id = workspace_id, .campaign_id = campaign_id);
}

int64_t rehearsal_finish(struct db *db, int64_t workspace_id)
{
	struct rehearsal_last_attempt_row last = { 0 };

	DB_ROW(db, rehearsal_last_attempt, &last, .workspace_id = workspace_id);
	return last.ended_at;
}

void rehearsal_hours(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t after,
		     void (*each)(void *arg, int64_t hour, int64_t calls, int64_t answered), void *arg)
{
	DB_EACH(db, rehearsal_hours, row, .workspace_id = workspace_id, .campaign_id = campaign_id,
		.attempt_id = after)
		each(arg, row->hour, row->calls, row->answered);
}

void rehearsal_outcomes(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t after,
			void (*each)(void *arg, enum outcome o, int64_t calls), void *arg)
{
	DB_EACH(db, rehearsal_outcomes, row, .workspace_id = workspace_id, .campaign_id = campaign_id,
		.attempt_id = after)
		each(arg, (enum outcome)row->outcome, row->calls);
}

void rehearsal_unreached(struct db *db, int64_t workspace_id, int64_t campaign_id,
			 void (*each)(void *arg, const struct unreached *u), void *arg)
{
	DB_EACH(db, rehearsal_unreached, row, .workspace_id = workspace_id, .campaign_id = campaign_id)
		each(arg, &(struct unreached){ .lead_id = row->talent_id, .attempts = row->attempts,
			.first_name = row->first_name, .last_name = row->last_name, .phone = row->phone,
			.reason = row->reason, .state = (enum lead_state)row->lead_state,
			.last = (enum outcome)row->outcome });
}
