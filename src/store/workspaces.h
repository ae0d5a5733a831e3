/*
 * The workspaces' own settings and the figures of their day. Everything here is small. Writes inside a job only.
 */
#pragma once

#include "core/limits.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

/* The settings in force: what has been set, and the defaults of a live or a test workspace. */
void workspace_limits(struct db *db, int64_t workspace_id, bool live, struct limits *out);

/* Sets one; "" puts its default back. 0, or -1 with the problem set. */
int workspace_set(struct db *db, int64_t workspace_id, bool live, const char *name, const char *value, int64_t now,
		  struct problem *p);

/* What has been set, as text; NULL: it has its default. */
const char *workspace_setting(struct db *db, int64_t workspace_id, const char *name);

/* Leads and texts that wait for the policy's sake are looked at again now. Returns how many. */
int64_t workspace_wake(struct db *db, int64_t workspace_id, int64_t now);

/* What it has called since midnight UTC. */
struct workspace_today {
	int64_t calls, talk_ms, texts;
};
struct workspace_today workspace_today(struct db *db, int64_t workspace_id, int64_t now);

/* Counts a call on its day; `n` is 1, or -1 for one that turns out not to have been. */
void workspace_count_call(struct db *db, int64_t workspace_id, int64_t at, int n);
void workspace_count_text(struct db *db, int64_t workspace_id, int64_t at);
void workspace_count_talk(struct db *db, int64_t workspace_id, int64_t at, int64_t talk_ms);
