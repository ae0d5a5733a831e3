/*
 * A listening socket from a setting such as "127.0.0.1:8080", "[::1]:0" or "localhost:8080".
 */
#pragma once

#include "base/problem.h"

/* The descriptor, or -1 with the problem set. `port` becomes the one in use; 0 asks for any free one. */
int listen_open(const char *where, unsigned *port, struct problem *p);
