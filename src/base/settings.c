#include "base/settings.h"

#include "base/log.h"

#include <glib.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum kind { KIND_TEXT, KIND_NUMBER, KIND_SWITCH };

struct row {
	const char *section, *key;
	enum kind kind;
	size_t offset;
	const char *text;     /* the default, as it would be written */
	int64_t min, max;
	const char *unit, *doc;
};

static const struct row rows[] = {
#define TEXT(sec, k, def, d)             { #sec, #k, KIND_TEXT, offsetof(struct settings, sec##_##k), def, 0, 0, "", d },
#define NUMBER(sec, k, def, lo, hi, u, d) \
	{ #sec, #k, KIND_NUMBER, offsetof(struct settings, sec##_##k), #def, lo, hi, u, d },
#define SWITCH(sec, k, def, d)           { #sec, #k, KIND_SWITCH, offsetof(struct settings, sec##_##k), #def, 0, 0, "", d },
#include "base/settings.def"
#undef TEXT
#undef NUMBER
#undef SWITCH
};

static const struct row *find(const char *section, const char *key)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (strcmp(rows[i].section, section) == 0 && strcmp(rows[i].key, key) == 0)
			return &rows[i];
	return NULL;
}

static bool is_section(const char *section)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (strcmp(rows[i].section, section) == 0)
			return true;
	return false;
}

static int parse_switch(const char *value, bool *out)
{
	static const char *const yes[] = { "true", "yes", "on", "1", NULL };
	static const char *const no[] = { "false", "no", "off", "0", NULL };

	*out = g_strv_contains(yes, value);
	return *out || g_strv_contains(no, value) ? 0 : -1;
}

/* Writes `value` into its place; `origin` says where it was read, for the problem's text. */
static int assign(struct settings *s, const struct row *r, const char *value, const char *origin,
		  struct problem *p)
{
	char *at = (char *)s + r->offset;
	gint64 n;

	switch (r->kind) {
	case KIND_TEXT:
		g_free(*(char **)at);
		*(char **)at = g_strdup(value);
		return 0;
	case KIND_NUMBER:
		if (!g_ascii_string_to_signed(value, 10, r->min, r->max, &n, NULL))
			return problem_set(p, PROBLEM_CONFIG,
					   "%s: %s.%s is \"%s\", but must be a number from %" G_GINT64_FORMAT
					   " to %" G_GINT64_FORMAT, origin, r->section, r->key, value, r->min,
					   r->max);
		*(int64_t *)at = n;
		return 0;
	case KIND_SWITCH:
		if (parse_switch(value, (bool *)at) != 0)
			return problem_set(p, PROBLEM_CONFIG, "%s: %s.%s is \"%s\", but must be true or false",
					   origin, r->section, r->key, value);
		return 0;
	}
	return 0;
}

static int read_group(struct settings *s, GKeyFile *f, const char *file, const char *section,
		      struct problem *p)
{
	g_auto(GStrv) keys = g_key_file_get_keys(f, section, NULL, NULL);

	if (!is_section(section))
		return problem_set(p, PROBLEM_CONFIG, "%s: there is no section [%s]", file, section);
	for (char **k = keys; *k; k++) {
		const struct row *r = find(section, *k);
		g_autofree char *value = g_key_file_get_string(f, section, *k, NULL);

		if (!r)
			return problem_set(p, PROBLEM_CONFIG, "%s: there is no setting %s.%s", file, section, *k);
		if (assign(s, r, value ? value : "", file, p) != 0)
			return -1;
	}
	return 0;
}

static int read_file(struct settings *s, const char *file, struct problem *p)
{
	g_autoptr(GKeyFile) f = g_key_file_new();
	g_autoptr(GError) err = NULL;
	g_auto(GStrv) groups = NULL;

	if (!g_key_file_load_from_file(f, file, G_KEY_FILE_NONE, &err))
		return problem_set(p, PROBLEM_CONFIG, "cannot read the configuration %s: %s", file, err->message);
	groups = g_key_file_get_groups(f, NULL);
	for (char **g = groups; *g; g++)
		if (read_group(s, f, file, *g, p) != 0)
			return -1;
	return 0;
}

/* CALLSHEET_VOICE_RING_TIMEOUT -> voice.ring_timeout. A name outside our sections is somebody else's. */
static int read_environment(struct settings *s, struct problem *p)
{
	g_auto(GStrv) names = g_listenv();

	for (char **n = names; *n; n++) {
		g_autofree char *section = NULL;
		char *key;
		const struct row *r;

		if (!g_str_has_prefix(*n, "CALLSHEET_"))
			continue;
		section = g_ascii_strdown(*n + strlen("CALLSHEET_"), -1);
		key = strchr(section, '_');
		if (!key)
			continue;
		*key++ = 0;
		if (!is_section(section))
			continue;
		r = find(section, key);
		if (!r)
			return problem_set(p, PROBLEM_CONFIG, "environment: there is no setting %s (%s.%s)", *n,
					   section, key);
		if (assign(s, r, g_getenv(*n), *n, p) != 0)
			return -1;
	}
	return 0;
}

static int read_flag(struct settings *s, const char *flag, struct problem *p)
{
	g_auto(GStrv) side = g_strsplit(flag, "=", 2);
	g_auto(GStrv) name = side[0] ? g_strsplit(side[0], ".", 2) : NULL;
	const struct row *r = name && name[0] && name[1] ? find(name[0], name[1]) : NULL;

	if (!r || !side[1])
		return problem_set(p, PROBLEM_USAGE, "there is no setting %s", side[0] ? side[0] : "");
	return assign(s, r, side[1], "command line", p);
}

int settings_load(struct settings *s, const char *file, const char *const *flags, struct problem *p)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *def = rows[i].text;

		assign(s, &rows[i], def, "default", p);
	}
	if (file && read_file(s, file, p) != 0)
		return -1;
	if (read_environment(s, p) != 0)
		return -1;
	for (; flags && *flags; flags++)
		if (read_flag(s, *flags, p) != 0)
			return -1;
	if (!log_setup(s->log_level, s->log_format))
		return problem_set(p, PROBLEM_CONFIG,
				   "log.level must be debug, info, warn or error, and log.format auto, text or json");
	return 0;
}

void settings_clear(struct settings *s)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].kind == KIND_TEXT)
			g_clear_pointer((char **)(void *)((char *)s + rows[i].offset), g_free);
}

void settings_each(const struct settings *s,
		   void (*show)(void *arg, const char *name, const char *value, const char *unit,
				const char *doc),
		   void *arg)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct row *r = &rows[i];
		const char *at = (const char *)s + r->offset;
		char name[64], value[256];

		snprintf(name, sizeof(name), "%s.%s", r->section, r->key);
		if (r->kind == KIND_TEXT)
			snprintf(value, sizeof(value), "%s", *(char *const *)(const void *)at);
		else if (r->kind == KIND_NUMBER)
			snprintf(value, sizeof(value), "%" G_GINT64_FORMAT, *(const int64_t *)(const void *)at);
		else
			snprintf(value, sizeof(value), "%s", *(const bool *)at ? "true" : "false");
		show(arg, name, value, r->unit, r->doc);
	}
}
