/*
 * What follows from one try to deliver an event to an endpoint. Pure.
 *
 * The ladder is that of Standard Webhooks 1.0: ten tries, at 0 s, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h
 * after each other. An endpoint gets its events in their order: while one fails, those behind it wait. After
 * DELIVERY_IN_PLACE tries it is set aside, goes on its ladder alone, and the others follow: so an endpoint that cannot digest
 * one event is not cut off from all others, and one that is down for a day costs a row for every few minutes of it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { DELIVERY_TRIES = 10,
       DELIVERY_IN_PLACE = 3 };

enum delivery_next {
	DELIVERY_DONE,
	DELIVERY_AGAIN, /* in wait_ms */
	DELIVERY_ASIDE, /* in wait_ms, out of the order from now on */
	DELIVERY_GIVE_UP,
	DELIVERY_GONE, /* the endpoint said 410: it wants nothing any more */
};

struct delivery_step {
	enum delivery_next next;
	int64_t wait_ms;
};

/*
 * `tries`: how many there have been, this one included. `status` is 0 when there was no answer; `retry_after_s` -1 when the
 * answer wished nothing, and never shortens a wait. `chance` spreads the waits by a tenth either way.
 */
struct delivery_step delivery_after(int tries, bool aside, long status, int64_t retry_after_s, uint64_t chance);
