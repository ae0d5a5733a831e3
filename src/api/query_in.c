#include "api/query_in.h"

#include <glib.h>
#include <string.h>

static int hex_pair(const char *s)
{
	int high = g_ascii_xdigit_value(s[0]);
	int low = high < 0 ? -1 : g_ascii_xdigit_value(s[1]);

	return low < 0 ? -1 : high * 16 + low;
}

static const char *decode(struct arena *a, const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1), *p = out;

	for (size_t i = 0; i < n; i++) {
		int c = s[i] == '%' && i + 2 < n ? hex_pair(s + i + 1) : -1;

		if (c > 0) {
			*p++ = (char)c;
			i += 2;
		} else {
			*p++ = s[i] == '+' ? ' ' : s[i];
		}
	}
	if (!g_utf8_validate(out, p - out, NULL)) {
		char *valid = g_utf8_make_valid(out, p - out);

		out = arena_strdup(a, valid);
		g_free(valid);
	}
	return out;
}

struct params query_in_read(struct arena *a, const char *target, struct faults *f)
{
	const char *s = strchr(target, '?');
	struct param *list;
	size_t n = 0;

	if (!s)
		return (struct params){ NULL, 0 };
	list = arena_alloc(a, QUERY_IN_PARAMS * sizeof(*list));
	for (s++; *s;) {
		size_t len = strcspn(s, "&#"), key = strcspn(s, "=&#");

		if (n == QUERY_IN_PARAMS) {
			faults_add(f, "query", "\"query\" must contain less than or equal to 100 parameters");
			break;
		}
		if (len) {
			const char *value = key < len ? s + key + 1 : "";

			list[n].key = decode(a, s, key);
			list[n++].value = decode(a, value, key < len ? len - key - 1 : 0);
		}
		s += len;
		if (*s != '&')
			break;
		s++;
	}
	return (struct params){ list, n };
}
