#include "store/events.h"

#include "queries.h"
#include "store/ids.h"

static int64_t or_null(int64_t id)
{
	return id ? id : DB_NULL;
}

int64_t event_add(struct db *db, int64_t workspace_id, int64_t now, const struct event *e)
{
	int64_t id;

	if (db->untold)
		return 0;
	id = ids_next(db, ID_EVENT);
	DB_EXEC(db, event_insert, .workspace_id = workspace_id, .event_id = id, .at = now, .type = e->type,
		.campaign_id = or_null(e->campaign_id), .talent_id = or_null(e->talent_id),
		.attempt_id = or_null(e->attempt_id), .data = e->data ? e->data : "{}");
	return id;
}

void events_add_new_leads(struct db *db, int64_t workspace_id, int64_t now, int64_t campaign_id, int64_t first,
			  int64_t last)
{
	int64_t id = ids_next_of(db, ID_EVENT, last - first + 1);

	DB_EXEC(db, event_insert_new_leads, .workspace_id = workspace_id, .campaign_id = campaign_id, .first = first,
		.last = last, .event_id = id, .at = now, .type = "lead.added", .data = "{}");
}

static struct event_shown shown(const struct event_feed_row *r)
{
	return (struct event_shown){ .event_id = r->event_id, .at = r->at, .type = r->type,
			.campaign_id = r->campaign_id, .talent_id = r->talent_id, .attempt_id = r->attempt_id,
			.data = r->data };
}

int64_t events_after(struct db *db, int64_t workspace_id, int64_t after, int64_t limit,
		     void (*each)(void *arg, const struct event_shown *e), void *arg)
{
	DB_EACH(db, event_feed, row, .workspace_id = workspace_id, .after = after, .limit = limit) {
		struct event_shown e = shown(row);

		each(arg, &e);
		after = row->event_id;
	}
	return after;
}

bool event_get(struct db *db, int64_t workspace_id, int64_t event_id, struct event_shown *out)
{
	struct event_feed_row row;

	if (!DB_ROW(db, event_get, &row, .workspace_id = workspace_id, .event_id = event_id))
		return false;
	*out = shown(&row);
	return true;
}

int64_t event_last(struct db *db, int64_t workspace_id)
{
	struct event_last_row row;

	return DB_ROW(db, event_last, &row, .workspace_id = workspace_id) ? row.event_id : 0;
}
