#include "engine/webhook_record.h"

#include "store/db.h"
#include "store/writer.h"

#include <string.h>

enum { PATIENCE_MS = 3 * 24 * 3600 * 1000 }; /* an event is given up, and nothing was taken for that long: it is stopped */

static void try_free(void *arg)
{
	struct record_try *t = arg;

	g_free(t->note);
	g_free(t);
}

struct record *record_new(void)
{
	struct record *r = g_new0(struct record, 1);

	r->tries = g_ptr_array_new_with_free_func(try_free);
	return r;
}

void record_free(struct record *r)
{
	g_ptr_array_unref(r->tries);
	g_free(r);
}

static void write_try(struct db *db, struct record *r, const struct record_try *t)
{
	struct aside a = { t->told.event_id, "retry", t->told.tries, t->due_at };

	delivery_add(db, r->workspace_id, r->at.endpoint_id, &t->told);
	if (t->aside == ASIDE_PUT)
		aside_put(db, r->workspace_id, r->at.endpoint_id, &a);
	else if (t->aside == ASIDE_DROP)
		aside_delete(db, r->workspace_id, r->at.endpoint_id, t->told.event_id);
	if (strcmp(t->told.verdict, "given_up") == 0 &&
	    !delivered_since(db, r->workspace_id, r->at.endpoint_id, t->told.at - PATIENCE_MS)) {
		webhook_set_active(db, r->workspace_id, r->at.endpoint_id, false, "FAILING");
		r->stopped = true;
	}
}

static int record_run(struct db *db, void *arg)
{
	struct record *r = arg;
	struct webhook there;

	r->moved = r->stopped = false;
	if (!webhook_get(db, r->workspace_id, r->at.endpoint_id, &there)) {
		r->moved = true; /* it was removed meanwhile, and with it the log */
		return JOB_KEEP;
	}
	r->moved = !webhook_progress(db, r->workspace_id, r->before, &r->at);
	for (guint i = 0; i < r->tries->len; i++)
		write_try(db, r, r->tries->pdata[i]);
	if (r->stop) {
		webhook_set_active(db, r->workspace_id, r->at.endpoint_id, false, r->stop);
		r->stopped = true;
	}
	if (r->trim_log)
		deliveries_trim(db, r->workspace_id, r->at.endpoint_id);
	return JOB_KEEP;
}

static void record_done(void *arg, int rc)
{
	struct record *r = arg;

	r->written(r->arg, r, rc == JOB_KEEP);
}

void record_submit(struct store *store, struct record *r)
{
	store_submit(store, JOB_SINGLE, record_run, record_done, r);
}
