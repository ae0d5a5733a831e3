/* Any bytes as CSV and as NDJSON: rows or a reason, and a cell that is written reads back the same. */
#include "api/lead_forms.h"
#include "base/sheet.h"

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FAULT_MOST = 2000 };

static bool first_cell(void *arg, char *const *cells, size_t n)
{
	if (n != 2 || strcmp(cells[1], "end") != 0)
		abort();
	*(char **)arg = g_strdup(sheet_cell_plain(cells[0]));
	return false;
}

static void there_and_back(const char *text)
{
	g_autoptr(GString) s = g_string_new(NULL);
	g_autofree char *back = NULL;

	sheet_put(s, text, true);
	sheet_put(s, "end", false);
	sheet_put_end(s);
	if (sheet_read(s->str, s->len, first_cell, &back) || !back || strcmp(back, text) != 0)
		abort();
}

static void check(const struct lead_add_in *in, const char *why)
{
	const struct lead_in *leads = in ? in->leads.items : NULL;

	if (!in != (why != NULL) || (why && !g_utf8_validate(why, -1, NULL)))
		abort();
	for (size_t i = 0; in && i < in->leads.n; i++) {
		const char *fault = in->faults[i];

		if (fault ? !g_utf8_validate(fault, -1, NULL) || strlen(fault) > FAULT_MOST : !leads[i].email)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	g_autofree char *bytes = g_memdup2(data, size), *text = g_utf8_make_valid((const char *)data, (gssize)size);
	const struct lead_add_in *in;
	const char *why = NULL;

	in = lead_forms_csv(a, bytes ? bytes : "", size, 50, INT64_C(1750000000000), &why);
	check(in, why);
	why = NULL;
	in = lead_forms_ndjson(a, bytes ? bytes : "", size, 50, INT64_C(1750000000000), &why);
	check(in, why);
	there_and_back(text);
	arena_free(a);
	return 0;
}
