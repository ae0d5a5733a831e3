/* The parameters of a request's target, decoded. Pure; any thread. */
#pragma once

#include "api/validate.h"
#include "base/arena.h"

enum { QUERY_IN_PARAMS = 100 };

/*
 * What stands behind the "?": "+" and "%20" are blanks, a bad escape and %00 stay as they are, what is not UTF-8 is made
 * so. In the arena, in the order they came. More than QUERY_IN_PARAMS are a fault.
 */
struct params query_in_read(struct arena *a, const char *target, struct faults *f);
