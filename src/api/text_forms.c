/* The forms a text may have to have: e-mail address, number; and its length in UTF-16. Moments: core/when.h. */
#include "api/validate.h"

#include <errno.h>
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EMAIL_MAX = 254, LOCAL_MAX = 64, LABEL_MAX = 63 };

size_t validate_utf16_length(const char *utf8)
{
	size_t n = 0;

	for (const unsigned char *p = (const unsigned char *)utf8; *p; p++)
		if ((*p & 0xc0) != 0x80)
			n += *p >= 0xf0 ? 2 : 1;
	return n;
}

/* Dot-separated atoms, none of them empty. Quoted local parts are not taken. */
static bool is_local_part(const char *s, size_t n)
{
	bool atom = false;

	if (n == 0 || n > LOCAL_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '.') {
			if (!atom)
				return false;
			atom = false;
			continue;
		}
		if (!(c >= 0x80 || g_ascii_isalnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c))))
			return false;
		atom = true;
	}
	return atom;
}

static bool is_label_char(char c)
{
	return (unsigned char)c >= 0x80 || g_ascii_isalnum(c);
}

static bool is_label(const char *s, size_t n, bool last)
{
	if (n == 0 || n > LABEL_MAX || !is_label_char(s[0]) || !is_label_char(s[n - 1]))
		return false;
	if (last && g_ascii_isdigit(s[0]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_label_char(s[i]) && s[i] != '-')
			return false;
	return true;
}

bool validate_email(const char *text)
{
	const char *at = strchr(text, '@');
	unsigned labels = 0;

	if (!at || strchr(at + 1, '@') || validate_utf16_length(text) > EMAIL_MAX)
		return false;
	if (!is_local_part(text, (size_t)(at - text)))
		return false;
	for (const char *s = at + 1;; labels++) {
		size_t n = strcspn(s, ".");
		bool last = s[n] == 0;

		if (!is_label(s, n, last))
			return false;
		if (last)
			return labels >= 1;
		s += n + 1;
	}
}

bool validate_number_text(const char *text, double *v)
{
	const char *s = text + strspn(text, " \t\r\n\v\f");
	const char *p = s + (*s == '+' || *s == '-');
	size_t whole = strspn(p, "0123456789"), part = 0;

	p += whole;
	if (*p == '.') {
		part = strspn(p + 1, "0123456789");
		p += 1 + part;
	}
	if (whole + part == 0)
		return false;
	if (*p == 'e' || *p == 'E') {
		size_t digits;

		p++;
		p += *p == '+' || *p == '-';
		digits = strspn(p, "0123456789");
		if (digits == 0)
			return false;
		p += digits;
	}
	if (p[strspn(p, " \t\r\n\v\f")] != 0)
		return false;
	*v = g_ascii_strtod(s, NULL);
	return true;
}
