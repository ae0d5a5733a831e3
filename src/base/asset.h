/*
 * A file that is part of the program: tools/embed makes one of each at build time, named after the file
 * (asset_docs_html). Its bytes end with a NUL that is not counted.
 */
#pragma once

#include <stddef.h>

struct asset {
	const char *type, *tag; /* Content-Type and ETag */
	const char *bytes;
	size_t n;
};
