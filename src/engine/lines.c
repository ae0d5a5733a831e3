#include "engine/lines.h"

#include "base/board.h"
#include "base/metrics.h"
#include "engine/lane_clock.h"
#include "store/accounts.h"
#include "store/db.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES = 64, FARM_RANK = 100 };

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

static struct line *add_line(struct lines *l, const struct trunk *t)
{
	struct line *line = line_of(l, t->trunk_id);

	if (line) {
		pace_limit(&line->pace, (int)t->channels, (int)t->cps);
	} else {
		l->line = g_renew(struct line, l->line, l->n_lines + 1);
		line = &l->line[l->n_lines++];
		*line = (struct line){ .workspace_id = t->workspace_id, .trunk_id = t->trunk_id };
		pace_init(&line->pace, (int)t->channels, (int)t->cps, l->quiet_until_us);
	}
	g_strlcpy(line->name, t->name, sizeof(line->name));
	g_strlcpy(line->prefixes, t->prefixes, sizeof(line->prefixes));
	line->rank = (int)t->rank;
	line->enabled = t->enabled;
	return line;
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
	add_line(arg, t);
}

static void take_down(const struct line *line)
{
	char key[40];

	snprintf(key, sizeof(key), "trunk %lld", (long long)line->trunk_id);
	board_take_down(key);
}

void lines_load(struct lines *l, struct db *db, int farm_channels, int farm_cps)
{
	struct trunk farm = { .name = "phone farm", .prefixes = "", .channels = farm_channels, .cps = farm_cps,
			      .rank = FARM_RANK, .enabled = true };

	for (int i = 0; i < l->n_lines; i++) {
		if (l->shows)
			take_down(&l->line[i]);
		l->line[i].enabled = false;
		l->line[i].shown[0] = 0;
	}
	if (l->shows)
		metrics_hide(METRIC_TRUNK_UP);
	add_line(l, &farm);
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
	if (!line->enabled)
		return false;
	/* A test workspace can never reach a real trunk, and a live one never the farm. */
	return lane->is_live ? line->workspace_id == lane->workspace_id : line->trunk_id == 0;
}

bool line_rests(const struct line *line, int64_t now_us)
{
	return line->health == HEALTH_RESTING || pace_resting(&line->pace, now_us);
}

int lane_room(const struct lines *l, const struct lane *lane, int64_t now_us, int64_t horizon_us, int most)
{
	int room = 0;

	for (int i = 0; i < l->n_lines; i++)
		if (line_serves(&l->line[i], lane) && !line_rests(&l->line[i], now_us))
			room += pace_room(&l->line[i].pace, now_us, horizon_us, most);
	return MIN(room, most);
}

bool lane_has_prefixes(const struct lines *l, const struct lane *lane)
{
	for (int i = 0; i < l->n_lines; i++)
		if (line_serves(&l->line[i], lane) && l->line[i].prefixes[0])
			return true;
	return false;
}

/* ---- which line ---- */

struct candidate {
	struct line *line;
	int fits; /* digits */
};

static bool is_better(const struct candidate *a, const struct candidate *b)
{
	if (a->line->health != b->line->health)
		return a->line->health < b->line->health;
	if (a->line->rank != b->line->rank)
		return a->line->rank < b->line->rank;
	if (a->fits != b->fits)
		return a->fits > b->fits;
	return a->line->pace.in_use < b->line->pace.in_use;
}

/* The lines that take the number, best first. */
static int candidates_for(struct lines *l, const struct lane *lane, const char *number, struct candidate *out)
{
	int n = 0;

	for (int i = 0; i < l->n_lines && n < CANDIDATES; i++) {
		struct candidate c = { &l->line[i], prefixes_match(l->line[i].prefixes, number) };
		int at = n;

		if (!line_serves(c.line, lane) || c.fits < 0)
			continue;
		for (; at > 0 && is_better(&c, &out[at - 1]); at--)
			out[at] = out[at - 1];
		out[at] = c;
		n++;
	}
	return n;
}

enum line_verdict lane_take(struct lines *l, const struct lane *lane, const char *number, int retries, int64_t now_us,
			    int64_t horizon_us, struct line **line, struct pace_turn *turn)
{
	struct candidate c[CANDIDATES];
	int n = candidates_for(l, lane, number, c);
	enum line_verdict verdict = n > 0 ? LINE_RESTING : LINE_NONE;
	enum health best = HEALTH_RESTING;

	for (int i = 0; i < n; i++)
		if (!line_rests(c[i].line, now_us))
			best = MIN(best, c[i].line->health);
	for (int i = 0; i < n; i++) {
		*line = c[(i + retries) % n].line;
		if (line_rests(*line, now_us) || (*line)->health > best) /* better to wait for a ready one's turn */
			continue;
		if (pace_take(&(*line)->pace, now_us, horizon_us, turn))
			return LINE_TAKEN;
		verdict = LINE_BUSY;
	}
	*line = NULL;
	return verdict;
}

int64_t lane_ready_us(const struct lines *l, const struct lane *lane, int64_t now_us, int64_t ahead_us)
{
	int64_t ready = INT64_MAX;

	for (int i = 0; i < l->n_lines; i++)
		if (line_serves(&l->line[i], lane) && l->line[i].health != HEALTH_RESTING)
			ready = MIN(ready, pace_ready_us(&l->line[i].pace, now_us, ahead_us));
	return ready;
}

bool lane_without_trunk(const struct lines *l, const struct lane *lane, int64_t now_us)
{
	for (int i = 0; i < l->n_lines; i++)
		if (line_serves(&l->line[i], lane) && !line_rests(&l->line[i], now_us))
			return false;
	return true;
}

/* ---- what is shown ---- */

static enum health show_one(const struct line *line, int64_t now_us, char *why, size_t size)
{
	if (line->health != HEALTH_RESTING && pace_resting(&line->pace, now_us)) {
		g_strlcpy(why, "calls through it failed one after the other; it is tried again soon", size);
		return HEALTH_RESTING;
	}
	g_strlcpy(why, line->why, size);
	if (line->health == HEALTH_READY && line->pace.rests > 0) {
		g_strlcpy(why, "it comes back from a rest with one call at a time", size);
		return HEALTH_SUSPECT;
	}
	return line->health;
}

void lines_show(struct lines *l, int64_t now_us)
{
	for (int i = 0; i < l->n_lines && l->shows; i++) {
		struct line *line = &l->line[i];
		char key[40], why[200], shown[sizeof(line->shown)];
		enum health h;

		if (!line->enabled)
			continue;
		h = show_one(line, now_us, why, sizeof(why));
		snprintf(shown, sizeof(shown), "%s %s", health_name(h), why);
		if (strcmp(shown, line->shown) == 0)
			continue;
		g_strlcpy(line->shown, shown, sizeof(line->shown));
		snprintf(key, sizeof(key), "trunk %lld", (long long)line->trunk_id);
		board_put(key, health_name(h), why);
		metric_set(metric_of(METRIC_TRUNK_UP, line->name, NULL, NULL), h == HEALTH_READY);
	}
}
