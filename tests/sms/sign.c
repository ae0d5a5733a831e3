/* Signs what it reads: lines of token, address, and names and values in turn, each NUL-terminated, a line feed ends one. */
#include "core/twilio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS_MOST = 64 };

int main(void)
{
	char *line = NULL, signature[TWILIO_SIGNATURE];
	size_t size = 0;
	ssize_t n;

	while ((n = getdelim(&line, &size, '\n', stdin)) > 0) {
		const char *parts[PARTS_MOST];
		struct twilio_field fields[PARTS_MOST / 2];
		size_t count = 0, n_fields = 0;

		for (char *p = line; p < line + n - 1 && count < PARTS_MOST; p += strlen(p) + 1)
			parts[count++] = p;
		for (size_t i = 2; i + 1 < count; i += 2)
			fields[n_fields++] = (struct twilio_field){ parts[i], parts[i + 1] };
		twilio_signature(parts[0], parts[1], fields, n_fields, signature);
		puts(signature);
	}
	free(line);
	return 0;
}
