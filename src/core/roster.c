#include "core/roster.h"

#include "core/fold.h"

#include <string.h>

enum { FIRST_PLACE = '0' }; /* one sign each, to 'o' */

/* With the byte that is looked for first: the one that names and addresses have least. */
struct needle {
	size_t n, at;
	char bytes[];
};

static size_t rarest_byte(const char *bytes, size_t n)
{
	static const char common[] = "eao.nirmlcst@dhugpybkvfw0123456789jxzq"; /* of names and addresses, the commonest first */
	size_t best = 0, rank = 0;

	for (size_t i = 0; i < n; i++) {
		const char *known = strchr(common, bytes[i]);
		size_t r = known ? (size_t)(known - common) : sizeof(common);

		if (r >= rank) {
			best = i;
			rank = r;
		}
	}
	return best;
}

struct needle *needle_new(const char *folded)
{
	size_t n = strlen(folded);
	struct needle *needle = g_malloc(sizeof(*needle) + n);

	memcpy(needle->bytes, folded, n);
	needle->n = n;
	needle->at = rarest_byte(folded, n);
	return needle;
}

void needle_free(struct needle *n)
{
	g_free(n);
}

/* Where it stands first in the bytes up to `end`; NULL: nowhere. */
static const char *find(const char *from, const char *end, const struct needle *needle)
{
	if ((size_t)(end - from) < needle->n)
		return NULL;
	if (needle->n == 0)
		return from;
	from += needle->at;
	end -= needle->n - needle->at - 1;
	while ((from = memchr(from, needle->bytes[needle->at], (size_t)(end - from)))) {
		if (memcmp(from - needle->at, needle->bytes, needle->n) == 0)
			return from - needle->at;
		from++;
	}
	return NULL;
}

bool needle_in(const struct needle *n, const char *key)
{
	return find(key, key + strlen(key), n);
}

void roster_append(GString *records, int place, const char *key)
{
	g_string_append_c(records, FOLD_RECORD);
	g_string_append_c(records, (char)(FIRST_PLACE + place));
	g_string_append(records, key);
}

bool roster_cut(GString *records, int place)
{
	const char head[] = { FOLD_RECORD, (char)(FIRST_PLACE + place), 0 };
	const char *at = strstr(records->str, head), *end = at ? strchr(at + 1, FOLD_RECORD) : NULL;

	if (!at)
		return false;
	g_string_erase(records, at - records->str, end ? end - at : -1);
	return true;
}

uint64_t roster_matches(const char *records, const struct needle *n)
{
	const char *end = records + strlen(records), *at = records, *hit;
	uint64_t found = 0;

	while (at < end && (hit = find(at, end, n))) {
		const char *record = memrchr(records, FOLD_RECORD, (size_t)(hit - records) + 1);

		if (!record || hit < record + 2) { /* in the head of a record */
			at = hit + 1;
			continue;
		}
		found |= UINT64_C(1) << ((record[1] - FIRST_PLACE) & (ROSTER_BLOCK - 1));
		at = memchr(hit, FOLD_RECORD, (size_t)(end - hit));
		if (!at)
			break;
	}
	return found;
}
