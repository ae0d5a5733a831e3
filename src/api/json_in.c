#include "api/json_in.h"

#include <glib.h>
#include <stdbool.h>

/* The library's parser recurses; what is nested deeper than any body of ours is refused before it. */
static bool is_shallow(const char *s, size_t n)
{
	unsigned depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if (in_string) {
			i += c == '\\';
			in_string = c != '"';
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_IN_DEPTH)
				return false;
		} else if ((c == '}' || c == ']') && depth) {
			depth--;
		}
	}
	return true;
}

/* The library's words may quote half a character of the body. */
static const char *complaint(struct arena *a, const json_error_t *e)
{
	g_autofree char *valid = g_utf8_make_valid(e->text, -1);

	return arena_printf(a, "\"body\" must be valid JSON: %s (line %d, column %d)", valid, e->line, e->column);
}

json_t *json_in_read(struct arena *a, const char *bytes, size_t n, const char **why)
{
	const size_t flags = JSON_DECODE_ANY | JSON_REJECT_DUPLICATES;
	json_error_t e;
	json_t *json;

	if (!is_shallow(bytes, n)) {
		*why = "\"body\" is nested too deeply";
		return NULL;
	}
	json = json_loadb(bytes, n, flags, &e);
	/* Whole numbers past 64 bits are numbers all the same; the rules say what is a safe one. */
	if (!json && json_error_code(&e) == json_error_numeric_overflow)
		json = json_loadb(bytes, n, flags | JSON_DECODE_INT_AS_REAL, &e);
	if (!json)
		*why = complaint(a, &e);
	return json;
}
