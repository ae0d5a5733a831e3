/*
 * A lead as the API shows it, in JSON: the row of the list, and the same with all that happened to it.
 */
#pragma once

#include "base/json_writer.h"
#include "store/leads.h"

/* The fields of the list's row, into the object that is open. */
void lead_json_fields(struct jw *w, const struct lead_shown *l, bool with_submission);

/* The body of a page of the list; returns how many there are in all. */
struct db;
struct paging;
int64_t lead_json_list(struct jw *w, struct db *db, int64_t workspace_id, int64_t campaign_id,
		       const struct lead_filter *f, const struct paging *p, bool with_submission);

/* A call of that person's to us. */
struct answer_sheet;
struct inbound_shown;
void inbound_json(struct jw *w, const struct inbound_shown *c, const struct answer_sheet *sheet, const struct lead_name *name);

/* One try of the person of that name. Nothing of the carrier's is in it: no number, no trunk, no signalling. */
void attempt_json(struct jw *w, const struct attempt_shown *a, const struct answer_sheet *sheet,
		  const struct lead_name *name);
