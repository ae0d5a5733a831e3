#include "base/fact_file.h"

#include "base/asset.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

extern const struct asset asset_calling_hours, asset_numbering_plan;

static const char *built_in(const char *name)
{
	return strcmp(name, "calling-hours") == 0 ? asset_calling_hours.bytes : asset_numbering_plan.bytes;
}

char *fact_file_read(const char *folder, const char *name, char **origin, struct problem *p)
{
	g_autofree char *path = folder ? g_build_filename(folder, name, NULL) : NULL;
	g_autoptr(GError) err = NULL;
	char *text = NULL;

	if (path && g_file_test(path, G_FILE_TEST_EXISTS)) {
		if (!g_file_get_contents(path, &text, NULL, &err)) {
			problem_set(p, PROBLEM_CONFIG, "cannot read %s: %s", path, err->message);
			return NULL;
		}
		*origin = g_steal_pointer(&path);
		return text;
	}
	*origin = g_strdup_printf("built-in %s", name);
	return g_strdup(built_in(name));
}

int fact_fault(struct fact_lines *f, const char *fmt, ...)
{
	va_list args;
	g_autofree char *what = NULL;

	va_start(args, fmt);
	what = g_strdup_vprintf(fmt, args);
	va_end(args);
	f->rest = "";
	return problem_set(f->p, PROBLEM_CONFIG, "%s line %u: %s", f->origin, f->line, what);
}

/* Cuts the buffer into words. */
static bool split(struct fact_lines *f)
{
	char *at = f->buffer, *word;

	f->n = 0;
	while ((word = strsep(&at, " \t\r"))) {
		if (!word[0])
			continue;
		if (f->n == FACT_WORDS)
			return fact_fault(f, "has more than %d words", FACT_WORDS) == 0;
		f->word[f->n++] = word;
	}
	f->word[f->n] = NULL;
	return f->n > 0;
}

bool fact_next(struct fact_lines *f)
{
	while (*f->rest) {
		const char *end = strchrnul(f->rest, '\n');
		size_t n = MIN((size_t)(end - f->rest), strcspn(f->rest, "#"));
		const char *line = f->rest;

		f->line++;
		f->rest = *end ? end + 1 : end;
		if (n >= sizeof(f->buffer))
			return fact_fault(f, "is longer than %zu characters", sizeof(f->buffer) - 1) == 0;
		memcpy(f->buffer, line, n);
		f->buffer[n] = 0;
		if (split(f))
			return true;
	}
	return false;
}

int fact_date(const char *text)
{
	int y, m, d, used = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &y, &m, &d, &used) != 3 || text[used] || used != 10 || y < 1 ||
	    !g_date_valid_dmy((GDateDay)MAX(d, 0), (GDateMonth)MAX(m, 0), (GDateYear)y))
		return 0;
	return y * 10000 + m * 100 + d;
}

int fact_number(const char *text, int min, int max)
{
	gint64 n;

	return g_ascii_string_to_signed(text, 10, min, max, &n, NULL) ? (int)n : -1;
}
