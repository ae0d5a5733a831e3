/*
 * GET /v1/partner/events: what happened, in order, from any point on. A page of JSON; or, with Accept: text/event-stream,
 * a stream that goes on (WHATWG HTML §9.2): all that is behind the id, then what happens, a heartbeat when nothing does.
 */
#include "api/app.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/routes.h"
#include "api/rules.h"
#include "base/clock.h"
#include "store/db.h"
#include "store/events.h"

#include <string.h>

enum {
	LIMIT = 100,
	LIMIT_MOST = 1000,
	QUICK = 200, /* more of them are read in the pool */
	PIECE = 200, /* events of the stream at once */
	HEARTBEAT_MS = 15000,
	RECONNECT_MS = 2000,
};

struct feed_in {
	struct opt_int after, limit;
};

static const struct field feed_fields[] = {
	FIELD_INTEGER(struct feed_in, after, "after", .min = BOUND(0)),
	FIELD_INTEGER(struct feed_in, limit, "limit", .min = BOUND(1), .max = BOUND(LIMIT_MOST)),
};
const struct shape feed_query = SHAPE(struct feed_in, feed_fields);

bool events_take_long(const struct request *rq)
{
	return OPT_OR(((const struct feed_in *)rq->query)->limit, LIMIT) > QUICK;
}

static void write_event(void *arg, const struct event_shown *e)
{
	event_json(arg, e);
}

static void send_page(struct request *rq, struct db *db, struct reply *re, int64_t after)
{
	const struct feed_in *in = rq->query;
	struct jw *w = reply_json(re, 200);

	jw_object(w);
	jw_key(w, "events");
	jw_array(w);
	after = events_after(db, rq->caller.workspace_id, after, OPT_OR(in->limit, LIMIT), write_event, w);
	jw_end(w);
	jw_kint(w, "next", after);
	jw_end(w);
	if (app_read_failed(db, re))
		return;
	reply_header(re, "Vary", "Accept");
	reply_header(re, "Cache-Control", "no-store");
}

/* ---- the stream ---- */

struct flow {
	struct app *app;
	struct app_signs signs; /* keys: when it began; commits: when it last looked */
	int64_t workspace_id, after, beat_ms;
	bool begun;
};

static void put_event(void *arg, const struct event_shown *e)
{
	GString *out = arg;
	struct jw w;

	jw_init(&w);
	event_json(&w, e);
	g_string_append_printf(out, "id: %" G_GINT64_FORMAT "\nevent: %s\ndata: ", e->event_id, event_type_shown(e->type));
	g_string_append_len(out, w.data, (gssize)w.len);
	g_string_append(out, "\n\n");
	jw_free(&w);
}

static enum stream_state next_piece(void *arg, struct db *db, GString *out)
{
	struct flow *f = arg;
	struct app_signs now = app_signs(f->app);

	if (now.keys != f->signs.keys) /* the key may be refused by now: the client comes back with it and is told */
		return STREAM_END;
	if (!f->begun)
		g_string_append_printf(out, "retry: %d\n\n", RECONNECT_MS);
	if (!f->begun || now.commits != f->signs.commits) {
		int64_t before = f->after;

		f->after = events_after(db, f->workspace_id, f->after, PIECE, put_event, out);
		if (db_failed(db))
			return STREAM_FAILED;
		f->signs.commits = f->after == before ? now.commits : now.commits - 1; /* there may be more */
	} else if (clock_boot_ms() >= f->beat_ms) {
		g_string_append(out, ": beat\n\n");
	}
	f->begun = true;
	if (out->len == 0)
		return STREAM_WAIT;
	f->beat_ms = clock_boot_ms() + HEARTBEAT_MS;
	return STREAM_MORE;
}

static void send_stream(struct request *rq, struct reply *re, int64_t after)
{
	struct flow *f = arena_alloc(rq->arena, sizeof(*f));

	*f = (struct flow){ .app = rq->app, .signs = app_signs(rq->app), .workspace_id = rq->caller.workspace_id,
			.after = after };
	reply_stream(re, 200, "text/event-stream", next_piece, f);
	reply_header(re, "Cache-Control", "no-store");
	reply_header(re, "Vary", "Accept");
	reply_header(re, "X-Accel-Buffering", "no"); /* nginx would keep the events to itself */
}

/* Where the client has been: the header of one that comes back wins over the address it was given at first. */
static bool find_start(const struct request *rq, struct reply *re, int64_t *after)
{
	const char *last = request_header(rq, "Last-Event-ID");

	*after = OPT_OR(((const struct feed_in *)rq->query)->after, 0);
	if (!last || !last[0] || g_ascii_string_to_signed(last, 10, 0, G_MAXINT64, after, NULL))
		return true;
	reply_error_at(re, ERROR_INVALID, NULL, "Last-Event-ID", "\"Last-Event-ID\" must be the id of an event");
	return false;
}

void events_feed(struct request *rq, struct db *db, struct reply *re)
{
	const char *accept = request_header(rq, "Accept");
	int64_t after;

	if (!accept || !strstr(accept, "text/event-stream"))
		send_page(rq, db, re, OPT_OR(((const struct feed_in *)rq->query)->after, 0));
	else if (find_start(rq, re, &after))
		send_stream(rq, re, after);
}
