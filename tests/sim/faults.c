/*
 * Between the server and its store. The linker puts these in front of the store's functions (--wrap), so the server's code
 * knows nothing of it.
 *
 * A process that is killed does nothing more: from the moment of its death every write is refused and every call to the
 * carrier is ignored, which from outside is the same.
 */
#include "world.h"

#include "store/ids.h"
#include "store/writer.h"

struct world *the_world;

enum { TRIES = 8 };

int __real_store_write(struct store *s, enum job_class class, job_run *run, void *arg);
int __wrap_store_write(struct store *s, enum job_class class, job_run *run, void *arg);
int __real_ledger_claim(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct ledger_node *node, int64_t now,
			int64_t lease_until, int most, struct claim *out);
int __wrap_ledger_claim(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct ledger_node *node, int64_t now,
			int64_t lease_until, int most, struct claim *out);
int64_t __real_ledger_intend(struct db *db, const struct claim *c, const struct ledger_node *node,
			     const struct intent *intent, int64_t now);
int64_t __wrap_ledger_intend(struct db *db, const struct claim *c, const struct ledger_node *node,
			     const struct intent *intent, int64_t now);

bool yield_point(struct world *w, const char *where)
{
	if (w->dead)
		return false;
	if (fault_happens(w, FAULT_PAUSE, 12)) {
		int64_t us = (int64_t)draw(w, 2) ? 100000 + (int64_t)draw(w, 3 * SECOND_US)
			: 5 * SECOND_US + (int64_t)draw(w, 60 * SECOND_US);

		say(w, "stopped %s for %.1f s", where, (double)us / 1e6);
		w->now_us += us;
		w->pauses++;
	}
	if (fault_happens(w, FAULT_KILL, 12) || fault_happens(w, FAULT_POWER, 12)) {
		say(w, "killed %s", where);
		w->dead = true;
	}
	return !w->dead;
}

/* Runs the job, and undoes it: what a full disk does to a group before its jobs are run singly. */
static void run_in_vain(struct world *w, job_run *run, void *arg)
{
	w->db->engine->control(w->db, DB_BEGIN);
	run(w->db, arg);
	w->db->failed = false;
	w->db->engine->control(w->db, DB_ROLLBACK);
	ids_forget(w->db);
	g_array_set_size(w->fresh_claims, 0);
	g_array_set_size(w->fresh_refs, 0);
}

static void keep_fresh(struct world *w, bool committed)
{
	if (committed) {
		g_array_append_vals(w->claims, w->fresh_claims->data, w->fresh_claims->len);
		g_array_append_vals(w->refs, w->fresh_refs->data, w->fresh_refs->len);
		for (guint i = 0; i < w->fresh_refs->len; i++)
			checks_intent(w, &g_array_index(w->fresh_refs, struct attempt_ref, i));
	}
	g_array_set_size(w->fresh_claims, 0);
	g_array_set_size(w->fresh_refs, 0);
}

int __wrap_store_write(struct store *s, enum job_class class, job_run *run, void *arg)
{
	struct world *w = the_world;
	int rc;

	if (!w || w->life == 0)
		return __real_store_write(s, class, run, arg);
	if (!yield_point(w, "before a commit"))
		return STORE_FAILED;
	if (fault_happens(w, FAULT_DISK, 60))
		run_in_vain(w, run, arg);
	if (fault_happens(w, FAULT_DISK, 40)) {
		say(w, "the disk is full");
		return STORE_FAILED;
	}
	rc = __real_store_write(s, class, run, arg);
	w->written = true;
	keep_fresh(w, rc == JOB_KEEP);
	if (!yield_point(w, "behind a commit"))
		return STORE_FAILED;
	if (rc == JOB_KEEP && fault_happens(w, FAULT_LOST, 15)) {
		say(w, "the answer to a commit is lost");
		w->broken = true; /* the store tells the server to stop, which takes it a while */
		return STORE_FAILED;
	}
	return rc;
}

int __wrap_ledger_claim(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct ledger_node *node, int64_t now,
			int64_t lease_until, int most, struct claim *out)
{
	int n = __real_ledger_claim(db, workspace_id, campaign_id, node, now, lease_until, most, out);

	g_array_append_vals(the_world->fresh_claims, out, (guint)n);
	return n;
}

int64_t __wrap_ledger_intend(struct db *db, const struct claim *c, const struct ledger_node *node,
			     const struct intent *intent, int64_t now)
{
	int64_t id = __real_ledger_intend(db, c, node, intent, now);
	struct attempt_ref ref = { c->workspace_id, id, c->fence, node->epoch };

	if (id)
		g_array_append_val(the_world->fresh_refs, ref);
	return id;
}

/* ---- writes of long ago ---- */

static int64_t number(struct world *w, const char *sql, int64_t a, int64_t b)
{
	sqlite3_stmt *st = NULL;
	int64_t v = -1;

	if (sqlite3_prepare_v2(w->sql, sql, -1, &st, NULL) != SQLITE_OK)
		g_error("%s: %s", sql, sqlite3_errmsg(w->sql));
	sqlite3_bind_int64(st, 1, a);
	sqlite3_bind_int64(st, 2, b);
	if (sqlite3_step(st) == SQLITE_ROW)
		v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return v;
}

/* Everything the ledger says, as one text. */
static char *ledger_text(struct world *w)
{
	static const char sql[] =
		"SELECT (SELECT group_concat(campaign_id || ' ' || talent_id || ' ' || due_at || ' '"
		" || due_state || ' ' || fence)"
		"          FROM due) || '/' ||"
		"       coalesce((SELECT group_concat(attempt_id || ' ' || attempt_state || ' ' || outcome || ' ' || call_id)"
		"          FROM attempt), '') || '/' ||"
		"       (SELECT group_concat(campaign_id || ' ' || talent_id || ' ' || lead_state || reason || bucket) FROM lead)"
		"       || '/' || (SELECT count(*) FROM person_lock)";
	sqlite3_stmt *st = NULL;
	char *text;

	if (sqlite3_prepare_v2(w->sql, sql, -1, &st, NULL) != SQLITE_OK || sqlite3_step(st) != SQLITE_ROW)
		g_error("%s", sqlite3_errmsg(w->sql));
	text = g_strdup((const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	return text;
}

struct old_write {
	struct world *w;
	struct claim claim;
	struct attempt_ref ref;
	int what;
};

static int write_again(struct db *db, void *arg)
{
	struct old_write *o = arg;
	struct world *w = o->w;
	struct attempt_result r = { .outcome = OUTCOME_ANSWERED_DIGIT, .answer = ANSWER_INTERESTED, .digits = "1" };
	struct lead_next next = { .state = LEAD_DONE, .reason = "OLD", .completed = true };
	struct intent intent = { .number = "+13125559999", .caller_number = "", .trunk_id = 1, .attempt_no = 99 };
	int64_t now = wall_now(w);

	switch (o->what) {
	case 0:
		ledger_release(db, &o->claim, now, "OLD", false, now);
		break;
	case 1:
		ledger_drop(db, &o->claim, &next, now);
		break;
	case 2:
		__real_ledger_intend(db, &o->claim, &w->options.node, &intent, now);
		break;
	case 3:
		ledger_sent(db, &o->ref, "old");
		break;
	case 4:
		ledger_ringing(db, &o->ref, now);
		break;
	case 5:
		ledger_answered(db, &o->ref, now);
		break;
	case 6:
		ledger_end(db, &o->ref, &r, &w->options.retry, now);
		break;
	}
	return JOB_KEEP;
}

/* A write with a fence that is over must change nothing (I7). */
static void write_old(struct world *w, struct old_write *o)
{
	g_autofree char *before = ledger_text(w), *after = NULL;

	__real_store_write(w->store, JOB_SINGLE, write_again, o);
	after = ledger_text(w);
	if (g_strcmp0(before, after) != 0)
		wrong(w, "I7: an old write (%d) changed the ledger", o->what);
}

void old_writes(struct world *w)
{
	struct old_write o = { .w = w };

	for (int i = 0; i < TRIES && w->claims->len > 0; i++) {
		o.claim = g_array_index(w->claims, struct claim, draw(w, w->claims->len));
		o.what = (int)draw(w, 3);
		/* where the fence still stands, the claim is not old; a row that somebody else has claimed is what to try */
		if (number(w, "SELECT fence FROM due WHERE campaign_id = ?1 AND talent_id = ?2 AND due_state = 2",
			   o.claim.campaign_id, o.claim.talent_id) > o.claim.fence ||
		    i == TRIES - 1) {
			if (number(w, "SELECT fence FROM due WHERE campaign_id = ?1 AND talent_id = ?2", o.claim.campaign_id,
				   o.claim.talent_id) != o.claim.fence)
				write_old(w, &o);
			break;
		}
	}
	if (w->refs->len > 0) {
		o.ref = g_array_index(w->refs, struct attempt_ref, draw(w, w->refs->len));
		o.what = 3 + (int)draw(w, 4);
		o.ref.fence -= 1 + (int64_t)draw(w, 2);
		write_old(w, &o);
	}
}
