/*
 * From the schedule fields of a body to what a campaign keeps, and from that to its slots.
 *
 * UTC fields win over local ones; an absolute time wins over delayDays. What is kept is what the API shows, so a
 * change of the zone or of the zone's rules recomputes the slots from it.
 */
#pragma once

#include "api/campaign_in.h"
#include "base/arena.h"
#include "core/schedule.h"
#include "store/campaigns.h"

/* Whether the body says anything about when to call. */
bool campaign_schedule_given(const struct schedule_in *in);

/* Takes over what was given: time_basis, start_local, start_at, follow_ups. c->timezone is the new one. */
void campaign_schedule_take(const struct schedule_in *in, struct arena *a, struct campaign *c);

/* The slots of what the campaign keeps; start_at follows a wall time into another zone. */
void campaign_schedule_make(struct campaign *c, struct schedule *s);

/*
 * The zones' rules may have changed while the server was down: every campaign planned by other rules is planned anew.
 * In jobs of the store's; before anything is dialled. How many have other slots now; -1 when the store refused.
 */
struct store;
int64_t campaigns_follow_rules(struct store *store, int64_t now);
