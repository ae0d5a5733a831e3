/*
 * The SIP thread: libre's loop on a thread of its own, a queue into it, and our deadlines.
 *
 * No libre object may be touched on any other thread, not even to drop a reference (its counters are not
 * atomic). Others hand work over with loop_run().
 */
#pragma once

#include "base/problem.h"

#include <stdint.h>

struct loop;

struct loop *loop_start(struct problem *p);

/* Runs what is queued, stops and joins the thread, frees. Not from the SIP thread. */
void loop_stop(struct loop *l);

/* Runs `fn(arg)` on the SIP thread, soon and in order. Any thread; never blocks. */
void loop_run(struct loop *l, void (*fn)(void *arg), void *arg);

/* The same, and waits until it has run. Any thread but the SIP thread. */
void loop_run_wait(struct loop *l, void (*fn)(void *arg), void *arg);

/* Deadlines in milliseconds from now. SIP thread only. */
uint64_t loop_after(struct loop *l, int ms, void (*fn)(void *arg), void *arg);
void loop_cancel(struct loop *l, uint64_t deadline);
