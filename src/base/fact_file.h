/*
 * Facts that age (which area code is where, when the law lets us call), as dated text files: a line a fact, words
 * between blanks, '#' begins a comment. Each is built in; a file of the same name in the data folder takes its place.
 */
#pragma once

#include "base/problem.h"

#include <stdbool.h>

/*
 * The text of the file `name`, "calling-hours" or "numbering-plan": the one in `folder`, or the built-in one when that
 * has none or is NULL. To be freed; NULL with the problem set when the file is there and cannot be read. `origin` becomes
 * its path, or "built-in NAME".
 */
char *fact_file_read(const char *folder, const char *name, char **origin, struct problem *p);

/* The lines of a text, one after the other, as words. */
enum { FACT_WORDS = 24 };
struct fact_lines {
	const char *rest;   /* to begin with: the text */
	const char *origin; /* for problems */
	struct problem *p;
	unsigned line;      /* of `word`, from 1 */
	int n;
	char *word[FACT_WORDS + 1]; /* ended by NULL; valid until the next line */
	char buffer[1024];
};

/* The next line with words in it. False at the end, or after fact_fault(). */
bool fact_next(struct fact_lines *f);

/* Sets the problem, "ORIGIN line N: …", ends the lines, returns -1. */
int fact_fault(struct fact_lines *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "2026-11-24" as 20261124; 0 when it is no day of the calendar. */
int fact_date(const char *text);

/* A number from `min` to `max`; -1 when it is none. */
int fact_number(const char *text, int min, int max);
