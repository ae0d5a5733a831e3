#include "core/fold.h"

#include <glib.h>

#define JOIN "\x1f"

char *fold_text(const char *s)
{
	g_autofree char *form = g_utf8_normalize(s, -1, G_NORMALIZE_NFKC);
	g_autofree char *folded = form ? g_utf8_casefold(form, -1) : NULL;

	/* Folding can leave the composed form; the key must be one form only. */
	return folded ? g_utf8_normalize(folded, -1, G_NORMALIZE_NFKC) : g_strdup(s);
}

char *fold_search_key(const char *first, const char *last, const char *email)
{
	g_autofree char *joined = g_strconcat(first, JOIN, last, JOIN, email, NULL);

	return fold_text(joined);
}
