/*
 * A rendered prompt on disk: a line that says what follows (with its SHA-256), then the mu-law samples, then
 * the A-law ones. The line can be read with head(1).
 *
 * Any thread; a file appears whole or not at all.
 */
#pragma once

#include "base/problem.h"

struct prompt;

/* NULL when there is none, or when what is there is not what was written. One reference. */
struct prompt *prompt_file_load(const char *path);

/* Temporary name, fsync, rename. 0, or -1 with the problem set. */
int prompt_file_save(const char *path, const struct prompt *prompt, struct problem *p);

/* Removes temporary files that a crash has left in the folder. */
void prompt_file_sweep(const char *folder);
