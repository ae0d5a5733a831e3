/* An endpoint's events as parcels: the batch behind its cursor, and those that were set aside. */
#include "base/json_writer.h"
#include "core/event.h"
#include "engine/hook.h"
#include "store/db.h"
#include "store/events.h"
#include "store/writer.h"

#include <string.h>

enum { BATCH = 200 };

void parcel_free(void *arg)
{
	struct parcel *p = arg;

	g_free(p->type);
	g_free(p->body);
	g_free(p);
}

static struct parcel *parcel_new(const struct hook *k, const struct event_shown *e)
{
	struct parcel *p = g_new0(struct parcel, 1);
	struct jw w;

	jw_init(&w);
	jw_object(&w);
	jw_kint(&w, "id", e->event_id);
	event_members(&w, e);
	if (k->at.compatible) {
		jw_kstr(&w, "event", event_type_shown(e->type));
		jw_kint(&w, "companyId", k->company_id);
	}
	jw_end(&w);
	p->body = jw_take(&w, &p->n);
	p->event_id = e->event_id;
	p->type = g_strdup(event_type_shown(e->type));
	p->mark = "";
	return p;
}

void hook_drop_batch(struct hook *k)
{
	g_queue_clear_full(&k->batch, parcel_free);
}

struct loading {
	struct hook *k;
	int n;
};

static void load_event(void *arg, const struct event_shown *e)
{
	struct loading *l = arg;
	struct parcel *p;

	l->n++;
	/* a trial is for one endpoint, and goes there aside */
	if (strcmp(e->type, "webhook.test") == 0 || !event_listed(l->k->at.events, event_type_shown(e->type)))
		return;
	p = parcel_new(l->k, e);
	if (g_queue_is_empty(&l->k->batch) && l->k->at.tries > 0) {
		p->tries = l->k->at.tries;
		p->mark = "retry";
	} else if (e->event_id <= l->k->left_id) {
		p->mark = "again";
	}
	g_queue_push_tail(&l->k->batch, p);
}

void hook_load_batch(struct hook *k, struct db *db)
{
	struct loading l = { .k = k };
	uint64_t commits = store_commits(k->w->store);

	k->batch_end = events_after(db, k->workspace_id, k->at.cursor_id, BATCH, load_event, &l);
	if (db_failed(db)) {
		hook_drop_batch(k);
		return;
	}
	if (l.n < BATCH)
		k->seen = commits;
	if (l.n == 0)
		return;
	hook_record(k);
	if (g_queue_is_empty(&k->batch))
		k->at.cursor_id = k->batch_end;
	else
		k->write_now = k->batch_end > k->at.sent_id;
	k->at.sent_id = MAX(k->at.sent_id, k->batch_end);
}

static void note_aside(struct hook *k, struct db *db)
{
	struct aside a;

	k->aside_due = aside_next(db, k->workspace_id, k->at.endpoint_id, &a) ? a.due_at : INT64_MAX;
}

struct parcel *hook_load_aside(struct hook *k, struct db *db, int64_t now)
{
	static const char *const marks[] = { "retry", "replay", "test" };
	struct event_shown e;
	struct aside a;
	struct parcel *p;

	if (!aside_next(db, k->workspace_id, k->at.endpoint_id, &a) || a.due_at > now) {
		note_aside(k, db);
		return NULL;
	}
	if (!event_get(db, k->workspace_id, a.event_id, &e))
		e = (struct event_shown){ .event_id = a.event_id, .at = now, .type = "event.forgotten", .data = "{}" };
	p = parcel_new(k, &e);
	p->aside = true;
	p->tries = a.tries;
	p->mark = "retry";
	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
		if (strcmp(a.mark, marks[i]) == 0)
			p->mark = marks[i];
	return p;
}

static void set_texts(struct hook *k, const struct webhook *h)
{
	g_free((char *)k->at.url);
	g_free((char *)k->at.secret);
	g_free((char *)k->at.events);
	k->at = *h;
	k->at.url = g_strdup(h->url);
	k->at.secret = g_strdup(h->secret);
	k->at.events = g_strdup(h->events);
	k->at.stop_reason = "";
}

void hook_reload(struct hook *k, struct db *db)
{
	struct webhook h;

	hook_drop_batch(k);
	k->reload = false;
	if (!webhook_get(db, k->workspace_id, k->at.endpoint_id, &h) || !h.active) {
		k->gone = !db_failed(db);
		k->reload = !k->gone;
		return;
	}
	set_texts(k, &h);
	k->durable = h.cursor_id;
	if (k->left_id < 0)
		k->left_id = h.sent_id;
	k->seen = HOOK_NEVER;
	note_aside(k, db);
}

void hook_free(void *arg)
{
	struct hook *k = arg;

	hook_drop_batch(k);
	if (k->record)
		record_free(k->record);
	g_free((char *)k->at.url);
	g_free((char *)k->at.secret);
	g_free((char *)k->at.events);
	g_free(k);
}
