/*
 * Spreadsheet text: CSV as people's programs write it, read and written.
 *
 * Reading takes UTF-8 with or without a mark in front, else Windows-1252; comma, semicolon or tab, whichever the first
 * row has most of; quoted cells, line breaks in them too. Blanks round a cell that is not quoted are dropped.
 *
 * Writing makes cells harmless: a spreadsheet takes what begins with = + - @ or a tab for a formula, so such a cell
 * gets an apostrophe in front, which sheet_cell_plain() takes off again. A "+" with nothing but digits and blanks behind
 * it is a telephone number, can do no harm, and stays as it is, so that numbers survive the way out and back in.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * The text as UTF-8 with NUL behind it, to be freed with g_free(), and its length. NULL with `*why`, a sentence's tail
 * ("is UTF-16: …"), when it is neither UTF-8 nor Windows-1252.
 */
char *sheet_decode(const char *bytes, size_t n, size_t *len, const char **why);

/*
 * Calls `each` for every row that is not blank, the first one too. Cells are NUL-terminated and live until the return.
 * False from `each` ends the reading. NULL, or what is wrong: "has a quoted cell that never ends".
 */
typedef bool (*sheet_row_fn)(void *arg, char *const *cells, size_t n);
const char *sheet_read(const char *text, size_t len, sheet_row_fn each, void *arg);

/* The cell without the apostrophe that writing has put before it; points into `cell`. */
const char *sheet_cell_plain(const char *cell);

/* Whether the cell is a number a spreadsheet has cut: 1.55512E+10. */
bool sheet_cell_cut(const char *cell);

/* Writes a cell, with a comma unless it is the row's first; and the row's end. */
void sheet_put(GString *out, const char *text, bool first);
void sheet_put_end(GString *out);
