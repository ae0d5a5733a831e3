#include "api/preflight.h"

#include "api/preflight_warnings.h"
#include "core/forecast.h"
#include "core/reason.h"
#include "store/campaigns.h"
#include "store/db.h"
#include "store/standings.h"

#include <glib.h>
#include <string.h>

/* What a call takes of a channel, on average: ringing, talking, or ringing out. */
enum { CALL_S = 45, MINUTE_MS = 60000 };

/* Leads that are alike: the same slot in the same minute, under the same hours. */
struct alike {
	struct policy_question q; /* of one of them; its texts live as long as the count */
	struct callee callee;
	int slot;
	int64_t at, n, left; /* left: calls each may still get; 0: no limit */
};

struct count {
	struct preflight p; /* first: what the warnings see */
	GHashTable *blocked; /* reason -> int64_t *leads */
	GHashTable *alike;   /* key -> struct alike */
};

static void block(struct count *k, const char *reason)
{
	int64_t *n = g_hash_table_lookup(k->blocked, reason);

	if (!n) {
		n = g_new0(int64_t, 1);
		g_hash_table_insert(k->blocked, g_strdup(reason), n);
	}
	(*n)++;
}

/* What differs from lead to lead and bears on when later calls are; zones and regions are the numbering plan's. */
static char *key_of(const struct standing *s, const struct callee *c, int64_t at, int64_t left)
{
	GString *key = g_string_new(NULL);

	g_string_printf(key, "%d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s", s->slot, at / MINUTE_MS, left, c->region);
	for (int i = 0; i < c->n_zones; i++)
		g_string_append_printf(key, " %s", c->zone[i]);
	return g_string_free(key, FALSE);
}

static struct alike *alike_new(const struct count *k, const struct standing *s, const struct dial *d, int64_t at)
{
	struct alike *a = g_new0(struct alike, 1);

	*a = (struct alike){ .q = d->question, .callee = d->callee, .slot = s->slot, .at = at };
	a->q.callee = &a->callee;
	a->q.number = "+";
	a->q.campaign_zone = k->p.campaign->timezone;
	a->q.own_country[1] = a->callee.country; /* it has been let through once */
	return a;
}

static void join_alike(struct count *k, const struct standing *s, const struct dial *d, int64_t at)
{
	int64_t limit = k->p.asker->desk.limits.attempts_per_lead;
	int64_t left = limit ? MAX(limit - d->attempts, 1) : 0;
	g_autofree char *key = key_of(s, &d->callee, at, left);
	struct alike *a = g_hash_table_lookup(k->alike, key);

	if (!a) {
		a = alike_new(k, s, d, at);
		a->left = left;
		g_hash_table_insert(k->alike, g_steal_pointer(&key), a);
	}
	a->at = MIN(a->at, at);
	a->n++;
}

static void count_lead(void *arg, const struct standing *s, const struct dial *d)
{
	struct count *k = arg;
	struct outlook o = outlook_of(s, &d->question);

	k->p.leads++;
	if (o.callable || o.in_its_turn)
		k->p.callable++;
	else
		block(k, o.reason);
	if (o.not_before != OUTLOOK_NEVER)
		join_alike(k, s, d, o.not_before);
}

/* ---- the forecast ---- */

static int64_t open_from(const void *question, int64_t from)
{
	return outlook_open(question, from);
}

static int64_t calls_per_hour(const struct asker *a)
{
	return MIN(a->cps * 3600, a->channels * 3600 / CALL_S);
}

static struct forecast *forecast_of(const struct count *k, const struct asker *a, const struct schedule *s)
{
	struct forecast *f = forecast_new(s, a->min_gap_ms, calls_per_hour(a));
	const struct alike *most = NULL;
	struct alike *each;
	GHashTableIter it;

	g_hash_table_iter_init(&it, k->alike);
	while (g_hash_table_iter_next(&it, NULL, (void **)&each)) {
		forecast_add(f, each->slot, each->at, each->n, each->left, open_from, &each->q);
		if (!most || each->n > most->n)
			most = each;
	}
	if (most) /* what overflows is taken to be of those there are most of */
		forecast_finish(f, open_from, &most->q);
	return f;
}

/* ---- writing ---- */

static int by_leads(const void *a, const void *b, void *blocked)
{
	const char *const *x = a, *const *y = b;
	const int64_t *n = g_hash_table_lookup(blocked, *x), *m = g_hash_table_lookup(blocked, *y);

	return *n != *m ? (*n < *m) - (*n > *m) : strcmp(*x, *y);
}

static void write_blocked(struct jw *w, const struct count *k)
{
	guint n;
	g_autofree const char **reason = (const char **)g_hash_table_get_keys_as_array(k->blocked, &n);

	g_qsort_with_data(reason, (gint)n, sizeof(*reason), by_leads, k->blocked);
	jw_key(w, "blocked");
	jw_array(w);
	for (guint i = 0; i < n; i++) {
		jw_object(w);
		jw_kstr(w, "reason", reason[i]);
		jw_kstr(w, "message", reason_message(reason[i]));
		jw_kint(w, "count", *(const int64_t *)g_hash_table_lookup(k->blocked, reason[i]));
		jw_end(w);
	}
	jw_end(w);
}

static void moment_or_null(struct jw *w, const char *key, bool is, int64_t at)
{
	jw_key(w, key);
	if (is)
		jw_time(w, at);
	else
		jw_null(w);
}

static void write_hours(struct jw *w, const struct forecast *f)
{
	moment_or_null(w, "firstCallAt", f->calls > 0, f->first_at);
	moment_or_null(w, "lastCallAt", f->calls > 0, f->last_at);
	jw_key(w, "callsPerHour");
	jw_array(w);
	for (int i = 0; i < f->n_hours; i++) {
		jw_object(w);
		jw_ktime(w, "hour", f->hour[i].at);
		jw_kint(w, "calls", f->hour[i].calls);
		jw_end(w);
	}
	jw_end(w);
}

static int64_t blocked_by(void *arg, const char *reason)
{
	const struct count *k = arg;
	const int64_t *n = g_hash_table_lookup(k->blocked, reason);

	return n ? *n : 0;
}

static void add_warning(void *w, const char *sentence)
{
	jw_str(w, sentence);
}

void preflight_write(struct jw *w, struct db *db, const struct asker *a, const struct campaign *c)
{
	struct schedule s;
	struct count k = { .p = { .campaign = c, .schedule = &s, .asker = a, .blocked_by = blocked_by },
			   .blocked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
			   .alike = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free) };
	struct forecast *f;

	campaign_schedule(db, a->desk.workspace_id, c->campaign_id, &s);
	standings_each(db, a, count_lead, &k);
	f = forecast_of(&k, a, &s);
	k.p.forecast = f;
	k.p.per_hour = calls_per_hour(a);
	jw_object(w);
	jw_kint(w, "leads", k.p.leads);
	jw_kint(w, "callable", k.p.callable);
	write_blocked(w, &k);
	write_hours(w, f);
	jw_key(w, "warnings");
	jw_array(w);
	preflight_warn(&k.p, add_warning, w);
	jw_end(w);
	jw_end(w);
	forecast_free(f);
	g_hash_table_unref(k.blocked);
	g_hash_table_unref(k.alike);
}
