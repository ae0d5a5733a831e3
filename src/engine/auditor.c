#include "engine/auditor.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "engine/leases.h"
#include "store/audit.h"
#include "store/db.h"
#include "store/writer.h"

#include <glib.h>
#include <stdlib.h>

enum {
	SLICE = 200,          /* attempts or leads: about a millisecond */
	PAUSE_US = 250000,    /* between two slices */
	REMEMBERED = 1000,    /* violations that are not logged again */
	SLEPT_MS = 5000,      /* this late: the process was stopped, or the machine slept */
	STEPPED_MS = 1000,    /* the clock was set by more */
};

struct auditor {
	struct store *store;
	struct audit audit;
	GHashTable *logged; /* invariant and ids, as text */
	struct db *db;      /* during a step */
	int64_t boot_ms, offset_ms; /* at the last step: boot clock, and the wall clock's distance from it */
	int64_t quiet_until_ms;
	GThread *thread;
	GMutex lock;
	GCond wake;
	bool stopping;
};

static bool is_new(struct auditor *a, const struct audit_finding *f)
{
	char *key = g_strdup_printf("%s %lld %lld %lld", f->invariant, (long long)f->campaign_id, (long long)f->talent_id,
				    (long long)f->attempt_id);

	if (g_hash_table_size(a->logged) >= REMEMBERED)
		g_hash_table_remove_all(a->logged);
	return g_hash_table_add(a->logged, key);
}

static void on_found(void *arg, const struct audit_finding *f)
{
	struct auditor *a = arg;

	if (!is_new(a, f))
		return;
	metric_add(metric_of(METRIC_AUDIT_VIOLATIONS, f->invariant, NULL, NULL), 1);
	log_error("audit.violation", "%s: workspace %lld, campaign %lld, lead %lld, attempt %lld: %s. %s", f->invariant,
		  (long long)f->workspace_id, (long long)f->campaign_id, (long long)f->talent_id,
		  (long long)f->attempt_id, f->text, audit_rows(a->db, f));
}

/* After a sleep or a step of the clock leases look old until the dispatcher has renewed them. */
static bool is_quiet(struct auditor *a)
{
	int64_t boot = clock_boot_ms(), offset = clock_wall_ms() - boot;

	if (a->boot_ms && (boot - a->boot_ms > SLEPT_MS || llabs(offset - a->offset_ms) > STEPPED_MS))
		a->quiet_until_ms = boot + 2 * LEASE_RENEW_MS;
	a->boot_ms = boot;
	a->offset_ms = offset;
	return boot < a->quiet_until_ms;
}

static void step(struct auditor *a)
{
	int64_t before = a->audit.checked;

	if (is_quiet(a))
		return;
	a->db = store_reader(a->store);
	if (!a->db)
		return;
	audit_step(a->db, &a->audit, SLICE, clock_wall_ms(), on_found, a);
	metric_add(metric_of(METRIC_AUDIT_CHECKED, NULL, NULL, NULL), a->audit.checked - before);
	store_read_end(a->db);
}

static bool go_on(struct auditor *a)
{
	int64_t until = g_get_monotonic_time() + PAUSE_US;
	bool stopping;

	g_mutex_lock(&a->lock);
	while (!a->stopping && g_cond_wait_until(&a->wake, &a->lock, until))
		;
	stopping = a->stopping;
	g_mutex_unlock(&a->lock);
	return !stopping;
}

static void *auditor_thread(void *arg)
{
	while (go_on(arg))
		step(arg);
	return NULL;
}

struct auditor *auditor_start(struct store *store)
{
	struct auditor *a = g_new0(struct auditor, 1);

	a->store = store;
	a->audit.serving = true;
	a->logged = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_mutex_init(&a->lock);
	g_cond_init(&a->wake);
	for (int i = 1; i <= 10; i++) { /* shown as 0 from the start */
		g_autofree char *name = g_strdup_printf("I%d", i);

		metric_add(metric_of(METRIC_AUDIT_VIOLATIONS, name, NULL, NULL), 0);
	}
	a->thread = g_thread_new("auditor", auditor_thread, a);
	return a;
}

void auditor_stop(struct auditor *a)
{
	if (!a)
		return;
	g_mutex_lock(&a->lock);
	a->stopping = true;
	g_cond_signal(&a->wake);
	g_mutex_unlock(&a->lock);
	g_thread_join(a->thread);
	g_hash_table_unref(a->logged);
	g_mutex_clear(&a->lock);
	g_cond_clear(&a->wake);
	g_free(a);
}
