/*
 * The settings of a server: flag, then CALLSHEET_SECTION_KEY, then the INI file, then the default.
 *
 * The rows are in settings.def. An unknown key is an error wherever it stands, and so is a value out of range:
 * the problem names the setting, the value and where it came from. Read once at start; constant afterwards,
 * so any thread may read.
 */
#pragma once

#include "base/problem.h"

#include <stdbool.h>
#include <stdint.h>

struct settings {
#define TEXT(section, key, def, doc)                   char *section##_##key;
#define NUMBER(section, key, def, min, max, unit, doc) int64_t section##_##key;
#define SWITCH(section, key, def, doc)                 bool section##_##key;
#include "base/settings.def"
#undef TEXT
#undef NUMBER
#undef SWITCH
};

/*
 * Fills `s`. `file` may be NULL. `flags` is a NULL-terminated list of "section.key=value", or NULL; it wins
 * over everything else. 0, or -1 with the problem set (s needs settings_clear() in both cases).
 */
int settings_load(struct settings *s, const char *file, const char *const *flags, struct problem *p);
void settings_clear(struct settings *s);

/* Calls `show` once per setting, in the order of settings.def; `value` is the effective one as text. */
void settings_each(const struct settings *s,
		   void (*show)(void *arg, const char *name, const char *value, const char *unit,
				const char *doc),
		   void *arg);
