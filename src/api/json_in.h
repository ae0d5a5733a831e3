/*
 * A body as JSON, strictly: UTF-8, no key twice, no NUL, nothing behind it, and not nested deeper than any body of ours.
 * Pure; any thread.
 */
#pragma once

#include "base/arena.h"

#include <jansson.h>
#include <stddef.h>

enum { JSON_IN_DEPTH = 16 };

/* The value, to be json_decref()ed; or NULL with `*why`, a sentence: "\"body\" is nested too deeply". */
json_t *json_in_read(struct arena *a, const char *bytes, size_t n, const char **why);
