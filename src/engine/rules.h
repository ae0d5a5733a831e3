/*
 * What the settings say to a dispatcher; the server's and a rehearsal's go by the same rules.
 */
#pragma once

#include "engine/dispatcher.h"

enum { FARM_SEED = 20260101 }; /* of the phone farm: which number behaves how */

/* Fills in what settings decide: hours, retries, ringing, rests, the farm's size. 0, or -1 with the problem set. */
int dispatcher_rules(struct dispatcher_options *o, const struct settings *s, struct problem *p);
