#include "api/conditional.h"

#include "api/reply.h"
#include "api/request.h"

#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The next tag of a list, W/ and quotes included; its length, 0 at the end or where it stops being a list. */
static size_t next_tag(const char **list)
{
	const char *s = *list + strspn(*list, ", \t"), *p = s;

	*list = s;
	if (p[0] == 'W' && p[1] == '/')
		p += 2;
	if (*p != '"')
		return 0;
	p = strchr(p + 1, '"');
	return p ? (size_t)(p + 1 - s) : 0;
}

static bool is_weak(const char *tag)
{
	return tag[0] == 'W';
}

static bool same_tag(const char *a, size_t n, const char *tag, bool strongly)
{
	if (strongly && (is_weak(a) || is_weak(tag)))
		return false;
	if (is_weak(a))
		a += 2, n -= 2;
	if (is_weak(tag))
		tag += 2;
	return strlen(tag) == n && memcmp(a, tag, n) == 0;
}

bool tag_listed(const char *list, const char *tag, bool strongly)
{
	size_t n;

	list += strspn(list, " \t");
	if (list[0] == '*')
		return list[1 + strspn(list + 1, " \t")] == 0;
	for (; tag && (n = next_tag(&list)); list += n)
		if (same_tag(list, n, tag, strongly))
			return true;
	return false;
}

void reply_tag(struct reply *re, const char *tag)
{
	reply_header(re, "ETag", tag);
	reply_header(re, "Cache-Control", "private, no-cache");
}

bool reply_unchanged(const struct request *rq, struct reply *re, const char *tag)
{
	const char *known = request_header(rq, "If-None-Match");

	if (!known || !tag_listed(known, tag, false))
		return false;
	reply_empty(re, 304);
	reply_tag(re, tag);
	return true;
}

static uint64_t fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/*
 * Tells bodies apart, thirty-two bytes at a step: a list costs little more than its copy. Nobody gains by making two
 * bodies alike, so it need not withstand that; a cryptographic hash took a sixth of the list's whole time.
 */
static uint64_t hash_of(const char *s, size_t n)
{
	const uint64_t odd = UINT64_C(0xa0761d6478bd642f), even = UINT64_C(0xe7037ed1a0b428db);
	uint64_t h = n ^ UINT64_C(0x9e3779b97f4a7c15), g = ~h, word[4];

	for (; n >= sizeof(word); s += sizeof(word), n -= sizeof(word)) {
		memcpy(word, s, sizeof(word));
		h = fold(h ^ word[0] ^ odd, word[1] ^ even) + ((h << 23) | (h >> 41));
		g = fold(g ^ word[2] ^ even, word[3] ^ odd) + ((g << 23) | (g >> 41));
	}
	memset(word, 0, sizeof(word));
	memcpy(word, s, n);
	h = fold(h ^ word[0] ^ odd, word[1] ^ even) + ((h << 23) | (h >> 41));
	g = fold(g ^ word[2] ^ even, word[3] ^ odd) + ((g << 23) | (g >> 41));
	return fold(h ^ UINT64_C(0x8ebc6af09c88c6e3), g ^ UINT64_C(0x589965cc75374cc3));
}

enum { TAG_SIZE = 2 + 16 + 1 }; /* quotes, sixteen digits, NUL */

static void write_tag(char tag[TAG_SIZE], const char *bytes, size_t n)
{
	uint64_t h = hash_of(bytes, n);

	tag[0] = tag[TAG_SIZE - 2] = '"';
	tag[TAG_SIZE - 1] = 0;
	for (int i = TAG_SIZE - 3; i > 0; i--, h >>= 4)
		tag[i] = "0123456789abcdef"[h & 15];
}

const char *tag_of_bytes(struct arena *a, const char *bytes, size_t n)
{
	char *tag = arena_alloc(a, TAG_SIZE);

	write_tag(tag, bytes, n);
	return tag;
}

static void tag_body(const struct request *rq, struct reply *re, bool weak)
{
	char text[2 + TAG_SIZE] = "W/", *tag = weak ? text : text + 2;

	write_tag(text + 2, re->body.data, re->body.len);
	if (!reply_unchanged(rq, re, tag))
		reply_tag(re, tag);
}

void reply_tag_body(const struct request *rq, struct reply *re)
{
	tag_body(rq, re, true);
}

void reply_tag_one(const struct request *rq, struct reply *re)
{
	tag_body(rq, re, false);
}

bool may_change(const struct request *rq, struct reply *re, const char *tag)
{
	const char *match = request_header(rq, "If-Match");
	const char *none = match ? NULL : request_header(rq, "If-None-Match");

	if ((match && !tag_listed(match, tag, true)) || (none && tag_listed(none, tag, false))) {
		reply_error(re, ERROR_PRECONDITION, NULL);
		return false;
	}
	return true;
}
