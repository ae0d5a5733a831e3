/*
 * The signals that end a server: SIGTERM and SIGINT, blocked in every thread and waited for in one.
 */
#pragma once

#include <stdbool.h>

/* Before the first thread is made. Also makes writes to closed sockets fail quietly. */
void signals_block(void);

/* Waits up to `timeout_ms` (-1: for ever). True when one has come; after that the next one ends the process. */
bool signals_wait(int timeout_ms);
