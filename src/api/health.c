/* Health, for load balancers and supervisors. */
#include "api/app.h"
#include "api/reply.h"
#include "api/routes.h"
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

void health_ready(struct request *rq, struct db *db, struct reply *re)
{
	(void)rq;
	if (!db || (account_exists(db), db_failed(db)))
		reply_error(re, ERROR_UNAVAILABLE, "The database does not answer.");
	else
		say(re, "ready");
}
