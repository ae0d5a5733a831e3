/* Addresses and numbers by hand-written readers, and by patterns that say the same: they agree on any text. */
#include "api/validate.h"

#include <glib.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ATOM  "[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~\\x80-\\xff]+"
#define ENDS  "[A-Za-z0-9\\x80-\\xff]"
#define BLANK "[ \\t\\r\\n\\v\\f]*"
#define LABEL "(?=[^.]{1,63}(\\.|\\z))" ENDS "([A-Za-z0-9\\x80-\\xff\\-]*" ENDS ")?"

/* Bytes, not characters: what is beyond ASCII is taken as it is. */
static bool matches(GRegex **kept, const char *pattern, const char *text)
{
	if (!*kept)
		*kept = g_regex_new(pattern, G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
	return g_regex_match(*kept, text, 0, NULL);
}

static size_t utf16_length(const char *text)
{
	glong n = 0;
	gunichar2 *units = g_utf8_to_utf16(text, -1, NULL, &n, NULL);

	g_free(units);
	return (size_t)n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static GRegex *address, *figure;
	g_autofree char *raw = g_strndup((const char *)data, size), *text = g_utf8_make_valid(raw, -1);
	double v = 0;
	bool is_figure = validate_number_text(text, &v);

	if (validate_utf16_length(text) != utf16_length(text))
		abort();
	if (validate_email(text) !=
	    (utf16_length(text) <= 254 &&
	     matches(&address, "\\A(?=[^@]{1,64}@)" ATOM "(\\." ATOM ")*@(" LABEL "\\.)+(?![0-9])" LABEL "\\z", text)))
		abort();
	if (is_figure !=
	    matches(&figure, "\\A" BLANK "[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?" BLANK "\\z", text))
		abort();
	if (is_figure && isnan(v))
		abort();
	return 0;
}
