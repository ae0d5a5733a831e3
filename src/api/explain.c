#include "api/explain.h"

#include "api/app.h"
#include "api/preflight.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/routes.h"
#include "core/reason.h"
#include "core/when.h"
#include "store/campaigns.h"
#include "store/db.h"
#include "store/standings.h"

#include <glib.h>

/* ---- one lead ---- */

/* " Not before Apr 15, 2025 08:00 AM in America/Chicago." */
static void add_moment(GString *s, const char *how, int64_t at, const char *zone)
{
	char display[WHEN_DISPLAY_SIZE];
	struct wall w;

	zone_to_wall(zone, at, &w);
	g_string_append_printf(s, " %s %s in %s.", how, when_display(&w, display), zone);
}

static void write_message(struct jw *w, const struct outlook *o, const char *campaign_zone)
{
	g_autoptr(GString) s = g_string_new(o->callable ? "The call can be placed now." : reason_message(o->reason));

	if (!o->callable && o->not_before != OUTLOOK_NEVER)
		add_moment(s, o->in_its_turn ? "It is planned for" : "Not before", o->not_before,
			   o->zone ? o->zone : campaign_zone);
	jw_kstr(w, "message", s->str);
}

bool explain_lead(struct jw *w, struct db *db, const struct explain_for *who, int64_t campaign_id, int64_t lead_id)
{
	struct asker a;
	struct standing s;
	struct campaign c;
	struct outlook o;
	struct dial d;

	if (!campaign_load(db, who->workspace_id, campaign_id, &c) ||
	    !asker_open(&a, db, who->workspace_id, campaign_id, who->now) || !standing_get(db, &a, lead_id, &s, &d))
		return false;
	o = outlook_of(&s, &d.question);
	jw_object(w);
	jw_kbool(w, "callable", o.callable);
	jw_kstr(w, "reason", o.reason);
	write_message(w, &o, c.timezone);
	jw_key(w, "notBefore");
	if (o.callable || o.not_before == OUTLOOK_NEVER)
		jw_null(w);
	else
		jw_time(w, o.not_before);
	jw_end(w);
	return true;
}

void leads_next_call(struct request *rq, struct db *db, struct reply *re)
{
	struct explain_for who = { rq->caller.workspace_id, rq->now_ms };
	struct jw *w = reply_json(re, 200);

	jw_object(w);
	jw_key(w, "nextCall");
	if (!explain_lead(w, db, &who, rq->path.ids[0], rq->path.ids[1])) {
		app_missing(db, re);
		return;
	}
	jw_end(w);
	app_read_failed(db, re);
}

/* ---- a campaign ---- */

bool explain_campaign(struct jw *w, struct db *db, const struct explain_for *who, int64_t campaign_id)
{
	struct campaign c;
	struct asker a;

	if (!campaign_load(db, who->workspace_id, campaign_id, &c) ||
	    !asker_open(&a, db, who->workspace_id, campaign_id, who->now))
		return false;
	a.as_if_running = true;
	preflight_write(w, db, &a, &c);
	return true;
}

void campaigns_preflight(struct request *rq, struct db *db, struct reply *re)
{
	struct explain_for who = { rq->caller.workspace_id, rq->now_ms };
	struct jw *w = reply_json(re, 200);

	jw_object(w);
	jw_key(w, "preflight");
	if (!explain_campaign(w, db, &who, rq->path.ids[0])) {
		app_missing(db, re);
		return;
	}
	jw_end(w);
	app_read_failed(db, re);
}
