/*
 * Many operations in a row on one data folder. While no server holds the folder, it and its database stay open from one
 * operation to the next, but only for a second or two at a time, so that a server that starts meanwhile gets its turn.
 */
#pragma once

#include "base/problem.h"

#include <jansson.h>

struct session;

/* Never NULL; what is wrong shows at the first call. */
struct session *session_new(const char *folder);
void session_free(struct session *s);

/* As reach_call(), of the operation of that name. Takes over the reference on `args`. */
int session_call(struct session *s, const char *name, json_t *args, json_t **answer, struct problem *p);
