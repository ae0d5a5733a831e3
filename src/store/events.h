/*
 * What happened, in order: one row per change, written in the change's own transaction. Ids grow in the order of the
 * commits, so whoever has read up to one has missed nothing before it.
 */
#pragma once

#include "core/event.h"

#include <stdint.h>

struct db;

struct event {
	const char *type;    /* core/event.c has the table: "lead.added", "attempt.ended" … */
	int64_t campaign_id; /* 0 where it does not apply */
	int64_t talent_id;
	int64_t attempt_id;
	const char *data; /* a JSON object; NULL is {} */
};

/* Returns its id; 0 in a copy, where nothing is an event. */
int64_t event_add(struct db *db, int64_t workspace_id, int64_t now, const struct event *e);

/* "lead.added" of each of a campaign's leads whose people have the ids `first` to `last`. */
void events_add_new_leads(struct db *db, int64_t workspace_id, int64_t now, int64_t campaign_id, int64_t first,
			  int64_t last);

/* Up to `limit` behind `after`, in their order; the id to ask behind next. */
int64_t events_after(struct db *db, int64_t workspace_id, int64_t after, int64_t limit,
		     void (*each)(void *arg, const struct event_shown *e), void *arg);
/* False: there is none of that id. Text lives in the arena of the connection. */
bool event_get(struct db *db, int64_t workspace_id, int64_t event_id, struct event_shown *out);
int64_t event_last(struct db *db, int64_t workspace_id); /* 0: none */
