/*
 * The control socket: how a command reaches the server that holds the data folder. A Unix socket in the folder, mode
 * 0600; one JSON object a line each way: {"operation", "args"} → {"answer"} or {"problem": {"kind", "text"}}.
 *
 * It is bound and reached through /proc/self/fd, so that a folder's path may be longer than a socket's name.
 */
#pragma once

#include "base/problem.h"

#include <jansson.h>
#include <stdbool.h>

struct control;
struct operation;
struct store;

/* `after` is called when an operation with something to follow is durable; any thread. */
struct control *control_start(const char *folder, struct store *store,
			      void (*after)(void *arg, const struct operation *op), void *arg, struct problem *p);
void control_stop(struct control *c);

/* *reached tells whether a server answered at all; -1 without a problem when none did. */
int control_call(const char *folder, const char *name, const json_t *args, json_t **answer, bool *reached,
		 struct problem *p);
