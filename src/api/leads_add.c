/*
 * POST …/leads: one, or ten thousand.
 *
 * The body comes as JSON, where one bad row refuses the request before anything is stored, or as CSV or NDJSON, where a
 * bad row is told and left out. Either is then added in pieces, each its own commit, so that other writes and the
 * dispatcher are not held up by a long list: a piece ends soon when somebody waits, and later when nobody does. So if
 * the store fails half-way the answer is 503 and the pieces before stay: sending the same again adds the rest and skips
 * what is there.
 *
 * With ?dryRun=true nothing is changed, and the answer has a verdict for every row.
 */
#include "api/app.h"
#include "api/lead_forms.h"
#include "api/lead_scan.h"
#include "api/reply.h"
#include "api/request.h"
#include "api/routes.h"
#include "base/clock.h"
#include "store/db.h"
#include "store/leads.h"
#include "store/people.h"

#include <string.h>

enum {
	PIECE = 2000,        /* rows at most, */
	PIECE_US = 25000,    /* and what a piece may take, */
	HURRIED_US = 6000,   /* also with others waiting; */
	LOOK = 16,           /* rows between two looks at the clock */
	ROWS_TOLD = 1000, /* rows not added, in the answer to a bulk form; of more only the number */
	REJECTED = 100,   /* beside enum lead_verdict: the row would not do; */
	HELD = 101,       /* in a dry run: would be added, but has no number; */
	HELD_NOT_A_NUMBER = 102, /* or something that cannot be one */
};

/* ---- the body ---- */

void *leads_scan(struct request *rq)
{
	return lead_scan(rq->arena, rq->bytes, rq->n_bytes);
}

static void *refuse(struct request *rq, struct reply *re, const char *why)
{
	reply_error_at(re, ERROR_INVALID, NULL, "body", arena_printf(rq->arena, "\"body\" %s", why));
	return NULL;
}

static void *read_csv(struct request *rq, struct reply *re)
{
	const char *why = NULL;
	void *in = lead_forms_csv(rq->arena, rq->bytes ? rq->bytes : "", rq->n_bytes, LEADS_MAX, rq->arrived_ms, &why);

	return in ? in : refuse(rq, re, why);
}

static void *read_ndjson(struct request *rq, struct reply *re)
{
	const char *why = NULL;
	void *in = lead_forms_ndjson(rq->arena, rq->bytes ? rq->bytes : "", rq->n_bytes, LEADS_MAX, rq->arrived_ms, &why);

	return in ? in : refuse(rq, re, why);
}

const struct body_form lead_forms[] = {
	{ "text/csv", read_csv },
	{ "application/x-ndjson", read_ndjson },
	{ NULL, NULL },
};

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

/* `consent` is the row's, if it has any. */
static struct lead_row row_of(const struct lead_in *in, struct consent *consent)
{
	const struct consent_in *agreed = in->consent;

	if (agreed)
		*consent = (struct consent){ agreed->source, agreed->wording, agreed->time.ms };
	return (struct lead_row){ .email = in->email, .first_name = or_empty(in->first_name),
				  .last_name = or_empty(in->last_name), .phone = or_empty(in->phone_number),
				  .linkedin = or_empty(in->linkedin), .consent = agreed ? consent : NULL };
}

/* In JSON one bad row refuses them all; the bulk forms have judged theirs. */
static bool consent_is_of_the_past(const struct request *rq, struct reply *re)
{
	const struct lead_add_in *in = rq->in;
	const struct lead_in *rows = in->leads.items;

	for (size_t i = 0; !in->faults && i < in->leads.n; i++) {
		if (!rows[i].consent || rows[i].consent->time.ms <= rq->arrived_ms)
			continue;
		reply_error_at(re, ERROR_INVALID, NULL, arena_printf(rq->arena, "leads.%zu.consent.time", i),
			       "\"time\" must not lie ahead");
		return false;
	}
	return true;
}

/* ---- the answer ---- */

static bool is_added(unsigned char verdict)
{
	return verdict == LEAD_ADDED || verdict == HELD || verdict == HELD_NOT_A_NUMBER;
}

static const char *reason_of(unsigned char verdict, const char *fault)
{
	switch (verdict) {
	case REJECTED:
		return fault;
	case HELD:
		return LEAD_REASON_NO_NUMBER;
	case HELD_NOT_A_NUMBER:
		return LEAD_REASON_NOT_A_NUMBER;
	}
	return lead_verdict_name(verdict);
}

static void write_row(struct jw *w, size_t i, unsigned char verdict, const char **faults)
{
	jw_object(w);
	jw_kint(w, "row", (int64_t)i + 1);
	jw_kstr(w, "verdict", is_added(verdict) ? "added" : verdict == REJECTED ? "rejected" : "skipped");
	jw_kstr(w, "reason", reason_of(verdict, faults ? faults[i] : NULL));
	jw_end(w);
}

static void write_counts(struct jw *w, const unsigned char *verdicts, size_t n, bool with_rejected)
{
	int64_t added = 0, rejected = 0;

	for (size_t i = 0; i < n; i++) {
		added += is_added(verdicts[i]);
		rejected += verdicts[i] == REJECTED;
	}
	jw_kint(w, "added", added);
	jw_kint(w, "skipped", (int64_t)n - added - rejected);
	if (with_rejected)
		jw_kint(w, "rejected", rejected);
}

static void answer(struct reply *re, const struct lead_add_in *in, const unsigned char *verdicts)
{
	struct jw *w = reply_json(re, 200);
	size_t told = 0;

	jw_object(w);
	write_counts(w, verdicts, in->leads.n, in->faults != NULL);
	if (in->faults) {
		jw_key(w, "rows");
		jw_array(w);
		for (size_t i = 0; i < in->leads.n && told < ROWS_TOLD; i++)
			if (!is_added(verdicts[i])) {
				write_row(w, i, verdicts[i], in->faults);
				told++;
			}
		jw_end(w);
	}
	jw_end(w);
}

/* ---- a dry run ---- */

bool leads_only_tried(const struct request *rq)
{
	const struct lead_add_query *q = rq->query;

	return q && q->dry_run.v;
}

static void try_all(struct request *rq, struct db *db, const struct lead_adder *adder, unsigned char *verdicts)
{
	const struct lead_add_in *in = rq->in;
	const struct lead_in *rows = in->leads.items;
	struct lead_trial *trial = lead_trial_new(adder);

	for (size_t i = 0; i < in->leads.n; i++) {
		struct consent consent;
		struct lead_row row = row_of(&rows[i], &consent);
		const char *held = NULL;

		verdicts[i] = in->faults && in->faults[i] ? REJECTED : (unsigned char)lead_try(db, trial, &row, &held);
		if (held && verdicts[i] == LEAD_ADDED)
			verdicts[i] = strcmp(held, LEAD_REASON_NO_NUMBER) == 0 ? HELD : HELD_NOT_A_NUMBER;
	}
	lead_trial_free(trial);
}

static void answer_trial(struct reply *re, const struct lead_add_in *in, const unsigned char *verdicts)
{
	struct jw *w = reply_json(re, 200);

	jw_object(w);
	write_counts(w, verdicts, in->leads.n, true);
	jw_key(w, "rows");
	jw_array(w);
	for (size_t i = 0; i < in->leads.n; i++)
		write_row(w, i, verdicts[i], in->faults);
	jw_end(w);
	jw_end(w);
}

/* ---- adding ---- */

/* How far the list has come. A piece may run again, so what it did counts only when the next one begins. */
struct adding {
	unsigned piece;
	size_t from, to; /* of the piece */
	unsigned char verdicts[];
};

static struct adding *adding_of(struct request *rq, size_t n)
{
	struct adding *a = rq->work;

	if (!a)
		rq->work = a = arena_alloc(rq->arena, sizeof(*a) + n);
	if (a->piece != rq->piece) {
		a->piece = rq->piece;
		a->from = a->to;
	}
	return a;
}

static bool piece_is_over(struct db *db, size_t done, int64_t began_us)
{
	if (done == PIECE)
		return true;
	return done > 0 && done % LOOK == 0 &&
	       clock_boot_us() - began_us > (db_hurried(db) ? HURRIED_US : PIECE_US);
}

static void add_piece(struct db *db, struct lead_adder *adder, const struct lead_add_in *in, struct adding *a)
{
	const struct lead_in *rows = in->leads.items;
	int64_t began_us = clock_boot_us();
	size_t i = a->from;

	for (; i < in->leads.n && !piece_is_over(db, i - a->from, began_us); i++) {
		struct consent consent;
		struct lead_row row = row_of(&rows[i], &consent);

		a->verdicts[i] = in->faults && in->faults[i] ? REJECTED : (unsigned char)lead_add(db, adder, &row);
	}
	a->to = i;
}

static void try_only(struct request *rq, struct db *db, struct reply *re, const struct lead_adder *adder)
{
	const struct lead_add_in *in = rq->in;
	unsigned char *verdicts = arena_alloc(rq->arena, in->leads.n + 1);

	try_all(rq, db, adder, verdicts);
	answer_trial(re, in, verdicts);
	app_read_failed(db, re);
}

/* NULL, and the reply is made: nobody can be added. `own` is for a dry run, which a reader's connection does. */
static struct lead_adder *adder_of(struct request *rq, struct db *db, struct reply *re, struct lead_adder *own)
{
	int64_t workspace = rq->caller.workspace_id, company = rq->caller.company_id, campaign = rq->path.ids[0];
	struct lead_adder *adder = NULL;

	if (!leads_only_tried(rq))
		adder = lead_adder_share(db, workspace, company, campaign, rq->now_ms);
	else if (lead_adder_open(db, workspace, company, campaign, rq->now_ms, own))
		adder = own;
	if (!adder) {
		app_missing(db, re);
	} else if (adder->over && rq->piece == 0) {
		reply_error(re, ERROR_PURPOSE, "The campaign has been cancelled: nobody will be called any more.");
		return NULL;
	}
	return adder;
}

void leads_add(struct request *rq, struct db *db, struct reply *re)
{
	const struct lead_add_in *in = rq->in;
	struct lead_adder own, *adder;
	struct adding *a;

	if (rq->piece == 0 && !consent_is_of_the_past(rq, re))
		return;
	adder = adder_of(rq, db, re, &own);
	if (!adder)
		return;
	if (leads_only_tried(rq)) {
		try_only(rq, db, re, adder);
		return;
	}
	a = adding_of(rq, in->leads.n);
	add_piece(db, adder, in, a);
	if (a->to < in->leads.n)
		reply_more(re);
	else
		answer(re, in, a->verdicts);
	app_tell_due(rq, re);
}
