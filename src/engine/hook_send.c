/* Deliveries: signed and sent, judged by their answers, and written down together. */
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/signature.h"
#include "base/token.h"
#include "core/delivery.h"
#include "engine/hook.h"
#include "store/db.h"

#include <string.h>

/* ---- what is to be written ---- */

struct record *hook_record(struct hook *k)
{
	if (!k->record) {
		k->record = record_new();
		k->written_ms = clock_boot_ms();
	}
	return k->record;
}

static void on_written(void *arg, struct record *r, bool ok)
{
	struct hook *k = arg;

	g_mutex_lock(&k->w->lock);
	k->written = true;
	k->was_written = ok;
	k->was_moved = r->moved;
	k->was_stopped = r->stopped;
	hook_ring(k->w);
	g_mutex_unlock(&k->w->lock);
	record_free(r);
}

void hook_write(struct hook *k)
{
	struct record *r = k->record;

	k->trim_in -= r->tries->len;
	r->trim_log = k->trim_in <= 0;
	if (r->trim_log)
		k->trim_in = HOOK_TRIM_EVERY;
	r->workspace_id = k->workspace_id;
	r->before = k->durable;
	r->at = k->at;
	r->written = on_written;
	r->arg = k;
	k->record = NULL;
	k->write_now = false;
	k->writing = true;
	record_submit(k->w->store, r);
}

/* What was not written (a full disk) is sent again, marked; what was moved is read anew. */
void hook_after_write(struct hook *k)
{
	k->writing = false;
	if (k->was_stopped)
		k->gone = true;
	if (!k->was_written || k->was_moved)
		k->reload = true;
	else
		k->durable = k->at.cursor_id;
}

/* ---- sending ---- */

/* On the client's thread. */
static void on_answer(void *arg, const struct http_answer *a)
{
	struct hook *k = arg;
	const char *text = a->result == HTTP_ANSWERED ? a->body : a->why;
	size_t n = a->result == HTTP_ANSWERED ? a->n_body : strlen(a->why);

	g_mutex_lock(&k->w->lock);
	k->answer = *a;
	k->said = g_utf8_make_valid(text, (gssize)MIN(n, (size_t)WEBHOOK_NOTE_MOST));
	k->answered = true;
	hook_ring(k->w);
	g_mutex_unlock(&k->w->lock);
}

void hook_send(struct hook *k, struct parcel *p)
{
	g_autofree char *id = g_strdup_printf("evt_%" G_GINT64_FORMAT, p->event_id);
	int64_t now = clock_wall_ms();
	char signature[SIGNATURE_SIZE] = "", iso[CLOCK_ISO_SIZE];
	const char *headers[11];
	g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);
	struct http_request rq = { .method = "POST", .url = k->at.url, .headers = headers, .body = p->body,
			.n_body = p->n, .reach = k->w->allow_loopback ? HTTP_OR_LOOPBACK : HTTP_PUBLIC };
	int n = 0;

	signature_make(k->at.secret, id, now / 1000, p->body, p->n, signature);
	g_ptr_array_add(made, g_strdup_printf("webhook-id: %s", id));
	g_ptr_array_add(made, g_strdup_printf("webhook-timestamp: %" G_GINT64_FORMAT, now / 1000));
	g_ptr_array_add(made, g_strdup_printf("webhook-signature: %s", signature));
	if (p->mark[0])
		g_ptr_array_add(made, g_strdup_printf("X-Callsheet-Redelivery: %s", p->mark));
	if (k->at.compatible) {
		g_ptr_array_add(made, g_strdup_printf("X-Webhook-Event: %s", p->type));
		g_ptr_array_add(made, g_strdup_printf("X-Webhook-Timestamp: %s", clock_iso(now, iso)));
		g_ptr_array_add(made, g_strdup_printf("X-Webhook-Key: %s", k->at.secret));
	}
	headers[n++] = "Content-Type: application/json";
	headers[n++] = "User-Agent: callsheet/" CALLSHEET_VERSION;
	for (guint i = 0; i < made->len; i++)
		headers[n++] = made->pdata[i];
	headers[n] = NULL;
	k->out = p;
	if (!p->aside)
		k->left_id = MAX(k->left_id, p->event_id);
	http_client_send(k->w->client, &rq, on_answer, k);
}

/* ---- what came of it ---- */

static const char *const verdicts[] = {
	[DELIVERY_DONE] = "delivered",
	[DELIVERY_AGAIN] = "failed",
	[DELIVERY_ASIDE] = "failed",
	[DELIVERY_GONE] = "gone",
	[DELIVERY_GIVE_UP] = "given_up",
};

/* The event behind the cursor is settled, or waits for its next try. */
static void move_on(struct hook *k, const struct parcel *p, struct delivery_step step, int64_t due_at)
{
	k->at.tries = 0;
	k->at.due_at = 0;
	if (step.next == DELIVERY_AGAIN || step.next == DELIVERY_GONE) {
		k->at.tries = p->tries + 1;
		k->at.due_at = due_at;
		k->seen = HOOK_NEVER;
		hook_drop_batch(k);
		k->write_now = true;
		return;
	}
	k->at.cursor_id = g_queue_is_empty(&k->batch) ? k->batch_end : p->event_id;
}

static void add_try(struct hook *k, const struct parcel *p, struct delivery_step step, int64_t now, int64_t due_at)
{
	struct record_try *t = g_new0(struct record_try, 1);

	t->note = g_steal_pointer(&k->said);
	g_strlcpy(t->mark, p->mark, sizeof(t->mark));
	t->told = (struct delivery){ .event_id = p->event_id, .at = now, .mark = t->mark, .tries = p->tries + 1,
			.verdict = verdicts[step.next], .took_ms = k->answer.took_ms, .note = t->note,
			.status = k->answer.result == HTTP_ANSWERED ? k->answer.status : 0 };
	t->due_at = due_at;
	if (step.next == DELIVERY_ASIDE || (p->aside && step.next == DELIVERY_AGAIN))
		t->aside = ASIDE_PUT;
	else if (p->aside && step.next != DELIVERY_GONE)
		t->aside = ASIDE_DROP;
	g_ptr_array_add(hook_record(k)->tries, t);
	if (t->aside == ASIDE_PUT)
		k->aside_due = MIN(k->aside_due, due_at);
	k->write_now |= t->aside != ASIDE_NOT;
	metric_add(metric_of(METRIC_WEBHOOK_DELIVERIES, t->told.verdict, NULL, NULL), 1);
}

void hook_after_answer(struct hook *k)
{
	struct parcel *p = g_steal_pointer(&k->out);
	long status = k->answer.result == HTTP_ANSWERED ? k->answer.status : 0;
	int64_t now = clock_wall_ms();
	struct delivery_step step;

	if (k->answer.result == HTTP_STOPPED) { /* nobody knows: the next start sends it again, marked */
		g_clear_pointer(&k->said, g_free);
		k->seen = HOOK_NEVER;
		hook_drop_batch(k);
	} else {
		step = delivery_after((int)p->tries + 1, p->aside, status, k->answer.retry_after_s, token_random());
		add_try(k, p, step, now, now + step.wait_ms);
		if (!p->aside)
			move_on(k, p, step, now + step.wait_ms);
		if (step.next == DELIVERY_GONE) {
			k->record->stop = "GONE";
			k->write_now = true;
			log_warn("webhook.gone", "endpoint %" G_GINT64_FORMAT " answered 410 and is disabled",
				 k->at.endpoint_id);
		}
	}
	parcel_free(p);
}
