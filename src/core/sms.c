#include "core/sms.h"

#include <glib.h>

enum { GSM_ONE = 160,
       GSM_MANY = 153,
       UCS2_ONE = 70,
       UCS2_MANY = 67 };

/* TS 23.038, 6.2.1: the basic table without ASCII's letters and digits, which are where they belong. */
static const char basic[] = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/* 6.2.1.1: behind an escape, two septets each. */
static const char extended[] = "\f^{}\\[~]|€";

/* Septets of the character; 0: it is not in the alphabet. */
static int septets(gunichar c)
{
	if (c < 0x80 && g_ascii_isalnum((char)c))
		return 1;
	if (g_utf8_strchr(basic, -1, c))
		return 1;
	return g_utf8_strchr(extended, -1, c) ? 2 : 0;
}

static int utf16_units(gunichar c)
{
	return c > 0xffff ? 2 : 1;
}

static bool needs_ucs2(const char *text)
{
	for (const char *p = text; *p; p = g_utf8_next_char(p))
		if (septets(g_utf8_get_char(p)) == 0)
			return true;
	return false;
}

struct sms_size sms_measure(const char *text)
{
	struct sms_size s = { .ucs2 = needs_ucs2(text) };
	int one = s.ucs2 ? UCS2_ONE : GSM_ONE, many = s.ucs2 ? UCS2_MANY : GSM_MANY, used = many, parts = 0;

	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		int n = s.ucs2 ? utf16_units(c) : septets(c);

		s.units += n;
		if (used + n > many) {
			parts++;
			used = 0;
		}
		used += n;
	}
	s.segments = s.units == 0 ? 0 : s.units <= one ? 1
						       : parts;
	return s;
}

const char *sms_coding(const struct sms_size *s)
{
	return s->ucs2 ? "UCS-2" : "GSM-7";
}
