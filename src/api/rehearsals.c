/*
 * Rehearsals: a campaign played through on a copy, in the pool of the long reads. Bounded, since a partner's connection and
 * one of the pool's two threads wait for it: so many candidates, so many seconds, and one at a time in the whole server.
 */
#include "api/app.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/routes.h"
#include "base/problem.h"

enum {
	LEADS_REHEARSED = 10000,
	REHEARSAL_MS = 20000,
	FIRST_SEED = 1,
};

struct rehearsal_in {
	struct opt_int seed;
};

static const struct field fields[] = {
	FIELD_INTEGER(struct rehearsal_in, seed, "seed", .min = BOUND(0), .max = BOUND(4294967295.0),
		      .doc = "Another one: other people answer"),
};
const struct shape rehearsal_body = SHAPE(struct rehearsal_in, fields);

/* Whose rehearsal is running; 0: none. */
static GMutex lock;
static int64_t rehearsing;

static bool take_stage(int64_t workspace_id, int64_t *other)
{
	g_mutex_lock(&lock);
	*other = rehearsing;
	if (!rehearsing)
		rehearsing = workspace_id;
	g_mutex_unlock(&lock);
	return *other == 0;
}

static void leave_stage(void)
{
	g_mutex_lock(&lock);
	rehearsing = 0;
	g_mutex_unlock(&lock);
}

static void refuse_second(struct reply *re, bool own)
{
	if (own)
		reply_error(re, ERROR_CONFLICT, "A rehearsal of this workspace is running; one at a time.");
	else
		reply_error(re, ERROR_UNAVAILABLE, "Another rehearsal is running; try again in a few seconds.");
	reply_header(re, "Retry-After", "5");
}

static void refuse(struct reply *re, const struct problem *p)
{
	switch (p->kind) {
	case PROBLEM_NOT_FOUND:
		reply_not_found(re);
		break;
	case PROBLEM_CONFLICT:
		reply_error(re, ERROR_CONFLICT, p->text);
		break;
	case PROBLEM_INVALID:
		reply_error(re, ERROR_UNPROCESSABLE, p->text);
		break;
	case PROBLEM_NONE:
	case PROBLEM_FAILED:
	case PROBLEM_USAGE:
	case PROBLEM_CONFIG:
	case PROBLEM_REFUSED:
	case PROBLEM_PARTLY:
	case PROBLEM_UNREACHABLE:
		reply_error(re, ERROR_UNAVAILABLE, p->text);
		break;
	}
}

void rehearsals_create(struct request *rq, struct db *db, struct reply *re)
{
	const struct rehearsal_in *in = rq->in;
	struct rehearsal_order order = { .workspace_id = rq->caller.workspace_id, .campaign_id = rq->path.ids[0],
					 .seed = OPT_OR(in->seed, FIRST_SEED), .most_leads = LEADS_REHEARSED,
					 .most_ms = REHEARSAL_MS };
	struct problem p = { 0 };
	int64_t other;
	struct jw *w;

	(void)db;
	if (!take_stage(order.workspace_id, &other)) {
		refuse_second(re, other == order.workspace_id);
		return;
	}
	w = reply_json(re, 200);
	jw_object(w);
	jw_key(w, "rehearsal");
	if (app_rehearse(rq, &order, w, &p) == 0)
		jw_end(w);
	else
		refuse(re, &p);
	leave_stage();
}
