#include "api/asset.h"

#include "api/conditional.h"
#include "api/reply.h"
#include "api/request.h"

#include <string.h>

static const char policy[] = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
			     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

void asset_get(struct request *rq, struct db *db, struct reply *re)
{
	const struct asset *file = rq->route->extra;
	const char *known = request_header(rq, "If-None-Match");

	(void)db;
	if (known && tag_listed(known, file->tag, false))
		reply_empty(re, 304);
	else
		reply_static(re, 200, file->type, file->bytes, file->n);
	reply_header(re, "ETag", file->tag);
	reply_header(re, "Cache-Control", "no-cache");
	reply_header(re, "X-Content-Type-Options", "nosniff");
	if (strncmp(file->type, "text/html", strlen("text/html")) == 0) {
		reply_header(re, "Content-Security-Policy", policy);
		reply_header(re, "Referrer-Policy", "no-referrer");
	}
}
