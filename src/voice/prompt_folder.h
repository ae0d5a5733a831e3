/*
 * The folder of spoken prompts, bounded: when it holds more than it may, those that were not used for longest go.
 *
 * Any thread.
 */
#pragma once

#include "base/problem.h"

#include <stdint.h>

struct prompt;
struct prompt_folder;

/* Makes the folder if it is missing and removes what a crash has left. NULL with the problem set. */
struct prompt_folder *prompt_folder_open(const char *path, int64_t most_bytes, struct problem *p);
void prompt_folder_close(struct prompt_folder *f);

/* One reference; NULL when it is not there. It counts as used now. */
struct prompt *prompt_folder_load(struct prompt_folder *f, const char *key);

/* 0, or -1 with the problem set. */
int prompt_folder_save(struct prompt_folder *f, const char *key, const struct prompt *prompt, struct problem *p);
