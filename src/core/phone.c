#include "core/phone.h"

#include "core/numbering.h"

#include <glib.h>
#include <string.h>

enum { DIGITS_MAX = 20 }; /* 15 (ITU-T E.164 §6.2.1) and what is dialled before them */

/* The digits of the text, a leading '+' told apart. False when other signs are in it. */
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
		if (!g_ascii_isdigit(*text) || n >= DIGITS_MAX)
			return false;
		digits[n++] = *text;
	}
	digits[n] = 0;
	return true;
}

static bool possible(const struct numbering *plan, const char *digits, char out[PHONE_SIZE])
{
	if (!numbering_possible(plan, digits))
		return false;
	g_snprintf(out, PHONE_SIZE, "+%s", digits);
	return true;
}

static bool national(const struct numbering *plan, const struct country *c, const char *digits, char out[PHONE_SIZE])
{
	size_t n = strlen(digits), trunk = strlen(c->trunk);

	/* Whoever writes the prefix means it; but a number of the right length may begin with its digit, too. */
	if (trunk && g_str_has_prefix(digits, c->trunk) && c->lengths & 1u << (n - trunk))
		digits += trunk;
	else if (!(c->lengths & 1u << n) || (trunk && c->trunk[0] == '0' && g_str_has_prefix(digits, c->trunk)))
		return false; /* no national number begins with the 0 that is dialled before it */
	g_snprintf(out, PHONE_SIZE, "+%s%s", c->code, digits);
	return numbering_possible(plan, out + 1);
}

bool phone_e164(const struct numbering *plan, const char *text, const char *country, char out[PHONE_SIZE])
{
	const struct country *c = numbering_country(plan, country);
	char digits[PHONE_SIZE];
	bool international;
	size_t prefix;

	out[0] = 0;
	if (!digits_of(text, digits, &international) || !digits[0])
		return false;
	if (international)
		return possible(plan, digits, out);
	prefix = c ? strlen(c->international) : 0;
	if (prefix && g_str_has_prefix(digits, c->international) && possible(plan, digits + prefix, out))
		return true;
	if (g_str_has_prefix(digits, "00")) /* most of the world's */
		return possible(plan, digits + 2, out);
	if (!c || !national(plan, c, digits, out)) {
		out[0] = 0;
		return false;
	}
	return true;
}
