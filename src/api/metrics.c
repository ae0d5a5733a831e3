#include "api/metrics.h"

#include "api/app.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/routes.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/process.h"
#include "core/lead.h"
#include "store/db.h"
#include "store/figures.h"
#include "store/review.h"

#include <glib.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* ---- requests ---- */

/* The answers there are; the first stands for any other. */
static const unsigned codes[] = { 0,   200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 406,
				  408, 409, 410, 412, 413, 415, 422, 429, 500, 501, 503 };

enum { ROUTES_MAX = 256, NO_ROUTE = ROUTES_MAX - 1, WAYS = 2 }; /* as the row says, and HEAD */

/* Series looked up once and kept: a request costs two additions to its own thread's cache lines. */
static struct {
	_Atomic(struct metric *) duration, codes[G_N_ELEMENTS(codes)];
} counted[ROUTES_MAX][WAYS];

static size_t code_index(unsigned status)
{
	size_t i = G_N_ELEMENTS(codes) - 1;

	while (i && codes[i] != status)
		i--;
	return i;
}

static struct metric *kept(_Atomic(struct metric *) *place, enum metric_name name, const char *route,
			   const char *method, const char *code)
{
	struct metric *m = atomic_load_explicit(place, memory_order_acquire);

	if (!m) {
		m = metric_of(name, route, method, code);
		atomic_store_explicit(place, m, memory_order_release);
	}
	return m;
}

void metrics_count_request(const struct request *rq, const struct route *table, unsigned status, int64_t took_us)
{
	const struct route *r = rq->route;
	size_t row = r ? MIN((size_t)(r - table), NO_ROUTE - 1) : NO_ROUTE, code = code_index(status);
	bool head = r && rq->method[0] == 'H';
	const char *route = r ? r->path : "none", *method = !r ? "any" : head ? "HEAD" : r->method;
	char text[12] = "other";

	if (code)
		snprintf(text, sizeof(text), "%u", codes[code]);
	metric_add(kept(&counted[row][head].codes[code], METRIC_HTTP_REQUESTS, route, method, text), 1);
	metric_observe(kept(&counted[row][head].duration, METRIC_HTTP_DURATION, route, method, NULL), took_us);
}

/* ---- the page ---- */

static void set(enum metric_name name, const char *label, int64_t value)
{
	metric_set(metric_of(name, label, NULL, NULL), value);
}

static void set_leads(void *arg, int bucket, int64_t n)
{
	(void)arg;
	set(METRIC_LEADS, bucket_name((enum bucket)bucket), n);
}

static void set_calls(void *arg, const char *trunk, int64_t n)
{
	(void)arg;
	set(METRIC_CALLS_ACTIVE, trunk, n);
}

static void measure(struct db *db, int64_t now)
{
	struct figures f;

	for (int b = 0; b < BUCKET_END; b++)
		set_leads(NULL, b, 0);
	metrics_hide(METRIC_CALLS_ACTIVE);
	figures_leads(db, set_leads, NULL);
	figures_calls(db, set_calls, NULL);
	figures_read(db, now, &f);
	set(METRIC_SCHEDULER_DUE, NULL, f.due);
	set(METRIC_SCHEDULER_LAG, NULL, f.due ? now - f.oldest_at : 0);
	set(METRIC_ATTEMPTS_UNKNOWN, NULL, unknown_count_all(db));
	set(METRIC_DB_SIZE, NULL, f.bytes);
	set(METRIC_BUILD_INFO, CALLSHEET_VERSION, 1);
	process_measure();
}

/* What a proxy on this machine passes on does not come from this machine. */
static bool is_local(const struct request *rq)
{
	static const char *const forwarded[] = { "Forwarded", "X-Forwarded-For", "X-Real-IP", "Via" };
	const char *peer = request_peer(rq);

	for (size_t i = 0; i < G_N_ELEMENTS(forwarded); i++)
		if (request_header(rq, forwarded[i]))
			return false;
	return strncmp(peer, "127.", 4) == 0 || strcmp(peer, "::1") == 0 || strncmp(peer, "::ffff:127.", 11) == 0;
}

void metrics_show(struct request *rq, struct db *db, struct reply *re)
{
	static GMutex one_at_a_time; /* figures are gathered and then written: not two at once */
	g_autoptr(GString) page = NULL;

	if (!app_metrics_public(rq) && !is_local(rq)) {
		reply_not_found(re);
		return;
	}
	if (!db) {
		reply_error(re, ERROR_UNAVAILABLE, NULL);
		return;
	}
	page = g_string_sized_new(16384);
	g_mutex_lock(&one_at_a_time);
	measure(db, clock_wall_ms());
	metrics_write(page);
	g_mutex_unlock(&one_at_a_time);
	if (app_read_failed(db, re))
		return;
	reply_static(re, 200, "text/plain; version=0.0.4; charset=utf-8",
		     arena_strndup(rq->arena, page->str, page->len), page->len);
	reply_header(re, "Cache-Control", "no-store");
}
