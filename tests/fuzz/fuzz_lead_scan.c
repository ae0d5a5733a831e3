/* What the quick reader of leads takes, jansson and the rules take with the same result. */
#include "../lib/lead_body.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Bytes right up to the end of an allocation, so that a look past it is seen. */
	char *body = g_memdup2(data, size);

	if (lead_readers_agree(body ? body : "", size) < 0 || lead_lines_agree(body ? body : "", size) < 0)
		abort();
	g_free(body);
	return 0;
}
