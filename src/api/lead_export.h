/*
 * All leads of a campaign as text, a page at a time: CSV (base/sheet.h says how cells are made harmless) with the names of
 * the API over the columns, or NDJSON, the list's rows, one a line.
 */
#pragma once

#include "store/leads.h"

#include <glib.h>

enum lead_form { LEADS_JSON, LEADS_CSV, LEADS_NDJSON };

/* The best of the forms by an Accept header (NULL: anything); LEADS_JSON unless another is asked for by name. */
enum lead_form lead_form_wanted(const char *accept);
const char *lead_form_type(enum lead_form form); /* the media type */

/* What stands before the first lead: the CSV's header. */
void lead_export_head(GString *out, enum lead_form form, bool with_submission);
void lead_export_row(GString *out, enum lead_form form, bool with_submission, const struct lead_shown *l);
