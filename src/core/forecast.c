#include "core/forecast.h"

#include <glib.h>

enum { HOUR_MS = 3600000, HOURS_MAX = 24 * 366 * 2 };

struct work {
	struct forecast shown; /* first: what the others see */
	struct schedule schedule;
	int64_t min_gap_ms, per_hour;
	GHashTable *planned; /* hour -> int64_t *calls */
};

struct forecast *forecast_new(const struct schedule *s, int64_t min_gap_ms, int64_t per_hour)
{
	struct work *w = g_new0(struct work, 1);

	w->schedule = *s;
	w->min_gap_ms = min_gap_ms;
	w->per_hour = per_hour;
	w->planned = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	w->shown.first_at = INT64_MAX;
	return &w->shown;
}

void forecast_free(struct forecast *f)
{
	struct work *w = (struct work *)f;

	if (!f)
		return;
	g_hash_table_unref(w->planned);
	g_free(f->hour);
	g_free(w);
}

static void plan(struct work *w, int64_t at, int64_t n)
{
	int64_t hour = at - at % HOUR_MS;
	int64_t *calls = g_hash_table_lookup(w->planned, &hour);

	if (!calls) {
		calls = g_new0(int64_t, 1);
		g_hash_table_insert(w->planned, g_memdup2(&hour, sizeof(hour)), calls);
	}
	*calls += n;
	w->shown.calls += n;
	w->shown.first_at = MIN(w->shown.first_at, at);
	w->shown.last_at = MAX(w->shown.last_at, at);
}

void forecast_add(struct forecast *f, int slot, int64_t at, int64_t n, int64_t most, forecast_open_fn *open,
		  const void *arg)
{
	struct work *w = (struct work *)f;
	struct next_slot next = { .slot = slot };

	while (next.slot >= 0 && at != INT64_MAX) {
		plan(w, at, n);
		if (--most == 0)
			return;
		next = schedule_after(&w->schedule, next.slot, at, at, w->min_gap_ms);
		if (next.slot >= 0)
			at = open(arg, next.at);
	}
}

static int by_hour(const void *a, const void *b)
{
	const struct forecast_hour *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static GArray *planned_hours(const struct work *w)
{
	GArray *hours = g_array_new(FALSE, FALSE, sizeof(struct forecast_hour));
	GHashTableIter it;
	int64_t *hour, *calls;

	g_hash_table_iter_init(&it, w->planned);
	while (g_hash_table_iter_next(&it, (void **)&hour, (void **)&calls)) {
		struct forecast_hour h = { *hour, *calls };

		g_array_append_val(hours, h);
	}
	g_array_sort(hours, by_hour);
	return hours;
}

static void overflow(struct forecast *f, int64_t hour, int64_t until)
{
	if (!f->overflows)
		f->overflow_at = hour;
	f->overflows = true;
	f->overflow_until = MAX(f->overflow_until, until);
	f->last_at = MAX(f->last_at, until);
}

/* The hour in which what the hour `at` has no room for goes on. */
static int64_t next_hour(struct forecast *f, int64_t at, forecast_open_fn *open, const void *arg)
{
	int64_t moment = open(arg, at + HOUR_MS);

	if (moment == INT64_MAX)
		return moment;
	f->shut |= moment >= at + 2 * HOUR_MS;
	return moment - moment % HOUR_MS;
}

void forecast_finish(struct forecast *f, forecast_open_fn *open, const void *arg)
{
	struct work *w = (struct work *)f;
	g_autoptr(GArray) plan = planned_hours(w);
	GArray *hours = g_array_new(FALSE, FALSE, sizeof(struct forecast_hour));
	int64_t left = 0, at = INT64_MAX; /* what is carried over, and into which hour */
	guint i = 0;

	while ((i < plan->len || left > 0) && hours->len < HOURS_MAX) {
		struct forecast_hour h = i < plan->len ? g_array_index(plan, struct forecast_hour, i) :
							 (struct forecast_hour){ .at = INT64_MAX };

		if (left > 0 && at < h.at) {
			h = (struct forecast_hour){ .at = at };
		} else {
			i++;
			if (h.at < at && left > 0) { /* planned in an hour the overflow may not use */
				g_array_append_val(hours, h);
				continue;
			}
		}
		h.calls += left;
		left = w->per_hour > 0 ? MAX(h.calls - w->per_hour, 0) : 0;
		h.calls -= left;
		g_array_append_val(hours, h);
		at = left > 0 ? next_hour(f, h.at, open, arg) : INT64_MAX;
		if (at == INT64_MAX)
			left = 0;
		if (left > 0)
			overflow(f, h.at, at + MIN(left, w->per_hour) * HOUR_MS / w->per_hour);
	}
	f->n_hours = (int)hours->len;
	f->hour = (struct forecast_hour *)(void *)g_array_free(hours, FALSE);
}
