/* Answers for people: a table of rows, a table of one thing, or a sentence. */
#include "admin/operation.h"
#include "cli/command.h"

#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <string.h>

void print_json(const json_t *answer)
{
	json_dumpf(answer, stdout, JSON_INDENT(2));
	putchar('\n');
}

/* "campaign.title" looks into objects. */
static const json_t *value_at(const json_t *v, const char *path)
{
	g_auto(GStrv) keys = g_strsplit(path, ".", -1);

	for (char **key = keys; *key; key++)
		v = json_object_get(v, *key);
	return v;
}

/* Of an array its elements, of an object its first value. */
static char *text_of(const json_t *v)
{
	g_autoptr(GString) s = NULL;
	const json_t *each;
	size_t i;

	switch (v ? json_typeof(v) : JSON_NULL) {
	case JSON_STRING: return g_strdup(json_string_value(v));
	case JSON_INTEGER: return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(v));
	case JSON_REAL: return g_strdup_printf("%g", json_real_value(v));
	case JSON_TRUE: return g_strdup("yes");
	case JSON_FALSE: return g_strdup("no");
	case JSON_NULL: return g_strdup("");
	case JSON_OBJECT: return text_of(json_object_iter_value(json_object_iter((json_t *)v)));
	case JSON_ARRAY: break;
	}
	s = g_string_new(NULL);
	json_array_foreach(v, i, each) {
		g_autofree char *text = text_of(each);

		g_string_append_printf(s, "%s%s", i ? ", " : "", text);
	}
	return g_string_free(g_steal_pointer(&s), FALSE);
}

static void add_cell(struct libscols_line *line, size_t column, const json_t *row, const char *path)
{
	g_autofree char *text = text_of(value_at(row, path));

	scols_line_set_data(line, column, text);
}

static void print_rows(const json_t *rows, const struct op_column *columns)
{
	struct libscols_table *table = scols_new_table();
	const json_t *row;
	size_t i;

	for (const struct op_column *c = columns; c->key; c++)
		scols_table_new_column(table, c->title, 0, 0);
	json_array_foreach(rows, i, row) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		for (size_t c = 0; columns[c].key; c++)
			add_cell(line, c, row, columns[c].key);
	}
	scols_print_table(table);
	scols_unref_table(table);
}

/* A column becomes a line: its title and its value. */
static void print_one(const json_t *answer, const struct op_column *columns)
{
	struct libscols_table *table = scols_new_table();

	scols_table_enable_noheadings(table, 1);
	scols_table_new_column(table, "title", 0, 0);
	scols_table_new_column(table, "value", 0, 0);
	for (const struct op_column *c = columns; c->key; c++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		scols_line_set_data(line, 0, c->title);
		add_cell(line, 1, answer, c->key);
	}
	scols_print_table(table);
	scols_unref_table(table);
}

/* The sentence with the values of its {keys}. */
static void print_said(const json_t *answer, const char *said)
{
	g_autoptr(GString) s = g_string_new(NULL);

	for (const char *p = said; *p;) {
		size_t n = strcspn(p, "{");

		g_string_append_len(s, p, (gssize)n);
		p += n;
		if (*p == '{') {
			size_t len = strcspn(p + 1, "}");
			g_autofree char *path = g_strndup(p + 1, len);
			g_autofree char *text = text_of(value_at(answer, path));

			g_string_append(s, text);
			p += len + 2;
		}
	}
	puts(s->str);
}

static void print_page(const json_t *pagination)
{
	json_int_t pages = json_integer_value(json_object_get(pagination, "totalPages"));

	if (pages > 1)
		fprintf(stderr, "page %" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT ", %" JSON_INTEGER_FORMAT
			" rows in all; --page shows others\n",
			json_integer_value(json_object_get(pagination, "page")), pages,
			json_integer_value(json_object_get(pagination, "total")));
}

void print_answer(const struct operation *o, const json_t *answer)
{
	if (print_explained(o->name, answer))
		return;
	if (o->list) {
		print_rows(json_object_get(answer, o->list), o->columns);
		print_page(json_object_get(answer, "pagination"));
	} else if (o->columns) {
		print_one(answer, o->columns);
	} else if (!o->said) {
		print_json(answer);
	} else {
		print_said(answer, o->said);
	}
}
