/*
 * What the server counts, for GET /metrics: one table of metrics (metrics.c), each with its series, one per set of
 * label values. Everybody may count; nobody reads but the page.
 *
 *	metric_add(metric_of(METRIC_CALLS, trunk, "ANSWERED", NULL), 1);
 *
 * metric_of() finds or makes a series under a lock; where it is hot, keep the pointer, which is good for ever.
 * Adding and observing are striped by thread: no lock, no shared cache line. Any thread. Label values come from
 * small sets (routes, outcomes, names of trunks), never from a request: a series is never given back.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

enum metric_name {
	METRIC_BUILD_INFO,
	METRIC_HTTP_REQUESTS,
	METRIC_HTTP_DURATION,
	METRIC_CALLS_ACTIVE,
	METRIC_CALLS,
	METRIC_INBOUND_CALLS,
	METRIC_LEADS,
	METRIC_TRUNK_UP,
	METRIC_SCHEDULER_LAG,
	METRIC_SCHEDULER_DUE,
	METRIC_SIP_RESPONSES,
	METRIC_RTP_PACKETS,
	METRIC_MEDIA_LATENESS,
	METRIC_TTS,
	METRIC_SMS,
	METRIC_AUDIT_CHECKED,
	METRIC_AUDIT_VIOLATIONS,
	METRIC_WEBHOOK_DELIVERIES,
	METRIC_ATTEMPTS_UNKNOWN,
	METRIC_DB_SIZE,
	METRIC_PROCESS_CPU,
	METRIC_PROCESS_RESIDENT,
	METRIC_PROCESS_VIRTUAL,
	METRIC_PROCESS_FDS,
	METRIC_PROCESS_MAX_FDS,
	METRIC_PROCESS_START,
	METRIC_END
};

struct metric; /* one series */

/* The series with these values for the metric's labels, in the table's order; NULL where it has fewer. */
struct metric *metric_of(enum metric_name name, const char *first, const char *second, const char *third);

void metric_add(struct metric *m, int64_t n);         /* counters */
void metric_set(struct metric *m, int64_t value);     /* gauges, and counters kept elsewhere; in the table's unit */
void metric_observe(struct metric *m, int64_t us);    /* histograms */

/* The values of the series that are shown. */
void metric_each(enum metric_name name, void (*each)(void *arg, int64_t value), void *arg);

/* The gauge's series are not shown until they are set again: what they told of may have gone. */
void metrics_hide(enum metric_name name);

/* All of them in Prometheus' text format 0.0.4. */
void metrics_write(GString *out);
