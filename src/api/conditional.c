#include "api/conditional.h"

#include "api/reply.h"
#include "api/request.h"

#include <glib.h>
#include <sodium.h>
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
	reply_header(re, "Vary", "Authorization, Accept");
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

/* A fast keyed hash with a key of zeros: 128 bits tell bodies apart, nobody gains by making two alike. */
void reply_tag_body(const struct request *rq, struct reply *re)
{
	static const unsigned char key[crypto_shorthash_siphashx24_KEYBYTES];
	unsigned char hash[crypto_shorthash_siphashx24_BYTES];
	char tag[sizeof(hash) * 2 + 5] = "W/\"";

	crypto_shorthash_siphashx24(hash, (const unsigned char *)re->body.data, re->body.len, key);
	sodium_bin2hex(tag + 3, sizeof(tag) - 3, hash, sizeof(hash));
	strcat(tag, "\"");
	if (!reply_unchanged(rq, re, tag))
		reply_tag(re, tag);
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
