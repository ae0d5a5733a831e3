/* Endpoints that are told of a workspace's events: add, list, remove, disable, enable; the log; once more; a trial. */
#include "admin/operation.h"
#include "base/json_writer.h"
#include "base/signature.h"
#include "core/address.h"
#include "core/event.h"
#include "store/db.h"
#include "store/events.h"
#include "store/rulebook.h"
#include "store/webhooks.h"
#include "store/workspace_clock.h"

#include <glib.h>
#include <string.h>

#define ADMIN "/v1/admin/webhook-endpoints"

enum { URL_MOST = 2000,
       LOG_PAGE = 50,
       LOG_MOST = 500 };

/* ---- shapes ---- */

struct add_in {
	const char *url;
	const json_t *events;
	struct opt_bool compatible;
};

static const char *check_events(const json_t *value);

static const struct field add_fields[] = {
	FIELD_STRING(struct add_in, url, "url", .flags = FIELD_REQUIRED, .max = BOUND(URL_MOST)),
	FIELD_ANY(struct add_in, events, "events", .check_json = check_events),
	FIELD_BOOLEAN(struct add_in, compatible, "compatibleHeaders"),
};
static const struct shape add_shape = SHAPE(struct add_in, add_fields);

struct endpoint_in {
	struct opt_int endpoint, event, after, before, limit;
	struct opt_bool skip;
	const char *verdict;
};

#define IN	       struct endpoint_in
#define ENDPOINT_FIELD FIELD_INTEGER(IN, endpoint, "endpointId", .flags = FIELD_REQUIRED, .min = BOUND(1))

static const char *const verdicts[] = { "delivered", "failed", "given_up", "gone", NULL };

static const struct field endpoint_fields[] = { ENDPOINT_FIELD };
static const struct shape endpoint_shape = SHAPE(IN, endpoint_fields);
static const struct field enable_fields[] = { ENDPOINT_FIELD, FIELD_BOOLEAN(IN, skip, "skip") };
static const struct shape enable_shape = SHAPE(IN, enable_fields);
static const struct field replay_fields[] = {
	ENDPOINT_FIELD,
	FIELD_INTEGER(IN, event, "eventId", .min = BOUND(1)),
	FIELD_INTEGER(IN, after, "after", .min = BOUND(0)),
};
static const struct shape replay_shape = SHAPE(IN, replay_fields);
static const struct field log_fields[] = {
	FIELD_INTEGER(IN, endpoint, "endpointId", .min = BOUND(1)),
	FIELD_ENUM(IN, verdict, "verdict", .names = verdicts),
	FIELD_INTEGER(IN, before, "before", .min = BOUND(1)),
	FIELD_INTEGER(IN, limit, "limit", .min = BOUND(1), .max = BOUND(LOG_MOST)),
};
static const struct shape log_shape = SHAPE(IN, log_fields);

struct trigger_in {
	const char *type;
};
static const char *check_type(const char *text)
{
	return event_type_named(text) ? NULL : "must be a type of event: see `callsheet webhooks types`";
}
static const struct field trigger_fields[] = {
	FIELD_STRING(struct trigger_in, type, "type", .flags = FIELD_REQUIRED, .check = check_type),
};
static const struct shape trigger_shape = SHAPE(struct trigger_in, trigger_fields);

/* ---- input ---- */

/* "*", "a,b" or ["a", "b"] as "*" or "a,b"; NULL when a type is none. */
static char *list_of(const json_t *value)
{
	g_autoptr(GString) list = g_string_new(NULL);
	const json_t *item;
	size_t i;

	if (json_is_string(value))
		g_string_assign(list, json_string_value(value));
	json_array_foreach(value, i, item) {
		if (!json_is_string(item))
			return NULL;
		g_string_append_printf(list, "%s%s", i ? "," : "", json_string_value(item));
	}
	if (strcmp(list->str, "*") != 0) {
		g_auto(GStrv) names = g_strsplit(list->str, ",", -1);

		if (!names[0])
			return NULL;
		for (char **n = names; *n; n++)
			if (!event_type_named(*n))
				return NULL;
	}
	return g_strdup(list->str);
}

static const char *check_events(const json_t *value)
{
	g_autofree char *list = list_of(value);

	return list ? NULL : "must be [\"*\"] or types of events: see `callsheet webhooks types`";
}

/* What is wrong with it; NULL: nothing. Where its name leads is looked at whenever something is sent there. */
static const char *fault_of_url(const char *text, bool loopback)
{
	g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_HAS_PASSWORD, NULL);
	enum address_kind kind;
	bool http;

	if (!uri || !g_uri_get_host(uri) || !g_uri_get_host(uri)[0])
		return "must be a URL such as https://example.com/hook";
	http = strcmp(g_uri_get_scheme(uri), "http") == 0;
	if (!http && strcmp(g_uri_get_scheme(uri), "https") != 0)
		return "must be an https URL";
	if (http && !loopback)
		return "must be an https URL (webhooks.allow_loopback allows http)";
	if (g_uri_get_user(uri) || g_uri_get_password(uri))
		return "must not have a user or a password in it";
	kind = address_kind_host(g_uri_get_host(uri));
	if (kind == ADDRESS_LOOPBACK && !loopback)
		return "must not lead to this machine (webhooks.allow_loopback allows it)";
	return kind == ADDRESS_PRIVATE ? "must not lead to a private, link-local or reserved address" : NULL;
}

/* The endpoint of the id, and whose it is; NULL with the problem set. */
static const struct op_workspace *find(struct op *op, struct webhook *h)
{
	const struct endpoint_in *in = op->in;

	for (int i = 0; i < op->n_workspaces; i++)
		if (webhook_get(op->db, op->workspace[i].id, in->endpoint.v, h))
			return &op->workspace[i];
	op_missing(op, "endpoint", in->endpoint.v);
	return NULL;
}

static json_t *events_json(const char *list)
{
	g_auto(GStrv) names = g_strsplit(list, ",", -1);
	json_t *out = json_array();

	for (char **n = names; *n; n++)
		json_array_append_new(out, json_string(*n));
	return out;
}

static json_t *endpoint_json(const struct webhook *h, bool live)
{
	return json_pack("{s:I,s:s,s:o,s:b,s:b,s:o,s:s,s:I,s:I,s:I,s:o}", "endpointId", (json_int_t)h->endpoint_id, "url",
			 h->url, "events", events_json(h->events), "compatibleHeaders", (int)h->compatible, "active",
			 (int)h->active, "stopped", h->active ? json_null() : json_string(h->stop_reason), "mode",
			 op_mode(live), "settledTo", (json_int_t)h->cursor_id, "tries", (json_int_t)h->tries, "aside",
			 (json_int_t)h->waiting, "createdAt", op_time(h->created_at));
}

static int show(struct op *op)
{
	struct webhook h;
	const struct op_workspace *w = find(op, &h);

	if (!w)
		return -1;
	op->answer = endpoint_json(&h, w->live);
	return 0;
}

/* ---- endpoints ---- */

static int add(struct op *op)
{
	const struct add_in *in = op->in;
	const struct op_workspace *w = &op->workspace[0];
	const char *fault = fault_of_url(in->url, op->db->rulebook->hooks_loopback);
	g_autofree char *list = in->events ? list_of(in->events) : g_strdup("*");
	char secret[SIGNATURE_SECRET_SIZE];
	struct webhook h = { .url = in->url, .secret = secret, .events = list, .compatible = OPT_OR(in->compatible, false) };
	int64_t id;

	if (fault)
		return op_fault(op, "url", fault);
	signature_secret(secret);
	id = webhook_add(op->db, w->id, &h, op->now);
	if (id == 0)
		return problem_set(op->problem, PROBLEM_CONFLICT, "a workspace may have %d endpoints at most",
				   WEBHOOKS_MOST);
	if (!webhook_get(op->db, w->id, id, &h))
		return problem_set(op->problem, PROBLEM_FAILED, "the endpoint cannot be read");
	op->answer = endpoint_json(&h, w->live);
	json_object_set_new(op->answer, "secret", json_string(secret));
	op->change.what = CHANGE_HOOKS;
	return 0;
}

struct listing {
	json_t *rows;
	bool live;
};

static void add_row(void *arg, const struct webhook *h)
{
	const struct listing *l = arg;

	json_array_append_new(l->rows, endpoint_json(h, l->live));
}

static int list(struct op *op)
{
	struct listing l = { .rows = json_array() };

	for (int i = 0; i < op->n_workspaces; i++) {
		l.live = op->workspace[i].live;
		webhooks_each(op->db, op->workspace[i].id, add_row, &l);
	}
	op->answer = json_pack("{s:o}", "endpoints", l.rows);
	return 0;
}

static int remove_endpoint(struct op *op)
{
	struct webhook h;
	const struct op_workspace *w = find(op, &h);

	if (!w)
		return -1;
	webhook_remove(op->db, w->id, h.endpoint_id);
	op->change.what = CHANGE_HOOKS;
	op->answer = json_pack("{s:I,s:s,s:b}", "endpointId", (json_int_t)h.endpoint_id, "url", h.url, "removed", 1);
	return 0;
}

static int disable(struct op *op)
{
	struct webhook h;
	const struct op_workspace *w = find(op, &h);

	if (!w)
		return -1;
	webhook_set_active(op->db, w->id, h.endpoint_id, false, "OPERATOR");
	op->change.what = CHANGE_HOOKS;
	return show(op);
}

static int enable(struct op *op)
{
	const struct endpoint_in *in = op->in;
	struct webhook h;
	const struct op_workspace *w = find(op, &h);

	if (!w)
		return -1;
	if (OPT_OR(in->skip, false))
		webhook_rewind(op->db, w->id, h.endpoint_id, event_last(op->db, w->id));
	webhook_set_active(op->db, w->id, h.endpoint_id, true, "");
	op->change.what = CHANGE_HOOKS;
	return show(op);
}

/* ---- the log ---- */

struct log_page {
	struct op *op;
	json_t *rows;
	int64_t workspace_id, endpoint_id;
};

static void add_delivery(void *arg, const struct delivery *d)
{
	const struct log_page *l = arg;

	json_array_append_new(l->rows, json_pack("{s:I,s:I,s:I,s:o,s:o,s:s,s:s,s:I,s:o,s:I,s:s}", "deliveryId",
						 (json_int_t)d->delivery_id, "endpointId", (json_int_t)l->endpoint_id, "eventId",
						 (json_int_t)d->event_id, "type",
						 d->type ? json_string(event_type_shown(d->type)) : json_null(), "at",
						 op_time(d->at), "verdict", d->verdict, "mark", d->mark, "try",
						 (json_int_t)d->tries, "status",
						 d->status ? json_integer(d->status) : json_null(), "tookMs",
						 (json_int_t)d->took_ms, "answer", d->note));
}

static void add_log(void *arg, const struct webhook *h)
{
	struct log_page *l = arg;
	const struct endpoint_in *in = l->op->in;

	l->endpoint_id = h->endpoint_id;
	deliveries_each(l->op->db, l->workspace_id, h->endpoint_id, OPT_OR(in->before, 0), in->verdict,
			OPT_OR(in->limit, LOG_PAGE), add_delivery, l);
}

/* Its texts are gone with the row; the id is what is wanted. */
static void keep(void *arg, const struct webhook *h)
{
	g_array_append_vals(arg, h, 1);
}

/* Of one endpoint, or of each. */
static int deliveries(struct op *op)
{
	const struct endpoint_in *in = op->in;
	struct log_page l = { .op = op, .rows = json_array() };
	const struct op_workspace *w;
	struct webhook h;

	op->answer = json_pack("{s:o}", "deliveries", l.rows);
	for (int i = 0; i < op->n_workspaces && !in->endpoint.set; i++) {
		g_autoptr(GArray) hooks = g_array_new(FALSE, FALSE, sizeof(struct webhook));

		l.workspace_id = op->workspace[i].id;
		webhooks_each(op->db, l.workspace_id, keep, hooks);
		for (guint k = 0; k < hooks->len; k++)
			add_log(&l, &g_array_index(hooks, struct webhook, k));
	}
	if (!in->endpoint.set)
		return 0;
	w = find(op, &h);
	if (!w)
		return -1;
	l.workspace_id = w->id;
	add_log(&l, &h);
	return 0;
}

/* ---- once more, and trials ---- */

static int replay_one(struct op *op, const struct op_workspace *w, const struct webhook *h, int64_t event_id)
{
	struct event_shown e;

	if (!event_get(op->db, w->id, event_id, &e))
		return op_missing(op, "event", event_id);
	aside_put(op->db, w->id, h->endpoint_id, &(struct aside){ event_id, "replay", 0, op->now });
	op->answer = json_pack("{s:I,s:I}", "endpointId", (json_int_t)h->endpoint_id, "eventId", (json_int_t)event_id);
	return 0;
}

static int replay(struct op *op)
{
	const struct endpoint_in *in = op->in;
	struct webhook h;
	const struct op_workspace *w;

	if (in->event.set == in->after.set)
		return op_fault(op, "eventId", "or \"after\" is required, and not both");
	w = find(op, &h);
	if (!w)
		return -1;
	op->change.what = CHANGE_HOOKS;
	if (in->event.set)
		return replay_one(op, w, &h, in->event.v);
	webhook_rewind(op->db, w->id, h.endpoint_id, MIN(in->after.v, event_last(op->db, w->id)));
	op->answer = json_pack("{s:I,s:I}", "endpointId", (json_int_t)h.endpoint_id, "after", (json_int_t)in->after.v);
	return 0;
}

static int test(struct op *op)
{
	struct webhook h;
	const struct op_workspace *w = find(op, &h);
	g_autofree char *data = NULL;
	int64_t id;

	if (!w)
		return -1;
	if (!h.active)
		return problem_set(op->problem, PROBLEM_CONFLICT, "the endpoint is disabled: enable it first");
	data = g_strdup_printf("{\"endpointId\":%" G_GINT64_FORMAT "}", h.endpoint_id);
	id = event_add(op->db, w->id, workspace_now(op->db, w->id, op->now),
		       &(struct event){ .type = "webhook.test", .data = data });
	aside_put(op->db, w->id, h.endpoint_id, &(struct aside){ id, "test", 0, op->now });
	op->change.what = CHANGE_HOOKS;
	op->answer = json_pack("{s:I,s:I}", "endpointId", (json_int_t)h.endpoint_id, "eventId", (json_int_t)id);
	return 0;
}

static int trigger(struct op *op)
{
	const struct trigger_in *in = op->in;
	const struct op_workspace *w = &op->workspace[0];
	const struct event_type *t = event_type_named(in->type);
	g_autofree char *data = g_strdup_printf("{\"sample\":true%s%s}", t->sample[0] ? "," : "", t->sample);
	int64_t id = event_add(op->db, w->id, workspace_now(op->db, w->id, op->now),
			       &(struct event){ .type = t->stored, .data = data });

	op->answer = json_pack("{s:I,s:s,s:s}", "eventId", (json_int_t)id, "type", t->name, "mode", op_mode(w->live));
	return 0;
}

static int types(struct op *op)
{
	json_t *rows = json_array();
	const struct event_type *t;

	for (size_t i = 0; (t = event_type_at(i)); i++)
		json_array_append_new(rows, json_pack("{s:s,s:s}", "type", t->name, "meaning", t->doc));
	op->answer = json_pack("{s:o}", "types", rows);
	return 0;
}

static void add_event(void *arg, const struct event_shown *e)
{
	struct jw w;

	jw_init(&w);
	event_json(&w, e);
	json_array_append_new(arg, json_loadb(w.data, w.len, JSON_ALLOW_NUL, NULL));
	jw_free(&w);
}

/* For `webhooks listen`: the feed of a workspace; without `after` only where it is now. */
static int feed(struct op *op)
{
	const struct endpoint_in *in = op->in;
	int64_t ws = op->workspace[0].id, next;
	json_t *rows = json_array();

	next = in->after.set ? events_after(op->db, ws, in->after.v, LOG_MOST, add_event, rows) : event_last(op->db, ws);
	op->answer = json_pack("{s:o,s:I}", "events", rows, "next", (json_int_t)next);
	return 0;
}

static const struct field feed_fields[] = { FIELD_INTEGER(IN, after, "after", .min = BOUND(0)) };
static const struct shape feed_shape = SHAPE(IN, feed_fields);

/* ---- rows ---- */

static const struct op_option add_options[] = {
	{ "url", "url", .arg = "URL", .doc = "where events are sent; https", .required = true },
	{ "events", "events", .arg = "TYPES", .doc = "with commas between; * (default) is all" },
	{ "compatible-headers", "compatibleHeaders", "true", .doc = "send X-Webhook-Event, -Timestamp and -Key, too" },
	{ 0 },
};
static const struct op_option enable_options[] = {
	{ "skip", "skip", "true", .doc = "leave out what has happened meanwhile" },
	{ 0 },
};
static const struct op_option replay_options[] = {
	{ "event", "eventId", .arg = "ID", .doc = "this event" },
	{ "after", "after", .arg = "ID", .doc = "everything behind this event" },
	{ 0 },
};
static const struct op_option log_options[] = {
	{ "verdict", "verdict", .arg = "WORD", .doc = "only these: delivered, failed, given_up or gone" },
	{ "before", "before", .arg = "ID", .doc = "older than this delivery" },
	{ "limit", "limit", .arg = "N", .doc = "rows (50, at most 500)" },
	{ 0 },
};
static const struct op_column columns[] = { { "endpointId", "ID" }, { "url", "URL" }, { "mode", "MODE" }, { "active",
		"ACTIVE" }, { "stopped", "STOPPED" }, { "settledTo", "SETTLED TO" }, { "aside", "ASIDE" }, { 0 } };
static const struct op_column log_columns[] = { { "deliveryId", "ID" }, { "at", "AT" }, { "eventId", "EVENT" },
		{ "type", "TYPE" }, { "verdict", "VERDICT" }, { "status", "STATUS" }, { "try", "TRY" }, { "mark",
		"MARK" }, { "tookMs", "MS" }, { "answer", "ANSWER" }, { 0 } };
static const struct op_column type_columns[] = { { "type", "TYPE" }, { "meaning", "MEANING" }, { 0 } };
#define ENDPOINT_OPERAND \
	{ \
		{ \
			"endpointId", "ID" \
		} \
	}
#define ONE ADMIN "/:endpointId"

const struct operation webhooks_operations[] = {
	{ "webhooks.add", add, &add_shape, .modes = OP_TEST, .method = "POST", .path = ADMIN, .creates = true,
	  .secret = true,
	  .options = add_options,
	  .said = "Endpoint {endpointId} is told of what happens from now on. The secret, shown once: {secret}",
	  .doc = "an endpoint that is told of events" },
	{ "webhooks.list", list, .reads = true, .modes = OP_BOTH, .method = "GET", .path = ADMIN, .list = "endpoints",
	  .columns = columns, .doc = "the endpoints there are, and how far each is" },
	{ "webhooks.show", show, &endpoint_shape, .reads = true, .modes = OP_BOTH, .method = "GET", .path = ONE,
	  .operands = ENDPOINT_OPERAND, .said = "{endpointId}: {url}", .doc = "one endpoint" },
	{ "webhooks.remove", remove_endpoint, &endpoint_shape, .modes = OP_BOTH, .method = "DELETE", .path = ONE,
	  .operands = ENDPOINT_OPERAND, .said = "{url} is told of nothing any more.", .doc = "an endpoint, and its log" },
	{ "webhooks.disable", disable, &endpoint_shape, .modes = OP_BOTH, .method = "POST", .path = ONE "/disable",
	  .operands = ENDPOINT_OPERAND, .said = "{url} is told of nothing until it is enabled.",
	  .doc = "send an endpoint nothing" },
	{ "webhooks.enable", enable, &enable_shape, .modes = OP_BOTH, .method = "POST", .path = ONE "/enable",
	  .operands = ENDPOINT_OPERAND, .options = enable_options, .said = "{url} is told of events again.",
	  .doc = "send to it again, what it has missed first" },
	{ "webhooks.deliveries", deliveries, &log_shape, .reads = true, .modes = OP_BOTH, .method = "GET",
	  .path = "/v1/admin/webhook-deliveries", .operands = ENDPOINT_OPERAND, .options = log_options, .list = "deliveries",
	  .columns = log_columns, .doc = "what an endpoint was sent, and what it answered" },
	{ "webhooks.replay", replay, &replay_shape, .modes = OP_BOTH, .method = "POST", .path = ONE "/replay",
	  .operands = ENDPOINT_OPERAND, .options = replay_options, .said = "It is sent to endpoint {endpointId} once more.",
	  .doc = "send events once more" },
	{ "webhooks.test", test, &endpoint_shape, .modes = OP_BOTH, .method = "POST", .path = ONE "/test",
	  .operands = ENDPOINT_OPERAND, .said = "Event {eventId} is on its way: see `callsheet webhooks deliveries`.",
	  .doc = "send an endpoint an event of trial" },
	{ "webhooks.trigger", trigger, &trigger_shape, .modes = OP_TEST, .method = "POST", .path = ADMIN "/trigger",
	  .operands = { { "type", "TYPE" } },
	  .said = "Event {eventId}, a made-up {type}, is in the {mode} workspace's feed.",
	  .doc = "make up an event of a type" },
	{ "webhooks.types", types, .reads = true, .list = "types", .columns = type_columns, .doc = "the types of events" },
	{ "webhooks.feed", feed, &feed_shape, .reads = true, .modes = OP_TEST, .unlisted = true,
	  .doc = "a workspace's events" },
	{ 0 },
};
