/*
 * The handler's run. Quick reads run here and now. For everything else the connection is suspended, a job
 * takes the exchange along, and resuming the connection brings it back: STAGE_READY, then answer.c.
 *
 *	HTTP thread ──(large body)──▶ pool ──┐
 *	     │                               ├──▶ writer ──done──▶ resume
 *	     └───────────(write)─────────────┘
 */
#include "api/exchange.h"

#include "base/log.h"

enum { PARSE_HERE = 64 << 10 }; /* a larger body would hold up the other connections of this thread */

/* --- jobs: what server_stop() waits for --- */

bool work_leave(struct exchange *ex)
{
	struct server *srv = ex->srv;
	bool ok;

	g_mutex_lock(&srv->lock);
	ok = !srv->stopping;
	srv->jobs += ok;
	g_mutex_unlock(&srv->lock);
	if (ok)
		MHD_suspend_connection(ex->mhd);
	return ok;
}

/* After the resume the exchange may be gone at any moment; the server is not, while the job is counted. */
void work_return(struct exchange *ex)
{
	struct server *srv = ex->srv;

	MHD_resume_connection(ex->mhd);
	g_mutex_lock(&srv->lock);
	if (--srv->jobs == 0)
		g_cond_signal(&srv->jobs_done);
	g_mutex_unlock(&srv->lock);
}

static bool job_begin(struct exchange *ex)
{
	ex->stage = STAGE_AWAY;
	if (work_leave(ex))
		return true;
	ex->stage = STAGE_BODY;
	reply_error(&ex->re, ERROR_UNAVAILABLE, "The server is shutting down.");
	return false;
}

static void job_end(struct exchange *ex)
{
	ex->stage = STAGE_READY;
	work_return(ex);
}

/* --- running the handler --- */

static void run_handler(struct exchange *ex, struct db *db)
{
	reply_reset(&ex->re);
	ex->rq.route->handler(&ex->rq, db, &ex->re);
	if (ex->re.status == 0 && !ex->re.more) {
		log_error("api.no_answer", "%s %s: the handler gave no answer (request %s)", ex->rq.method,
			  ex->rq.route->path, ex->rq.id);
		reply_error(&ex->re, ERROR_INTERNAL, NULL);
	}
}

static void run_after(struct exchange *ex)
{
	if (ex->re.after)
		ex->re.after(ex->re.after_arg);
}

static void run_read(struct exchange *ex)
{
	const struct server_host *host = ex->srv->host;
	struct db *db = host->reader ? host->reader(host->arg) : NULL;

	if (!db && host->reader && ex->rq.route->scope != SCOPE_NONE) {
		reply_error(&ex->re, ERROR_UNAVAILABLE, NULL);
		return;
	}
	run_handler(ex, db);
	run_after(ex);
}

static int write_run(struct db *db, void *job)
{
	struct exchange *ex = job;

	run_handler(ex, db);
	if (ex->re.more)
		return WRITE_MORE;
	return ex->re.status >= 400 && !ex->re.keep;
}

static void write_done(void *job, int rc)
{
	struct exchange *ex = job;

	if (rc == 0 || rc == WRITE_MORE)
		run_after(ex);
	if (rc == WRITE_MORE) {
		ex->rq.piece++;
		return;
	}
	if (rc < 0)
		reply_error(&ex->re, ERROR_UNAVAILABLE, ex->rq.piece == 0 ? NULL :
			    "The server cannot go on right now. What was done before stays; send the same again for the rest.");
	job_end(ex);
}

static void hand_to_writer(struct exchange *ex)
{
	const struct server_host *host = ex->srv->host;
	bool bulk = ex->rq.route->run == RUN_BULK_WRITE || ex->n_body > PARSE_HERE;

	host->write(host->arg, bulk, &ex->rq, &ex->re, write_run, write_done, ex);
}

/* False when the reply has been made. */
static bool take_in(struct exchange *ex)
{
	const struct server_host *host = ex->srv->host;
	const struct route *r = ex->rq.route;
	struct db *db;

	if (intake_check(ex))
		return true;
	db = r->exists && host->reader ? host->reader(host->arg) : NULL;
	if (db && !r->exists(&ex->rq, db))
		reply_not_found(&ex->re);
	return false;
}

static bool is_write(const struct exchange *ex)
{
	const struct route *r = ex->rq.route;

	return (r->run == RUN_WRITE || r->run == RUN_BULK_WRITE) && !(r->only_reads && r->only_reads(&ex->rq));
}

static bool parses(const struct exchange *ex)
{
	return ex->rq.form || ex->rq.route->body || ex->rq.route->body_kind == BODY_JSON;
}

/* In the pool: bodies too large to be parsed on an HTTP thread, long reads, and the pieces of streams. */
void work_in_pool(gpointer exchange, gpointer srv)
{
	struct exchange *ex = exchange;

	(void)srv;
	if (ex->stream) {
		stream_in_pool(ex);
	} else if (!ex->checked && !take_in(ex)) {
		job_end(ex);
	} else if (is_write(ex)) {
		hand_to_writer(ex);
	} else {
		run_read(ex);
		job_end(ex);
	}
}

/* False when the reply has been made. */
static bool hand_to_pool(struct exchange *ex)
{
	if (!job_begin(ex))
		return false;
	g_thread_pool_push(ex->srv->pool, ex, NULL);
	return true;
}

bool work_start(struct exchange *ex)
{
	const struct route *r = ex->rq.route;
	bool large = ex->n_body > PARSE_HERE && parses(ex);

	if (large || r->run == RUN_LONG_READ)
		return !hand_to_pool(ex);
	if (!take_in(ex))
		return true;
	ex->checked = true;
	if (r->takes_long && r->takes_long(&ex->rq))
		return !hand_to_pool(ex);
	if (!is_write(ex)) {
		run_read(ex);
		return true;
	}
	if (!job_begin(ex))
		return true;
	hand_to_writer(ex);
	return false;
}
