/*
 * The roster of a campaign: who is on its list, in the order of the ids, sixty-four ids a row. Pages are counted off in it, and
 * searches answered from it. It moves in the job that adds or removes a lead (leads.c).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct needle;

/* Somebody who is added; `key` is what the person is searched by (core/fold.h). */
struct roster_entry {
	int64_t talent_id;
	const char *key;
};

/* All of a job at once, since a row is written anew for each time; the entries are put in order. None is on the list yet. */
void roster_add(struct db *db, int64_t workspace_id, int64_t campaign_id, struct roster_entry *entries, size_t n);

/* Nothing where the lead is not on the list. */
void roster_remove(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id);

/* Where the list goes on after the first `offset`: `skip` leads on from the id `from`. False: it ends before. */
bool roster_seek(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t offset, int64_t *from, int64_t *skip);

/* Everybody whose key contains it, in the order of the ids. */
void roster_search(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct needle *needle,
		   void (*each)(void *arg, int64_t talent_id), void *arg);

/* Whether one lead's key contains it; for ids in order, whose row is read once. `last` begins as { 0 }. */
struct roster_look {
	int64_t block;
	uint64_t found;
	bool known;
};
bool roster_has(struct db *db, int64_t workspace_id, int64_t campaign_id, const struct needle *needle, int64_t talent_id,
		struct roster_look *last);
