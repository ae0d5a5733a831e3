#include "store/standings.h"

#include "core/campaign.h"
#include "core/fold.h"
#include "core/pacing.h"
#include "queries.h"
#include "store/accounts.h"
#include "store/ledger.h"
#include "store/suppressions.h"

#include <glib.h>

static void add_trunk(void *arg, const struct trunk *t)
{
	struct asker *a = arg;

	if (t->workspace_id != a->workspace_id)
		return;
	a->trunk = true;
	a->channels += t->channels;
	a->cps += t->cps;
}

void asker_open(struct asker *a, struct db *db)
{
	a->hours = a->live ? (struct hours){ 480, 1260 } : (struct hours){ 0, 1440 };
	a->trunk = !a->live;
	a->channels = a->live ? 0 : FARM_CHANNELS;
	a->cps = a->live ? 0 : FARM_CPS;
	if (a->live)
		trunks_each(db, add_trunk, a);
}

static struct standing standing_of(const struct asker *a, const struct outlook_lead_row *r)
{
	return (struct standing){ .state = (enum lead_state)r->lead_state, .reason = r->reason,
				  .queued = r->due_at != DB_NULL, .slot = (int)r->slot, .due_at = r->due_at,
				  .trunk = a->trunk };
}

static bool question_of(struct db *db, const struct asker *a, int64_t talent_id, struct policy_question *q)
{
	struct claim c = { .workspace_id = a->workspace_id, .campaign_id = a->campaign_id, .talent_id = talent_id };
	struct claim_facts f;
	g_autofree char *email_key = NULL;

	if (!ledger_facts(db, &c, &f))
		return false;
	email_key = fold_text(f.email);
	*q = (struct policy_question){ .campaign_running = a->as_if_running || campaign_status_runs(f.status),
				       .number_possible = f.number != NULL,
				       .suppressed = person_suppressed(db, a->workspace_id, f.number, email_key),
				       .caller_verified = f.caller_verified,
				       .person_busy = f.person_busy,
				       .hours = a->hours,
				       .zone = f.timezone,
				       .now = a->now };
	return true;
}

bool standing_get(struct db *db, const struct asker *a, int64_t talent_id, struct standing *s, struct policy_question *q)
{
	struct outlook_lead_row row;

	if (!DB_ROW(db, outlook_lead, &row, .workspace_id = a->workspace_id, .campaign_id = a->campaign_id,
		    .talent_id = talent_id) ||
	    !question_of(db, a, talent_id, q))
		return false;
	*s = standing_of(a, &row);
	return true;
}

void standings_each(struct db *db, const struct asker *a,
		    void (*each)(void *arg, const struct standing *s, const struct policy_question *q), void *arg)
{
	struct arena_mark mark = arena_mark(db->arena);

	DB_EACH(db, outlook_leads, row, .workspace_id = a->workspace_id, .campaign_id = a->campaign_id) {
		struct standing s = standing_of(a, row);
		struct policy_question q;

		if (question_of(db, a, row->talent_id, &q))
			each(arg, &s, &q);
		arena_rewind(db->arena, mark);
	}
}
