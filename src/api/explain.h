/*
 * Explanations: why a lead is called, is not called, or when it will be; and a whole campaign counted by reason.
 *
 * Both ask the policy as the dispatcher will (core/outlook.h). The preflight of a campaign walks all its leads: a long
 * read. Partners get them by HTTP, operators by `leads explain` and `campaigns explain`: the same objects.
 */
#pragma once

#include "base/json_writer.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

/* Who asks, and when: by the workspace's clock. */
struct explain_for {
	int64_t workspace_id, now;
};

/* {"callable", "reason", "message", "notBefore"}; false, and nothing written, when there is no such lead (or db_failed()). */
bool explain_lead(struct jw *w, struct db *db, const struct explain_for *who, int64_t campaign_id, int64_t lead_id);

/*
 * {"leads", "callable", "blocked": [{"reason", "message", "count"}], "firstCallAt", "lastCallAt", "callsPerHour":
 * [{"hour", "calls"}], "warnings": […]}; false, and nothing written, when there is no such campaign (or db_failed()).
 *
 * Counted is the next call of each lead at its planned moment, as if the campaign ran: "callable" ones may be called
 * then, the others are blocked by the first reason. The hours are those of all calls that would be made if nobody
 * answered any of them.
 */
bool explain_campaign(struct jw *w, struct db *db, const struct explain_for *who, int64_t campaign_id);
