#include "api/lead_scan.h"

#include "api/validate.h"

#include <glib.h>
#include <string.h>

struct scan {
	const char *at, *end;
	char *room; /* where the next text goes; there is always enough, as no text is longer than it was in the body */
};

static void skip_blanks(struct scan *s)
{
	while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t'))
		s->at++;
}

static bool sign(struct scan *s, char c)
{
	skip_blanks(s);
	if (s->at == s->end || *s->at != c)
		return false;
	s->at++;
	return true;
}

/* \uXXXX of one unit that is a character of its own; pairs are left to others. */
static bool unit(struct scan *s)
{
	gunichar u = 0;

	if (s->end - s->at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int digit = g_ascii_xdigit_value(*s->at++);

		if (digit < 0)
			return false;
		u = u << 4 | (gunichar)digit;
	}
	if (u == 0 || (u >= 0xd800 && u < 0xe000))
		return false;
	s->room += g_unichar_to_utf8(u, s->room);
	return true;
}

static bool escape(struct scan *s)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *known;

	if (s->at == s->end)
		return false;
	if (*s->at == 'u') {
		s->at++;
		return unit(s);
	}
	known = *s->at ? strchr(from, *s->at) : NULL;
	if (!known)
		return false;
	*s->room++ = to[known - from];
	s->at++;
	return true;
}

/* A text in quotes, copied to the room; NULL when unsure. */
static const char *text(struct scan *s)
{
	char *start = s->room;
	unsigned char seen = 0;

	if (!sign(s, '"'))
		return NULL;
	for (;;) {
		unsigned char c;

		if (s->at == s->end)
			return NULL;
		c = (unsigned char)*s->at++;
		if (c == '"')
			break;
		if (c < 0x20)
			return NULL;
		if (c == '\\') {
			if (!escape(s))
				return NULL;
			continue;
		}
		seen |= c;
		*s->room++ = (char)c;
	}
	if (seen >= 0x80 && !g_utf8_validate_len(start, (gsize)(s->room - start), NULL))
		return NULL;
	*s->room++ = 0;
	return start;
}

/* The field of a key: where it goes, and the most it may have of UTF-16. */
static const char **field_of(struct lead_in *l, const char *key, size_t *most)
{
	*most = LEAD_NAME_MAX;
	if (strcmp(key, "email") == 0)
		return *most = SIZE_MAX, &l->email;
	if (strcmp(key, "firstName") == 0)
		return &l->first_name;
	if (strcmp(key, "lastName") == 0)
		return &l->last_name;
	if (strcmp(key, "phoneNumber") == 0)
		return *most = LEAD_PHONE_MAX, &l->phone_number;
	if (strcmp(key, "linkedin") == 0)
		return *most = LEAD_LINK_MAX, &l->linkedin;
	return NULL;
}

static bool member(struct scan *s, struct lead_in *l)
{
	char *key = s->room;
	const char **into, *value;
	size_t most;

	if (!text(s) || !sign(s, ':'))
		return false;
	into = field_of(l, key, &most);
	s->room = key; /* the key is not kept */
	if (!into || *into)
		return false;
	value = text(s);
	if (!value)
		return false;
	*into = value;
	return (size_t)(s->room - value) - 1 <= most || validate_utf16_length(value) <= most;
}

static bool lead(struct scan *s, struct lead_in *l)
{
	*l = (struct lead_in){ 0 };
	if (!sign(s, '{') || !member(s, l))
		return false;
	while (sign(s, ','))
		if (!member(s, l))
			return false;
	return sign(s, '}') && l->email && validate_email(l->email);
}

bool lead_scan_one(const char *object, size_t n, char *room, struct lead_in *out)
{
	struct scan s = { object, object + n, room };

	if (!lead(&s, out))
		return false;
	skip_blanks(&s);
	return s.at == s.end;
}

/* How many there can be at most: one for each brace. 0 when that is too many for this reader. */
static size_t most_leads(const char *body, size_t n)
{
	size_t braces = 0;

	for (const char *p = body, *end = body + n; (p = memchr(p, '{', (size_t)(end - p))); p++)
		if (++braces > LEADS_MAX + 1)
			return 0;
	return braces;
}

struct lead_add_in *lead_scan(struct arena *a, const char *body, size_t n)
{
	struct lead_add_in *in = arena_alloc(a, sizeof(*in));
	struct scan s = { body, body + n, arena_alloc(a, n + 8) };
	size_t most = most_leads(body, n), found = 0;
	struct lead_in *list = arena_alloc(a, most * sizeof(*list));
	const char *key;

	if (most < 2 || !sign(&s, '{') || !(key = text(&s)) || strcmp(key, "leads") != 0 || !sign(&s, ':') ||
	    !sign(&s, '['))
		return NULL;
	do {
		if (found == most || !lead(&s, &list[found++]))
			return NULL;
	} while (sign(&s, ','));
	if (!sign(&s, ']') || !sign(&s, '}') || found > LEADS_MAX)
		return NULL;
	skip_blanks(&s);
	if (s.at != s.end)
		return NULL;
	in->leads = (struct list_in){ .set = true, .n = found, .items = list };
	return in;
}
