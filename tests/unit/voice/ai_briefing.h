/* A brief for tests: two questions, yes or no and a neutral choice, for an hour at 60 cents a minute. */
#pragma once

#include "voice/ai_brief.h"

#include <glib.h>

static inline struct ai_brief *briefing(enum ai_dialect dialect)
{
	struct ai_brief *b = ai_brief_new();

	b->dialect = dialect;
	b->instructions = g_strdup("Be \"kind\".");
	b->voice = g_strdup("alloy");
	b->zone = g_strdup("America/New_York");
	b->n_questions = 2;
	b->options[0][0] = (struct call_option){ '1', ANSWER_INTERESTED };
	b->options[0][1] = (struct call_option){ '2', ANSWER_NOT_INTERESTED };
	b->n_options[0] = 2;
	b->options[1][0] = (struct call_option){ '3', ANSWER_NEUTRAL };
	b->n_options[1] = 1;
	b->price_micros = 600000;
	b->budget_micros = 36000000;
	b->longest_ms = 600000;
	b->silence_ms = 15000;
	b->keep_transcript = true;
	return b;
}
