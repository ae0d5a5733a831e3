#include "store/assessments.h"

#include "core/campaign.h"
#include "core/fold.h"
#include "queries.h"
#include "store/ids.h"
#include "store/leads.h"
#include "store/ledger.h"
#include "store/suppressions.h"

#include <glib.h>
#include <string.h>

static bool taker(struct db *db, int64_t workspace_id, const char *test_id, const char *email,
		  struct assessment_taker_get_row *out)
{
	g_autofree char *email_key = fold_text(email);

	return DB_ROW(db, assessment_taker_get, out, .workspace_id = workspace_id, .assessment_test_id = test_id,
		      .email_key = email_key);
}

const char *assessment_link(struct db *db, int64_t workspace_id, const char *test_id, const char *email)
{
	struct assessment_taker_get_row row;

	return taker(db, workspace_id, test_id, email, &row) && row.link[0] ? row.link : NULL;
}

bool assessment_submitted(struct db *db, int64_t workspace_id, const char *test_id, const char *email)
{
	struct assessment_taker_get_row row;

	return taker(db, workspace_id, test_id, email, &row) && row.submitted_at != DB_NULL;
}

/* ---- events ---- */

static bool add_invited(struct db *db, int64_t workspace_id, int64_t company_id, int64_t campaign_id,
			const struct lead_row *who, int64_t now)
{
	struct lead_adder adder;
	bool added;

	if (!lead_adder_open(db, workspace_id, company_id, campaign_id, now, &adder))
		return false;
	added = lead_add(db, &adder, who) == LEAD_ADDED;
	lead_adder_close(db, &adder);
	return added;
}

static bool complete(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *email, int64_t now)
{
	g_autofree char *email_key = fold_text(email);
	struct talent_of_email_row t;

	return DB_ROW(db, talent_of_email, &t, .workspace_id = workspace_id, .email_key = email_key) &&
	       ledger_submitted(db, workspace_id, campaign_id, t.talent_id, now);
}

static void note_taker(struct db *db, int64_t workspace_id, const struct assessment_event *e)
{
	g_autofree char *email_key = fold_text(e->who->email);

	if (suppressed_by_hash(db, workspace_id, email_key))
		return; /* erased: nothing is held of them again */
	DB_EXEC(db, assessment_taker_put, .workspace_id = workspace_id, .assessment_test_id = e->test_id,
		.email_key = email_key, .link = e->link, .submitted_at = e->submitted ? e->at : DB_NULL);
}

static void apply(struct db *db, int64_t workspace_id, int64_t company_id, const struct assessment_event *e, int64_t now,
		  struct assessment_effect *effect)
{
	struct target {
		int64_t campaign_id;
		bool add;
	};
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(struct target));

	DB_EACH(db, assessment_campaigns, row, .workspace_id = workspace_id, .assessment_test_id = e->test_id) {
		bool add = row->auto_add_invited && strcmp(row->status, CAMPAIGN_CANCELLED) != 0;
		struct target t = { row->campaign_id, add };

		g_array_append_val(targets, t);
	}
	effect->campaigns = targets->len;
	for (guint i = 0; i < targets->len; i++) {
		const struct target *t = &g_array_index(targets, struct target, i);

		if (e->submitted)
			effect->completed += complete(db, workspace_id, t->campaign_id, e->who->email, now);
		else if (t->add && !assessment_submitted(db, workspace_id, e->test_id, e->who->email))
			effect->added += add_invited(db, workspace_id, company_id, t->campaign_id, e->who, now);
	}
}

enum assessment_verdict assessment_take(struct db *db, int64_t workspace_id, int64_t company_id,
					const struct assessment_event *e, int64_t now, struct assessment_effect *effect)
{
	struct assessment_event_get_row before;

	*effect = (struct assessment_effect){ 0 };
	if (DB_EXEC(db, assessment_event_insert, .workspace_id = workspace_id, .assessment_test_id = e->test_id,
		    .source_id = e->source_id, .body_hash = e->body_hash, .created_at = now) != 1)
		return DB_ROW(db, assessment_event_get, &before, .workspace_id = workspace_id,
			      .assessment_test_id = e->test_id, .source_id = e->source_id) &&
				       strcmp(before.body_hash, e->body_hash) == 0
			       ? ASSESSMENT_REPEATED
			       : ASSESSMENT_CHANGED;
	note_taker(db, workspace_id, e);
	apply(db, workspace_id, company_id, e, now, effect);
	return ASSESSMENT_TAKEN;
}

/* ---- senders ---- */

int64_t assessment_sender_add(struct db *db, int64_t workspace_id, const char *test_id, const char *secret, int64_t now)
{
	int64_t id = ids_next(db, ID_SENDER);

	DB_EXEC(db, assessment_sender_insert, .workspace_id = workspace_id, .sender_id = id, .assessment_test_id = test_id,
		.secret = secret, .created_at = now);
	return id;
}

bool assessment_sender_get(struct db *db, int64_t sender_id, struct assessment_sender *out)
{
	struct assessment_sender_get_row row;

	if (!DB_ROW(db, assessment_sender_get, &row, .sender_id = sender_id))
		return false;
	*out = (struct assessment_sender){ .workspace_id = row.workspace_id, .sender_id = sender_id,
					   .company_id = row.company_id, .live = row.is_live,
					   .test_id = row.assessment_test_id, .secret = row.secret };
	return true;
}

bool assessment_sender_remove(struct db *db, int64_t workspace_id, int64_t sender_id)
{
	return DB_EXEC(db, assessment_sender_delete, .workspace_id = workspace_id, .sender_id = sender_id) == 1;
}

void assessment_senders_each(struct db *db, int64_t workspace_id,
			     void (*each)(void *arg, const struct assessment_sender *s), void *arg)
{
	DB_EACH(db, assessment_sender_list, row, .workspace_id = workspace_id) {
		struct assessment_sender s = { .workspace_id = workspace_id, .sender_id = row->sender_id,
					       .created_at = row->created_at, .test_id = row->assessment_test_id };

		each(arg, &s);
	}
}
