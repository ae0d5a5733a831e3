#include "engine/lane_clock.h"

#include "engine/lines.h"
#include "store/db.h"
#include "store/texts.h"
#include "store/workspace_clock.h"
#include "store/writer.h"

#include <glib.h>

void lane_clock_load(struct lane *lane, struct db *db)
{
	struct workspace_clock c = { .target_at = DB_NULL };

	if (!lane->is_live) /* live people live by the wall clock, whatever the database says */
		workspace_clock_get(db, lane->workspace_id, &c);
	if (db_failed(db))
		return;
	lane->ahead_ms = c.ahead_ms;
	lane->target_at = c.target_at;
}

int64_t lane_now(const struct lane *lane, int64_t wall_ms)
{
	return wall_ms + lane->ahead_ms;
}

bool lane_advances(const struct lane *lane)
{
	return lane->target_at != DB_NULL;
}

struct jump {
	int64_t workspace_id;
	int64_t target_at; /* as it was when the jump was decided */
	int64_t wall_ms, now, most; /* no further than `most` */
	/* result */
	struct workspace_clock to;
};

/* Whoever set another target meanwhile has left word of it: the lane is loaded anew before the next jump. */
static int jump_run(struct db *db, void *arg)
{
	struct jump *j = arg;
	struct workspace_clock c;
	int64_t text_at, to;

	workspace_clock_get(db, j->workspace_id, &c);
	if (c.target_at != j->target_at)
		return 1;
	text_at = texts_next_due(db, j->workspace_id);
	if (text_at <= j->now)
		return 1; /* it is sent first */
	to = MIN(j->most, text_at);
	j->to.ahead_ms = to - j->wall_ms;
	j->to.target_at = to >= j->target_at ? DB_NULL : j->target_at;
	workspace_clock_put(db, j->workspace_id, &j->to);
	return JOB_KEEP;
}

bool lane_clock_jump(struct lane *lane, struct store *store, int64_t wall_ms)
{
	int64_t now = lane_now(lane, wall_ms);
	struct jump j = { .workspace_id = lane->workspace_id, .target_at = lane->target_at, .wall_ms = wall_ms, .now = now,
			  .most = MAX(MIN(turns_next_due(&lane->turns), lane->target_at), now) };

	if (store_write(store, JOB_DISPATCH, jump_run, &j) != JOB_KEEP)
		return false;
	lane->ahead_ms = j.to.ahead_ms;
	lane->target_at = j.to.target_at;
	return true;
}
