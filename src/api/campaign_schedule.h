/*
 * From the schedule fields of a body to a campaign's slots and to what the API shows of them.
 *
 * UTC fields win over local ones; an absolute time wins over delayDays.
 */
#pragma once

#include "api/campaign_in.h"
#include "base/arena.h"
#include "core/schedule.h"
#include "store/campaigns.h"

/* Fills `s` and the campaign's time_basis, start_local and follow_ups; c->timezone is set. The input has passed its
 * checks. */
void campaign_schedule_read(const struct campaign_create_in *in, struct arena *a, struct campaign *c,
			    struct schedule *s);
