/*
 * Reading a moment as people and programs write it: ISO 8601, or the way the API displays times.
 *
 *	2025-04-15T14:00:00.000Z   2025-04-15T10:00:00-04:00      an instant
 *	2025-04-15T10:00  2025-04-15 10:00:00  2025-04-15         wall time (ISO without a zone)
 *	Apr 15, 2025 10:00 AM      April 5, 2025 9:30 pm          wall time (display)
 *	10:00   10:00 AM   9:30pm                                 a time of day
 *
 * Pure. Impossible dates (30 February) are refused, not rolled over.
 */
#pragma once

#include "core/zone.h"

enum when_kind { WHEN_NOTHING, WHEN_INSTANT, WHEN_WALL, WHEN_CLOCK };

struct when {
	enum when_kind kind;
	int64_t utc_ms;   /* WHEN_INSTANT */
	struct wall wall; /* WHEN_WALL; WHEN_CLOCK: only hour, minute, second */
};

/* 0, or -1 when the text is none of the forms above. */
int when_parse(const char *text, struct when *out);

/* The ISO forms alone; no zone is UTC, as the API reads it. Also "2025" and "2025-04". 0 or -1. */
int when_parse_iso(const char *text, int64_t *utc_ms);

/* "48h", "14d", "90m", "30s", "1d12h" in ms; at most ten years. 0, or -1 when it is none. */
int duration_parse(const char *text, int64_t *ms);

enum { WHEN_DISPLAY_SIZE = 32, WHEN_LOCAL_SIZE = 24 };

/* "Apr 15, 2025 10:00 AM" and "2025-04-15T10:00:00". */
const char *when_display(const struct wall *w, char buf[WHEN_DISPLAY_SIZE]);
const char *when_local(const struct wall *w, char buf[WHEN_LOCAL_SIZE]);
