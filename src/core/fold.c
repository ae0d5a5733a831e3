#include "core/fold.h"

#include <glib.h>

#define JOIN "\x1f"

char *fold_text(const char *s)
{
	g_autofree char *form = g_utf8_normalize(s, -1, G_NORMALIZE_NFKC);
	g_autofree char *folded = form ? g_utf8_casefold(form, -1) : NULL;
	/* Folding can leave the composed form; the key must be one form only. */
	char *key = folded ? g_utf8_normalize(folded, -1, G_NORMALIZE_NFKC) : g_strdup(s);

	return g_strdelimit(key, JOIN, ' '); /* it stands between fields, never in one or in what is looked for */
}

char *fold_search_key(const char *first, const char *last, const char *email)
{
	g_autofree char *f = fold_text(first), *l = fold_text(last), *e = fold_text(email);

	return g_strconcat(f, JOIN, l, JOIN, e, NULL);
}
