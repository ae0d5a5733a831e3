#include "world.h"

#include "core/campaign.h"
#include "store/campaigns.h"
#include "store/leads.h"
#include "store/suppressions.h"
#include "store/writer.h"

struct act {
	struct world *w;
	int campaign, person;
	enum campaign_verb verb;
	bool moved;
	int64_t talent;
};

static int move_campaign(struct db *db, void *arg)
{
	struct act *a = arg;
	const char *before, *after;
	struct campaign c;

	if (!campaign_load(db, a->w->account.live_workspace, a->w->campaign[a->campaign], &c))
		return 1;
	before = c.status;
	after = campaign_status_after(before, a->verb);
	a->moved = after && g_strcmp0(after, before) != 0;
	if (!a->moved)
		return 1;
	c.status = after;
	c.detail_json = c.summary_json = "{}";
	c.updated_at = wall_now(a->w);
	campaign_set_status(db, a->w->account.live_workspace, &c, before);
	return JOB_KEEP;
}

static int64_t talent_of(struct world *w, int campaign, int person)
{
	g_autofree char *sql = g_strdup_printf("SELECT talent_id FROM lead WHERE campaign_id = %d AND number = '+1312555%04d'",
					       (int)w->campaign[campaign], person);
	sqlite3_stmt *st = NULL;
	int64_t v = 0;

	if (sqlite3_prepare_v2(w->sql, sql, -1, &st, NULL) != SQLITE_OK)
		g_error("%s", sqlite3_errmsg(w->sql));
	if (sqlite3_step(st) == SQLITE_ROW)
		v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return v;
}

static int remove_lead(struct db *db, void *arg)
{
	struct act *a = arg;

	return lead_remove(db, a->w->account.live_workspace, a->w->campaign[a->campaign], a->talent,
		wall_now(a->w)) ? JOB_KEEP : 1;
}

static int add_lead(struct db *db, void *arg)
{
	struct act *a = arg;
	g_autofree char *email = g_strdup_printf("p%d@example.com", a->person);
	g_autofree char *phone = g_strdup_printf("+1312555%04d", a->person);
	struct lead_row row = { .email = email, .first_name = "P", .last_name = "P", .phone = phone, .linkedin = "" };
	struct lead_adder adder;

	if (!lead_adder_open(db, a->w->account.live_workspace, a->w->account.company_id, a->w->campaign[a->campaign],
			     wall_now(a->w), &adder))
		return 1;
	a->moved = lead_add(db, &adder, &row) == LEAD_ADDED;
	lead_adder_close(db, &adder);
	return JOB_KEEP;
}

static int suppress(struct db *db, void *arg)
{
	struct act *a = arg;
	g_autofree char *phone = g_strdup_printf("+1312555%04d", a->person);

	suppress_person(db, a->w->account.live_workspace, phone, NULL, "OPTED_OUT", wall_now(a->w));
	return JOB_KEEP;
}

void operator_acts(struct world *w)
{
	struct act a = { .w = w, .campaign = (int)draw(w, CAMPAIGNS), .person = (int)draw(w, PEOPLE) };
	int64_t ws = w->account.live_workspace, campaign = w->campaign[a.campaign];
	int what = (int)draw(w, 20);

	if (what < 10) {
		a.verb = what < 4 ? CAMPAIGN_PAUSE : what < 9 ? CAMPAIGN_RESUME
							      : CAMPAIGN_CANCEL;
		if (a.verb == CAMPAIGN_CANCEL && draw(w, 4))
			a.verb = CAMPAIGN_RESUME;
		if (store_write(w->store, JOB_SINGLE, move_campaign, &a) != JOB_KEEP || w->dead)
			return;
		say(w, "campaign %d: verb %d", a.campaign, a.verb);
		if (a.verb == CAMPAIGN_RESUME)
			dispatcher_nudge(w->server, ws);
		else
			dispatcher_campaign_stopped(w->server, ws, campaign, a.verb == CAMPAIGN_CANCEL);
	} else if (what < 14) {
		a.talent = talent_of(w, a.campaign, a.person);
		if (store_write(w->store, JOB_SINGLE, remove_lead, &a) != JOB_KEEP || w->dead)
			return;
		say(w, "person %d is removed from campaign %d", a.person, a.campaign);
		dispatcher_lead_removed(w->server, ws, campaign, a.talent);
	} else if (what < 18) {
		if (store_write(w->store, JOB_SINGLE, add_lead, &a) != JOB_KEEP || w->dead)
			return;
		say(w, "person %d is added to campaign %d%s", a.person, a.campaign, a.moved ? "" : ", where it is");
		dispatcher_nudge(w->server, ws);
	} else {
		if (store_write(w->store, JOB_SINGLE, suppress, &a) == JOB_KEEP)
			say(w, "person %d is suppressed", a.person);
	}
}
