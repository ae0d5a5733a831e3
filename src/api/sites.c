/* GET /v1/partner/company-sites */
#include "api/app.h"
#include "api/conditional.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/routes.h"
#include "store/sites.h"

static void write_site(void *arg, const struct site *s)
{
	struct jw *w = arg;

	jw_object(w);
	jw_kint(w, "companySiteId", s->site_id);
	jw_kbool(w, "isPrimary", s->is_primary);
	jw_key(w, "site");
	jw_object(w);
	jw_kint(w, "id", s->site_id);
	jw_kstr(w, "name", s->name);
	jw_kstr(w, "address", s->address);
	jw_kstr(w, "city", s->city);
	jw_kstr(w, "state", s->region);
	jw_kstr(w, "country", s->country);
	jw_end(w);
	jw_end(w);
}

void sites_list(struct request *rq, struct db *db, struct reply *re)
{
	struct jw *w = reply_json(re, 200);

	jw_object(w);
	jw_key(w, "companySites");
	jw_array(w);
	sites_each(db, rq->caller.company_id, rq->caller.user_id, write_site, w);
	jw_end(w);
	jw_end(w);
	if (!app_read_failed(db, re))
		reply_tag_body(rq, re);
}
