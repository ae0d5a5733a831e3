/*
 * Turns: whose lead is next. Each campaign of a workspace that has work gets its share, so that one of a million leads
 * does not keep one of ten waiting.
 *
 * In memory is one entry a campaign that has rows ready, with the time of its first; who is next is found here and then
 * asked for by campaign, never by a scan of the queue. What is known may be old in one direction only: a campaign may
 * have nothing due any more. Whatever may make something due earlier says turns_forget(). Dispatcher's thread only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct db;

struct course {
	int64_t campaign_id;
	int64_t next_due; /* wall ms; 0: ask */
};

struct turns {
	struct course *course; /* by campaign */
	int n;
	bool stale;	  /* campaigns may be missing */
	int64_t again_us; /* boot clock: they are not looked for again before */
	int64_t last;	  /* the campaign whose turn was last */
};

void turns_clear(struct turns *t);

/* Something may be due earlier than known: in that campaign, or in any (0). */
void turns_forget(struct turns *t, int64_t campaign_id);

/* What the queue has just said of the campaign; INT64_MAX: nothing is ready. */
void turns_know(struct turns *t, int64_t campaign_id, int64_t next_due);

/* Asks for what is not known. On a reader's connection. */
void turns_look(struct turns *t, struct db *db, int64_t workspace_id, int64_t now_us);

/* When the first row of all is due, wall ms; INT64_MAX for none. */
int64_t turns_next_due(const struct turns *t);

/*
 * The campaigns that have something due now, at most `most`, beginning with the one whose turn it is. Those that skip()
 * names are left out.
 */
int turns_take(struct turns *t, int64_t now_ms, bool (*skip)(void *arg, int64_t campaign_id), void *arg, int64_t *out,
	       int most);
