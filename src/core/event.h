/*
 * Events: what happened in a workspace, as others are told of it. The table of their types, and their one JSON form: of
 * the feed, of its stream and of webhooks. Pure.
 *
 * {"id": 7, "type": "call.completed", "timestamp": "…", "data": {"campaignId": 1, "leadId": 2, "outcome": "ANSWERED"}}
 *
 * Thin: ids and what has changed. Whoever wants more asks the API.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jw;

struct event_type {
	const char *stored; /* in the database */
	const char *name;   /* shown: "call.completed" */
	const char *sample; /* members of data that one made up for a trial has besides the ids */
	const char *doc;
};

const struct event_type *event_type_at(size_t i);	     /* NULL after the last */
const struct event_type *event_type_named(const char *name); /* by the name shown; NULL: there is none */

/* The name shown of a stored type; one that the table does not know shows as it is. */
const char *event_type_shown(const char *stored);

/* "*", or names with commas between: whether `name` is among them. */
bool event_listed(const char *list, const char *name);

struct event_shown {
	int64_t event_id, at;			    /* at: the workspace's time */
	const char *type;			    /* as stored */
	int64_t campaign_id, talent_id, attempt_id; /* 0 or less: none */
	const char *data;			    /* a JSON object */
};

void event_json(struct jw *w, const struct event_shown *e);
/* Its members alone, for those who have some more. */
void event_members(struct jw *w, const struct event_shown *e);
