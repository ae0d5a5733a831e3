#include "engine/rehearse.h"

#include "base/clock.h"
#include "core/campaign.h"
#include "engine/dispatcher.h"
#include "engine/rules.h"
#include "engine/scripts.h"
#include "sim/carrier_sim.h"
#include "store/accounts.h"
#include "store/campaigns.h"
#include "store/db.h"
#include "store/rehearsals.h"
#include "store/rulebook.h"

#include <glib.h>
#include <string.h>

enum {
	LETTER_MS = 65, /* spoken English: fifteen letters a second */
	HOUR_MS = 3600000,
	GRAIN_US = 100000,   /* well within the dispatcher's horizon */
	LOOK_AT_CLOCK = 256, /* steps */
	BATCH = 500,
};

struct rehearsal {
	const struct rehearsal_wish *wish;
	struct store *store;
	struct dispatcher_options options;
	struct population people;
	struct carrier_sim *carrier;
	struct dispatcher *dispatcher;
	char *zone;
	bool live, has_trunk;
	struct rehearsal_start start;
	int64_t now_us;	    /* the virtual boot clock */
	int64_t idle_steps; /* since the last call ended */
	bool stalled;
};

/* ---- before ---- */

static void note_live(void *arg, int64_t workspace_id, bool is_live)
{
	struct rehearsal *r = arg;

	if (workspace_id == r->wish->workspace_id)
		r->live = is_live;
}

static void note_trunk(void *arg, const struct trunk *t)
{
	struct rehearsal *r = arg;

	r->has_trunk |= t->workspace_id == r->wish->workspace_id;
}

static int spoken_ms(const char *text)
{
	return (int)strlen(text) * LETTER_MS;
}

/* How the people answer, and how long it takes to say what is said to them. */
static void meet_people(struct rehearsal *r, struct db *db, const struct campaign *c)
{
	struct campaign_words words;

	workspaces_each(db, note_live, r);
	trunks_each(db, note_trunk, r);
	r->zone = g_strdup(c->timezone);
	r->people = (struct population){ .seed = r->wish->seed, .sandbox = !r->live, .zone = r->zone };
	if (!campaign_words(db, r->wish->workspace_id, c->campaign_id, &words))
		return;
	r->people.opening_ms = spoken_ms(words.opening_message);
	r->people.closing_ms = spoken_ms(words.closing_message);
	r->people.question_ms = spoken_ms("For yes, press 1. For no, press 2. To not be called again, press 9.");
}

/* As if it ran, whatever its status: what is parked is ready. */
static void let_it_run(struct db *db, const struct rehearsal *r, struct campaign *c)
{
	const char *before = c->status;

	if (campaign_status_runs(before))
		return;
	c->status = CAMPAIGN_RUNNING;
	c->detail_json = c->summary_json = "{}";
	campaign_set_status(db, r->wish->workspace_id, c, before);
}

/* Calls that are on now count as made: nobody knows how they end. */
static void end_live_calls(struct db *db, const struct rehearsal *r)
{
	struct attempt_result unknown = { .outcome = OUTCOME_UNKNOWN, .digits = "" };
	struct attempt_ref live[BATCH];
	int n;

	while (!db_failed(db) && (n = ledger_live(db, live, BATCH)) > 0)
		for (int i = 0; i < n; i++)
			ledger_end(db, &live[i], &unknown, &r->options.retry, r->start.begin_at);
}

struct preparation {
	struct rehearsal *r;
	struct problem *p;
};

static int prepare_run(struct db *db, void *arg)
{
	struct preparation *prep = arg;
	struct rehearsal *r = prep->r;
	const struct rehearsal_wish *w = r->wish;
	struct campaign c;

	if (!campaign_load(db, w->workspace_id, w->campaign_id, &c) ||
	    !rehearsal_start(db, w->workspace_id, w->campaign_id, &r->start))
		return problem_set(prep->p, PROBLEM_NOT_FOUND, "there is no campaign %" G_GINT64_FORMAT, w->campaign_id);
	if (strcmp(c.status, CAMPAIGN_CANCELLED) == 0)
		return problem_set(prep->p, PROBLEM_CONFLICT, "campaign %" G_GINT64_FORMAT " is cancelled: it calls nobody",
				   w->campaign_id);
	if (w->most_leads && r->start.leads > w->most_leads)
		return problem_set(prep->p, PROBLEM_INVALID,
			"the campaign has %" G_GINT64_FORMAT " candidates; at most %" G_GINT64_FORMAT
			" can be rehearsed here, more by `callsheet rehearse`", r->start.leads,
				   w->most_leads);
	meet_people(r, db, &c);
	ledger_release_all(db);
	end_live_calls(db, r);
	let_it_run(db, r, &c);
	return JOB_KEEP;
}

static int open_copy(struct rehearsal *r, struct problem *p)
{
	g_autofree char *path = g_build_filename(r->wish->folder, "callsheet.db", NULL);
	struct preparation prep = { r, p };
	struct db *db = db_sqlite_open(NULL, DB_MEMORY, p);

	if (!db)
		return -1;
	if (!(r->store = store_alone(db, r->wish->folder, p)) ||
	    rulebook_replace_hours(store_rulebook(r->store), r->wish->settings->policy_calling_hours, p) != 0 ||
	    db_sqlite_copy(db, path, r->wish->workspace_id, r->wish->campaign_id, p) != 0)
		return -1;
	if (store_write(r->store, JOB_DISPATCH, prepare_run, &prep) != JOB_KEEP)
		return problem_set(p, PROBLEM_FAILED, "the copy of the campaign cannot be written");
	return 0;
}

/* ---- the run ---- */

static void on_event(void *arg, const struct carrier_event *ev)
{
	struct rehearsal *r = arg;

	if (ev->kind == CARRIER_ENDED)
		r->idle_steps = 0;
	dispatcher_event(r->dispatcher, ev);
}

static int64_t wall(const struct rehearsal *r)
{
	return r->start.begin_at + r->now_us / 1000;
}

/* One step, and the clocks set to the next thing to do. False when there is none, or only the same again and again. */
static bool step(struct rehearsal *r)
{
	int64_t next = dispatcher_step(r->dispatcher, wall(r), r->now_us);

	next = MIN(next, carrier_sim_next(r->carrier));
	if (next == INT64_MAX)
		return false;
	/* Everybody has been looked at twice and nobody was called: what keeps them back will not pass. */
	r->stalled = ++r->idle_steps > 2 * r->start.leads + 1000 && dispatcher_in_flight(r->dispatcher) == 0;
	if (next > r->now_us) /* what happens within a tenth of a second is one step's work */
		r->now_us = MAX(next, r->now_us + GRAIN_US);
	carrier_sim_run(r->carrier, r->now_us, wall(r));
	return !r->stalled;
}

static int run(struct rehearsal *r, struct problem *p)
{
	int64_t give_up = r->wish->most_ms ? clock_boot_ms() + r->wish->most_ms : INT64_MAX;
	struct scripts *scripts = scripts_new(NULL);

	r->carrier = carrier_sim_new(&r->people, on_event, r);
	r->options.rehearsal = true;
	r->options.alone = true;
	r->options.store = r->store;
	r->options.scripts = scripts;
	r->options.carrier = carrier_sim_carrier(r->carrier);
	r->options.node = (struct ledger_node){ 1, 1 };
	r->dispatcher = dispatcher_new(&r->options);
	dispatcher_reload(r->dispatcher);
	carrier_sim_run(r->carrier, 0, wall(r));
	for (int64_t steps = 1; step(r); steps++) {
		if (steps % LOOK_AT_CLOCK == 0 && clock_boot_ms() > give_up) {
			problem_set(p, PROBLEM_FAILED, "the rehearsal takes too long here; `callsheet rehearse` has no limit");
			break;
		}
	}
	dispatcher_free(r->dispatcher);
	carrier_sim_free(r->carrier);
	scripts_free(scripts);
	return p->kind == PROBLEM_NONE ? 0 : -1;
}

/* ---- after ---- */

static void write_hour(void *arg, int64_t hour, int64_t calls, int64_t answered)
{
	struct jw *w = arg;

	jw_object(w);
	jw_ktime(w, "hour", hour * HOUR_MS);
	jw_kint(w, "calls", calls);
	jw_kint(w, "answered", answered);
	jw_end(w);
}

static void write_outcome(void *arg, enum outcome o, int64_t calls)
{
	struct jw *w = arg;

	if (o == OUTCOME_NONE)
		return;
	jw_object(w);
	jw_kstr(w, "outcome", outcome_rule(o)->name);
	jw_kint(w, "calls", calls);
	jw_end(w);
}

struct writing {
	struct jw *w;
	bool no_trunk;
};

static void write_unreached(void *arg, const struct unreached *u)
{
	struct writing *to = arg;
	struct jw *w = to->w;
	bool waits = u->state == LEAD_WAITING;

	jw_object(w);
	jw_kint(w, "leadId", u->lead_id);
	jw_kstr(w, "firstName", u->first_name);
	jw_kstr(w, "lastName", u->last_name);
	jw_kstr(w, "phone", u->phone);
	jw_kint(w, "calls", u->attempts);
	jw_kstr(w, "reason", waits && to->no_trunk ? LEAD_REASON_NO_TRUNK : u->reason);
	jw_kstr(w, "lastOutcome", u->last ? outcome_rule(u->last)->name : NULL);
	jw_end(w);
}

static void count_calls(void *arg, enum outcome o, int64_t calls)
{
	(void)o;
	*(int64_t *)arg += calls;
}

/* The answer, out of what the ledger of the copy has by now. */
static int report(const struct rehearsal *r, struct jw *w, struct problem *p)
{
	struct writing to = { .w = w, .no_trunk = r->live && !r->has_trunk };
	int64_t ws = r->wish->workspace_id, campaign = r->wish->campaign_id, after = r->start.last_attempt;
	struct db *db = store_reader(r->store);
	struct campaign_tally tally = { 0 };
	int64_t calls = 0;

	campaign_tally(db, ws, campaign, &tally);
	rehearsal_outcomes(db, ws, campaign, after, count_calls, &calls);
	jw_object(w);
	jw_kint(w, "campaignId", campaign);
	jw_kint(w, "seed", (int64_t)r->wish->seed);
	jw_ktime(w, "startsAt", r->start.begin_at);
	jw_key(w, "finishesAt");
	if (calls)
		jw_time(w, rehearsal_finish(db, ws));
	else
		jw_null(w);
	jw_kbool(w, "finished", !rehearsal_waits(db, ws, campaign));
	jw_kint(w, "calls", calls);
	campaign_tally_write(w, &tally, "pending", tally.leads - tally.interested - tally.not_interested - tally.no_answer);
	jw_key(w, "outcomes");
	jw_array(w);
	rehearsal_outcomes(db, ws, campaign, after, write_outcome, w);
	jw_end(w);
	jw_key(w, "callsPerHour");
	jw_array(w);
	rehearsal_hours(db, ws, campaign, after, write_hour, w);
	jw_end(w);
	jw_key(w, "neverReached");
	jw_array(w);
	rehearsal_unreached(db, ws, campaign, write_unreached, &to);
	jw_end(w);
	jw_end(w);
	return db_failed(db) ? problem_set(p, PROBLEM_FAILED, "the rehearsal's own database failed") : 0;
}

int rehearse(const struct rehearsal_wish *wish, struct jw *out, struct problem *p)
{
	struct rehearsal r = { .wish = wish };
	int rc;

	dispatcher_rules(&r.options, wish->settings);
	rc = open_copy(&r, p);
	if (rc == 0 && (r.has_trunk || !r.live)) /* without a trunk there is nothing to try */
		rc = run(&r, p);
	if (rc == 0)
		rc = report(&r, out, p);
	store_close(r.store);
	g_free(r.zone);
	return rc;
}
