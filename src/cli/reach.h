/*
 * How a command reaches the data: it need not know whether a server runs. reach_call() asks the running server over its
 * socket, or opens the database itself.
 */
#pragma once

#include "api/app.h"
#include "base/problem.h"

#include <jansson.h>

struct operation;
struct store;

/*
 * Runs an operation of admin/operation.h in `store`, on behalf of the folder's owner: 0 with a new reference in *answer
 * and in *change what must be told now, or -1. `change` NULL: no server runs that could be told. `args` are the
 * operation's, and "mode".
 */
int reach_run(struct store *store, const struct operation *o, const json_t *args, json_t **answer,
	      struct change *change, struct problem *p);

/* The same in whatever holds `folder`. Takes over the reference on `args`. */
int reach_call(const char *folder, const struct operation *o, json_t *args, json_t **answer, struct problem *p);
