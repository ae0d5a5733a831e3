#include "core/phone.h"

#include <glib.h>
#include <string.h>

enum { E164_MIN = 8, E164_MAX = 15 }; /* digits, country code included (ITU-T E.164 §6.2.1) */

/* How a national number is written in a country. */
static const struct country {
	char iso[3];
	const char *code;      /* calling code */
	const char *trunk;     /* prefix dialled inside the country, dropped abroad */
	int min, max;          /* digits of the national significant number */
} countries[] = {
	{ "US", "1", "1", 10, 10 }, { "CA", "1", "1", 10, 10 }, { "GB", "44", "0", 9, 10 },
	{ "IE", "353", "0", 7, 9 }, { "IN", "91", "0", 10, 10 }, { "AU", "61", "0", 9, 9 },
	{ "NZ", "64", "0", 8, 10 }, { "DE", "49", "0", 6, 13 },  { "FR", "33", "0", 9, 9 },
	{ "ES", "34", "", 9, 9 },   { "IT", "39", "", 6, 11 },   { "NL", "31", "0", 9, 9 },
	{ "BE", "32", "0", 8, 9 },  { "CH", "41", "0", 9, 9 },   { "AT", "43", "0", 7, 13 },
	{ "PT", "351", "", 9, 9 },  { "PL", "48", "", 9, 9 },    { "SE", "46", "0", 7, 9 },
	{ "MX", "52", "", 10, 10 }, { "BR", "55", "0", 10, 11 }, { "SG", "65", "", 8, 8 },
	{ "PH", "63", "0", 9, 10 }, { "ZA", "27", "0", 9, 9 },   { "JP", "81", "0", 9, 10 },
};

/* The digits of the text, a leading '+' (or "00") told apart. False when other signs are in it. */
static bool digits_of(const char *text, char digits[PHONE_SIZE], bool *international)
{
	size_t n = 0;

	while (g_ascii_isspace(*text))
		text++;
	*international = *text == '+';
	if (*international)
		text++;
	for (; *text; text++) {
		if (*international && g_str_has_prefix(text, "(0)")) { /* "+44 (0)20 …": dialled at home only */
			text += 2;
			continue;
		}
		if (strchr(" ()-./\t", *text))
			continue;
		if (!g_ascii_isdigit(*text) || n > E164_MAX + 2)
			return false;
		digits[n++] = *text;
	}
	digits[n] = 0;
	if (!*international && n > 2 && digits[0] == '0' && digits[1] == '0') {
		*international = true;
		memmove(digits, digits + 2, n - 1);
	}
	return true;
}

static bool national(const struct country *c, const char *digits, char out[PHONE_SIZE])
{
	size_t n;

	/* No national number begins with the prefix that is dialled before it. */
	if (g_str_has_prefix(digits, c->trunk))
		digits += strlen(c->trunk);
	n = strlen(digits);
	if ((int)n < c->min || (int)n > c->max)
		return false;
	g_snprintf(out, PHONE_SIZE, "+%s%s", c->code, digits);
	return true;
}

bool phone_e164(const char *text, const char *country, char out[PHONE_SIZE])
{
	char digits[PHONE_SIZE];
	bool international;
	size_t n;

	out[0] = 0;
	if (!digits_of(text, digits, &international))
		return false;
	n = strlen(digits);
	if (international) {
		if (n < E164_MIN || n > E164_MAX || digits[0] == '0' || (digits[0] == '1' && n != 11))
			return false;
		g_snprintf(out, PHONE_SIZE, "+%s", digits);
		return true;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(countries); i++)
		if (strcmp(countries[i].iso, country) == 0)
			return national(&countries[i], digits, out);
	return false;
}
