/* Whatever characters a text has, NUL too, what jw_ writes is JSON that the strict parser takes. */
#include "base/json_writer.h"

#include <glib.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = g_utf8_make_valid((const char *)data, (gssize)size);
	struct jw w;
	json_error_t error;
	json_t *parsed;

	jw_init(&w);
	jw_object(&w);
	jw_kstr(&w, "text", text);
	jw_key(&w, "whole");
	if (g_utf8_validate_len((const char *)data, size, NULL))
		jw_strn(&w, (const char *)data, size);
	else
		jw_str(&w, NULL);
	jw_end(&w);
	parsed = json_loadb(w.data, w.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (!parsed)
		abort();
	json_decref(parsed);
	jw_free(&w);
	g_free(text);
	return 0;
}
