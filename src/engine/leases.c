#include "engine/leases.h"

#include "store/db.h"
#include "store/writer.h"

static void renew(struct db *db, const struct leases *l)
{
	for (guint i = 0; i < l->attempts->len; i++)
		ledger_renew_attempt(db, &g_array_index(l->attempts, struct attempt_ref, i), l->now + LEASE_MS);
	for (guint i = 0; i < l->claims->len; i++)
		ledger_renew_claim(db, &g_array_index(l->claims, struct claim, i), l->now + LEASE_MS);
}

static void find_lost_attempts(struct db *db, struct leases *l, int64_t workspace_id)
{
	const struct attempt_result nobody_knows = { .outcome = OUTCOME_UNKNOWN, .digits = "" };
	struct attempt_ref lost[LEDGER_BATCH];
	int n = ledger_overdue_attempts(db, workspace_id, l->now, lost);

	for (int i = 0; i < n; i++)
		l->unknown += ledger_end(db, &lost[i], &nobody_knows, &l->retry, l->now);
}

static void find_lost_claims(struct db *db, struct leases *l, int64_t workspace_id)
{
	struct claim lost[LEDGER_BATCH];
	int n = ledger_overdue_claims(db, workspace_id, l->now, lost);

	for (int i = 0; i < n; i++)
		ledger_release(db, &lost[i], lost[i].due_at, "", false, l->now);
	l->released += n;
}

int leases_run(struct db *db, void *arg)
{
	struct leases *l = arg;

	l->unknown = l->released = 0;
	renew(db, l);
	for (guint i = 0; i < l->workspaces->len; i++) {
		int64_t workspace_id = g_array_index(l->workspaces, int64_t, i);

		find_lost_attempts(db, l, workspace_id);
		find_lost_claims(db, l, workspace_id);
	}
	return JOB_KEEP;
}
