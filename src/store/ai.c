#include "store/ai.h"

#include "queries.h"

#include <string.h>

#define DAY_MS INT64_C(86400000)

enum { WHOLE_CAMPAIGN = -1, ALL_CAMPAIGNS = 0 };

static struct ai_provider provider(const struct ai_provider_get_row *r)
{
	return (struct ai_provider){ .name = r->name, .base_url = r->base_url, .model = r->model, .voice = r->voice,
				     .dialect = r->dialect, .key_file = r->key_file, .price_micros = r->price_micros,
				     .created_at = r->created_at };
}

bool ai_provider_add(struct db *db, const struct ai_provider *p)
{
	return DB_EXEC(db, ai_provider_insert, .name = p->name, .base_url = p->base_url, .model = p->model,
		       .voice = p->voice, .dialect = p->dialect, .key_file = p->key_file, .price_micros = p->price_micros,
		       .created_at = p->created_at) == 1;
}

bool ai_provider_remove(struct db *db, const char *name)
{
	return DB_EXEC(db, ai_provider_delete, .name = name) == 1;
}

bool ai_provider_get(struct db *db, const char *name, struct ai_provider *out)
{
	struct ai_provider_get_row row;

	if (!DB_ROW(db, ai_provider_get, &row, .name = name))
		return false;
	*out = provider(&row);
	return true;
}

void ai_providers_each(struct db *db, void (*each)(void *arg, const struct ai_provider *p), void *arg)
{
	DB_EACH(db, ai_provider_list, row) {
		struct ai_provider p = provider(row);

		each(arg, &p);
	}
}

bool ai_provider_for(struct db *db, const struct limits *l, bool live, struct ai_provider *out)
{
	struct ai_provider_first_row row;

	if (strcmp(l->ai_provider, "scripted") == 0) {
		*out = (struct ai_provider){ .name = "scripted", .base_url = "", .model = "", .voice = "",
					     .dialect = "script", .key_file = "" };
		return !live; /* it takes keys only, and is for trying things out */
	}
	if (strcmp(l->ai_provider, "auto") != 0)
		return ai_provider_get(db, l->ai_provider, out);
	if (!DB_ROW(db, ai_provider_first, &row))
		return false;
	*out = provider(&row);
	return true;
}

/* ---- the attestation ---- */

void attestation_put(struct db *db, int64_t workspace_id, const char *by, int64_t now)
{
	DB_EXEC(db, attestation_put, .workspace_id = workspace_id, .attested_by = by, .attested_at = now);
}

bool attestation_get(struct db *db, int64_t workspace_id, struct attestation *out)
{
	struct attestation_get_row row;

	if (!DB_ROW(db, attestation_get, &row, .workspace_id = workspace_id))
		return false;
	*out = (struct attestation){ row.attested_by, row.attested_at };
	return true;
}

/* ---- calls ---- */

static int64_t spent(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t day)
{
	struct ai_spent_get_row row;

	return DB_ROW(db, ai_spent_get, &row, .workspace_id = workspace_id, .campaign_id = campaign_id, .day = day) ?
		       row.cost_micros : 0;
}

struct ai_spent ai_spent(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t now)
{
	return (struct ai_spent){ .campaign = spent(db, workspace_id, campaign_id, WHOLE_CAMPAIGN),
				  .day = spent(db, workspace_id, ALL_CAMPAIGNS, now / DAY_MS) };
}

static void charge(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t day, int64_t micros)
{
	DB_EXEC(db, ai_spent_add, .workspace_id = workspace_id, .campaign_id = campaign_id, .day = WHOLE_CAMPAIGN,
		.cost_micros = micros);
	DB_EXEC(db, ai_spent_add, .workspace_id = workspace_id, .campaign_id = ALL_CAMPAIGNS, .day = day,
		.cost_micros = micros);
}

void ai_call_begun(struct db *db, int64_t workspace_id, const struct ai_call_begun *c, int64_t now)
{
	DB_EXEC(db, ai_call_insert, .workspace_id = workspace_id, .attempt_id = c->attempt_id,
		.campaign_id = c->campaign_id, .talent_id = c->talent_id, .provider = c->provider, .day = now / DAY_MS,
		.cost_micros = c->budget_micros);
	charge(db, workspace_id, c->campaign_id, now / DAY_MS, c->budget_micros);
}

void ai_call_ended(struct db *db, int64_t workspace_id, int64_t attempt_id, int64_t cost_micros, int64_t session_ms,
		   const char *transcript, int64_t keep_until)
{
	struct ai_call_get_row row;

	if (!DB_ROW(db, ai_call_get, &row, .workspace_id = workspace_id, .attempt_id = attempt_id))
		return;
	charge(db, workspace_id, row.campaign_id, row.day, cost_micros - row.cost_micros);
	DB_EXEC(db, ai_call_end, .workspace_id = workspace_id, .attempt_id = attempt_id, .cost_micros = cost_micros,
		.session_ms = session_ms, .transcript = transcript, .keep_until = transcript ? keep_until : DB_NULL);
}

bool ai_transcript(struct db *db, int64_t workspace_id, int64_t attempt_id, int64_t now, struct ai_call_shown *out)
{
	struct ai_call_get_row row;

	if (!DB_ROW(db, ai_call_get, &row, .workspace_id = workspace_id, .attempt_id = attempt_id) || !row.transcript ||
	    row.keep_until <= now)
		return false;
	*out = (struct ai_call_shown){ .attempt_id = attempt_id, .campaign_id = row.campaign_id,
				       .talent_id = row.talent_id, .cost_micros = row.cost_micros,
				       .session_ms = row.session_ms, .keep_until = row.keep_until,
				       .provider = row.provider, .transcript = row.transcript };
	return true;
}

void ai_transcripts_each(struct db *db, int64_t workspace_id, int64_t now, int64_t limit,
			 void (*each)(void *arg, const struct ai_call_shown *c), void *arg)
{
	DB_EACH(db, ai_call_list, row, .workspace_id = workspace_id, .now = now, .limit = limit) {
		struct ai_call_shown c = { .attempt_id = row->attempt_id, .campaign_id = row->campaign_id,
					   .talent_id = row->talent_id, .cost_micros = row->cost_micros,
					   .session_ms = row->session_ms, .keep_until = row->keep_until,
					   .provider = row->provider };

		each(arg, &c);
	}
}

int64_t ai_transcripts_drop(struct db *db, int64_t now)
{
	return DB_EXEC(db, ai_transcripts_drop, .now = now);
}
