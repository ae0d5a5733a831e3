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

/*
 * The leads behind `after` (0: from the first, with the CSV's header), up to `limit`; returns what to ask for next, 0: that
 * was the last.
 *
 * A campaign with times to choose from has the column interviewSlot (the start of the one booked), one with questions of
 * its own the columns answer1, answer2 …: what was answered in the last call in which a key was pressed. In NDJSON
 * they are the members interviewSlot and answers.
 */
struct db;
int64_t lead_export_page(GString *out, enum lead_form form, struct db *db, int64_t workspace_id, int64_t campaign_id,
			 const struct lead_filter *f, int64_t after, int64_t limit);
