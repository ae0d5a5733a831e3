#include "engine/lines.h"

#include "engine/lane_clock.h"
#include "store/accounts.h"
#include "store/db.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

struct line *line_of(struct lines *l, int64_t trunk_id)
{
	for (int i = 0; i < l->n_lines; i++)
		if (l->line[i].trunk_id == trunk_id)
			return &l->line[i];
	return NULL;
}

struct lane *lane_of(struct lines *l, int64_t workspace_id)
{
	for (int i = 0; i < l->n_lanes; i++)
		if (l->lane[i].workspace_id == workspace_id)
			return &l->lane[i];
	return NULL;
}

static void add_line(struct lines *l, int64_t workspace_id, int64_t trunk_id, const char *name, int channels,
		     int cps, int64_t quiet_until_us)
{
	struct line *line = line_of(l, trunk_id);

	if (line) {
		pace_limit(&line->pace, channels, cps);
		return;
	}
	l->line = g_renew(struct line, l->line, l->n_lines + 1);
	line = &l->line[l->n_lines++];
	line->workspace_id = workspace_id;
	line->trunk_id = trunk_id;
	g_strlcpy(line->name, name, sizeof(line->name));
	pace_init(&line->pace, channels, cps, quiet_until_us);
}

static void add_workspace(void *arg, int64_t workspace_id, bool is_live)
{
	struct lines *l = arg;

	if (lane_of(l, workspace_id))
		return;
	l->lane = g_renew(struct lane, l->lane, l->n_lanes + 1);
	l->lane[l->n_lanes++] = (struct lane){ .workspace_id = workspace_id, .is_live = is_live, .turns = { .stale = true },
					       .target_at = DB_NULL };
}

static void add_trunk(void *arg, const struct trunk *t)
{
	struct lines *l = arg;

	add_line(l, t->workspace_id, t->trunk_id, t->name, (int)t->channels, (int)t->cps, l->quiet_until_us);
}

void lines_load(struct lines *l, struct db *db, int farm_channels, int farm_cps)
{
	add_line(l, 0, 0, "phone farm", farm_channels, farm_cps, l->quiet_until_us);
	workspaces_each(db, add_workspace, l);
	trunks_each(db, add_trunk, l);
	for (int i = 0; i < l->n_lanes; i++)
		lane_clock_load(&l->lane[i], db);
}

void lines_clear(struct lines *l)
{
	for (int i = 0; i < l->n_lanes; i++)
		turns_clear(&l->lane[i].turns);
	g_free(l->lane);
	g_free(l->line);
}

static int longest_first(const void *a, const void *b)
{
	const struct lane *x = *(struct lane *const *)a, *y = *(struct lane *const *)b;

	if (x->served != y->served)
		return x->served < y->served ? -1 : 1;
	return (x->workspace_id > y->workspace_id) - (x->workspace_id < y->workspace_id);
}

struct lane **lanes_in_turn(const struct lines *l)
{
	struct lane **order = g_new(struct lane *, l->n_lanes);

	for (int i = 0; i < l->n_lanes; i++)
		order[i] = &l->lane[i];
	qsort(order, (size_t)l->n_lanes, sizeof(struct lane *), longest_first);
	return order;
}

bool line_serves(const struct line *line, const struct lane *lane)
{
	/* A test workspace can never reach a real trunk, and a live one never the farm. */
	return lane->is_live ? line->workspace_id == lane->workspace_id : line->trunk_id == 0;
}

int lane_room(const struct lines *l, const struct lane *lane, int64_t now_us, int64_t horizon_us, int most)
{
	int room = 0;

	for (int i = 0; i < l->n_lines; i++)
		if (line_serves(&l->line[i], lane))
			room += pace_room(&l->line[i].pace, now_us, horizon_us, most);
	return MIN(room, most);
}

struct line *lane_take(struct lines *l, const struct lane *lane, int64_t now_us, int64_t horizon_us,
		       int64_t *send_us)
{
	for (int i = 0; i < l->n_lines; i++)
		if (line_serves(&l->line[i], lane) && pace_take(&l->line[i].pace, now_us, horizon_us, send_us))
			return &l->line[i];
	return NULL;
}

int64_t lane_ready_us(const struct lines *l, const struct lane *lane, int64_t now_us)
{
	int64_t ready = INT64_MAX;

	for (int i = 0; i < l->n_lines; i++)
		if (line_serves(&l->line[i], lane))
			ready = MIN(ready, pace_ready_us(&l->line[i].pace, now_us));
	return ready;
}

bool lane_without_trunk(const struct lines *l, const struct lane *lane, int64_t now_us)
{
	for (int i = 0; i < l->n_lines; i++)
		if (line_serves(&l->line[i], lane) && !pace_resting(&l->line[i].pace, now_us))
			return false;
	return true;
}
