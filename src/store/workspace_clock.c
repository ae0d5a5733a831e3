#include "store/workspace_clock.h"

#include "queries.h"

void workspace_clock_get(struct db *db, int64_t workspace_id, struct workspace_clock *out)
{
	struct clock_get_row row = { .target_at = DB_NULL };

	DB_ROW(db, clock_get, &row, .workspace_id = workspace_id);
	*out = (struct workspace_clock){ .ahead_ms = row.ahead_ms, .target_at = row.target_at };
}

void workspace_clock_put(struct db *db, int64_t workspace_id, const struct workspace_clock *c)
{
	DB_EXEC(db, clock_put, .workspace_id = workspace_id, .ahead_ms = c->ahead_ms, .target_at = c->target_at);
}

int64_t workspace_now(struct db *db, int64_t workspace_id, int64_t wall_ms)
{
	struct workspace_clock c;

	workspace_clock_get(db, workspace_id, &c);
	return wall_ms + c.ahead_ms;
}
