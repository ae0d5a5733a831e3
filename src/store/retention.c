#include "store/retention.h"

#include "core/limits.h"
#include "queries.h"
#include "store/accounts.h"
#include "store/db.h"
#include "store/people.h"
#include "store/workspace_clock.h"
#include "store/workspaces.h"

#include <glib.h>

#define DAY_MS INT64_C(86400000)
#define PEOPLE "people"

enum {
	PIECE = 500,	      /* rows of a kind at a time, */
	PEOPLE_LOOKED = 2000, /* people looked at, */
	PEOPLE_GONE = 50,     /* and erased */
};

/* Parameters of a kind's queries: its next rows, and those that are old enough. */
struct next_rows {
	int64_t workspace_id, after, limit;
};
struct old_rows {
	int64_t workspace_id, after, upto;
};
#define NEXT_ROWS(q) \
	_Static_assert(sizeof(struct q##_in) == sizeof(struct next_rows) && \
			       offsetof(struct q##_in, after) == offsetof(struct next_rows, after) && \
			       offsetof(struct q##_in, limit) == offsetof(struct next_rows, limit), \
		       "the parameters of " #q)
#define OLD_ROWS(q) \
	_Static_assert(sizeof(struct q##_in) == sizeof(struct old_rows) && \
			       offsetof(struct q##_in, after) == offsetof(struct old_rows, after) && \
			       offsetof(struct q##_in, upto) == offsetof(struct old_rows, upto), \
		       "the parameters of " #q)
NEXT_ROWS(retention_calls);
NEXT_ROWS(retention_inbound);
NEXT_ROWS(retention_messages);
NEXT_ROWS(retention_events);
OLD_ROWS(retention_calls_forget);
OLD_ROWS(retention_inbound_forget);
OLD_ROWS(retention_messages_forget);
OLD_ROWS(retention_events_forget);
OLD_ROWS(retention_log_forget);

static const struct kind {
	const char *name;
	size_t days; /* its setting in struct limits */
	const struct query *next, *forget;
} kinds[] = {
	{ "calls", offsetof(struct limits, keep.calls), &retention_calls_query, &retention_calls_forget_query },
	{ "inbound", offsetof(struct limits, keep.calls), &retention_inbound_query, &retention_inbound_forget_query },
	{ "messages", offsetof(struct limits, keep.messages), &retention_messages_query, &retention_messages_forget_query },
	{ "events", offsetof(struct limits, keep.events), &retention_events_query, &retention_events_forget_query },
	{ "log", offsetof(struct limits, keep.log), &retention_events_query, &retention_log_forget_query },
};

struct desk {
	int64_t workspace_id, now;
	struct limits limits;
};

static int64_t mark_of(struct db *db, int64_t workspace_id, const char *kind)
{
	struct retention_mark_get_row row;

	return DB_ROW(db, retention_mark_get, &row, .workspace_id = workspace_id, .kind = kind) ? row.upto_id : 0;
}

static void put_mark(struct db *db, int64_t workspace_id, const char *kind, int64_t upto)
{
	DB_EXEC(db, retention_mark_put, .workspace_id = workspace_id, .kind = kind, .upto_id = upto);
}

/* The next rows of a kind up to the first that is too young, or still of use. How many those were. */
static int sweep_kind(struct db *db, const struct desk *d, const struct kind *k, int64_t until)
{
	int64_t after = mark_of(db, d->workspace_id, k->name);
	struct next_rows next = { d->workspace_id, after, PIECE };
	struct old_rows old = { d->workspace_id, after, after };
	struct retention_calls_row row;
	int n = 0;

	for (const struct retention_calls_row *r = db_first(db, k->next, &next, &row); r; r = db_next(db, k->next, &row)) {
		if (r->since >= until || r->busy) {
			db_finish(db, k->next);
			break;
		}
		old.upto = r->row_id;
		n++;
	}
	if (n == 0)
		return 0;
	db->scrub |= db_exec(db, k->forget, &old) > 0;
	put_mark(db, d->workspace_id, k->name, old.upto);
	return n;
}

static void sweep_deliveries(struct db *db, const struct desk *d, int64_t until)
{
	db->scrub |= DB_EXEC(db, retention_deliveries_forget, .workspace_id = d->workspace_id, .until = until,
			     .limit = PIECE) > 0;
}

static bool nothing_is_planned(struct db *db, int64_t workspace_id, int64_t talent_id)
{
	struct person_planned_texts_row text;
	bool planned = false;

	DB_EACH(db, person_leads, r, .workspace_id = workspace_id, .talent_id = talent_id)
		planned |= r->due_at != DB_NULL;
	return !planned && !DB_ROW(db, person_planned_texts, &text, .workspace_id = workspace_id, .talent_id = talent_id);
}

/* Round and round: a few of them at each sweep, so that nobody waits for those who are many. */
static void sweep_people(struct db *db, const struct desk *d, int64_t until)
{
	int64_t old[PEOPLE_GONE], after = mark_of(db, d->workspace_id, PEOPLE), last = 0;
	int n = 0, looked = 0;

	DB_EACH(db, retention_people, r, .workspace_id = d->workspace_id, .after = after, .limit = PEOPLE_LOOKED) {
		if (n == PEOPLE_GONE) {
			DB_STOP(db, retention_people);
			break;
		}
		last = r->talent_id;
		looked++;
		if (r->since < until)
			old[n++] = r->talent_id;
	}
	for (int i = 0; i < n; i++) {
		struct person who = { .workspace_id = d->workspace_id, .talent_id = old[i] };

		if (nothing_is_planned(db, d->workspace_id, old[i]))
			person_erase(db, &who, false, d->now);
	}
	if (after > 0 || looked > 0)
		put_mark(db, d->workspace_id, PEOPLE, looked < PEOPLE_LOOKED && n < PEOPLE_GONE ? 0 : last);
}

static bool sweep_workspace(struct db *db, const struct desk *d)
{
	const struct keep_days *keep = &d->limits.keep;
	bool more = false;

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		int64_t days = *(const int64_t *)(const void *)((const char *)&d->limits + kinds[i].days);

		if (days > 0)
			more |= sweep_kind(db, d, &kinds[i], d->now - days * DAY_MS) == PIECE;
	}
	if (keep->deliveries > 0)
		sweep_deliveries(db, d, d->now - keep->deliveries * DAY_MS);
	if (keep->people > 0)
		sweep_people(db, d, d->now - keep->people * DAY_MS);
	return more;
}

struct workspace_row {
	int64_t id;
	bool live;
};

static void note_workspace(void *arg, int64_t workspace_id, bool live)
{
	const struct workspace_row row = { workspace_id, live };

	g_array_append_val((GArray *)arg, row);
}

bool retention_sweep(struct db *db, int64_t wall_ms)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct workspace_row));
	bool more = false;

	workspaces_each(db, note_workspace, all);
	for (guint i = 0; i < all->len; i++) {
		const struct workspace_row *w = &g_array_index(all, struct workspace_row, i);
		struct desk d = { .workspace_id = w->id, .now = workspace_now(db, w->id, wall_ms) };

		workspace_limits(db, w->id, w->live, &d.limits);
		more |= sweep_workspace(db, &d);
	}
	return more && !db_failed(db);
}
