/*
 * Audio that is made while it is heard: a ring between whoever makes it (an AI provider's session) and a stream that
 * plays it.
 *
 * The maker writes mu-law at its own pace, faster than real time as a rule; the media thread takes 20 ms at a time
 * and sends silence when there is nothing. Lock-free: one thread writes and flushes, the media thread takes; the
 * figures may be read by any thread. Reference-counted: the maker and the stream hold one each.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct feed;

/* Room for at least n samples (rounded up to a power of two); one reference. */
struct feed *feed_new(size_t n);
struct feed *feed_ref(struct feed *f);
void feed_unref(struct feed *f); /* NULL is fine */

/* The maker: as many of the n samples as there is room for; how many that were. */
size_t feed_write(struct feed *f, const uint8_t *ulaw, size_t n);

/* The maker, or the media thread: what is written and not yet taken will not be heard (barge-in). */
void feed_flush(struct feed *f);

/* Samples that have been sent to the far end; what was flushed is not among them. */
uint64_t feed_played(const struct feed *f);

/* Samples that wait. */
size_t feed_waiting(const struct feed *f);

/* The media thread: up to n samples into out; how many. */
size_t feed_take(struct feed *f, uint8_t *out, size_t n);
