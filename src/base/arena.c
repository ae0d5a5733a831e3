#include "base/arena.h"

#include <glib.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 8192, ALIGN = 16 };

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(ALIGN) char mem[];
};

struct arena {
	struct block *now; /* the block being filled; older and oversized ones hang behind it */
};

static struct block *block_new(size_t size, struct block *next)
{
	struct block *b = g_malloc(sizeof(*b) + size);

	b->next = next;
	b->size = size;
	b->used = 0;
	return b;
}

struct arena *arena_new(void)
{
	struct arena *a = g_new(struct arena, 1);

	a->now = block_new(BLOCK, NULL);
	return a;
}

void arena_reset(struct arena *a)
{
	struct block *b = a->now;

	while (b->next) {
		struct block *older = b->next;

		g_free(b);
		b = older;
	}
	b->used = 0;
	a->now = b;
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->now, a->now->used };
}

void arena_rewind(struct arena *a, struct arena_mark to)
{
	while (a->now != to.block) {
		struct block *older = a->now->next;

		g_free(a->now);
		a->now = older;
	}
	a->now->used = to.used;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	arena_reset(a);
	g_free(a->now);
	g_free(a);
}

void *arena_alloc(struct arena *a, size_t n)
{
	void *p;

	n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (a->now->used + n > a->now->size)
		a->now = block_new(n > BLOCK ? n : BLOCK, a->now);
	p = a->now->mem + a->now->used;
	a->now->used += n;
	return memset(p, 0, n);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	memcpy(p, s, n);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}
