/*
 * Memory that lives as long as one piece of work (a request, a job) and is freed at once.
 *
 * Nobody frees single objects; allocation never fails (the process stops when memory is gone, as GLib does).
 * One thread at a time.
 */
#pragma once

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);

/* Forgets everything, keeps the first block for the next use. */
void arena_reset(struct arena *a);

/* Where it stands, and back to there: what was taken since is forgotten. */
struct arena_mark {
	void *block;
	size_t used;
};
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark to);

void *arena_alloc(struct arena *a, size_t n); /* zeroed, aligned for any type */
char *arena_strdup(struct arena *a, const char *s); /* NULL in, NULL out */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
