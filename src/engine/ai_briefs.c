#include "engine/ai_briefs.h"

#include "core/ai_instructions.h"
#include "store/ai.h"
#include "store/dial.h"
#include "voice/prompt.h"

#include <glib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

void ai_outline_make(struct ai_outline *o, const struct campaign_words *w, const struct template_values *values,
		     const struct questions *q)
{
	const struct ai_subject subject = { .company = or_empty(values->of[TEMPLATE_COMPANY_NAME]), .job_title = w->job_title,
					    .location = or_empty(values->of[TEMPLATE_LOCATION]),
					    .opening = w->opening_message, .script = w->ai_call_script, .zone = w->timezone };

	o->instructions = ai_instructions(&subject, q);
	o->zone = g_strdup(w->timezone);
}

void ai_outline_clear(struct ai_outline *o)
{
	g_free(o->instructions);
	g_free(o->zone);
	prompt_unref(o->disclosure);
}

static void take_provider(struct ai_brief *b, const struct ai_provider *p)
{
	int dialect = ai_dialect_named(p->dialect);

	g_strlcpy(b->provider, p->name, sizeof(b->provider));
	b->dialect = dialect < 0 ? AI_DIALECT_GA : (enum ai_dialect)dialect;
	b->url = g_strdup(p->base_url);
	b->model = g_strdup(p->model);
	b->voice = g_strdup(p->voice);
	b->key_file = g_strdup(p->key_file);
	b->price_micros = p->price_micros;
}

static void take_questions(struct ai_brief *b, const struct call_order *order)
{
	b->n_questions = order->n_questions;
	for (int i = 0; i < order->n_questions; i++) {
		b->n_options[i] = order->questions[i].n_options;
		memcpy(b->options[i], order->questions[i].options, sizeof(b->options[i]));
	}
}

struct ai_brief *ai_brief_make(const struct ai_outline *o, struct db *db, const struct claim *c,
			       const struct call_order *order, const struct template_values *values,
			       const struct ai_limits *limits, int64_t now)
{
	g_autofree char *moment = ai_instructions_now(o->zone, now), *told = template_render(o->instructions, values);
	struct ai_provider p;
	struct dial_desk desk;
	struct ai_brief *b;

	if (!dial_desk_open(db, c->workspace_id, now, &desk) || !ai_provider_for(db, &desk.limits, desk.live, &p))
		return NULL;
	b = ai_brief_new();
	take_provider(b, &p);
	take_questions(b, order);
	b->instructions = g_strconcat(told, moment, NULL);
	b->zone = g_strdup(o->zone);
	b->disclosure = prompt_ref(o->disclosure);
	b->longest_ms = limits->longest_ms;
	/* The scripted agent waits as long as the menu does. */
	b->silence_ms = b->dialect == AI_DIALECT_SCRIPT ? limits->longest_ms : limits->silence_ms;
	b->keep_transcript = desk.limits.transcript_days > 0;
	b->keep_ms = desk.limits.transcript_days * DAY_MS;
	return b;
}
