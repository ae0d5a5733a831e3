/*
 * What must hold: I1 to I10 of the ledger. Some are looked for in the database after every step that wrote, some at the
 * moment an intent is committed, some at the far end when an INVITE comes out.
 */
#include "world.h"

#include "core/zone.h"
#include "store/db_sqlite.h"

#include <string.h>

enum { HOURS_FROM = 8,
       HOURS_TO = 21,
       DEADLINE_MS = 2000 };

struct seen_intent {
	int64_t attempt_id; /* first: the key */
	int64_t at_us;	    /* the intent's own moment, by true time: a pause may lie between it and the commit */
	int64_t added_at;
};

/* Rows that must not be: each statement answers the number of them. */
static const struct {
	const char *what, *sql;
} rules[] = {
	{ "I1: attempts of a lead are not numbered 1, 2, 3 …",
	  "SELECT count(*) FROM (SELECT 1 FROM attempt GROUP BY workspace_id, campaign_id, talent_id"
	  " HAVING count(*) <> max(attempt_no) OR count(*) <> count(DISTINCT attempt_no))" },
	{ "I4: an attempt is over and not ended, or the other way round",
	  "SELECT count(*) FROM attempt WHERE (attempt_state IN (6, 7)) <> (ended_at IS NOT NULL)"
	  " OR (attempt_state IN (6, 7)) <> (outcome > 0) OR attempt_state NOT BETWEEN 3 AND 7" },
	{ "I8: an attempt without exactly one event of its start, or of its end",
	  "SELECT count(*) FROM attempt a WHERE (SELECT count(*) FROM event e WHERE e.attempt_id = a.attempt_id"
	  " AND e.type = 'attempt.started') <> 1 OR (SELECT count(*) FROM event e WHERE e.attempt_id = a.attempt_id"
	  " AND e.type = 'attempt.ended') <> (a.attempt_state IN (6, 7))" },
	{ "I8: a total that is not what it counts",
	  "SELECT count(*) FROM lead_total t WHERE total <> (SELECT count(*) FROM lead l"
	  " WHERE l.workspace_id = t.workspace_id AND l.campaign_id = t.campaign_id AND l.bucket = t.bucket AND l.removed = 0)" },
	{ "I9: two live attempts at one number",
	  "SELECT count(*) FROM (SELECT 1 FROM attempt WHERE attempt_state IN (3, 4, 5) GROUP BY number HAVING count(*) > 1)" },
	{ "I9: a live attempt without the person's lock",
	  "SELECT count(*) FROM attempt a WHERE attempt_state IN (3, 4, 5)"
	  " AND NOT EXISTS (SELECT 1 FROM person_lock p WHERE p.workspace_id = a.workspace_id"
	  " AND p.attempt_id = a.attempt_id AND p.number = a.number)" },
	{ "lost: a lead that waits and is in no queue",
	  "SELECT count(*) FROM lead l WHERE lead_state = 1 AND removed = 0"
	  " AND NOT EXISTS (SELECT 1 FROM due d WHERE d.workspace_id = l.workspace_id"
	  " AND d.campaign_id = l.campaign_id AND d.talent_id = l.talent_id)" },
	{ "lost: a lead that is being called, without a live attempt",
	  "SELECT count(*) FROM lead l WHERE lead_state = 2 AND removed = 0 AND NOT EXISTS (SELECT 1 FROM attempt a"
	  " WHERE a.workspace_id = l.workspace_id AND a.campaign_id = l.campaign_id AND a.talent_id = l.talent_id"
	  " AND a.attempt_state IN (3, 4, 5))" },
	{ "a lead in the queue that is being called, done, held or removed",
	  "SELECT count(*) FROM due d JOIN lead l ON d.workspace_id = l.workspace_id"
	  " AND d.campaign_id = l.campaign_id AND d.talent_id = l.talent_id"
	  " WHERE l.lead_state <> 1 OR l.removed = 1" },
};

struct checks {
	sqlite3_stmt *rules[G_N_ELEMENTS(rules)];
	sqlite3_stmt *intent, *before, *invite;
};

static sqlite3_stmt *prepare(struct world *w, const char *sql)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v3(w->sql, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) != SQLITE_OK)
		g_error("%s: %s", sql, sqlite3_errmsg(w->sql));
	return st;
}

void checks_open(struct world *w)
{
	struct checks *c = w->checks = g_new0(struct checks, 1);

	/* the server never asks for an attempt's events; this looks at them after every step */
	sqlite3_exec(w->sql, "CREATE INDEX event_of_attempt ON event (attempt_id, type)", NULL, NULL, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		c->rules[i] = prepare(w, rules[i].sql);
	c->intent = prepare(w, "SELECT a.campaign_id, a.talent_id, a.attempt_no, a.intent_at, c.status, l.added_at, l.removed,"
			       " EXISTS (SELECT 1 FROM suppression s WHERE s.target = a.number), a.slot"
			       " FROM attempt a JOIN campaign c USING (campaign_id)"
			       " JOIN lead l ON l.campaign_id = a.campaign_id AND l.talent_id = a.talent_id"
			       " WHERE a.attempt_id = ?1");
	c->before = prepare(w, "SELECT a.attempt_id, a.outcome, a.slot,"
			       " (SELECT slot_at FROM campaign_slot s WHERE s.campaign_id = a.campaign_id AND s.slot = a.slot)"
			       " FROM attempt a WHERE a.campaign_id = ?1 AND a.talent_id = ?2 AND a.attempt_no = ?3");
	c->invite = prepare(w, "SELECT a.attempt_state, a.fence, c.status FROM attempt a JOIN campaign c USING (campaign_id)"
			       " WHERE attempt_id = ?1");
}

void checks_close(struct world *w)
{
	struct checks *c = w->checks;

	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		sqlite3_finalize(c->rules[i]);
	sqlite3_finalize(c->intent);
	sqlite3_finalize(c->before);
	sqlite3_finalize(c->invite);
	g_free(c);
}

/* ---- when an intent is committed ---- */

/* I10: how long after the attempt before it, by true time. */
static void check_gap(struct world *w, int64_t campaign, int64_t talent, int64_t no, const struct seen_intent *now)
{
	sqlite3_stmt *st = w->checks->before;
	struct seen_intent *last;
	int64_t id, outcome, least_us = 0;

	sqlite3_bind_int64(st, 1, campaign);
	sqlite3_bind_int64(st, 2, talent);
	sqlite3_bind_int64(st, 3, no - 1);
	if (sqlite3_step(st) == SQLITE_ROW) {
		id = sqlite3_column_int64(st, 0);
		outcome = sqlite3_column_int64(st, 1);
		last = g_hash_table_lookup(w->intents, &id);
		if (outcome == OUTCOME_UNKNOWN || outcome == OUTCOME_NO_RESPONSE)
			least_us = UNSURE_S * SECOND_US;
		/* added anew is another matter; and no gap of the wall clock survives its steps */
		if (last && last->added_at == now->added_at && !(w->faults & FAULT_CLOCK) &&
		    now->at_us - last->at_us < least_us - SECOND_US)
			wrong(w, "I10: attempt %d follows %d (outcome %d) after %.1f s", (int)now->attempt_id, (int)id,
			      (int)outcome, (double)(now->at_us - last->at_us) / 1e6);
	}
	sqlite3_reset(st);
}

void checks_intent(struct world *w, const struct attempt_ref *ref)
{
	struct seen_intent *seen = g_new0(struct seen_intent, 1);
	sqlite3_stmt *st = w->checks->intent;
	struct wall local;

	sqlite3_bind_int64(st, 1, ref->attempt_id);
	if (sqlite3_step(st) != SQLITE_ROW) {
		wrong(w, "I2: the intent of attempt %d was committed and is not there", (int)ref->attempt_id);
		sqlite3_reset(st);
		g_free(seen);
		return;
	}
	*seen = (struct seen_intent){ ref->attempt_id, (sqlite3_column_int64(st, 3) - w->wall_ms) * 1000,
		sqlite3_column_int64(st, 5) };
	g_hash_table_insert(w->intents, &seen->attempt_id, seen);
	say(w, "intent of attempt %d (campaign %d, lead %d, its no. %d)", (int)ref->attempt_id, sqlite3_column_int(st, 0),
	    sqlite3_column_int(st, 1), sqlite3_column_int(st, 2));
	zone_to_wall("America/Chicago", sqlite3_column_int64(st, 3), &local);
	if (local.hour < HOURS_FROM || local.hour >= HOURS_TO)
		wrong(w, "I6: attempt %d at %02d:%02d of the callee's day", (int)ref->attempt_id, local.hour, local.minute);
	if (strcmp((const char *)sqlite3_column_text(st, 4), "RUNNING") != 0)
		wrong(w, "I6: attempt %d of a campaign that is %s", (int)ref->attempt_id, sqlite3_column_text(st, 4));
	if (sqlite3_column_int(st, 6))
		wrong(w, "I6: attempt %d at a lead that was removed", (int)ref->attempt_id);
	if (sqlite3_column_int(st, 7))
		wrong(w, "I6: attempt %d at somebody who must not be called", (int)ref->attempt_id);
	check_gap(w, sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1), sqlite3_column_int64(st, 2), seen);
	sqlite3_reset(st);
}

/* ---- when an INVITE comes out ---- */

static void check_far_end(struct world *w, const struct far_call *call)
{
	int on = 0, second = 0;

	for (guint i = 0; i < w->calls->len; i++) {
		const struct far_call *c = w->calls->pdata[i];

		if (c->attempt_id == call->attempt_id)
			wrong(w, "I3: a second INVITE for attempt %d", (int)c->attempt_id);
		/* the wall clock's steps may shorten the wait after a call that a dead server left behind */
		if (c->over_us > w->now_us && (c->life == call->life || !(w->faults & FAULT_CLOCK)) &&
			strcmp(c->number, call->number) == 0)
			wrong(w, "I9: attempt %d rings %s, where attempt %d is not over", (int)call->attempt_id, call->number,
			      (int)c->attempt_id);
		on += c->life == call->life && c->over_us > w->now_us;
		second += c->sent_us > w->now_us - SECOND_US;
	}
	if (on >= w->channels)
		wrong(w, "I5: %d calls on %d channels", on + 1, w->channels);
	if (second >= w->cps)
		wrong(w, "I5: %d INVITEs within a second, %d are allowed", second + 1, w->cps);
}

void checks_invite(struct world *w, const struct far_call *call)
{
	const struct seen_intent *seen = g_hash_table_lookup(w->intents, &call->attempt_id);
	sqlite3_stmt *st = w->checks->invite;

	sqlite3_bind_int64(st, 1, call->attempt_id);
	if (!seen || sqlite3_step(st) != SQLITE_ROW)
		wrong(w, "I2: an INVITE for attempt %d, which is no intent", (int)call->attempt_id);
	else if (sqlite3_column_int(st, 0) != ATTEMPT_DIALLING || sqlite3_column_int64(st, 1) != call->fence)
		wrong(w, "I2: an INVITE for attempt %d, which is %s", (int)call->attempt_id,
		      attempt_state_name((enum attempt_state)sqlite3_column_int(st, 0)));
	else if (strcmp((const char *)sqlite3_column_text(st, 2), "CANCELLED") == 0)
		wrong(w, "I6: an INVITE for attempt %d of a campaign that was cancelled", (int)call->attempt_id);
	else if (w->now_us - seen->at_us > (DEADLINE_MS + 1) * INT64_C(1000))
		wrong(w, "the INVITE for attempt %d leaves %.1f s after its intent", (int)call->attempt_id,
		      (double)(w->now_us - seen->at_us) / 1e6);
	sqlite3_reset(st);
	check_far_end(w, call);
}

/* ---- after every step, and at the end ---- */

void checks_after(struct world *w)
{
	if (!w->written || w->failure[0])
		return;
	w->written = false;
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		sqlite3_stmt *st = w->checks->rules[i];

		if (sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int(st, 0) > 0)
			wrong(w, "%s (%d)", rules[i].what, sqlite3_column_int(st, 0));
		sqlite3_reset(st);
	}
}

static void none_left(struct world *w, const char *what, const char *sql)
{
	sqlite3_stmt *st = prepare(w, sql);

	if (sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int(st, 0) > 0)
		wrong(w, "I4: %d %s when everything has come to rest", sqlite3_column_int(st, 0), what);
	sqlite3_finalize(st);
}

void checks_end(struct world *w)
{
	if (w->failure[0])
		return;
	none_left(w, "attempts are live", "SELECT count(*) FROM attempt WHERE attempt_state IN (3, 4, 5)");
	none_left(w, "people are locked", "SELECT count(*) FROM person_lock");
	none_left(w, "leads are claimed", "SELECT count(*) FROM due WHERE due_state = 2");
	none_left(w, "leads of running campaigns wait", "SELECT count(*) FROM due d JOIN campaign c USING (campaign_id)"
							" WHERE c.status = 'RUNNING'");
}
