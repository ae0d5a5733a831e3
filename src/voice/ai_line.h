/*
 * The line to the providers: one thread, a WebSocket per AI call (libwebsockets). It connects, reads whole messages, writes
 * what its calls have to say, and looks after their deadlines. TLS certificates are checked against the system's roots.
 *
 * Threads: start, stop and look from any thread.
 */
#pragma once

#include "base/problem.h"

struct ai_line;
struct ai_call;

struct ai_line *ai_line_start(struct problem *p);

/* Closes every socket, joins the thread, frees. The calls must have been closed before. NULL is fine. */
void ai_line_stop(struct ai_line *l);

/* The call has something for the line, or a deadline of its has changed. Never blocks. */
void ai_line_look(struct ai_line *l, struct ai_call *a);

/*
 * The key in a file: a path, or the name of a systemd credential when it has no '/'. To be freed with ai_key_free(); NULL
 * with the problem set.
 */
char *ai_key_read(const char *file, struct problem *p);
void ai_key_free(char *key);
