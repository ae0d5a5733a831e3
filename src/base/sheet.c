#include "base/sheet.h"

#include <csv.h>
#include <string.h>

/* What Windows-1252 has between 0x80 and 0x9f; 0 where it has nothing. */
static const gunichar high[32] = {
	0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
	0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e,
	0x0178,
};

static char *from_windows(const char *bytes, size_t n, size_t *len, const char **why)
{
	GString *out = g_string_sized_new(n + n / 8);

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];
		gunichar u = c >= 0x80 && c < 0xa0 ? high[c - 0x80] : c;

		if (u == 0) {
			*why = c ? "must be text in UTF-8 or Windows-1252"
				 : "must be text in UTF-8 or Windows-1252: it has NUL characters (is it UTF-16?)";
			g_string_free(out, TRUE);
			return NULL;
		}
		if (u < 0x80)
			g_string_append_c(out, (char)u);
		else
			g_string_append_unichar(out, u);
	}
	*len = out->len;
	return g_string_free(out, FALSE);
}

char *sheet_decode(const char *bytes, size_t n, size_t *len, const char **why)
{
	if (n >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0)) {
		*why = "must be text in UTF-8 or Windows-1252: it is UTF-16";
		return NULL;
	}
	if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		bytes += 3;
		n -= 3;
	}
	if (!g_utf8_validate_len(bytes, n, NULL))
		return from_windows(bytes, n, len, why);
	*len = n;
	return g_strndup(bytes, n);
}

/* ---- reading ---- */

static char delimiter_of(const char *text, size_t len)
{
	static const char signs[] = ",;\t";
	size_t count[3] = { 0 }, best = 0;
	bool quoted = false;

	for (size_t i = 0; i < len && (quoted || (text[i] != '\n' && text[i] != '\r')); i++) {
		const char *sign = text[i] ? strchr(signs, text[i]) : NULL;

		quoted ^= text[i] == '"';
		if (sign && !quoted)
			count[sign - signs]++;
	}
	for (size_t i = 1; i < 3; i++)
		if (count[i] > count[best])
			best = i;
	return signs[best];
}

struct reading {
	sheet_row_fn each;
	void *arg;
	GString *text;    /* the cells of this row, each with its NUL */
	GArray *starts;   /* size_t */
	GPtrArray *cells;
	bool stopped, any;
};

static void take_cell(void *cell, size_t n, void *arg)
{
	struct reading *r = arg;

	g_array_append_val(r->starts, r->text->len);
	if (n)
		g_string_append_len(r->text, cell, (gssize)n);
	g_string_append_c(r->text, 0);
	r->any |= n > 0;
}

static void take_row(int sign, void *arg)
{
	struct reading *r = arg;

	(void)sign;
	if (r->any && !r->stopped) {
		g_ptr_array_set_size(r->cells, 0);
		for (guint i = 0; i < r->starts->len; i++)
			g_ptr_array_add(r->cells, r->text->str + g_array_index(r->starts, size_t, i));
		r->stopped = !r->each(r->arg, (char *const *)r->cells->pdata, r->cells->len);
	}
	r->any = false;
	g_string_truncate(r->text, 0);
	g_array_set_size(r->starts, 0);
}

enum {
	AT_ONCE = 64 << 10, /* so that a reader that has stopped is not read to the end */
	GROWTH = 64 << 10,  /* of the library's room for a cell: its 128 bytes would have a long cell copied thousands of times */
};

const char *sheet_read(const char *text, size_t len, sheet_row_fn each, void *arg)
{
	struct reading r = { .each = each, .arg = arg };
	struct csv_parser p;
	const char *wrong = NULL;

	if (csv_init(&p, 0) != 0)
		g_error("out of memory");
	csv_set_blk_size(&p, GROWTH);
	csv_set_delim(&p, (unsigned char)delimiter_of(text, len));
	r.text = g_string_new(NULL);
	r.starts = g_array_new(FALSE, FALSE, sizeof(size_t));
	r.cells = g_ptr_array_new();
	for (size_t at = 0; at < len && !r.stopped && !wrong; at += AT_ONCE) {
		size_t n = MIN(len - at, (size_t)AT_ONCE);

		if (csv_parse(&p, text + at, n, take_cell, take_row, &r) != n)
			wrong = "cannot be read as CSV";
	}
	/* A quote too many in a cell is forgiven, one that swallows the rest of the sheet is not. */
	csv_set_opts(&p, CSV_STRICT | CSV_STRICT_FINI);
	if (!wrong && !r.stopped && csv_fini(&p, take_cell, take_row, &r) != 0)
		wrong = "has a quoted cell that never ends";
	csv_free(&p);
	g_string_free(r.text, TRUE);
	g_array_free(r.starts, TRUE);
	g_ptr_array_free(r.cells, TRUE);
	return wrong;
}

/* ---- cells ---- */

static bool is_formula(const char *s)
{
	return *s && strchr("=+-@\t\r", *s);
}

const char *sheet_cell_plain(const char *cell)
{
	return cell[0] == '\'' && is_formula(cell + strspn(cell, "'")) ? cell + 1 : cell;
}

bool sheet_cell_cut(const char *cell)
{
	size_t n = strspn(cell, "0123456789.,");

	if (n == 0 || (cell[n] != 'E' && cell[n] != 'e'))
		return false;
	cell += n + 1;
	cell += *cell == '+';
	return *cell && cell[strspn(cell, "0123456789")] == 0;
}

static bool is_number(const char *s)
{
	return s[0] == '+' && g_ascii_isdigit(s[1]) && s[1 + strspn(s + 1, "0123456789 ")] == 0;
}

void sheet_put(GString *out, const char *text, bool first)
{
	bool guarded = is_formula(text + strspn(text, "'")) && !is_number(text);
	size_t len = strlen(text);
	bool quoted = guarded || strpbrk(text, ",;\"\t\r\n") || text[0] == ' ' || (len && text[len - 1] == ' ');

	if (!first)
		g_string_append_c(out, ',');
	if (!quoted) {
		g_string_append_len(out, text, (gssize)len);
		return;
	}
	g_string_append(out, guarded ? "\"'" : "\"");
	for (; *text; text++) {
		if (*text == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

void sheet_put_end(GString *out)
{
	g_string_append(out, "\r\n");
}
