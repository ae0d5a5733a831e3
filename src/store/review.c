#include "store/review.h"

#include "base/json_writer.h"
#include "queries.h"
#include "store/db.h"
#include "store/events.h"
#include "store/ledger.h"

#include <glib.h>

int64_t unknown_count(struct db *db, int64_t workspace_id, int64_t campaign_id)
{
	struct review_count_row row = { 0 };

	DB_ROW(db, review_count, &row, .workspace_id = workspace_id, .campaign_id = campaign_id);
	return row.n;
}

int64_t unknown_count_all(struct db *db)
{
	struct review_count_all_row row = { 0 };

	DB_ROW(db, review_count_all, &row);
	return row.n;
}

void unknown_page(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t offset, int64_t limit,
		  void (*each)(void *arg, const struct unknown_shown *u), void *arg)
{
	DB_EACH(db, review_page, r, .workspace_id = workspace_id, .campaign_id = campaign_id, .offset = offset,
		.limit = limit) {
		struct unknown_shown u = { .attempt_id = r->attempt_id, .campaign_id = r->campaign_id,
					   .talent_id = r->talent_id, .attempt_no = r->attempt_no, .slot = r->slot,
					   .trunk_id = r->trunk_id, .intent_at = r->intent_at, .ended_at = r->ended_at,
					   .number = r->number, .call_id = r->call_id, .first_name = r->first_name,
					   .last_name = r->last_name, .email = r->email };

		each(arg, &u);
	}
}

static void note_review(struct db *db, int64_t workspace_id, int64_t attempt_id, const struct attempt_get_row *a,
			enum outcome outcome, int64_t now)
{
	struct jw w;

	jw_init(&w);
	jw_object(&w);
	jw_kstr(&w, "outcome", outcome_rule(outcome)->name);
	jw_end(&w);
	event_add(db, workspace_id, now, &(struct event){ .type = "attempt.reviewed", .campaign_id = a->campaign_id,
							  .talent_id = a->talent_id, .attempt_id = attempt_id,
							  .data = w.data });
	jw_free(&w);
}

enum settled unknown_settle(struct db *db, int64_t workspace_id, int64_t attempt_id, enum outcome outcome, int64_t now)
{
	enum attempt_state to = outcome == OUTCOME_UNKNOWN ? ATTEMPT_UNKNOWN : ATTEMPT_ENDED;
	struct review_get_row state;
	struct attempt_get_row a;

	if (!DB_ROW(db, review_get, &state, .workspace_id = workspace_id, .attempt_id = attempt_id) ||
	    !DB_ROW(db, attempt_get, &a, .workspace_id = workspace_id, .attempt_id = attempt_id))
		return SETTLED_NO_SUCH;
	if (state.attempt_state != ATTEMPT_UNKNOWN || state.reviewed_at != DB_NULL ||
	    (to != ATTEMPT_UNKNOWN && !attempt_may(ATTEMPT_UNKNOWN, to)))
		return SETTLED_NOT_UNKNOWN;
	DB_EXEC(db, review_settle, .workspace_id = workspace_id, .attempt_id = attempt_id, .attempt_state = to,
		.outcome = outcome, .now = now);
	note_review(db, workspace_id, attempt_id, &a, outcome, now);
	ledger_reviewed(db, workspace_id, attempt_id, outcome, now);
	return SETTLED;
}

int64_t unknown_settle_all(struct db *db, int64_t workspace_id, int64_t campaign_id, enum outcome outcome, int most,
			   int64_t now)
{
	g_autofree int64_t *ids = g_new(int64_t, most);
	int64_t n = 0;

	DB_EACH(db, review_next, r, .workspace_id = workspace_id, .campaign_id = campaign_id, .limit = most)
		ids[n++] = r->attempt_id;
	for (int64_t i = 0; i < n; i++)
		unknown_settle(db, workspace_id, ids[i], outcome, now);
	return n;
}
