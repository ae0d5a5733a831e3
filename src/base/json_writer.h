/*
 * An append-only JSON writer: no tree, one growing buffer, commas kept by the writer.
 *
 *	struct jw w;
 *	jw_init(&w);
 *	jw_object(&w);
 *	jw_key(&w, "id"), jw_int(&w, 7);
 *	jw_end(&w);
 *	... w.data, w.len ...   jw_free(&w), or take w.data with jw_take()
 *
 * Strings must be UTF-8 and are escaped. Nesting up to 60 levels (asserted). One thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jw {
	char *data; /* NUL-terminated after every call */
	size_t len, cap;
	uint64_t has_item; /* bit per level: a comma is due before the next value */
	uint64_t is_array;
	unsigned depth;
	bool after_key;
};

void jw_init(struct jw *w);
void jw_reset(struct jw *w); /* empties, keeps the memory */
void jw_room(struct jw *w, size_t n); /* makes room for n bytes more, for those who know that they will come */
void jw_free(struct jw *w);
char *jw_take(struct jw *w, size_t *len); /* the text, to be freed with g_free(); w is empty afterwards */

void jw_object(struct jw *w);
void jw_array(struct jw *w);
void jw_end(struct jw *w); /* closes the innermost object or array */

void jw_key(struct jw *w, const char *key);
void jw_str(struct jw *w, const char *s); /* NULL writes null */
void jw_strn(struct jw *w, const char *s, size_t n);
void jw_int(struct jw *w, int64_t v);
void jw_double(struct jw *w, double v); /* shortest form that reads back; whole numbers without a point */
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
void jw_time(struct jw *w, int64_t wall_ms); /* ISO 8601, UTC, milliseconds */
void jw_raw(struct jw *w, const char *json, size_t n); /* one ready value */

/* The same with the key in front, for the common case. */
void jw_kstr(struct jw *w, const char *key, const char *s);
void jw_kint(struct jw *w, const char *key, int64_t v);
void jw_kbool(struct jw *w, const char *key, bool v);
void jw_ktime(struct jw *w, const char *key, int64_t wall_ms);
