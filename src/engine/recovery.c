#include "engine/recovery.h"

#include "engine/journal.h"
#include "store/ai.h"
#include "store/copies.h"
#include "store/db.h"
#include "store/inbound_calls.h"
#include "store/number_checks.h"
#include "store/workspace_clock.h"
#include "store/writer.h"

enum { BATCH = LEDGER_BATCH };

struct job {
	const struct journal_past *past;
	const struct retry_rule *retry;
	int64_t now;
	struct recovery *out;
	int presumed; /* by the last piece */
};

static void recover_one(struct db *db, struct job *j, const struct attempt_ref *ref)
{
	bool never = journal_never_sent(j->past, ref->epoch, ref->attempt_id);
	struct attempt_result r = { .outcome = never ? OUTCOME_NEVER_SENT : OUTCOME_UNKNOWN, .digits = "" };

	if (!ledger_end(db, ref, &r, j->retry, workspace_now(db, ref->workspace_id, j->now)))
		return;
	/* A call nobody saw the end of keeps its whole budget charged: it may have cost that. */
	if (never)
		ai_call_ended(db, ref->workspace_id, ref->attempt_id, 0, 0, NULL, 0);
	if (never)
		j->out->never_sent++;
	else
		j->out->unknown++;
}

static int run(struct db *db, void *arg)
{
	struct job *j = arg;
	struct attempt_ref live[BATCH];
	int n;

	struct recovering copy;

	recovery_state(db, &copy);
	*j->out = (struct recovery){ .epoch = ledger_epoch(db), .released = ledger_release_all(db),
				     .halted = copy.copied_at != 0 };
	if (j->out->halted)
		j->past = NULL;
	while (!db_failed(db) && (n = ledger_live(db, live, BATCH)) > 0)
		for (int i = 0; i < n; i++)
			recover_one(db, j, &live[i]);
	number_checks_recover(db, j->now);
	inbound_calls_recover(db, j->now);
	return JOB_KEEP;
}

static int presume_run(struct db *db, void *arg)
{
	struct job *j = arg;
	const struct ledger_node node = { .node_id = 1, .epoch = j->out->epoch };
	struct recovering copy;

	j->presumed = recovery_presume(db, &node, j->retry, BATCH, j->now);
	recovery_state(db, &copy);
	j->out->presumed = copy.presumed;
	return JOB_KEEP;
}

/* In pieces: there may be a million of them, and what is done survives a kill. */
static int presume(struct store *store, struct job *j)
{
	int rc;

	do
		rc = store_write(store, JOB_DISPATCH, presume_run, j);
	while (rc == JOB_KEEP && j->presumed > 0);
	return rc;
}

int recovery_run(struct store *store, const char *folder, const struct retry_rule *retry, int64_t now,
		 struct recovery *out, struct problem *p)
{
	struct journal_past *past = journal_past(folder);
	struct job j = { .past = past, .retry = retry, .now = now, .out = out };
	int rc = store_write(store, JOB_DISPATCH, run, &j);

	if (rc == JOB_KEEP && out->halted)
		rc = presume(store, &j);

	journal_past_free(past);
	return rc == JOB_KEEP ? 0 : problem_set(p, PROBLEM_FAILED, "cannot recover what the last run left: the "
								   "database does not take writes");
}
