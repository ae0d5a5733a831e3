#include "base/json_writer.h"

#include "base/clock.h"

#include <assert.h>
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(struct jw *w, size_t more)
{
	if (w->len + more + 1 <= w->cap)
		return;
	w->cap = MAX(w->cap * 2, w->len + more + 64);
	w->data = g_realloc(w->data, w->cap);
}

static void put(struct jw *w, const char *s, size_t n)
{
	reserve(w, n);
	memcpy(w->data + w->len, s, n);
	w->len += n;
	w->data[w->len] = 0;
}

void jw_init(struct jw *w)
{
	memset(w, 0, sizeof(*w));
	reserve(w, 255);
	w->data[0] = 0;
}

void jw_reset(struct jw *w)
{
	w->len = 0;
	w->data[0] = 0;
	w->has_item = w->is_array = 0;
	w->depth = 0;
	w->after_key = false;
}

void jw_room(struct jw *w, size_t n)
{
	reserve(w, n);
}

void jw_free(struct jw *w)
{
	g_free(w->data);
	memset(w, 0, sizeof(*w));
}

char *jw_take(struct jw *w, size_t *len)
{
	char *text = w->data;

	assert(w->depth == 0);
	if (len)
		*len = w->len;
	memset(w, 0, sizeof(*w));
	return text;
}

/* Writes the comma that is due before a value or a key. */
static void before_item(struct jw *w)
{
	uint64_t bit = UINT64_C(1) << w->depth;

	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (w->has_item & bit)
		put(w, ",", 1);
	w->has_item |= bit;
}

static void open_level(struct jw *w, char c, bool array)
{
	before_item(w);
	put(w, &c, 1);
	w->depth++;
	assert(w->depth < 60);
	w->has_item &= ~(UINT64_C(1) << w->depth);
	if (array)
		w->is_array |= UINT64_C(1) << w->depth;
	else
		w->is_array &= ~(UINT64_C(1) << w->depth);
}

void jw_object(struct jw *w)
{
	open_level(w, '{', false);
}

void jw_array(struct jw *w)
{
	open_level(w, '[', true);
}

void jw_end(struct jw *w)
{
	assert(w->depth > 0 && !w->after_key);
	put(w, w->is_array & (UINT64_C(1) << w->depth) ? "]" : "}", 1);
	w->depth--;
}

static void put_escaped(struct jw *w, const char *s, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	size_t from = 0;

	put(w, "\"", 1);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		char esc[6] = { '\\', 0, '0', '0', 0, 0 };
		size_t len = 2;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		switch (c) {
		case '"':
		case '\\': esc[1] = (char)c; break;
		case '\n': esc[1] = 'n'; break;
		case '\r': esc[1] = 'r'; break;
		case '\t': esc[1] = 't'; break;
		default:
			esc[1] = 'u';
			esc[4] = hex[c >> 4];
			esc[5] = hex[c & 15];
			len = 6;
		}
		put(w, s + from, i - from);
		put(w, esc, len);
		from = i + 1;
	}
	put(w, s + from, n - from);
	put(w, "\"", 1);
}

void jw_key(struct jw *w, const char *key)
{
	before_item(w);
	put_escaped(w, key, strlen(key));
	put(w, ":", 1);
	w->after_key = true;
}

void jw_strn(struct jw *w, const char *s, size_t n)
{
	before_item(w);
	put_escaped(w, s, n);
}

void jw_str(struct jw *w, const char *s)
{
	if (s)
		jw_strn(w, s, strlen(s));
	else
		jw_null(w);
}

void jw_int(struct jw *w, int64_t v)
{
	char buf[24];
	char *p = buf + sizeof(buf);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do
		*--p = (char)('0' + u % 10);
	while (u /= 10);
	if (v < 0)
		*--p = '-';
	before_item(w);
	put(w, p, (size_t)(buf + sizeof(buf) - p));
}

void jw_double(struct jw *w, double v)
{
	char buf[32];

	assert(isfinite(v));
	if (v == floor(v) && fabs(v) < 9e15) {
		jw_int(w, (int64_t)v);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(buf, sizeof(buf), "%.*g", digits, v);
		if (strtod(buf, NULL) == v)
			break;
	}
	jw_raw(w, buf, strlen(buf));
}

void jw_bool(struct jw *w, bool v)
{
	jw_raw(w, v ? "true" : "false", v ? 4 : 5);
}

void jw_null(struct jw *w)
{
	jw_raw(w, "null", 4);
}

void jw_time(struct jw *w, int64_t wall_ms)
{
	char buf[CLOCK_ISO_SIZE];

	jw_str(w, clock_iso(wall_ms, buf));
}

void jw_raw(struct jw *w, const char *json, size_t n)
{
	before_item(w);
	put(w, json, n);
}

void jw_kstr(struct jw *w, const char *key, const char *s)
{
	jw_key(w, key);
	jw_str(w, s);
}

void jw_kint(struct jw *w, const char *key, int64_t v)
{
	jw_key(w, key);
	jw_int(w, v);
}

void jw_kbool(struct jw *w, const char *key, bool v)
{
	jw_key(w, key);
	jw_bool(w, v);
}

void jw_ktime(struct jw *w, const char *key, int64_t wall_ms)
{
	jw_key(w, key);
	jw_time(w, wall_ms);
}
