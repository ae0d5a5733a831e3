/*
 * GET /metrics, and the counting of requests. Shown to scrapers on this machine only, unless api.metrics_public.
 */
#pragma once

#include <stdint.h>

struct request;
struct route;

/*
 * A request is over: counted under its route's template, never under what was asked. `table` is the table its route
 * is a row of. Any thread.
 */
void metrics_count_request(const struct request *rq, const struct route *table, unsigned status, int64_t took_us);
