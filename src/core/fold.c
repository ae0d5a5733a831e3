#include "core/fold.h"

#include <glib.h>
#include <string.h>

#define JOIN '\x1f'

static const char signs[] = { JOIN, FOLD_RECORD, 0 };

/* Most text is ASCII, whose folded form is its small letters. Returns the end, or NULL for what is not ASCII. */
static char *fold_ascii(char *to, const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s >= 0x80)
			return NULL;
		*to++ = *s >= 'A' && *s <= 'Z' ? (char)(*s | 0x20) : *s == JOIN || *s == FOLD_RECORD ? ' ' : *s;
	}
	*to = 0;
	return to;
}

static char *fold_unicode(const char *s)
{
	g_autofree char *form = g_utf8_normalize(s, -1, G_NORMALIZE_NFKC);
	g_autofree char *folded = form ? g_utf8_casefold(form, -1) : NULL;
	/* Folding can leave the composed form; the key must be one form only. */
	char *key = folded ? g_utf8_normalize(folded, -1, G_NORMALIZE_NFKC) : g_strdup(s);

	return g_strdelimit(key, signs, ' '); /* they stand between fields, never in one or in what is looked for */
}

char *fold_text(const char *s)
{
	char *key = g_malloc(strlen(s) + 1);

	if (fold_ascii(key, s))
		return key;
	g_free(key);
	return fold_unicode(s);
}

char *fold_search_key(const char *first, const char *last, const char *email_key)
{
	static const char join[] = { JOIN, 0 };
	char *key = g_malloc(strlen(first) + strlen(last) + strlen(email_key) + 3), *end = fold_ascii(key, first);

	if (end) {
		*end++ = JOIN;
		end = fold_ascii(end, last);
	}
	if (end) {
		*end++ = JOIN;
		strcpy(end, email_key);
		return key;
	}
	g_free(key);
	g_autofree char *f = fold_text(first), *l = fold_text(last);

	return g_strconcat(f, join, l, join, email_key, NULL);
}
