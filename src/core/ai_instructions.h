/*
 * What a model is told before a call: whom it speaks for, to whom, about what, what it asks and how it notes the answers.
 * Pure. The rules that matter do not hang on its obedience: opt-outs, limits, costs and the disclosure are ours.
 */
#pragma once

#include "core/questions.h"

/* What there is about one campaign; texts may hold {{fields}}, which are filled in for each person. "" where there is none. */
struct ai_subject {
	const char *company, *job_title, *location;
	const char *opening;   /* how it begins */
	const char *script;    /* the campaign's aiCallScript */
	const char *zone;
};

/* With {{fields}}; to be freed with g_free(). */
char *ai_instructions(const struct ai_subject *s, const struct questions *q);

/* "It is Tuesday …" for a call that begins now; to be freed with g_free(). */
char *ai_instructions_now(const char *zone, int64_t now);

/* What the server itself says before the model does; to be freed with g_free(). */
char *ai_disclosure(const char *company);
