#include "voice/caller_id.h"

#include <glib.h>
#include <string.h>

enum { LEAST = 5,
       MOST = 20 };

/* Behind the scheme; NULL: there is none that names a user. Without an '@' a SIP URI names a host. */
static const char *user_of(const char *value, const char *end)
{
	static const char *const schemes[] = { "sip:", "sips:", "tel:" };
	const char *bracket = memchr(value, '<', (size_t)(end - value));
	const char *at = bracket ? bracket + 1 : value;

	for (; at < end && g_ascii_isspace(*at); at++)
		;
	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
		size_t n = strlen(schemes[i]);

		if ((size_t)(end - at) > n && !g_ascii_strncasecmp(at, schemes[i], n))
			return schemes[i][0] == 't' || memchr(at, '@', (size_t)(end - at)) ? at + n : NULL;
	}
	return NULL;
}

bool caller_id_number(const char *value, size_t n, char out[CALLER_ID_SIZE])
{
	const char *end = value + n, *at = n ? user_of(value, end) : NULL;
	size_t digits = 0, k = 0;

	out[0] = 0;
	for (; at && at < end && !strchr("@;>:?", *at); at++) { /* strchr() finds the NUL too */
		if (*at == '+' && k == 0)
			out[k++] = '+';
		else if (g_ascii_isdigit(*at) && digits++ < MOST)
			out[k++] = *at;
		else if (digits > MOST || !strchr("-.()", *at))
			return out[0] = 0, false;
	}
	if (digits < LEAST)
		k = 0;
	out[k] = 0;
	return k > 0;
}

bool caller_id_private(const char *value, size_t n)
{
	g_autofree char *text = g_strndup(value, n);
	g_auto(GStrv) words = g_strsplit_set(text, "; ,\t", 16);

	for (char **w = words; *w; w++)
		if (!g_ascii_strcasecmp(*w, "id") || !g_ascii_strcasecmp(*w, "user"))
			return true;
	return false;
}
