/*
 * What happened, in order: one row per change, written in the change's own transaction.
 */
#pragma once

#include <stdint.h>

struct db;

struct event {
	const char *type;     /* "lead.added", "attempt.ended" … */
	int64_t campaign_id;  /* 0 where it does not apply */
	int64_t talent_id;
	int64_t attempt_id;
	const char *data;     /* a JSON object; NULL is {} */
};

void event_add(struct db *db, int64_t workspace_id, int64_t now, const struct event *e);
