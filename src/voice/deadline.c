#include "voice/deadline.h"

#include <assert.h>
#include <glib.h>

struct deadline {
	uint64_t id;
	int64_t at_ms;
	deadline_fn *fn;
	void *arg;
	unsigned at; /* index in the heap */
};

struct deadlines {
	GPtrArray *heap;  /* struct deadline *, nearest first */
	GHashTable *byid; /* &deadline.id to struct deadline */
	uint64_t last_id;
};

struct deadlines *deadlines_new(void)
{
	struct deadlines *ds = g_new0(struct deadlines, 1);

	ds->heap = g_ptr_array_new();
	ds->byid = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	return ds;
}

void deadlines_free(struct deadlines *ds)
{
	if (!ds)
		return;
	g_ptr_array_free(ds->heap, TRUE);
	g_hash_table_destroy(ds->byid);
	g_free(ds);
}

static struct deadline *nth(const struct deadlines *ds, unsigned i)
{
	return g_ptr_array_index(ds->heap, i);
}

static bool before(const struct deadline *a, const struct deadline *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->id < b->id;
}

static void put(struct deadlines *ds, unsigned i, struct deadline *d)
{
	g_ptr_array_index(ds->heap, i) = d;
	d->at = i;
}

/* Moves d, which stands at i, to where it belongs. */
static void sift(struct deadlines *ds, unsigned i, struct deadline *d)
{
	unsigned child, n = ds->heap->len;

	while (i > 0 && before(d, nth(ds, (i - 1) / 2))) {
		put(ds, i, nth(ds, (i - 1) / 2));
		i = (i - 1) / 2;
	}
	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && before(nth(ds, child + 1), nth(ds, child)))
			child++;
		if (!before(nth(ds, child), d))
			break;
		put(ds, i, nth(ds, child));
		i = child;
	}
	put(ds, i, d);
}

uint64_t deadline_add(struct deadlines *ds, int64_t at_ms, deadline_fn *fn, void *arg)
{
	struct deadline *d = g_new0(struct deadline, 1);

	d->id = ++ds->last_id;
	d->at_ms = at_ms;
	d->fn = fn;
	d->arg = arg;
	g_ptr_array_add(ds->heap, d);
	sift(ds, ds->heap->len - 1, d);
	g_hash_table_insert(ds->byid, &d->id, d);
	return d->id;
}

static void take_out(struct deadlines *ds, struct deadline *d)
{
	unsigned i = d->at;
	struct deadline *last = nth(ds, ds->heap->len - 1);

	assert(nth(ds, i) == d);
	g_ptr_array_set_size(ds->heap, (int)ds->heap->len - 1);
	if (last != d)
		sift(ds, i, last);
	g_hash_table_remove(ds->byid, &d->id);
}

void deadline_remove(struct deadlines *ds, uint64_t id)
{
	struct deadline *d = g_hash_table_lookup(ds->byid, &id);

	if (d)
		take_out(ds, d);
}

int64_t deadline_nearest(const struct deadlines *ds)
{
	return ds->heap->len ? nth(ds, 0)->at_ms : -1;
}

bool deadline_take(struct deadlines *ds, int64_t now_ms, deadline_fn **fn, void **arg)
{
	struct deadline *d;

	if (!ds->heap->len)
		return false;
	d = nth(ds, 0);
	if (d->at_ms > now_ms)
		return false;
	*fn = d->fn;
	*arg = d->arg;
	take_out(ds, d);
	return true;
}
