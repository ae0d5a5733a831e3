#include "store/events.h"

#include "queries.h"
#include "store/ids.h"

static int64_t or_null(int64_t id)
{
	return id ? id : DB_NULL;
}

void event_add(struct db *db, int64_t workspace_id, int64_t now, const struct event *e)
{
	DB_EXEC(db, event_insert, .workspace_id = workspace_id, .event_id = ids_next(db, ID_EVENT), .at = now,
		.type = e->type, .campaign_id = or_null(e->campaign_id), .talent_id = or_null(e->talent_id),
		.attempt_id = or_null(e->attempt_id), .data = e->data ? e->data : "{}");
}
