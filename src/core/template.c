#include "core/template.h"

#include <glib.h>
#include <string.h>

static const struct {
	const char *name;
	unsigned uses;
	bool personal;
} fields[TEMPLATE_FIELDS] = {
	[TEMPLATE_FIRST_NAME] = { "firstName", TEMPLATE_SPOKEN | TEMPLATE_SENT, true },
	[TEMPLATE_LAST_NAME] = { "lastName", TEMPLATE_SPOKEN | TEMPLATE_SENT, true },
	[TEMPLATE_JOB_TITLE] = { "jobTitle", TEMPLATE_SPOKEN | TEMPLATE_SENT, false },
	[TEMPLATE_COMPANY_NAME] = { "companyName", TEMPLATE_SPOKEN | TEMPLATE_SENT, false },
	[TEMPLATE_LOCATION] = { "location", TEMPLATE_SPOKEN | TEMPLATE_SENT, false },
	[TEMPLATE_ASSESSMENT_NAME] = { "assessmentName", TEMPLATE_SPOKEN | TEMPLATE_SENT, false },
	[TEMPLATE_ASSESSMENT_LINK] = { "assessmentLink", TEMPLATE_SENT, true },
	[TEMPLATE_MEETING_URL] = { "meetingUrl", TEMPLATE_SENT, false },
};

static const char OPEN[] = "{{", CLOSE[] = "}}";

enum { BRACES = 2,
       NAME_SHOWN = 40, ABBREVIATION = 4 };

/* ---- reading ---- */

static const char *past_blanks(const char *s)
{
	while (g_ascii_isspace(*s))
		s++;
	return s;
}

/* What stands between a pair of braces, without the blanks round it. */
struct hole {
	const char *name;
	size_t n;
	const char *end; /* behind the closing braces */
};

/* The hole whose braces open at `at`; false when they never close. */
static bool read_hole(const char *at, struct hole *h)
{
	const char *close = strstr(at + BRACES, CLOSE);

	if (!close)
		return false;
	h->name = at + BRACES;
	h->end = close + BRACES;
	while (h->name < close && g_ascii_isspace(*h->name))
		h->name++;
	h->n = (size_t)(close - h->name);
	while (h->n > 0 && g_ascii_isspace(h->name[h->n - 1]))
		h->n--;
	return true;
}

/* The field of that name, or -1. */
static int field_of(const struct hole *h)
{
	for (int i = 0; i < TEMPLATE_FIELDS; i++)
		if (strlen(fields[i].name) == h->n && memcmp(fields[i].name, h->name, h->n) == 0)
			return i;
	return -1;
}

/* ---- checking ---- */

static bool fault_unknown(const struct hole *h, enum template_use use, char why[TEMPLATE_WHY_SIZE])
{
	g_autofree char *whole = g_strndup(h->name, h->n);
	g_autofree char *name = g_utf8_make_valid(whole, -1);
	g_autoptr(GString) known = g_string_new(NULL);

	if (g_utf8_strlen(name, -1) > NAME_SHOWN)
		strcpy(g_utf8_offset_to_pointer(name, NAME_SHOWN - 3), "...");
	for (int i = 0; i < TEMPLATE_FIELDS; i++)
		if (fields[i].uses & use)
			g_string_append_printf(known, "%s%s", known->len ? ", " : "", fields[i].name);
	g_snprintf(why, TEMPLATE_WHY_SIZE, "contains the unknown field {{%s}}, known are [%s]", name, known->str);
	return false;
}

bool template_check(const char *text, enum template_use use, char why[TEMPLATE_WHY_SIZE])
{
	const char *at = text, *open;
	struct hole h;
	int field;

	while ((open = strstr(at, OPEN))) {
		const char *stray = strstr(at, CLOSE);

		if (stray && stray < open)
			break;
		if (!read_hole(open, &h)) {
			g_strlcpy(why, "contains {{ without }}", TEMPLATE_WHY_SIZE);
			return false;
		}
		field = field_of(&h);
		if (field < 0 || !(fields[field].uses & use))
			return fault_unknown(&h, use, why);
		at = h.end;
	}
	if (!strstr(at, CLOSE))
		return true;
	g_strlcpy(why, "contains }} without {{", TEMPLATE_WHY_SIZE);
	return false;
}

bool template_has(const char *text, enum template_field field)
{
	const char *at = text, *open;
	struct hole h;

	while ((open = strstr(at, OPEN)) && read_hole(open, &h)) {
		if (field_of(&h) == (int)field)
			return true;
		at = h.end;
	}
	return false;
}

bool template_personal(const char *text)
{
	const char *at = text, *open;
	struct hole h;

	while ((open = strstr(at, OPEN)) && read_hole(open, &h)) {
		int field = field_of(&h);

		if (field >= 0 && fields[field].personal)
			return true;
		at = h.end;
	}
	return false;
}

/* ---- parts ---- */

/* Whether the sign at `at` ends a clause: not "Dr. Jones", nor "10.30". */
static bool ends_clause(const char *text, const char *at)
{
	const char *word = at;

	if (!*at || !strchr(".,;:!?", *at) || !g_ascii_isspace(at[1]))
		return false;
	while (word > text && !g_ascii_isspace(word[-1]))
		word--;
	return *at != '.' || at - word >= ABBREVIATION || at[-1] == '}';
}

/* The length of the first clause, its sign and the blanks behind it included. */
static size_t clause(const char *text)
{
	const char *at = text;
	struct hole h;

	while (*at && !ends_clause(text, at))
		at = g_str_has_prefix(at, OPEN) && read_hole(at, &h) ? h.end : at + 1;
	return *at ? (size_t)(past_blanks(at + 1) - text) : (size_t)(at - text);
}

static bool clause_personal(const char *text, size_t n)
{
	g_autofree char *piece = g_strndup(text, n);

	return template_personal(piece);
}

size_t template_part(const char *text, bool *personal)
{
	size_t n = clause(text), more;

	*personal = clause_personal(text, n);
	while ((more = clause(text + n)) > 0 && clause_personal(text + n, more) == *personal)
		n += more;
	return n;
}

/* ---- rendering ---- */

static void drop_end(GString *out, const char *signs)
{
	while (out->len > 0 && strchr(signs, out->str[out->len - 1]))
		g_string_truncate(out, out->len - 1);
}

/* Closes the gap of a field without a value; returns where the text goes on. */
static const char *close_gap(GString *out, const char *rest)
{
	const char *next = past_blanks(rest);
	bool sign = *next == 0 || strchr(".,;:!?", *next);

	if (!sign && next == rest)
		return rest; /* in the middle of a word */
	drop_end(out, " \t\r\n");
	if (sign && out->len > 0 && strchr(",;:", out->str[out->len - 1]))
		drop_end(out, ",;: ");
	if (out->len > 0 && !strchr(".!?", out->str[out->len - 1]))
		return sign ? next : rest;
	/* A sentence begins here: not with a comma. */
	while (*next && strchr(".,;:!? \t\r\n", *next))
		next++;
	if (out->len > 0 && *next)
		g_string_append_c(out, ' ');
	return next;
}

char *template_render(const char *text, const struct template_values *values)
{
	GString *out = g_string_new(NULL);
	const char *at = text, *open;
	struct hole h;

	while ((open = strstr(at, OPEN)) && read_hole(open, &h)) {
		int field = field_of(&h);
		g_autofree char *value = field < 0 ? g_strndup(open, (gsize)(h.end - open))
						   : g_strdup(values->of[field] ? values->of[field] : "");

		g_strstrip(value);
		g_string_append_len(out, at, open - at);
		g_string_append(out, value);
		at = *value ? h.end : close_gap(out, h.end);
	}
	g_string_append(out, at);
	return g_string_free(out, FALSE);
}
