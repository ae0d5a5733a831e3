#include "voice/ai_brief.h"

#include "voice/prompt.h"

#include <glib.h>
#include <string.h>

enum { MINUTE_S = 60 };

static const char *const dialects[AI_DIALECT_END] = {
	[AI_DIALECT_SCRIPT] = "script", [AI_DIALECT_GA] = "ga", [AI_DIALECT_BETA] = "beta",
};

const char *ai_dialect_name(enum ai_dialect d)
{
	return dialects[d];
}

int ai_dialect_named(const char *name)
{
	for (int d = 0; d < AI_DIALECT_END; d++)
		if (strcmp(dialects[d], name) == 0)
			return d;
	return -1;
}

struct ai_brief *ai_brief_new(void)
{
	struct ai_brief *b = g_new0(struct ai_brief, 1);

	b->refs = 1;
	return b;
}

struct ai_brief *ai_brief_ref(struct ai_brief *b)
{
	if (b)
		g_atomic_int_inc(&b->refs);
	return b;
}

void ai_brief_unref(struct ai_brief *b)
{
	if (!b || !g_atomic_int_dec_and_test(&b->refs))
		return;
	g_free(b->url);
	g_free(b->model);
	g_free(b->voice);
	g_free(b->key_file);
	g_free(b->instructions);
	g_free(b->zone);
	prompt_unref(b->disclosure);
	g_free(b);
}

int64_t ai_brief_cost(const struct ai_brief *b, int64_t ms)
{
	int64_t seconds = (MAX(ms, 0) + 999) / 1000;

	return (seconds * b->price_micros + MINUTE_S - 1) / MINUTE_S;
}

int64_t ai_brief_affords_ms(const struct ai_brief *b)
{
	if (b->price_micros <= 0)
		return INT64_MAX;
	return b->budget_micros * MINUTE_S / b->price_micros * 1000;
}
