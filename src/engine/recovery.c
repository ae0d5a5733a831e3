#include "engine/recovery.h"

#include "engine/journal.h"
#include "store/db.h"
#include "store/number_checks.h"
#include "store/writer.h"

enum { BATCH = 500 };

struct job {
	const struct journal_past *past;
	const struct retry_rule *retry;
	int64_t now;
	struct recovery *out;
};

static void recover_one(struct db *db, struct job *j, const struct attempt_ref *ref)
{
	bool never = journal_never_sent(j->past, ref->epoch, ref->attempt_id);
	struct attempt_result r = { .outcome = never ? OUTCOME_NEVER_SENT : OUTCOME_UNKNOWN, .digits = "" };

	if (!ledger_end(db, ref, &r, j->retry, j->now))
		return;
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

	*j->out = (struct recovery){ .epoch = ledger_epoch(db), .released = ledger_release_all(db) };
	while (!db_failed(db) && (n = ledger_live(db, live, BATCH)) > 0)
		for (int i = 0; i < n; i++)
			recover_one(db, j, &live[i]);
	number_checks_recover(db, j->now);
	return JOB_KEEP;
}

int recovery_run(struct store *store, const char *folder, const struct retry_rule *retry, int64_t now,
		 struct recovery *out, struct problem *p)
{
	struct journal_past *past = journal_past(folder);
	struct job j = { .past = past, .retry = retry, .now = now, .out = out };
	int rc = store_write(store, JOB_DISPATCH, run, &j);

	journal_past_free(past);
	return rc == JOB_KEEP ? 0 : problem_set(p, PROBLEM_FAILED, "cannot recover what the last run left: the "
								   "database does not take writes");
}
