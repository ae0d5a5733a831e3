#include "store/webhooks.h"

#include "queries.h"
#include "store/events.h"
#include "store/ids.h"

static struct webhook shown(const struct webhook_get_row *r)
{
	return (struct webhook){ .endpoint_id = r->endpoint_id, .url = r->url, .secret = r->secret, .events = r->events,
			.compatible = r->compatible, .active = r->active, .stop_reason = r->stop_reason,
			.cursor_id = r->cursor_id, .sent_id = r->sent_id, .tries = r->tries, .due_at = r->due_at,
			.created_at = r->created_at, .waiting = r->waiting };
}

int64_t webhook_add(struct db *db, int64_t workspace_id, const struct webhook *h, int64_t now)
{
	int64_t id, n = 0;

	DB_EACH(db, webhook_list, row, .workspace_id = workspace_id)
		n++;
	if (n >= WEBHOOKS_MOST)
		return 0;
	id = ids_next(db, ID_ENDPOINT);
	DB_EXEC(db, webhook_insert, .workspace_id = workspace_id, .endpoint_id = id, .url = h->url, .secret = h->secret,
		.events = h->events, .compatible = h->compatible, .cursor_id = event_last(db, workspace_id),
		.created_at = now);
	return id;
}

bool webhook_get(struct db *db, int64_t workspace_id, int64_t endpoint_id, struct webhook *out)
{
	struct webhook_get_row row;

	if (!DB_ROW(db, webhook_get, &row, .workspace_id = workspace_id, .endpoint_id = endpoint_id))
		return false;
	*out = shown(&row);
	return true;
}

void webhooks_each(struct db *db, int64_t workspace_id, void (*each)(void *arg, const struct webhook *h), void *arg)
{
	DB_EACH(db, webhook_list, row, .workspace_id = workspace_id) {
		struct webhook h = shown(row);

		each(arg, &h);
	}
}

void webhooks_active_each(struct db *db,
			  void (*each)(void *arg, int64_t workspace_id, int64_t company_id, int64_t endpoint_id), void *arg)
{
	DB_EACH(db, webhook_active, row)
		each(arg, row->workspace_id, row->company_id, row->endpoint_id);
}

void webhook_remove(struct db *db, int64_t workspace_id, int64_t endpoint_id)
{
	DB_EXEC(db, webhook_delete, .workspace_id = workspace_id, .endpoint_id = endpoint_id);
	DB_EXEC(db, webhook_aside_clear, .workspace_id = workspace_id, .endpoint_id = endpoint_id);
	DB_EXEC(db, webhook_delivery_clear, .workspace_id = workspace_id, .endpoint_id = endpoint_id);
}

void webhook_set_active(struct db *db, int64_t workspace_id, int64_t endpoint_id, bool active, const char *why)
{
	DB_EXEC(db, webhook_set_active, .workspace_id = workspace_id, .endpoint_id = endpoint_id, .active = active,
		.stop_reason = why);
}

void webhook_rewind(struct db *db, int64_t workspace_id, int64_t endpoint_id, int64_t after)
{
	DB_EXEC(db, webhook_rewind, .workspace_id = workspace_id, .endpoint_id = endpoint_id, .cursor_id = after);
}

void aside_put(struct db *db, int64_t workspace_id, int64_t endpoint_id, const struct aside *a)
{
	DB_EXEC(db, webhook_aside_put, .workspace_id = workspace_id, .endpoint_id = endpoint_id, .event_id = a->event_id,
		.mark = a->mark, .tries = a->tries, .due_at = a->due_at);
}

void aside_delete(struct db *db, int64_t workspace_id, int64_t endpoint_id, int64_t event_id)
{
	DB_EXEC(db, webhook_aside_delete, .workspace_id = workspace_id, .endpoint_id = endpoint_id, .event_id = event_id);
}

bool aside_next(struct db *db, int64_t workspace_id, int64_t endpoint_id, struct aside *out)
{
	struct webhook_aside_next_row row;

	if (!DB_ROW(db, webhook_aside_next, &row, .workspace_id = workspace_id, .endpoint_id = endpoint_id))
		return false;
	*out = (struct aside){ row.event_id, row.mark, row.tries, row.due_at };
	return true;
}

bool webhook_progress(struct db *db, int64_t workspace_id, int64_t before, const struct webhook *h)
{
	return DB_EXEC(db, webhook_progress, .workspace_id = workspace_id, .endpoint_id = h->endpoint_id, .before = before,
		       .cursor_id = h->cursor_id, .sent_id = h->sent_id, .tries = h->tries, .due_at = h->due_at) == 1;
}

void delivery_add(struct db *db, int64_t workspace_id, int64_t endpoint_id, const struct delivery *d)
{
	DB_EXEC(db, webhook_delivery_insert, .workspace_id = workspace_id, .endpoint_id = endpoint_id,
		.delivery_id = ids_next(db, ID_DELIVERY), .event_id = d->event_id, .at = d->at, .mark = d->mark,
		.tries = d->tries, .verdict = d->verdict, .http_status = d->status, .took_ms = d->took_ms, .note = d->note);
}

void deliveries_each(struct db *db, int64_t workspace_id, int64_t endpoint_id, int64_t before, const char *verdict,
		     int64_t limit, void (*each)(void *arg, const struct delivery *d), void *arg)
{
	DB_EACH(db, webhook_delivery_page, r, .workspace_id = workspace_id, .endpoint_id = endpoint_id,
		.before = before ? before : DB_NULL, .verdict = verdict, .limit = limit) {
		struct delivery d = { .delivery_id = r->delivery_id, .event_id = r->event_id, .at = r->at,
				.mark = r->mark, .tries = r->tries, .verdict = r->verdict,
				.status = (long)r->http_status, .took_ms = r->took_ms, .note = r->note, .type = r->type };

		each(arg, &d);
	}
}

bool delivered_since(struct db *db, int64_t workspace_id, int64_t endpoint_id, int64_t since)
{
	struct webhook_delivery_since_row row;

	return DB_ROW(db, webhook_delivery_since, &row, .workspace_id = workspace_id, .endpoint_id = endpoint_id,
		      .since = since);
}

void deliveries_trim(struct db *db, int64_t workspace_id, int64_t endpoint_id)
{
	DB_EXEC(db, webhook_delivery_trim, .workspace_id = workspace_id, .endpoint_id = endpoint_id, .n = DELIVERIES_KEPT);
}
