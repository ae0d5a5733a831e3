/*
 * A campaign's report: how far its people got, what became of each try, and at which hours of the week calls are answered.
 *
 *	{"timezone": "America/Chicago",
 *	 "funnel": {"leads", "dialled", "answered", "interested", "notInterested", "noAnswer", "left"},
 *	 "outcomesByAttempt": [{"attempt": 1, "calls": 40, "outcomes": {"answered": 18, "busy": 3, …}}],
 *	 "hoursByWeekday": [{"weekday": "Monday", "hour": 10, "calls": 40, "answered": 21, "interested": 9}]}
 *
 * Funnel in people; the others in calls, those that never left the house left out. Weekdays and hours are those of the
 * campaign's zone. Walks all leads and attempts: a long read.
 */
#pragma once

#include "base/json_writer.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

/* The object; false, and nothing written, when there is no such campaign (or db_failed()). */
bool campaign_report_write(struct jw *w, struct db *db, int64_t workspace_id, int64_t campaign_id);
