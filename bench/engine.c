/*
 * bench-engine ROW FOLDER WORKSPACE CAMPAIGN [SMALL]: the dispatcher over the real store in FOLDER, with a carrier that takes
 * every call and ends none. Prints "name value" lines; bench/engine says what they mean.
 *
 *	decide  as many decisions as there are due rows, time jumping from turn to turn
 *	window  ten seconds of real time at CPS calls a second, and when each call was handed over
 *	small   the same, and after two seconds ten leads join campaign SMALL
 *	commit  durable commits of one row each, for comparison
 */
#include "base/clock.h"
#include "base/settings.h"
#include "engine/dispatcher.h"
#include "engine/rules.h"
#include "engine/scripts.h"
#include "store/accounts.h"
#include "store/leads.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { CPS = 200,
       DECIDE_CPS = 1000,
       CHANNELS = 1000000,
       SECOND_US = 1000000,
       WINDOW_S = 10,
       JOIN_S = 2,
       TEN = 10,
       DAY_MS = 86400000,
       NOON_UTC_MS = 18 * 3600000 };

struct bench {
	struct carrier carrier; /* first: the carrier is the bench */
	struct store *store;
	struct dispatcher *d;
	int64_t workspace, campaign, small, company;
	GArray *handed; /* int64_t: when each call was handed over, boot clock */
	int64_t joined_us, first_us, last_us;
	int of_small;
};

#define SMALL_PREFIX "+1312777"

static void place(struct carrier *c, const struct call_order *o)
{
	struct bench *b = (struct bench *)c;
	struct carrier_event sent = { .kind = CARRIER_SENT, .attempt_id = o->attempt_id, .fence = o->fence };
	int64_t now = clock_boot_us();

	g_array_append_val(b->handed, now);
	sent.sent_us = now;
	if (c->tells_sent)
		dispatcher_event(b->d, &sent);
	if (!g_str_has_prefix(o->to, SMALL_PREFIX))
		return;
	b->last_us = now;
	if (b->of_small++ == 0)
		b->first_us = now;
}

static void hang_up(struct carrier *c, int64_t attempt_id)
{
	(void)c, (void)attempt_id;
}

static int find_company(struct db *db, void *arg)
{
	struct bench *b = arg;
	int64_t user;

	return account_first(db, &b->company, &user) ? JOB_KEEP : 1;
}

static int join(struct db *db, void *arg)
{
	struct bench *b = arg;
	struct lead_adder a;
	int added = 0;

	if (!lead_adder_open(db, b->workspace, b->company, b->small, clock_wall_ms(), &a))
		return 1;
	for (int i = 0; i < TEN; i++) {
		g_autofree char *email = g_strdup_printf("small%d@example.com", i);
		g_autofree char *phone = g_strdup_printf(SMALL_PREFIX "%04d", i);
		struct lead_row row = { .email = email, .first_name = "S", .last_name = "S", .phone = phone, .linkedin = "" };

		added += lead_add(db, &a, &row) == LEAD_ADDED;
	}
	lead_adder_close(db, &a, added);
	return added == TEN ? JOB_KEEP : 1;
}

static int one_row(struct db *db, void *arg)
{
	(void)arg;
	ledger_epoch(db);
	return JOB_KEEP;
}

/* ---- rows ---- */

/* Of all threads, µs. */
static int64_t cpu_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * (int64_t)SECOND_US + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static void decide(struct bench *b)
{
	/* noon in the middle of the United States, so that the hours are open wherever the leads are */
	int64_t wall = clock_wall_ms() / DAY_MS * DAY_MS + NOON_UTC_MS, virtual_us = 0, began = clock_boot_us(), last = began;
	int64_t cpu = cpu_us();

	/* No call ends, and leases of those under way are renewed for ever: a few steps without a decision are the end. */
	for (guint idle = 0; idle < 3;) {
		guint before = b->handed->len;
		int64_t next = dispatcher_step(b->d, wall, virtual_us);

		virtual_us = MAX(next, virtual_us + 100000); /* the dispatcher's horizon: a batch a step */
		idle = b->handed->len == before ? idle + 1 : 0;
		if (idle == 0)
			last = clock_boot_us();
	}
	printf("decisions %u\nseconds %.3f\ncpu_us %.1f\n", b->handed->len, (double)(last - began) / SECOND_US,
	       (double)(cpu_us() - cpu) / b->handed->len);
}

static void run_for(struct bench *b, int64_t until_us, int64_t join_us)
{
	int64_t now;

	while ((now = clock_boot_us()) < until_us) {
		int64_t next;

		if (join_us && now >= join_us) {
			join_us = 0;
			b->joined_us = now;
			if (store_write(b->store, JOB_SINGLE, join, b) != JOB_KEEP)
				exit(1);
			dispatcher_nudge(b->d, b->workspace);
		}
		next = dispatcher_step(b->d, clock_wall_ms(), clock_boot_us());
		now = clock_boot_us();
		next = MIN(next, join_us ? join_us : until_us);
		if (next > now)
			g_usleep((gulong)MIN(next - now, SECOND_US));
	}
}

static void window(struct bench *b)
{
	const int64_t *at;
	guint n, most = 0;

	run_for(b, clock_boot_us() + WINDOW_S * (int64_t)SECOND_US, 0);
	at = (const int64_t *)(void *)b->handed->data;
	n = b->handed->len;
	for (guint first = 0, last = 0; last < n; last++) {
		while (at[last] - at[first] >= SECOND_US)
			first++;
		most = MAX(most, last - first + 1);
	}
	printf("limit %d\nmost %u\ncalls %u\nseconds %.3f\n", CPS, most, n, n > 1 ? (double)(at[n - 1] - at[0]) / SECOND_US : 0);
}

static void small(struct bench *b)
{
	int64_t now = clock_boot_us();

	run_for(b, now + (JOIN_S + 5) * (int64_t)SECOND_US, now + JOIN_S * (int64_t)SECOND_US);
	printf("placed %d\nfirst_ms %" PRId64 "\nlast_ms %" PRId64 "\nothers %u\n", b->of_small,
	       b->of_small ? (b->first_us - b->joined_us) / 1000 : -1,
	       b->of_small ? (b->last_us - b->joined_us) / 1000 : -1, b->handed->len - (guint)b->of_small);
}

static void commit(struct bench *b)
{
	int64_t began = clock_boot_us();
	int n = 0;

	for (; clock_boot_us() - began < 2 * (int64_t)SECOND_US; n++)
		store_write(b->store, JOB_DISPATCH, one_row, NULL);
	printf("commits %d\nseconds %.3f\n", n, (double)(clock_boot_us() - began) / SECOND_US);
}

static const struct {
	const char *name;
	void (*run)(struct bench *b);
	int cps;
	bool tells_sent; /* as SIP does; it takes the real time */
} rows[] = {
	{ "decide", decide, DECIDE_CPS, false },
	{ "window", window, CPS, true },
	{ "small", small, CPS, true },
	{ "commit", commit, CPS, false },
};

int main(int argc, char **argv)
{
	struct bench b = { .carrier = { place, hang_up, NULL } };
	struct dispatcher_options o = { 0 };
	struct problem p = { 0 };
	struct settings s;
	size_t row = 0;

	while (argc > 4 && row < G_N_ELEMENTS(rows) && strcmp(rows[row].name, argv[1]) != 0)
		row++;
	if (argc < 5 || row == G_N_ELEMENTS(rows)) {
		fputs("Usage: bench-engine decide|window|small|commit FOLDER WORKSPACE CAMPAIGN [SMALL]\n", stderr);
		return 2;
	}
	b.carrier.tells_sent = rows[row].tells_sent;
	b.workspace = atoll(argv[3]);
	b.campaign = atoll(argv[4]);
	b.small = argc > 5 ? atoll(argv[5]) : 0;
	b.handed = g_array_new(FALSE, FALSE, sizeof(int64_t));
	if (settings_load(&s, NULL, NULL, &p) != 0 ||
	    !(b.store = store_open(argv[2], NULL, NULL, &p)) || store_write(b.store, JOB_DISPATCH,
		find_company, &b) != JOB_KEEP) {
		fprintf(stderr, "%s\n", p.text);
		return 1;
	}
	dispatcher_rules(&o, &s);
	o.store = b.store;
	o.carrier = &b.carrier;
	o.scripts = scripts_new(NULL);
	o.node = (struct ledger_node){ 1, 1 };
	o.rehearsal = true;
	o.farm_channels = CHANNELS;
	o.farm_cps = rows[row].cps;
	b.d = dispatcher_new(&o);
	dispatcher_reload(b.d);
	rows[row].run(&b);
	dispatcher_free(b.d);
	scripts_free(o.scripts);
	store_close(b.store);
	settings_clear(&s);
	g_array_unref(b.handed);
	return 0;
}
