/*
 * What a campaign's leads are searched by, sixty-four ids in one text: a search then reads long texts from end to end, and not
 * a million short ones. A record is a sign no one can type, the lead's place among the sixty-four, and its key (core/fold.h);
 * in any order.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { ROSTER_BLOCK = 64 };

/* What is looked for: folded (fold_text()). Freed with needle_free(). */
struct needle;
struct needle *needle_new(const char *folded);
void needle_free(struct needle *n);

/* Whether it is part of a key. */
bool needle_in(const struct needle *n, const char *key);

void roster_append(GString *records, int place, const char *key);

/* Takes one out; false when it is not there. */
bool roster_cut(GString *records, int place);

/* The places whose keys contain what is looked for, a bit each. */
uint64_t roster_matches(const char *records, const struct needle *n);
