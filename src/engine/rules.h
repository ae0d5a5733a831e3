/*
 * What the settings say to a dispatcher; the server's and a rehearsal's go by the same rules.
 */
#pragma once

#include "engine/dispatcher.h"

enum { FARM_SEED = 20260101 }; /* of the phone farm: which number behaves how */

/* Fills in what settings decide: retries, ringing, rests, the farm's size. */
void dispatcher_rules(struct dispatcher_options *o, const struct settings *s);
