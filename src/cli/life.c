#include "cli/life.h"

#include "admin/operation.h"
#include "api/app.h"
#include "api/campaign_schedule.h"
#include "base/clock.h"
#include "base/credential.h"
#include "base/log.h"
#include "cli/control.h"
#include "cli/folder.h"
#include "engine/engine.h"
#include "engine/texts.h"
#include "engine/hear.h"
#include "engine/rehearse.h"
#include "engine/webhooks.h"
#include "store/rulebook.h"
#include "store/writer.h"
#include "text/http_client.h"

#include <glib.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

enum { HTTP_DRAIN_MS = 5000, DELIVERY_GRACE_MS = 1000 };

struct life {
	const struct settings *settings;
	struct folder folder;
	struct store *store;
	char *sms_token;
	struct texts_way texts_way;
	struct engine *engine;
	struct http_client *http; /* to others' machines */
	struct webhooks *webhooks;
	struct app *app;
	struct server *server;
	struct control *control;
	int broken; /* atomic */
};

static void on_broken(void *arg)
{
	struct life *l = arg;

	g_atomic_int_set(&l->broken, 1);
	kill(getpid(), SIGTERM); /* the main thread waits for it */
}

static void on_due(void *arg, int64_t workspace_id)
{
	struct life *l = arg;

	engine_nudge(l->engine, workspace_id);
}

static void on_words_changed(void *arg, int64_t workspace_id, int64_t campaign_id)
{
	struct life *l = arg;

	engine_words_changed(l->engine, workspace_id, campaign_id);
}

static void on_lead_removed(void *arg, int64_t workspace_id, int64_t campaign_id, int64_t talent_id)
{
	struct life *l = arg;

	engine_lead_removed(l->engine, workspace_id, campaign_id, talent_id);
}

static void on_change(void *arg, const struct change *c)
{
	struct life *l = arg;

	switch (c->what) {
	case CHANGE_KEYS:
		app_keys_changed(l->app);
		break;
	case CHANGE_TRUNKS:
		engine_trunks_changed(l->engine);
		break;
	case CHANGE_CLOCK:
		engine_clock_set(l->engine, c->workspace_id);
		break;
	case CHANGE_HOOKS:
		webhooks_changed(l->webhooks);
		break;
	case CHANGE_DUE:
		engine_nudge(l->engine, c->workspace_id);
		break;
	case CHANGE_RECOVERED:
		engine_recovered(l->engine);
		break;
	case CHANGE_CAMPAIGN_PAUSED:
	case CHANGE_CAMPAIGN_CANCELLED:
		engine_campaign_stopped(l->engine, c->workspace_id, c->campaign_id,
					c->what == CHANGE_CAMPAIGN_CANCELLED);
		break;
	case CHANGE_CODE_CALL:
		engine_call_with_code(l->engine, c->workspace_id, c->attempt_id, c->number, c->code);
		break;
	case CHANGE_NOTHING:
		break;
	}
}

static GByteArray *say(void *arg, struct db *db, int64_t workspace_id, int64_t campaign_id, const struct messages *all,
		       const struct message *m, struct problem *p)
{
	struct life *l = arg;

	return engine_say(l->engine, db, workspace_id, campaign_id, all, m, p);
}

static const char *unready(void *arg)
{
	struct life *l = arg;

	if (!store_takes_writes(l->store))
		return "The database does not take writes.";
	return engine_stuck(l->engine) ? "Calls are not dispatched." : NULL;
}

/* The app keeps what time it is with the keys. */
static void on_clock(void *arg)
{
	app_keys_changed(arg);
}

static int on_rehearse(void *arg, const struct rehearsal_order *order, struct jw *out, struct problem *p)
{
	struct life *l = arg;
	struct rehearsal_wish wish = { .settings = l->settings, .folder = l->folder.path,
				       .workspace_id = order->workspace_id, .campaign_id = order->campaign_id,
				       .seed = (uint64_t)order->seed, .most_leads = order->most_leads,
				       .most_ms = order->most_ms };

	return rehearse(&wish, out, p);
}

/* A file descriptor a call and a connection: as many as the system lets us have. */
static void raise_limits(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

static int follow_zone_rules(struct store *store, struct problem *p)
{
	int64_t moved = campaigns_follow_rules(store, clock_wall_ms());

	if (moved < 0)
		return problem_set(p, PROBLEM_FAILED, "campaigns cannot be planned by the new time zone rules: the "
						      "database does not take writes");
	if (moved > 0)
		log_info("store.zone_rules", "the time zone rules have changed: %" G_GINT64_FORMAT
			 " campaigns are planned anew", moved);
	return 0;
}

/* What the server's settings say of the rules. */
static int follow_settings(struct store *store, const struct settings *s, struct problem *p)
{
	struct rulebook *r = store_rulebook(store);

	r->min_gap_ms = s->policy_min_gap * 1000;
	r->hooks_loopback = s->webhooks_allow_loopback;
	return rulebook_replace_hours(r, s->policy_calling_hours, p);
}

static void log_facts(const struct rulebook *r)
{
	log_info("serve.facts", "calling hours of %s (%s)%s, numbering plan of %s (%s)", calling_hours_date(r->hours),
		 r->hours_origin, r->replaced ? ", replaced by policy.calling_hours" : "", numbering_date(r->plan),
		 r->plan_origin);
}

static int start_parts(struct life *l, const char *folder, struct problem *p)
{
	struct app_ears ears = { .arg = l, .due = on_due, .words_changed = on_words_changed, .lead_removed = on_lead_removed,
				 .changed = on_change, .rehearse = on_rehearse, .unready = unready, .say = say,
				 .take_wav = hear_wav };
	g_autofree char *database = g_build_filename(folder, "callsheet.db", NULL);
	g_autofree struct route *routes = NULL;
	size_t n_routes;

	if (access(database, F_OK) != 0)
		return problem_set(p, PROBLEM_NOT_FOUND, "%s holds no callsheet data: run `callsheet init --data %s`",
				   folder, folder);
	if (l->settings->store_database[0])
		return problem_set(p, PROBLEM_CONFIG, "store.database is \"%s\", but this build has only SQLite",
				   l->settings->store_database);
	if (folder_lock(&l->folder, folder, FOLDER_SERVER, NULL, p) != 0 ||
	    !(l->store = store_open(folder, on_broken, l, p)) || follow_zone_rules(l->store, p) != 0 ||
	    follow_settings(l->store, l->settings, p) != 0 ||
	    !(l->sms_token = credential_read(l->settings->sms_token_file, "sms-token", p)) ||
	    sms_provider_read(l->settings, l->sms_token, &l->texts_way.provider, p) != 0 ||
	    !(l->texts_way.http = l->http = http_client_start(p)) ||
	    !(l->engine = engine_start(l->settings, l->store, &l->texts_way, folder, p)))
		return -1;
	l->webhooks = webhooks_start(l->store, l->http, l->settings->webhooks_allow_loopback);
	log_facts(store_rulebook(l->store));
	routes = admin_routes(&n_routes);
	l->app = app_new(l->store, l->settings, &ears, routes, n_routes);
	app_set_sms(l->app, &(struct app_sms){ l->settings->sms_account, l->sms_token, l->settings->sms_public_url });
	engine_tell_clock(l->engine, on_clock, l->app);
	if (!(l->control = control_start(folder, l->store, on_change, l, p)) ||
	    !(l->server = server_start(l->settings, app_host(l->app), p)))
		return -1;
	return 0;
}

struct life *life_start(const struct settings *settings, const char *folder, struct problem *p)
{
	struct life *l = g_new0(struct life, 1);

	l->settings = settings;
	raise_limits();
	if (start_parts(l, folder, p) == 0)
		return l;
	life_stop(l);
	return NULL;
}

void life_stop(struct life *l)
{
	if (l->server)
		server_stop(l->server, HTTP_DRAIN_MS);
	control_stop(l->control);
	engine_stop(l->engine, (int)(l->settings->engine_drain_timeout * 1000));
	webhooks_drain(l->webhooks);
	http_client_stop(l->http, DELIVERY_GRACE_MS);
	webhooks_stop(l->webhooks);
	app_free(l->app);
	g_free(l->sms_token);
	store_close(l->store);
	folder_unlock(&l->folder);
	g_free(l);
}

unsigned life_port(const struct life *l)
{
	return server_port(l->server);
}

struct store *life_store(struct life *l)
{
	return l->store;
}

bool life_broken(const struct life *l)
{
	return g_atomic_int_get(&l->broken);
}
