#include "store/reports.h"

#include "queries.h"

enum { QUARTER_MS = 900000 };

void report_calls_each(struct db *db, int64_t workspace_id, int64_t campaign_id,
		       void (*each)(void *arg, const struct report_calls *c), void *arg)
{
	DB_EACH(db, report_calls, row, .workspace_id = workspace_id, .campaign_id = campaign_id) {
		struct report_calls c = { .attempt_no = row->attempt_no, .outcome = (enum outcome)row->outcome,
					  .answer = (enum answer)row->answer, .at = row->quarter * QUARTER_MS,
					  .calls = row->calls, .picked_up = row->picked_up };

		each(arg, &c);
	}
}
