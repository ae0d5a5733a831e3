/* The forms a text may have to have: e-mail address, ISO 8601 moment, number; and its length in UTF-16. */
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

/* Exactly `n` digits at *s as a number, moving *s on; -1 when they are not there. */
static int digits(const char **s, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++, (*s)++) {
		if (!g_ascii_isdigit(**s))
			return -1;
		v = v * 10 + (**s - '0');
	}
	return v;
}

/* Days from 1970-01-01, proleptic Gregorian. */
static int64_t days_of(int y, int m, int d)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	int64_t last = y - 1;
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return last * 365 + last / 4 - last / 100 + last / 400 + before[m - 1] + (leap && m > 2) + d - 1 -
	       719162;
}

static int month_length(int y, int m)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return length[m - 1] + (m == 2 && ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0));
}

/* "Z", "+02:00", "+0200", "+02" or nothing, to the end of the text. */
static bool read_zone(const char *s, int *offset_min)
{
	int sign = *s == '-' ? -1 : 1, h, m = 0;

	*offset_min = 0;
	if (*s == 0)
		return true;
	if (*s == 'Z')
		return s[1] == 0;
	if (*s != '+' && *s != '-')
		return false;
	s++;
	h = digits(&s, 2);
	if (h >= 0 && *s) {
		s += *s == ':';
		m = digits(&s, 2);
	}
	if (h < 0 || h > 23 || m < 0 || m > 59 || *s)
		return false;
	*offset_min = sign * (h * 60 + m);
	return true;
}

/* "14:00", "14:00:30", "14:00:30.5" and a zone. */
static bool read_time(const char *s, int64_t *ms)
{
	int h = digits(&s, 2), m, sec = 0, offset;
	int64_t fraction = 0;

	if (h < 0 || h > 23 || *s++ != ':')
		return false;
	m = digits(&s, 2);
	if (m < 0 || m > 59)
		return false;
	if (*s == ':') {
		s++;
		sec = digits(&s, 2);
		if (sec < 0 || sec > 59)
			return false;
		if (*s == '.') {
			size_t n = strspn(++s, "0123456789");

			if (n == 0)
				return false;
			for (size_t i = 0; i < 3; i++)
				fraction = fraction * 10 + (i < n ? s[i] - '0' : 0);
			s += n;
		}
	}
	if (!read_zone(s, &offset))
		return false;
	*ms = ((int64_t)(h * 60 + m - offset) * 60 + sec) * 1000 + fraction;
	return true;
}

bool validate_iso_date(const char *text, int64_t *wall_ms)
{
	const char *s = text;
	int y = digits(&s, 4), m = 1, d = 1;
	int64_t time_ms = 0;

	if (y < 1)
		return false;
	if (*s == '-') {
		s++;
		m = digits(&s, 2);
		if (m < 1 || m > 12)
			return false;
		if (*s == '-') {
			s++;
			d = digits(&s, 2);
			if (d < 1 || d > month_length(y, m))
				return false;
			if ((*s == 'T' || *s == ' ') && !read_time(s + 1, &time_ms))
				return false;
			if (*s == 'T' || *s == ' ')
				s = "";
		}
	}
	if (*s)
		return false;
	*wall_ms = days_of(y, m, d) * 86400000 + time_ms;
	return true;
}
