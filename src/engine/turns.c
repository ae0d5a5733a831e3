#include "engine/turns.h"

#include "store/db.h"
#include "store/ledger.h"

#include <glib.h>

/* A look at all campaigns costs some microseconds each; nudges come as often as partners post. */
enum { LOOK_GAP_US = 50 };

void turns_clear(struct turns *t)
{
	g_free(t->course);
}

static struct course *course_of(const struct turns *t, int64_t campaign_id)
{
	int low = 0, high = t->n;

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (t->course[middle].campaign_id < campaign_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < t->n && t->course[low].campaign_id == campaign_id ? &t->course[low] : NULL;
}

void turns_forget(struct turns *t, int64_t campaign_id)
{
	struct course *c = course_of(t, campaign_id);

	if (c)
		c->next_due = 0;
	else
		t->stale = true;
}

void turns_know(struct turns *t, int64_t campaign_id, int64_t next_due)
{
	struct course *c = course_of(t, campaign_id);

	if (c)
		c->next_due = next_due;
}

static void look_for_all(struct turns *t, struct db *db, int64_t workspace_id, int64_t now_us)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct course));
	struct course c = { 0 };

	while ((c.campaign_id = ledger_campaign_after(db, workspace_id, c.campaign_id, &c.next_due)) != 0)
		g_array_append_val(found, c);
	if (db_failed(db))
		return;
	g_free(t->course);
	t->n = (int)found->len;
	t->course = (struct course *)(void *)g_array_free(g_steal_pointer(&found), FALSE);
	t->stale = false;
	t->again_us = now_us + (int64_t)t->n * LOOK_GAP_US;
}

void turns_look(struct turns *t, struct db *db, int64_t workspace_id, int64_t now_us)
{
	if (t->stale && now_us >= t->again_us) {
		look_for_all(t, db, workspace_id, now_us);
		return;
	}
	for (int i = 0; i < t->n; i++) {
		int64_t next;

		if (t->course[i].next_due != 0)
			continue;
		next = ledger_next_due(db, workspace_id, t->course[i].campaign_id);
		if (!db_failed(db))
			t->course[i].next_due = next;
	}
}

int64_t turns_next_due(const struct turns *t)
{
	int64_t next = INT64_MAX;

	for (int i = 0; i < t->n; i++)
		next = MIN(next, t->course[i].next_due);
	return next;
}

int turns_take(struct turns *t, int64_t now_ms, bool (*skip)(void *arg, int64_t campaign_id), void *arg, int64_t *out,
	       int most)
{
	int first = 0, n = 0, due = 0;

	while (first < t->n && t->course[first].campaign_id <= t->last)
		first++;
	for (int i = 0; i < t->n; i++) {
		const struct course *c = &t->course[(first + i) % t->n];

		if (c->next_due > now_ms || skip(arg, c->campaign_id))
			continue;
		due++;
		if (n < most)
			out[n++] = c->campaign_id;
	}
	/* Where not all get one, the next begins behind the last that did; else each is the first in turn. */
	if (n > 0)
		t->last = n < due ? out[n - 1] : out[0];
	return n;
}
