/*
 * Positions count samples since the beginning and never wrap in practice (64 bits); their place in the ring counts from
 * `origin`. That moves only while nothing waits, so that a sentence begins at the front again and only as much of the
 * ring ever becomes memory as has waited at once; who sees what was written after it sees it, too. `written` belongs to
 * the maker, `taken` and `played` to the media thread. A flush only raises a mark: the media thread steps over what lies
 * before it, so that nobody but it ever moves `taken`.
 */
#include "voice/feed.h"

#include <glib.h>
#include <stdatomic.h>
#include <string.h>

struct feed {
	int refs; /* atomic */
	size_t size, mask;
	_Atomic uint64_t written, flushed_to, origin; /* the maker's */
	_Atomic uint64_t taken, played;	      /* the media thread's */
	uint8_t ring[];
};

static uint64_t get(const _Atomic uint64_t *v)
{
	return atomic_load_explicit(v, memory_order_acquire);
}

static void set(_Atomic uint64_t *v, uint64_t to)
{
	atomic_store_explicit(v, to, memory_order_release);
}

struct feed *feed_new(size_t n)
{
	size_t size = 1;
	struct feed *f;

	while (size < n)
		size <<= 1;
	f = g_malloc(sizeof(*f) + size); /* not cleared: that would make memory of it */
	*f = (struct feed){ .refs = 1, .size = size, .mask = size - 1 };
	return f;
}

struct feed *feed_ref(struct feed *f)
{
	g_atomic_int_inc(&f->refs);
	return f;
}

void feed_unref(struct feed *f)
{
	if (f && g_atomic_int_dec_and_test(&f->refs))
		g_free(f);
}

static size_t place(const struct feed *f, uint64_t at)
{
	return (size_t)(at - get(&f->origin)) & f->mask;
}

/* In or out of the ring, in two pieces where it ends in between. */
static void copy_in(struct feed *f, uint64_t at, const uint8_t *from, size_t n)
{
	size_t start = place(f, at), first = MIN(n, f->size - start);

	memcpy(f->ring + start, from, first);
	memcpy(f->ring, from + first, n - first);
}

static void copy_out(const struct feed *f, uint64_t at, uint8_t *to, size_t n)
{
	size_t start = place(f, at), first = MIN(n, f->size - start);

	memcpy(to, f->ring + start, first);
	memcpy(to + first, f->ring, n - first);
}

size_t feed_write(struct feed *f, const uint8_t *ulaw, size_t n)
{
	uint64_t written = get(&f->written), taken = get(&f->taken);
	size_t room = f->size - (size_t)(written - taken);

	if (taken == written)
		set(&f->origin, written);
	n = MIN(n, room);
	copy_in(f, written, ulaw, n);
	set(&f->written, written + n);
	return n;
}

void feed_flush(struct feed *f)
{
	set(&f->flushed_to, get(&f->written));
}

uint64_t feed_played(const struct feed *f)
{
	return get(&f->played);
}

size_t feed_waiting(const struct feed *f)
{
	/* In this order: `taken` may grow meanwhile, and must not pass what was read as written. */
	uint64_t from = MAX(get(&f->taken), get(&f->flushed_to)), written = get(&f->written);

	return (size_t)(written - from);
}

size_t feed_take(struct feed *f, uint8_t *out, size_t n)
{
	uint64_t from = MAX(get(&f->taken), get(&f->flushed_to)), written = get(&f->written);

	n = (size_t)MIN(n, written - from);
	copy_out(f, from, out, n);
	set(&f->taken, from + n);
	set(&f->played, get(&f->played) + n);
	return n;
}
