/*
 * The forms leads come in besides the JSON of the API: CSV with a header row, and NDJSON, one lead a line.
 *
 * In both a bad row is that row's fault alone: struct lead_add_in.faults; its texts are then as they were sent. Columns
 * are known by the API's names and by what people call them ("E-mail", "First Name", "Mobile"); the rest of a sheet's
 * columns is ignored. An empty cell was not said. Consent may come with each ("consent" of NDJSON; consentSource,
 * consentWording and consentTime of a sheet) and must be of before `now`, wall clock. Text lives in the arena. Pure; any thread.
 */
#pragma once

#include "api/lead_in.h"
#include "base/arena.h"

#include <stddef.h>

/* NULL with *why, the tail of a sentence about the whole: "has no column for the e-mail address". */
struct lead_add_in *lead_forms_csv(struct arena *a, const char *bytes, size_t n, size_t most, int64_t now,
				   const char **why);
struct lead_add_in *lead_forms_ndjson(struct arena *a, const char *bytes, size_t n, size_t most, int64_t now,
				   const char **why);
