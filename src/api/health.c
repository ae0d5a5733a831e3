/* Health, for load balancers and supervisors. */
#include "api/app.h"
#include "api/reply.h"
#include "api/routes.h"
#include "base/metrics.h"
#include "store/accounts.h"
#include "store/db.h"

static void say(struct reply *re, const char *status)
{
	struct jw *w = reply_json(re, 200);

	jw_object(w);
	jw_kstr(w, "status", status);
	jw_end(w);
}

void health_alive(struct request *rq, struct db *db, struct reply *re)
{
	(void)rq, (void)db;
	say(re, "ok");
}

static void count_down(void *arg, int64_t up)
{
	int *down = arg;

	*down += up == 0;
}

/* A trunk that is down leaves the rest at work, so it is told and does not make us unready. */
void health_ready(struct request *rq, struct db *db, struct reply *re)
{
	const char *why = !db || (account_exists(db), db_failed(db)) ? "The database does not answer." : app_unready(rq);
	int down = 0;

	if (why) {
		reply_error(re, ERROR_UNAVAILABLE, why);
		return;
	}
	metric_each(METRIC_TRUNK_UP, count_down, &down);
	say(re, down ? "degraded" : "ready");
}
