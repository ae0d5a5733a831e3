/* GET /v1/partner/me */
#include "api/app.h"
#include "api/conditional.h"
#include "api/lead_in.h"
#include "api/paging.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/routes.h"
#include "store/accounts.h"

static void write_limits(struct jw *w, const struct request *rq)
{
	jw_key(w, "limits");
	jw_object(w);
	jw_key(w, "requestsPerMinute");
	if (rq->rate_limit > 0)
		jw_int(w, rq->rate_limit);
	else
		jw_null(w);
	jw_kint(w, "leadsPerRequest", LEADS_MAX);
	jw_kint(w, "leadsBodyBytes", LEAD_BODY_MAX);
	jw_kint(w, "bodyBytes", ROUTE_BODY_MAX);
	jw_kint(w, "pageSize", PAGE_LIMIT_MAX);
	jw_end(w);
}

void me_get(struct request *rq, struct db *db, struct reply *re)
{
	const char *name = company_name(db, rq->caller.company_id);
	struct jw *w;

	if (!name) {
		app_missing(db, re);
		return;
	}
	w = reply_json(re, 200);
	jw_object(w);
	jw_key(w, "company");
	jw_object(w);
	jw_kint(w, "id", rq->caller.company_id);
	jw_kstr(w, "name", name);
	jw_end(w);
	jw_key(w, "workspace");
	jw_object(w);
	jw_kstr(w, "mode", rq->caller.live ? "live" : "test");
	jw_end(w);
	jw_kstr(w, "scope", rq->caller.scope == SCOPE_ADMIN ? "admin" : "partner");
	write_limits(w, rq);
	jw_end(w);
	reply_tag_one(rq, re);
}
