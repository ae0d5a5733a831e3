/*
 * callsheet suppress import: a file with a number or an e-mail address a line, or a CSV. Sent in pieces, each of them
 * one transaction; running it again adds what is missing.
 */
#include "admin/operation.h"
#include "cli/command.h"
#include "cli/reach.h"

#include <stdio.h>
#include <string.h>

enum { PIECE = 1000, SHOWN = 20 };

struct import {
	const char *folder, *scope, *reason, *mode;
	GArray *columns;   /* unsigned: the columns a header named; empty: all */
	json_t *entries;   /* of the piece */
	GArray *lines;     /* unsigned: the line of each entry */
	json_int_t added, there;
	json_t *rejected;  /* {"line", "entry"} */
};

/* ---- CSV ---- */

/* One cell from *s on, unquoted; *s is left behind its separator, or NULL at the end. */
static char *next_cell(const char **s, const char *separators)
{
	GString *cell = g_string_new(NULL);
	const char *p = *s;
	bool quoted = *p == '"';

	for (p += quoted; *p; p++) {
		if (quoted && *p == '"' && p[1] == '"')
			p++;
		else if (*p == '"' && quoted) {
			quoted = false;
			continue;
		} else if (!quoted && strchr(separators, *p))
			break;
		g_string_append_c(cell, *p);
	}
	*s = *p ? p + 1 : NULL;
	return g_strstrip(g_string_free(cell, FALSE));
}

static GPtrArray *cells_of(const char *line)
{
	GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);

	while (line)
		g_ptr_array_add(cells, next_cell(&line, ",;\t"));
	return cells;
}

/* Whether the first line is a header; the columns that matter are remembered. */
static bool read_header(struct import *im, const GPtrArray *cells)
{
	static const char *const words[] = { "phone", "number", "mobile", "mail" };
	bool header = true;

	for (guint i = 0; i < cells->len; i++) {
		g_autofree char *cell = g_ascii_strdown(cells->pdata[i], -1);

		header &= !strpbrk(cell, "@0123456789");
		for (size_t w = 0; w < G_N_ELEMENTS(words); w++)
			if (strstr(cell, words[w])) {
				g_array_append_val(im->columns, i);
				break;
			}
	}
	header &= im->columns->len > 0;
	if (!header)
		g_array_set_size(im->columns, 0);
	return header;
}

/* ---- sending ---- */

static void count(struct import *im, const json_t *answer)
{
	const json_t *each;
	size_t i;

	im->added += json_integer_value(json_object_get(answer, "added"));
	im->there += json_integer_value(json_object_get(answer, "alreadyThere"));
	json_array_foreach(json_object_get(answer, "rejected"), i, each) {
		size_t at = (size_t)json_integer_value(json_object_get(each, "index"));

		json_array_append_new(im->rejected, json_pack("{s:i,s:O}", "line",
							      (int)g_array_index(im->lines, unsigned, at), "entry",
							      json_object_get(each, "entry")));
	}
}

static int send_piece(struct import *im, struct problem *p)
{
	json_t *args, *answer = NULL;
	int rc;

	if (json_array_size(im->entries) == 0)
		return 0;
	args = json_pack("{s:O}", "entries", im->entries);
	if (im->scope)
		json_object_set_new(args, "scope", json_string(im->scope));
	if (im->reason)
		json_object_set_new(args, "reason", json_string(im->reason));
	if (im->mode)
		json_object_set_new(args, "mode", json_string(im->mode));
	rc = reach_call(im->folder, operation_find("suppress.import"), args, &answer, p);
	if (rc == 0)
		count(im, answer);
	json_decref(answer);
	json_array_clear(im->entries);
	g_array_set_size(im->lines, 0);
	return rc;
}

static void add_entry(struct import *im, unsigned line, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	if (!valid[0])
		return;
	json_array_append_new(im->entries, json_string(valid));
	g_array_append_val(im->lines, line);
}

static void take_line(struct import *im, unsigned line, const GPtrArray *cells)
{
	if (im->columns->len == 0)
		for (guint i = 0; i < cells->len; i++)
			add_entry(im, line, cells->pdata[i]);
	for (guint i = 0; i < im->columns->len; i++) {
		guint column = g_array_index(im->columns, unsigned, i);

		if (column < cells->len)
			add_entry(im, line, cells->pdata[column]);
	}
}

static int import_text(struct import *im, const char *text, struct problem *p)
{
	g_auto(GStrv) lines = g_strsplit(g_str_has_prefix(text, "\xef\xbb\xbf") ? text + 3 : text, "\n", -1);

	for (unsigned i = 0; lines[i]; i++) {
		g_autoptr(GPtrArray) cells = cells_of(g_strstrip(lines[i]));

		if (i > 0 || !read_header(im, cells))
			take_line(im, i + 1, cells);
		if (json_array_size(im->entries) >= PIECE && send_piece(im, p) != 0)
			return -1;
	}
	return send_piece(im, p);
}

/* ---- the command ---- */

static void print_result(const struct import *im, bool json)
{
	json_int_t invalid = (json_int_t)json_array_size(im->rejected);
	const json_t *each;
	json_t *o;
	size_t i;

	json_array_foreach(im->rejected, i, each) {
		if (i < SHOWN)
			fprintf(stderr, "line %d: \"%s\" is neither a telephone number nor an e-mail address\n",
				(int)json_integer_value(json_object_get(each, "line")),
				json_string_value(json_object_get(each, "entry")));
	}
	if (invalid > SHOWN)
		fprintf(stderr, "and %d more\n", (int)invalid - SHOWN);
	if (!json) {
		printf("added %d, already there %d, invalid %d\n", (int)im->added, (int)im->there, (int)invalid);
		return;
	}
	o = json_pack("{s:I,s:I,s:I,s:O}", "added", im->added, "alreadyThere", im->there, "invalid", invalid,
		      "rejected", im->rejected);
	print_json(o);
	json_decref(o);
}

static int exit_code(const struct import *im)
{
	if (json_array_size(im->rejected) == 0)
		return 0;
	return im->added + im->there > 0 ? PROBLEM_PARTLY : PROBLEM_INVALID;
}

static int read_input(const char *path, char **text, struct problem *p)
{
	g_autoptr(GError) err = NULL;

	if (g_file_get_contents(strcmp(path, "-") == 0 ? "/dev/stdin" : path, text, NULL, &err))
		return 0;
	return problem_set(p, PROBLEM_NOT_FOUND, "cannot read the list: %s", err->message);
}

static int import_file(struct import *im, const char *path, bool json)
{
	g_autofree char *text = NULL;
	struct problem p = { 0 };
	int code;

	im->columns = g_array_new(FALSE, FALSE, sizeof(unsigned));
	im->lines = g_array_new(FALSE, FALSE, sizeof(unsigned));
	im->entries = json_array();
	im->rejected = json_array();
	if (read_input(path, &text, &p) == 0 && import_text(im, text, &p) == 0) {
		print_result(im, json);
		code = exit_code(im);
	} else {
		code = command_fail(&p);
	}
	json_decref(im->rejected);
	json_decref(im->entries);
	g_array_unref(im->lines);
	g_array_unref(im->columns);
	return code;
}

int suppress_import_run(int argc, char **argv)
{
	g_autofree char *folder = NULL, *scope = NULL, *reason = NULL;
	gboolean live = FALSE, test = FALSE, json = FALSE;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &folder, "the data folder", "DIR" },
		{ "scope", 0, 0, G_OPTION_ARG_STRING, &scope, "from what: all (default), campaign:ID or purpose:NAME", "SCOPE" },
		{ "reason", 0, 0, G_OPTION_ARG_STRING, &reason, "why (OPERATOR)", "TEXT" },
		{ "live", 0, 0, G_OPTION_ARG_NONE, &live, "only the live workspace", NULL },
		{ "test", 0, 0, G_OPTION_ARG_NONE, &test, "only the test workspace (default: both)", NULL },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "print JSON", NULL },
		{ NULL },
	};
	struct problem p = { 0 };
	struct import im;
	int code;

	if (!command_options(&argc, &argv, entries, "suppress import --data DIR FILE",
			     "Puts people on the list of those who must not be called: a telephone number or an e-mail "
			     "address a line, or a CSV whose header names such columns. - is stdin. Safe to run again.",
			     &code))
		return code;
	if (!folder)
		return command_without_folder("suppress import");
	if (argc != 2)
		problem_set(&p, PROBLEM_USAGE, "suppress import needs one FILE");
	else if (live && test)
		problem_set(&p, PROBLEM_USAGE, "suppress import takes --live or --test, not both");
	if (p.kind != PROBLEM_NONE)
		return command_fail(&p);
	im = (struct import){ .folder = folder, .scope = scope, .reason = reason,
			      .mode = live || test ? op_mode(live) : NULL };
	return import_file(&im, argv[1], json);
}
