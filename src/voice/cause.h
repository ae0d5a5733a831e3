/*
 * What a final SIP response says about the person called. Pure.
 */
#pragma once

#include "core/carrier.h"

/*
 * `status` is the final status (300 to 699); `cause` the Q.850 cause of its Reason header (RFC 3326), 0 if it
 * has none; `rang`: a 180 or 183 was seen before it.
 */
enum outcome cause_outcome(int status, int cause, bool rang);
