#include "voice/sdes.h"

#include <glib.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define SUITE  "AES_CM_128_HMAC_SHA1_80"
#define INLINE "inline:"

enum { TAG_DIGITS = 9 };

void sdes_make(struct sdes *s, int tag)
{
	s->tag = tag;
	randombytes_buf(s->key, sizeof(s->key));
}

void sdes_print(char out[SDES_VALUE], const struct sdes *s)
{
	char key[sodium_base64_ENCODED_LEN(SDES_KEY, sodium_base64_VARIANT_ORIGINAL)];

	sodium_bin2base64(key, sizeof(key), s->key, sizeof(s->key), sodium_base64_VARIANT_ORIGINAL);
	snprintf(out, SDES_VALUE, "%d " SUITE " " INLINE "%s", s->tag, key);
}

static const char *after(const char *p, const char *prefix)
{
	size_t n = strlen(prefix);

	return p && g_ascii_strncasecmp(p, prefix, n) == 0 ? p + n : NULL;
}

static const char *take_tag(const char *p, int *tag)
{
	size_t n = strspn(p, "0123456789");

	if (n == 0 || n > TAG_DIGITS || p[n] != ' ')
		return NULL;
	*tag = (int)g_ascii_strtoll(p, NULL, 10);
	return *tag > 0 ? p + n + strspn(p + n, " ") : NULL;
}

/* "|2^20" or "|1048576", at the end. A second bar, or a colon, begins an MKI. */
static bool is_lifetime(const char *p)
{
	return *p == '|' && p[1] && !p[1 + strspn(p + 1, "0123456789^")];
}

/* The base64 up to a bar or a blank; what follows it, or NULL. */
static const char *take_key(const char *p, uint8_t key[SDES_KEY])
{
	const char *end;
	size_t n;

	if (sodium_base642bin(key, SDES_KEY, p, strcspn(p, "| "), NULL, &n, &end, sodium_base64_VARIANT_ORIGINAL) != 0)
		return NULL;
	return n == SDES_KEY ? end : NULL;
}

bool sdes_parse(struct sdes *out, const char *value)
{
	struct sdes s;
	const char *p = take_tag(value + strspn(value, " "), &s.tag);

	p = after(p, SUITE " ");
	p = p ? after(p + strspn(p, " "), INLINE) : NULL;
	p = p ? take_key(p, s.key) : NULL;
	if (!p || (*p && !is_lifetime(p)))
		return false;
	*out = s;
	return true;
}
