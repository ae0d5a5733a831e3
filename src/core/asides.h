/*
 * What a call says beside its script: to something that screens calls, and to a voicemail. English, as the voices are.
 * Pure; all are freed with g_free().
 */
#pragma once

#include "core/questions.h"
#include "core/template.h"

/* One sentence with company, job (where there is one) and reason. */
char *aside_introduction(enum purpose p, const struct template_values *values);

/* "Please call us back at …", twice, the number in groups that can be written down. */
char *aside_call_back(const char *e164);
