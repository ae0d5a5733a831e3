/*
 * The three clocks, and the API's way of writing a moment.
 *
 * Wall time is for schedules and records: epoch milliseconds, UTC. Deadlines use the boot clock, which keeps
 * running while a virtual machine is suspended (CLOCK_MONOTONIC stops). Only edges read clocks; everything
 * in core/ takes `now` as an argument.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLOCK_ISO_SIZE = 32 }; /* enough for any int64_t of a plausible year, with the final NUL */

int64_t clock_wall_ms(void);
int64_t clock_boot_ms(void);
int64_t clock_boot_us(void);

/* "2025-04-15T14:00:00.000Z" into buf; returns buf. Any thread. */
const char *clock_iso(int64_t wall_ms, char buf[CLOCK_ISO_SIZE]);
