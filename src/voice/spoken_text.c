#include "voice/spoken_text.h"

#include "voice/spoken_numbers.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

enum { INPUT_MAX = 4 * SPOKEN_TEXT_MAX }; /* bytes looked at: markup and the like may shrink a lot */

static const struct {
	gunichar sign;
	const char *said;
} signs[] = {
	{ '%', " percent " }, { '&', " and " }, { '@', " at " }, { '+', " plus " }, { '=', " equals " },
	{ '#', " pound " },   { '*', " " },     { '_', " " },    { '`', " " },      { '~', " " },
	{ '|', " " },         { '\\', " " },    { '^', " " },    { '{', " " },      { '}', " " },
	{ '[', " " },         { ']', " " },     { '<', " " },    { '>', " " },      { 0xb0, " degrees " },
	{ 0x2013, ", " },     { 0x2014, ", " }, { 0x2018, "'" }, { 0x2019, "'" },   { 0x201c, "\"" },
	{ 0x201d, "\"" },     { 0x2026, ". " },
};

/* Where a tag, comment or declaration that starts at `at` ends; NULL when it is no markup ("a < b"). */
static const char *markup_end(const char *at)
{
	const char *end;

	if (*at != '<' || !(g_ascii_isalpha(at[1]) || strchr("/!?", at[1])) || !at[1])
		return NULL;
	end = strpbrk(at + 1, "<>");
	return end && *end == '>' ? end + 1 : NULL;
}

/* "Press *" is a key; *emphasis* is typography. */
static bool is_star_key(const char *text, const char *at)
{
	return *at == '*' && (at == text || !g_ascii_isalnum(at[-1])) && !g_ascii_isalnum(at[1]) &&
	       at[1] != '*' && (at == text || at[-1] != '*');
}

static void append_plain(GString *out, gunichar c)
{
	char utf8[8];
	char *ascii;

	utf8[g_unichar_to_utf8(c, utf8)] = 0;
	ascii = g_str_to_ascii(utf8, "C");
	g_string_append(out, strcmp(ascii, "?") == 0 ? " " : ascii);
	g_free(ascii);
}

static void append_sign(GString *out, gunichar c)
{
	for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
		if (signs[i].sign == c) {
			g_string_append(out, signs[i].said);
			return;
		}
	}
	if (c < 0x20 || c == 0x7f)
		g_string_append_c(out, ' ');
	else if (c < 0x80)
		g_string_append_c(out, (char)c);
	else
		append_plain(out, c);
}

static GString *translate(const char *text)
{
	GString *out = g_string_new(NULL);
	const char *at = text;

	while (*at) {
		const char *end = markup_end(at);

		if (end) {
			g_string_append_c(out, ' ');
			at = end;
			continue;
		}
		if (is_star_key(text, at))
			g_string_append(out, " star ");
		else
			append_sign(out, g_utf8_get_char(at));
		at = g_utf8_next_char(at);
	}
	return out;
}

/* Single spaces, none at the ends, and none before a punctuation mark. */
static void tidy(char *s)
{
	char *to = s;

	for (const char *at = s; *at; at++) {
		if (*at == ' ' && (to == s || to[-1] == ' '))
			continue;
		if (strchr(".,;:?!", *at) && to > s && to[-1] == ' ')
			to--;
		*to++ = *at;
	}
	if (to > s && to[-1] == ' ')
		to--;
	*to = 0;
}

/* At the last space that fits, so that no half word is spoken. */
static void cap(char *s)
{
	char *space;

	if (strlen(s) <= SPOKEN_TEXT_MAX)
		return;
	s[SPOKEN_TEXT_MAX] = 0;
	space = strrchr(s, ' ');
	if (space)
		*space = 0;
}

char *spoken_text(const char *text)
{
	char *valid = g_utf8_make_valid(text ? text : "", text ? (gssize)strnlen(text, INPUT_MAX) : 0);
	g_autofree char *words = spoken_numbers(valid);
	char *spoken = g_string_free(translate(words), FALSE);

	g_free(valid);
	tidy(spoken);
	cap(spoken);
	return spoken;
}
