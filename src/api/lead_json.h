/*
 * A lead as the API shows it, in JSON: the row of the list, and the same with all that happened to it.
 */
#pragma once

#include "base/json_writer.h"
#include "store/leads.h"

/* The fields of the list's row, into the object that is open. */
void lead_json_fields(struct jw *w, const struct lead_shown *l, bool with_submission);

/* One try. Nothing of the carrier's is in it: no number, no trunk, no signalling. */
void attempt_json(struct jw *w, const struct attempt_shown *a);
