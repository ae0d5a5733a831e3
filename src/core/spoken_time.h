/*
 * A moment as it is said on the telephone, in words only, so that no speech engine has to guess: "Tuesday, June second,
 * at ten thirty A M". Pure.
 */
#pragma once

#include <stdint.h>

enum { SPOKEN_TIME_SIZE = 96,
       SPOKEN_ZONE_SIZE = 64 };

/* In the zone's own time; the year is not said. Midday and midnight have their names. */
const char *spoken_time(const char *zone, int64_t utc_ms, char buf[SPOKEN_TIME_SIZE]);

/* "New York time" for America/New_York, "U T C" for UTC. */
const char *spoken_zone(const char *zone, char buf[SPOKEN_ZONE_SIZE]);
