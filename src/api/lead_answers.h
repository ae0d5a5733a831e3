/*
 * What people have answered: the keys they pressed beside the questions of their campaign, in the campaign's words with
 * the person's name in them. Questions cannot change once a call has been made, so the keys say all there is to know.
 */
#pragma once

#include "base/json_writer.h"
#include "core/questions.h"
#include "core/template.h"
#include "store/leads.h"

#include <glib.h>

struct db;

/* A campaign's questions, ready to be laid beside keys. Good for one use of the connection; ended with close. */
struct answer_sheet {
	struct questions questions;
	struct template_values values;
	enum purpose purpose;
	bool own;     /* the questions are the campaign's own, not those of its purpose */
	bool times;   /* it was given times to choose from */
};

/* False when there is no such campaign (or db_failed()); then there is nothing to close. */
bool answer_sheet_open(struct db *db, int64_t workspace_id, int64_t campaign_id, struct answer_sheet *out);
void answer_sheet_close(struct answer_sheet *s);

/* The array [{question, digit, label, outcome}] of all that was asked; digit, label and outcome null without a key. */
void answers_json(struct jw *w, const struct answer_sheet *s, const struct lead_name *name, const struct pressed *p);

/* The label of what was answered to the campaign's own question `i`, to be freed; NULL when nothing was. */
char *answer_label(const struct answer_sheet *s, int i, const struct lead_name *name, const struct pressed *p);

/* {start, end, bookedAt}, or null when nothing is booked. */
void booked_json(struct jw *w, const struct booked *b);
