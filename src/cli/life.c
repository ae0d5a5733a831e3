#include "cli/life.h"

#include "admin/operation.h"
#include "api/app.h"
#include "base/log.h"
#include "cli/control.h"
#include "cli/folder.h"
#include "engine/engine.h"
#include "engine/hear.h"
#include "store/rulebook.h"
#include "store/writer.h"

#include <glib.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

enum { HTTP_DRAIN_MS = 5000 };

struct life {
	const struct settings *settings;
	struct folder folder;
	struct store *store;
	struct engine *engine;
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
	case CHANGE_DUE:
		engine_nudge(l->engine, c->workspace_id);
		break;
	case CHANGE_CAMPAIGN_PAUSED:
	case CHANGE_CAMPAIGN_CANCELLED:
		engine_campaign_stopped(l->engine, c->workspace_id, c->campaign_id,
					c->what == CHANGE_CAMPAIGN_CANCELLED);
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

/* A file descriptor a call and a connection: as many as the system lets us have. */
static void raise_limits(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

static void log_facts(const struct rulebook *r)
{
	log_info("serve.facts", "calling hours of %s (%s)%s, numbering plan of %s (%s)", calling_hours_date(r->hours),
		 r->hours_origin, r->replaced ? ", replaced by policy.calling_hours" : "", numbering_date(r->plan),
		 r->plan_origin);
}

static int start_parts(struct life *l, const char *folder, struct problem *p)
{
	struct app_ears ears = { .arg = l, .due = on_due, .lead_removed = on_lead_removed,
				 .changed = on_change, .say = say, .take_wav = hear_wav };
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
	    !(l->store = store_open(folder, on_broken, l, p)) ||
	    rulebook_replace_hours(store_rulebook(l->store), l->settings->policy_calling_hours, p) != 0 ||
	    !(l->engine = engine_start(l->settings, l->store, folder, p)))
		return -1;
	log_facts(store_rulebook(l->store));
	routes = admin_routes(&n_routes);
	l->app = app_new(l->store, l->settings, &ears, routes, n_routes);
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
	app_free(l->app);
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
