/*
 * The control socket: how a command reaches the server that holds the data folder. A Unix socket in the folder, mode
 * 0600; one JSON object a line each way: {"operation", "args"} → {"answer"} or {"problem": {"kind", "text"}}. The
 * operations are those of admin/operation.h.
 *
 * It is bound and reached through /proc/self/fd, so that a folder's path may be longer than a socket's name.
 */
#pragma once

#include "base/problem.h"

#include <jansson.h>
#include <stdbool.h>

struct control;
struct change;
struct store;

/* `changed` is called when something that others must know of is durable; any thread. */
struct control *control_start(const char *folder, struct store *store,
			      void (*changed)(void *arg, const struct change *change), void *arg, struct problem *p);
void control_stop(struct control *c);

/* *reached tells whether a server answered at all; -1 without a problem when none did. */
int control_call(const char *folder, const char *name, const json_t *args, json_t **answer, bool *reached,
		 struct problem *p);
