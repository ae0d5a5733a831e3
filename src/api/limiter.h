/*
 * Requests a minute, per workspace.
 *
 * A fixed window of 60 s that begins with a workspace's first request: what the headers say is then exact
 * (so many left, all of them back in t seconds), which a client can plan with. The price is known: at the
 * border of two windows up to twice the quota can pass within a short time. Time is an argument and must not
 * go back (the boot clock). Any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct limiter;

struct limiter_verdict {
	bool allowed;
	int64_t limit;     /* requests per window; 0: there is no limit, and the rest says nothing */
	int64_t remaining; /* in this window */
	int64_t reset_s;   /* seconds until the window ends, rounded up: 1 … 60 */
};

/* `per_minute` 0: everything is allowed. */
struct limiter *limiter_new(int64_t per_minute);
void limiter_free(struct limiter *l);

/* Counts one request. A refused one does not count. */
struct limiter_verdict limiter_take(struct limiter *l, int64_t company_id, int64_t workspace_id,
				    int64_t now_ms);
