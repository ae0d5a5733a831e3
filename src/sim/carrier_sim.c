#include "sim/carrier_sim.h"

#include <glib.h>

enum { MS_US = 1000 };

/* One thing to come; the earliest first, and of one moment the one that was planned first. */
struct coming {
	int64_t at_us;
	uint64_t order;
	struct carrier_event ev;
};

struct carrier_sim {
	struct carrier carrier; /* first: the carrier is this */
	const struct population *people;
	carrier_sink *sink;
	void *arg;
	int64_t now_us, now_wall_ms;
	uint64_t planned;
	GPtrArray *heap;    /* struct coming; parent of i at (i - 1) / 2 */
	GHashTable *live;   /* attempt id -> itself: calls that have not ended */
	GHashTable *called; /* number -> how often */
};

/* ---- the heap ---- */

static bool before(const struct coming *a, const struct coming *b)
{
	return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

static void swap(GPtrArray *h, guint i, guint j)
{
	gpointer kept = h->pdata[i];

	h->pdata[i] = h->pdata[j];
	h->pdata[j] = kept;
}

static void plan(struct carrier_sim *c, int64_t at_us, const struct carrier_event *ev)
{
	struct coming *e = g_new(struct coming, 1);
	guint i = c->heap->len;

	*e = (struct coming){ .at_us = at_us, .order = c->planned++, .ev = *ev };
	g_ptr_array_add(c->heap, e);
	for (; i > 0 && before(c->heap->pdata[i], c->heap->pdata[(i - 1) / 2]); i = (i - 1) / 2)
		swap(c->heap, i, (i - 1) / 2);
}

static struct coming *take_first(struct carrier_sim *c)
{
	struct coming *first = c->heap->pdata[0];
	guint i = 0, child;

	swap(c->heap, 0, c->heap->len - 1);
	g_ptr_array_set_size(c->heap, (gint)c->heap->len - 1);
	while ((child = 2 * i + 1) < c->heap->len) {
		if (child + 1 < c->heap->len && before(c->heap->pdata[child + 1], c->heap->pdata[child]))
			child++;
		if (!before(c->heap->pdata[child], c->heap->pdata[i]))
			break;
		swap(c->heap, i, child);
		i = child;
	}
	return first;
}

/* ---- the carrier ---- */

static int nth_call(struct carrier_sim *c, const char *number)
{
	int n = GPOINTER_TO_INT(g_hash_table_lookup(c->called, number));

	g_hash_table_replace(c->called, g_strdup(number), GINT_TO_POINTER(n + 1));
	return n;
}

static void place(struct carrier *carrier, const struct call_order *order)
{
	struct carrier_sim *c = (struct carrier_sim *)carrier;
	struct carrier_event ev = { .attempt_id = order->attempt_id, .fence = order->fence };
	struct call_plan p;

	/* no CARRIER_SENT: there is no Call-ID to tell; no CARRIER_RINGING: nobody looks */
	population_call(c->people, order, nth_call(c, order->to), c->now_wall_ms, &p);
	g_hash_table_add(c->live, g_memdup2(&order->attempt_id, sizeof(order->attempt_id)));
	ev.kind = CARRIER_ANSWERED;
	if (p.answered_ms >= 0)
		plan(c, c->now_us + p.answered_ms * MS_US, &ev);
	ev.kind = CARRIER_CHOSE;
	ev.slot_no = p.slot_no;
	if (p.slot_no)
		plan(c, c->now_us + p.chose_ms * MS_US, &ev);
	ev.kind = CARRIER_ENDED;
	ev.outcome = p.outcome;
	ev.answer = p.answer;
	ev.sip_status = p.sip_status;
	g_strlcpy(ev.digits, p.digits, sizeof(ev.digits));
	ev.talk_ms = p.answered_ms >= 0 ? p.ended_ms - p.answered_ms : 0;
	plan(c, c->now_us + p.ended_ms * MS_US, &ev);
}

static void hang_up(struct carrier *carrier, int64_t attempt_id)
{
	struct carrier_sim *c = (struct carrier_sim *)carrier;
	struct carrier_event ev = { .kind = CARRIER_ENDED, .attempt_id = attempt_id, .outcome = OUTCOME_CANCELLED };

	for (guint i = 0; i < c->heap->len; i++)
		if (((struct coming *)c->heap->pdata[i])->ev.attempt_id == attempt_id)
			ev.fence = ((struct coming *)c->heap->pdata[i])->ev.fence;
	if (g_hash_table_contains(c->live, &attempt_id))
		plan(c, c->now_us, &ev);
}

/* Who chose a time has hung up by then, content; what the ledger has is what counts. */
static void confirm(struct carrier *carrier, int64_t attempt_id, bool booked, unsigned left)
{
	(void)carrier, (void)attempt_id, (void)booked, (void)left;
}

struct carrier_sim *carrier_sim_new(const struct population *people, carrier_sink *sink, void *arg)
{
	struct carrier_sim *c = g_new0(struct carrier_sim, 1);

	c->carrier = (struct carrier){ .place = place, .hang_up = hang_up, .confirm = confirm };
	c->people = people;
	c->sink = sink;
	c->arg = arg;
	c->heap = g_ptr_array_new();
	c->live = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	c->called = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return c;
}

void carrier_sim_free(struct carrier_sim *c)
{
	g_ptr_array_set_free_func(c->heap, g_free);
	g_ptr_array_unref(c->heap);
	g_hash_table_unref(c->live);
	g_hash_table_unref(c->called);
	g_free(c);
}

struct carrier *carrier_sim_carrier(struct carrier_sim *c)
{
	return &c->carrier;
}

int64_t carrier_sim_next(const struct carrier_sim *c)
{
	return c->heap->len ? ((struct coming *)c->heap->pdata[0])->at_us : INT64_MAX;
}

void carrier_sim_run(struct carrier_sim *c, int64_t now_us, int64_t now_wall_ms)
{
	c->now_us = now_us;
	c->now_wall_ms = now_wall_ms;
	while (carrier_sim_next(c) <= now_us) {
		struct coming *e = take_first(c);

		/* what was planned for a call that has been hung up does not come any more */
		if (g_hash_table_contains(c->live, &e->ev.attempt_id)) {
			if (e->ev.kind == CARRIER_ENDED)
				g_hash_table_remove(c->live, &e->ev.attempt_id);
			c->sink(c->arg, &e->ev);
		}
		g_free(e);
	}
}
