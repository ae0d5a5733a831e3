/* Any text as the headers that have a grammar of their own. */
#include "api/conditional.h"
#include "api/guards.h"
#include "api/idempotency.h"
#include "api/lead_export.h"

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	g_autofree char *text = g_strndup((const char *)data, size);
	const char *key = idempotency_key(a, text);

	if (key && (!key[0] || strlen(key) > 255 || !g_str_is_ascii(key)))
		abort();
	/* A strong match is a weak one too; a weak tag never matches strongly. */
	if (tag_listed(text, "\"7\"", true) && !tag_listed(text, "\"7\"", false))
		abort();
	if (tag_listed(text, "W/\"7\"", true) && !tag_listed(text, NULL, true))
		abort();
	if (guards_is_request_id(text) && (strlen(text) > 128 || strpbrk(text, " \r\n\t\"<>\\")))
		abort();
	guards_is_json(text);
	lead_form_wanted(text);
	arena_free(a);
	return 0;
}
