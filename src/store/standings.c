#include "store/standings.h"

#include "core/pacing.h"
#include "queries.h"
#include "store/accounts.h"
#include "store/rulebook.h"

#include <glib.h>

static void add_trunk(void *arg, const struct trunk *t)
{
	struct asker *a = arg;

	if (t->workspace_id != a->desk.workspace_id)
		return;
	a->trunk = true;
	a->channels += t->channels;
	a->cps += t->cps;
}

bool asker_open(struct asker *a, struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t now)
{
	*a = (struct asker){ .campaign_id = campaign_id, .min_gap_ms = db->rulebook->min_gap_ms };
	if (!dial_desk_open(db, workspace_id, now, &a->desk))
		return false;
	if (a->desk.live) {
		trunks_each(db, add_trunk, a);
	} else {
		a->trunk = true;
		a->channels = FARM_CHANNELS;
		a->cps = FARM_CPS;
	}
	return !db_failed(db);
}

static struct standing standing_of(const struct asker *a, const struct outlook_lead_row *r)
{
	return (struct standing){ .state = (enum lead_state)r->lead_state, .reason = r->reason,
				  .queued = r->due_at != DB_NULL, .slot = (int)r->slot, .due_at = r->due_at,
				  .trunk = a->trunk };
}

static bool ask(struct db *db, const struct asker *a, int64_t talent_id, struct dial *d)
{
	if (!dial_ask(db, &a->desk, a->campaign_id, talent_id, d))
		return false;
	d->question.campaign_running |= a->as_if_running;
	return true;
}

bool standing_get(struct db *db, const struct asker *a, int64_t talent_id, struct standing *s, struct dial *d)
{
	struct outlook_lead_row row;

	if (!DB_ROW(db, outlook_lead, &row, .workspace_id = a->desk.workspace_id, .campaign_id = a->campaign_id,
		    .talent_id = talent_id) ||
	    !ask(db, a, talent_id, d))
		return false;
	*s = standing_of(a, &row);
	return true;
}

void standings_each(struct db *db, const struct asker *a,
		    void (*each)(void *arg, const struct standing *s, const struct dial *d), void *arg)
{
	struct arena_mark mark = arena_mark(db->arena);

	DB_EACH(db, outlook_leads, row, .workspace_id = a->desk.workspace_id, .campaign_id = a->campaign_id) {
		struct standing s = standing_of(a, row);
		struct dial d;

		if (ask(db, a, row->talent_id, &d))
			each(arg, &s, &d);
		arena_rewind(db->arena, mark);
	}
}
