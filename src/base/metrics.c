#include "base/metrics.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { STRIPES = 8, LABELS = 3, BUCKETS = 13 };

enum kind { COUNTER, GAUGE, HISTOGRAM };

/* The table. `unit` is how many of what is counted make one of what is shown (microseconds: a million). */
static const struct row {
	const char *name, *help, *labels[LABELS];
	enum kind kind;
	int64_t unit;
} rows[METRIC_END] = {
	[METRIC_BUILD_INFO] = { "callsheet_build_info", "Always 1; the version is in the label.", { "version" }, GAUGE, 1 },
	[METRIC_HTTP_REQUESTS] = { "callsheet_http_requests_total", "HTTP requests answered, by route template.",
				   { "route", "method", "code" }, COUNTER, 1 },
	[METRIC_HTTP_DURATION] = { "callsheet_http_request_duration_seconds",
				   "From the request line to the end of the answer.", { "route", "method" }, HISTOGRAM,
				   1000000 },
	[METRIC_CALLS_ACTIVE] = { "callsheet_calls_active", "Calls under way by the ledger.", { "trunk" }, GAUGE, 1 },
	[METRIC_CALLS] = { "callsheet_calls_total", "Calls that have ended, by outcome.", { "trunk", "outcome" }, COUNTER,
			   1 },
	[METRIC_INBOUND_CALLS] = { "callsheet_inbound_calls_total", "Calls from people who called one of our numbers, by "
				   "outcome; turned_away: not answered.", { "trunk", "outcome" }, COUNTER, 1 },
	[METRIC_LEADS] = { "callsheet_leads", "Leads on campaigns, by the status the API shows.", { "status" }, GAUGE, 1 },
	[METRIC_TRUNK_UP] = { "callsheet_trunk_up", "1 while the trunk is ready; 0 while it is suspect or rests.", { "trunk" },
			      GAUGE, 1 },
	[METRIC_SCHEDULER_LAG] = { "callsheet_scheduler_lag_seconds",
				   "How long the oldest attempt that is due has been waiting.", { NULL }, GAUGE, 1000 },
	[METRIC_SCHEDULER_DUE] = { "callsheet_scheduler_due_attempts", "Attempts that are due and wait for their turn.",
				   { NULL }, GAUGE, 1 },
	[METRIC_SIP_RESPONSES] = { "callsheet_sip_responses_total", "Responses to INVITEs, challenges left out.",
				   { "trunk", "code" }, COUNTER, 1 },
	[METRIC_RTP_PACKETS] = { "callsheet_rtp_packets_total",
				 "Audio packets of calls that have ended: sent, received, lost on the way to us (lost) and "
				 "from us (far_lost), from strangers (foreign).", { "what" }, COUNTER, 1 },
	[METRIC_MEDIA_LATENESS] = { "callsheet_media_lateness_seconds",
				    "How late the audio's turns begin; there are 200 a second while calls are up.",
				    { NULL }, HISTOGRAM, 1000000 },
	[METRIC_TTS] = { "callsheet_tts_seconds", "Time to render one prompt as speech.", { "provider" }, HISTOGRAM,
			 1000000 },
	[METRIC_SMS] = { "callsheet_sms_total", "Texts handed to a provider, by what came of it.", { "provider", "outcome" },
			 COUNTER, 1 },
	[METRIC_AUDIT_CHECKED] = { "callsheet_audit_checked_total", "Attempts and leads the auditor has looked at.", { NULL },
				   COUNTER, 1 },
	[METRIC_AUDIT_VIOLATIONS] = { "callsheet_audit_violations_total", "Broken invariants the auditor has found.",
				      { "invariant" }, COUNTER, 1 },
	[METRIC_WEBHOOK_DELIVERIES] = { "callsheet_webhook_deliveries_total", "Tries to deliver an event to an endpoint.",
					{ "verdict" }, COUNTER, 1 },
	[METRIC_ATTEMPTS_UNKNOWN] = { "callsheet_attempts_unknown", "Attempts whose end nobody saw, not yet reviewed.",
				      { NULL }, GAUGE, 1 },
	[METRIC_DB_SIZE] = { "callsheet_db_size_bytes", "Size of the database.", { NULL }, GAUGE, 1 },
	[METRIC_PROCESS_CPU] = { "process_cpu_seconds_total", "User and system time spent.", { NULL }, COUNTER, 1000000 },
	[METRIC_PROCESS_RESIDENT] = { "process_resident_memory_bytes", "Resident memory.", { NULL }, GAUGE, 1 },
	[METRIC_PROCESS_VIRTUAL] = { "process_virtual_memory_bytes", "Virtual memory.", { NULL }, GAUGE, 1 },
	[METRIC_PROCESS_FDS] = { "process_open_fds", "Open file descriptors.", { NULL }, GAUGE, 1 },
	[METRIC_PROCESS_MAX_FDS] = { "process_max_fds", "Most file descriptors that may be open.", { NULL }, GAUGE, 1 },
	[METRIC_PROCESS_START] = { "process_start_time_seconds", "Start of the process, in seconds since 1970.", { NULL },
				   GAUGE, 1000 },
};

/* Upper bounds in microseconds; the last bucket takes the rest. */
static const int64_t bounds[BUCKETS - 1] = { 500, 1000, 2500, 5000, 10000, 25000, 50000,
					     100000, 250000, 500000, 1000000, 5000000 };

/* A thread's own share of a series; two never share a cache line. */
struct stripe {
	_Alignas(64) _Atomic int64_t value; /* a count, a gauge (stripe 0 only), a histogram's sum */
	_Atomic int64_t buckets[];          /* of a histogram: BUCKETS */
};

struct metric {
	struct metric *next; /* in the order they were made */
	char *labels;        /* `route="…",method="GET"`, or "" */
	const struct row *row;
	_Atomic bool hidden;
	size_t stride; /* bytes from stripe to stripe */
	char *stripes;
};

static GMutex lock;
static struct family {
	struct metric *first, *last;
	GHashTable *by_labels;
} families[METRIC_END]; /* under lock; series themselves stay where they are */

static struct stripe *stripe_at(const struct metric *m, unsigned i)
{
	return (struct stripe *)(void *)(m->stripes + i * m->stride);
}

static struct stripe *own_stripe(const struct metric *m)
{
	static _Atomic unsigned threads;
	static _Thread_local unsigned own; /* from 1 */

	if (own == 0)
		own = 1 + atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed) % STRIPES;
	return stripe_at(m, own - 1);
}

/* ---- series ---- */

static void append_value(GString *s, const char *value)
{
	for (; *value; value++) {
		if (*value == '\n')
			g_string_append(s, "\\n");
		else if (*value == '"' || *value == '\\')
			g_string_append_printf(s, "\\%c", *value);
		else
			g_string_append_c(s, *value);
	}
}

static char *labels_of(const struct row *row, const char *const values[LABELS])
{
	GString *s = g_string_new(NULL);

	for (int i = 0; i < LABELS && row->labels[i]; i++) {
		g_string_append_printf(s, "%s%s=\"", i ? "," : "", row->labels[i]);
		append_value(s, values[i] ? values[i] : "");
		g_string_append_c(s, '"');
	}
	return g_string_free(s, FALSE);
}

static struct metric *metric_new(const struct row *row, char *labels)
{
	size_t size = sizeof(struct stripe) + (row->kind == HISTOGRAM ? BUCKETS * sizeof(int64_t) : 0);
	struct metric *m = g_new0(struct metric, 1);

	m->row = row;
	m->labels = labels;
	m->stride = (size + 63) / 64 * 64;
	m->stripes = aligned_alloc(64, STRIPES * m->stride);
	memset(m->stripes, 0, STRIPES * m->stride);
	return m;
}

struct metric *metric_of(enum metric_name name, const char *first, const char *second, const char *third)
{
	const struct row *row = &rows[name];
	struct family *f = &families[name];
	g_autofree char *labels = labels_of(row, (const char *const[LABELS]){ first, second, third });
	struct metric *m;

	g_mutex_lock(&lock);
	if (!f->by_labels)
		f->by_labels = g_hash_table_new(g_str_hash, g_str_equal);
	m = g_hash_table_lookup(f->by_labels, labels);
	if (!m) {
		m = metric_new(row, g_steal_pointer(&labels));
		g_hash_table_insert(f->by_labels, m->labels, m);
		*(f->last ? &f->last->next : &f->first) = m;
		f->last = m;
	}
	g_mutex_unlock(&lock);
	return m;
}

/* ---- counting ---- */

static void add(_Atomic int64_t *to, int64_t n)
{
	atomic_fetch_add_explicit(to, n, memory_order_relaxed);
}

void metric_add(struct metric *m, int64_t n)
{
	add(&own_stripe(m)->value, n);
}

void metric_set(struct metric *m, int64_t value)
{
	atomic_store_explicit(&stripe_at(m, 0)->value, value, memory_order_relaxed);
	atomic_store_explicit(&m->hidden, false, memory_order_relaxed);
}

void metric_observe(struct metric *m, int64_t us)
{
	struct stripe *own = own_stripe(m);
	int b = 0;

	while (b < BUCKETS - 1 && us > bounds[b])
		b++;
	add(&own->buckets[b], 1);
	add(&own->value, us);
}

void metrics_hide(enum metric_name name)
{
	g_mutex_lock(&lock);
	for (struct metric *m = families[name].first; m; m = m->next)
		atomic_store_explicit(&m->hidden, true, memory_order_relaxed);
	g_mutex_unlock(&lock);
}

/* ---- the page ---- */

static int64_t value_of(const struct metric *m)
{
	int64_t sum = 0;

	for (unsigned i = 0; i < STRIPES; i++)
		sum += atomic_load_explicit(&stripe_at(m, i)->value, memory_order_relaxed);
	return sum;
}

/* In the unit shown, which is a power of ten of what is counted; never in the words of a locale. */
static void append_number(GString *out, int64_t v, int64_t unit)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	if (unit == 1)
		g_string_append_printf(out, "%lld", (long long)v);
	else
		g_string_append(out, g_ascii_formatd(text, sizeof(text), "%.15g", (double)v / (double)unit));
}

static void write_value(GString *out, const struct metric *m)
{
	const char *open = m->labels[0] ? "{" : "", *close = m->labels[0] ? "}" : "";

	g_string_append_printf(out, "%s%s%s%s ", m->row->name, open, m->labels, close);
	append_number(out, value_of(m), m->row->unit);
	g_string_append_c(out, '\n');
}

static void write_histogram(GString *out, const struct metric *m)
{
	const char *name = m->row->name, *comma = m->labels[0] ? "," : "";
	int64_t n = 0;

	for (int b = 0; b < BUCKETS; b++) {
		for (unsigned i = 0; i < STRIPES; i++)
			n += atomic_load_explicit(&stripe_at(m, i)->buckets[b], memory_order_relaxed);
		g_string_append_printf(out, "%s_bucket{%s%sle=\"", name, m->labels, comma);
		if (b < BUCKETS - 1)
			append_number(out, bounds[b], m->row->unit);
		else
			g_string_append(out, "+Inf");
		g_string_append_printf(out, "\"} %lld\n", (long long)n);
	}
	g_string_append_printf(out, "%s_sum%s%s%s ", name, *comma ? "{" : "", m->labels, *comma ? "}" : "");
	append_number(out, value_of(m), m->row->unit);
	g_string_append_printf(out, "\n%s_count%s%s%s %lld\n", name, *comma ? "{" : "", m->labels, *comma ? "}" : "",
			       (long long)n);
}

void metric_each(enum metric_name name, void (*each)(void *arg, int64_t value), void *arg)
{
	g_mutex_lock(&lock);
	for (const struct metric *m = families[name].first; m; m = m->next)
		if (!atomic_load_explicit(&m->hidden, memory_order_relaxed))
			each(arg, value_of(m));
	g_mutex_unlock(&lock);
}

void metrics_write(GString *out)
{
	static const char *const kinds[] = { "counter", "gauge", "histogram" };

	g_mutex_lock(&lock);
	for (int i = 0; i < METRIC_END; i++) {
		const struct row *row = &rows[i];

		g_string_append_printf(out, "# HELP %s %s\n# TYPE %s %s\n", row->name, row->help, row->name,
				       kinds[row->kind]);
		for (const struct metric *m = families[i].first; m; m = m->next) {
			if (atomic_load_explicit(&m->hidden, memory_order_relaxed))
				continue;
			if (row->kind == HISTOGRAM)
				write_histogram(out, m);
			else
				write_value(out, m);
		}
	}
	g_mutex_unlock(&lock);
}
