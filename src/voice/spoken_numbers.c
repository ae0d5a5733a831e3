#include "voice/spoken_numbers.h"

#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { PHONE_DIGITS = 7, /* fewer are an amount, a year, a house number */
       GROUP = 4,	 /* of digits that came without a break: how many are said in one go */
       ACRONYM = 5 };

static bool starts_word(const char *text, const char *at)
{
	return at == text || !(g_ascii_isalnum(at[-1]) || at[-1] & 0x80);
}

/* ---- telephone numbers ---- */

static bool joins(char c)
{
	return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/';
}

/* The length of a telephone number at `at`; 0 for none. Groups are parted by one or two signs, never by a sentence's end. */
static size_t phone_length(const char *at)
{
	const char *end = at, *s = *at == '+' || *at == '(' ? at + 1 : at;
	int digits = 0, apart = 0;

	if (!g_ascii_isdigit(*s) && *s != '(')
		return 0;
	for (; *s && apart <= 2; s++) {
		if (g_ascii_isdigit(*s)) {
			digits++;
			apart = 0;
			end = s + 1;
		} else if (joins(*s)) {
			apart++;
		} else {
			break;
		}
	}
	return digits >= PHONE_DIGITS && !g_ascii_isalpha(*end) ? (size_t)(end - at) : 0;
}

static void say_group(GString *out, const char *digits, size_t n)
{
	if (out->len && out->str[out->len - 1] != ' ')
		g_string_append(out, ", ");
	for (size_t i = 0; i < n; i++)
		g_string_append_printf(out, i ? " %c" : "%c", digits[i]);
}

/* "15550100199" as people say it: 1, 5 5 5, 0 1 0, 0 1 9 9; others in groups of three, the last of up to four. */
static void say_run(GString *out, const char *digits, size_t n, bool plus)
{
	if (plus && n == 11 && digits[0] == '1') {
		say_group(out, digits++, 1);
		n--;
	}
	while (n > GROUP) {
		say_group(out, digits, 3);
		digits += 3;
		n -= 3;
	}
	say_group(out, digits, n);
}

static void say_phone(GString *out, const char *at, size_t length)
{
	const char *end = at + length;
	bool plus = *at == '+';
	g_autoptr(GString) said = g_string_new(NULL);

	while (at < end) {
		size_t n = 0;

		while (at + n < end && g_ascii_isdigit(at[n]))
			n++;
		if (n > 0)
			say_run(said, at, n, plus);
		at += MAX(n, 1);
	}
	g_string_append(out, said->str);
}

/* ---- times ---- */

/* "9:05", "14:30": its length, 0 for none. */
static size_t time_length(const char *at, int *hour, int *minute)
{
	size_t n = g_ascii_isdigit(at[1]) ? 2 : 1;

	if (!g_ascii_isdigit(at[0]) || at[n] != ':' || !g_ascii_isdigit(at[n + 1]) || !g_ascii_isdigit(at[n + 2]) ||
	    g_ascii_isalnum(at[n + 3]) || (at[n + 3] == ':' && g_ascii_isdigit(at[n + 4])))
		return 0;
	*hour = atoi(at);
	*minute = (at[n + 1] - '0') * 10 + at[n + 2] - '0';
	return *hour < 24 && *minute < 60 ? n + 3 : 0;
}

/* " pm", "a.m." behind a time: its length and letter. A full stop that ends the sentence stays. */
static size_t half_length(const char *at, char *letter)
{
	const char *s = at + (*at == ' ');
	size_t dots = s[0] && s[1] == '.' ? 1 : 0;

	if (!strchr("aApP", *s) || !*s || (s[1 + dots] != 'm' && s[1 + dots] != 'M') || g_ascii_isalnum(s[2 + dots]))
		return 0;
	*letter = g_ascii_toupper(*s);
	return (size_t)(s - at) + 2 + dots + (dots && s[3] == '.' && g_ascii_isalpha(s[4 + (s[4] == ' ')]) ? 1 : 0);
}

static size_t say_time(GString *out, const char *at)
{
	int hour, minute;
	size_t n = time_length(at, &hour, &minute), half = 0;
	char letter = 0;

	if (n == 0)
		return 0;
	half = half_length(at + n, &letter);
	g_string_append_printf(out, minute == 0 ? "%d" : minute < 10 ? "%d oh %d" : "%d %d", hour, minute);
	if (minute == 0 && !half)
		g_string_append(out, hour > 12 || hour == 0 ? " hours" : " o'clock");
	if (half)
		g_string_append_printf(out, " %c M", letter);
	return n + half;
}

/* "10 am", "10am" */
static size_t say_hour(GString *out, const char *at)
{
	size_t n = g_ascii_isdigit(at[1]) ? 2 : 1, half;
	char letter;

	if (!g_ascii_isdigit(at[0]) || g_ascii_isdigit(at[n]) || !(half = half_length(at + n, &letter)))
		return 0;
	g_string_append_printf(out, "%.*s %c M", (int)n, at, letter);
	return n + half;
}

/* ---- acronyms ---- */

static size_t capitals(const char *at)
{
	size_t n = 0;

	while (g_ascii_isupper(at[n]))
		n++;
	return g_ascii_isalnum(at[n]) || at[n] & 0x80 || at[n] == '\'' ? 0 : n;
}

/* What is written in capitals as a whole is shouting, not an acronym. */
static bool shouted(const char *text, const char *at, size_t n)
{
	const char *next = at + n + strspn(at + n, " "), *before = at;

	if (capitals(next) > 1)
		return true;
	while (before > text && before[-1] == ' ')
		before--;
	return before > text + 1 && g_ascii_isupper(before[-1]) && g_ascii_isupper(before[-2]);
}

/* Short ones, and those that cannot be read as a word. */
static size_t say_acronym(GString *out, const char *text, const char *at)
{
	static const char *const words[] = { "OK",  "NO",  "YES", "ALL", "NOT", "NEW", "AND",
					     "THE", "FOR", "YOU", "NOW", "JOB", NULL };
	size_t n = capitals(at);
	g_autofree char *word = g_strndup(at, n);

	if (n < 2 || n > ACRONYM || g_strv_contains(words, word) || (n > 3 && strpbrk(word, "AEIOUY")) ||
	    shouted(text, at, n))
		return 0;
	for (size_t i = 0; i < n; i++)
		g_string_append_printf(out, i ? " %c" : "%c", word[i]);
	return n;
}

/* ---- all of it ---- */

char *spoken_numbers(const char *text)
{
	GString *out = g_string_new(NULL);
	const char *at = text;

	while (*at) {
		size_t n = 0;

		if (starts_word(text, at)) {
			if ((n = phone_length(at)))
				say_phone(out, at, n);
			else if (!(n = say_time(out, at)) && !(n = say_hour(out, at)))
				n = say_acronym(out, text, at);
		}
		if (n == 0)
			g_string_append_c(out, at[n++]);
		at += n;
	}
	return g_string_free(out, FALSE);
}
