/*
 * The briefs of AI calls: what everybody is told is made once for a campaign, the rest for each call. The dispatcher's
 * thread.
 */
#pragma once

#include "core/questions.h"
#include "core/template.h"
#include "store/campaigns.h"
#include "store/ledger.h"
#include "voice/ai_brief.h"

struct db;

/* Of a campaign. */
struct ai_outline {
	char *instructions; /* with {{fields}} */
	char *zone;
	struct prompt *disclosure; /* a reference */
};
void ai_outline_make(struct ai_outline *o, const struct campaign_words *w, const struct template_values *values,
		     const struct questions *q);
void ai_outline_clear(struct ai_outline *o);

struct ai_limits {
	int64_t longest_ms, silence_ms;
};

/* For one call that asks what `order` asks: the workspace's provider, the person's name and the time filled
 * in. NULL when there is no provider. */
struct ai_brief *ai_brief_make(const struct ai_outline *o, struct db *db, const struct claim *c,
			       const struct call_order *order, const struct template_values *values,
			       const struct ai_limits *limits, int64_t now);
