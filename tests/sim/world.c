#include "world.h"

#include "engine/recovery.h"
#include "engine/scripts.h"
#include "store/campaigns.h"
#include "store/db_sqlite.h"
#include "store/ids.h"
#include "store/leads.h"
#include "store/writer.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

enum {
	STEPS = 220,	   /* of a history with its faults on */
	CALM_STEPS = 4000, /* in which everything must come to rest */
	STARTS = 8,	   /* tries of a server to come up again */
};

#define T0 INT64_C(1744725600000) /* 2025-04-15T14:00Z: ten in the morning in New York */

/* ---- chance and time ---- */

uint64_t draw(struct world *w, uint64_t n)
{
	uint64_t z = (w->chance += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (z ^ (z >> 31)) % n;
}

bool happens(struct world *w, unsigned permille)
{
	return draw(w, 1000) < permille;
}

bool fault_happens(struct world *w, enum fault f, unsigned permille)
{
	return (w->faults & f) && !w->calm && happens(w, permille);
}

int64_t wall_now(const struct world *w)
{
	return w->wall_ms + w->now_us / 1000;
}

void say(const struct world *w, const char *fmt, ...)
{
	va_list ap;

	if (!w->verbose)
		return;
	printf("%12.3f  ", (double)w->now_us / 1e6);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

void wrong(struct world *w, const char *fmt, ...)
{
	va_list ap;

	if (w->failure[0])
		return;
	va_start(ap, fmt);
	vsnprintf(w->failure, sizeof(w->failure), fmt, ap);
	va_end(ap);
	say(w, "WRONG: %s", w->failure);
}

/* ---- a history's beginning ---- */

static void empty_tables(struct world *w)
{
	static const char *const tables[] = { "campaign", "campaign_slot", "campaign_total", "lead_total", "lead", "talent",
					      "due", "attempt", "person_lock", "suppression", "event", "lead_change",
					      "trunk", "fact", "counter", "company", "workspace", "app_user", "site",
					      "site_user", "caller_number", "workspace_day", "workspace_setting" };

	sqlite3_exec(w->sql, "BEGIN", NULL, NULL, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autofree char *sql = g_strconcat("DELETE FROM ", tables[i], NULL);

		if (sqlite3_exec(w->sql, sql, NULL, NULL, NULL) != SQLITE_OK)
			g_error("%s: %s", sql, sqlite3_errmsg(w->sql));
	}
	sqlite3_exec(w->sql, "COMMIT", NULL, NULL, NULL);
	ids_forget(w->db);
}

static void add_lead(struct db *db, struct world *w, int c, int person)
{
	g_autofree char *email = g_strdup_printf("p%d@example.com", person);
	g_autofree char *phone = g_strdup_printf("+1312555%04d", person);
	struct lead_row row = { .email = email, .first_name = "P", .last_name = "P", .phone = phone, .linkedin = "" };
	struct lead_adder a;

	lead_adder_open(db, w->account.live_workspace, w->account.company_id, w->campaign[c], wall_now(w), &a);
	lead_add(db, &a, &row);
	lead_adder_close(db, &a);
}

static int64_t add_campaign(struct db *db, struct world *w)
{
	static const int64_t gaps_s[] = { 20, 45, 300, 5 * 3600, 24 * 3600 };
	struct schedule s = { 1 + (int)draw(w, 3), { T0 + (int64_t)draw(w, 60) * 1000 } };
	struct campaign c = { .campaign_id = campaign_next_id(db), .title = "A", .status = "RUNNING",
		.purpose = "INTEREST_CHECK", .timezone = "America/New_York", .site_id = w->account.site_id,
		.caller_number = "+15550001111", .call_type = "IVR", .ai_call_script = "",
		.opening_message = "Hello.", .closing_message = "Bye.", .questions = "[]", .job_details = "{}",
		.job_title = "", .assessment_test_id = "", .assessment_name = "", .reminder_sms = "",
		.post_call_sms = "", .time_basis = "UTC", .follow_ups = "[]", .detail_json = "{}",
		.summary_json = "{}", .created_at = T0 };

	for (int i = 1; i < s.n; i++)
		s.at[i] = s.at[i - 1] + gaps_s[draw(w, G_N_ELEMENTS(gaps_s))] * 1000;
	campaign_add(db, w->account.live_workspace, &c, &s);
	return c.campaign_id;
}

static int furnish(struct db *db, void *arg)
{
	struct account_wish wish = { .company = "Acme", .country = "US", .number = "+15550001111",
		.test_number = "+15550002222" };
	struct world *w = arg;

	account_create(db, &wish, T0, &w->account);
	w->trunk = trunk_add(db, &(struct trunk){ .workspace_id = w->account.live_workspace, .name = "t",
		.host = "h", .transport = "udp", .auth_user = "", .auth_password = "", .port = 5060,
		.channels = w->channels, .cps = w->cps }, T0);
	for (int i = 0; i < CAMPAIGNS; i++) {
		w->campaign[i] = add_campaign(db, w);
		for (int p = 0; p < PEOPLE; p++)
			if (draw(w, 3) > 0)
				add_lead(db, w, i, p);
	}
	return JOB_KEEP;
}

static void forget_all(struct world *w)
{
	g_ptr_array_set_size(w->calls, 0);
	g_ptr_array_set_size(w->mail, 0);
	g_array_set_size(w->claims, 0);
	g_array_set_size(w->refs, 0);
	g_array_set_size(w->fresh_claims, 0);
	g_array_set_size(w->fresh_refs, 0);
	g_hash_table_remove_all(w->intents);
	w->life = 0;
	w->dead = w->broken = w->calm = false;
	w->failure[0] = 0;
	w->now_us = w->steps = w->invites = w->pauses = 0;
	w->posted = 0;
}

static void begin(struct world *w, uint64_t seed, unsigned faults)
{
	w->seed = seed;
	w->chance = seed * 0x2545f4914f6cdd1du + 1;
	forget_all(w);
	w->faults = 0;
	/* A swarm: each history has some of the faults it may have, so that rare ones are not drowned by others. */
	for (unsigned f = 1; f <= FAULT_ALL; f <<= 1)
		if ((faults & f) && (faults == f || draw(w, 2)))
			w->faults |= f;
	w->wall_ms = T0;
	if (draw(w, 8) == 0) /* near the end of the day: the hours close in the middle */
		w->wall_ms = T0 + 12 * 3600 * INT64_C(1000) - (int64_t)draw(w, 120) * 1000;
	w->channels = 1 + (int)draw(w, 4);
	w->cps = 1 + (int)draw(w, 5);
	empty_tables(w);
	if (store_write(w->store, JOB_SINGLE, furnish, w) != JOB_KEEP)
		g_error("the world cannot be furnished: %s", w->db->why);
}

/* ---- the server's lives ---- */

static void go_down(struct world *w)
{
	dispatcher_free(w->server);
	w->server = NULL;
	journal_close(w->journal);
	w->journal = NULL;
	far_end_server_gone(w);
	g_array_set_size(w->fresh_claims, 0);
	g_array_set_size(w->fresh_refs, 0);
	if ((w->faults & FAULT_POWER) && !w->calm && draw(w, 2)) {
		g_autofree char *path = g_build_filename(w->folder, "send-journal", NULL);

		say(w, "power cut: the journal is of another boot");
		g_unlink(path);
	}
}

static bool come_up(struct world *w)
{
	struct problem p = { 0 };
	struct recovery r;

	w->dead = w->broken = false;
	w->life++;
	ids_forget(w->db);
	if (recovery_run(w->store, w->folder, &w->options.retry, wall_now(w), &r, &p) != 0 ||
	    !yield_point(w, "after recovery") || !(w->journal = journal_start(w->folder, r.epoch, &p)))
		return false;
	say(w, "server's life %d: %d released, %d unknown, %d never sent", w->life, (int)r.released, (int)r.unknown,
	    (int)r.never_sent);
	w->options.node.epoch = r.epoch;
	w->options.quiet_until_us = w->now_us + SECOND_US;
	w->server = dispatcher_new(&w->options);
	dispatcher_reload(w->server);
	return true;
}

static void start_server(struct world *w)
{
	bool was_calm = w->calm;

	for (int i = 0; !come_up(w); i++) {
		w->now_us += SECOND_US;
		w->calm |= i == STARTS;
	}
	w->calm = was_calm;
	checks_after(w);
}

static int release_all(struct db *db, void *arg)
{
	(void)arg;
	ledger_release_all(db);
	return JOB_KEEP;
}

/* SIGTERM: no new call, what is on may end, everything is booked; and then the next life. */
static void stop_server(struct world *w)
{
	say(w, "the server is told to stop");
	dispatcher_drain(w->server);
	dispatcher_step(w->server, wall_now(w), w->now_us);
	if (!w->dead)
		dispatcher_step(w->server, wall_now(w), w->now_us);
	if (!w->dead)
		store_write(w->store, JOB_DISPATCH, release_all, NULL);
	w->dead = true;
}

/* ---- one history ---- */

/* Turns the clock to the next thing anybody wants; a little later, sometimes, as threads wake late. */
static bool sleep_until(struct world *w, int64_t next)
{
	next = MIN(next, far_end_next(w));
	if (next == INT64_MAX)
		return false;
	if (next > w->now_us)
		w->now_us = next + (draw(w, 4) == 0 ? (int64_t)draw(w, 20000) : 0);
	return true;
}

static void step_clock(struct world *w)
{
	int64_t by_ms = ((int64_t)draw(w, 2 * 3600) - 3600) * 1000;

	w->wall_ms += by_ms;
	say(w, "the wall clock steps by %d s", (int)(by_ms / 1000));
}

static bool one_step(struct world *w)
{
	int64_t next;

	far_end_run(w);
	if (fault_happens(w, FAULT_CLOCK, 10))
		step_clock(w);
	if (fault_happens(w, FAULT_OLD, 50))
		old_writes(w);
	if (fault_happens(w, FAULT_PEOPLE, 60))
		operator_acts(w);
	next = w->dead ? w->now_us : dispatcher_step(w->server, wall_now(w), w->now_us);
	if (!w->dead && (w->broken ? happens(w, 300) : fault_happens(w, FAULT_KILL, 4)))
		stop_server(w);
	checks_after(w);
	w->steps++;
	if (w->dead) {
		go_down(w);
		w->now_us += (int64_t)draw(w, 3 * SECOND_US);
		start_server(w);
		next = w->now_us;
	}
	return sleep_until(w, next);
}

bool world_run(struct world *w, uint64_t seed, unsigned faults)
{
	int i;

	begin(w, seed, faults);
	start_server(w);
	for (i = 0; i < STEPS && !w->failure[0] && one_step(w); i++)
		;
	w->calm = true;
	say(w, "calm from now on");
	if (w->broken)
		w->dead = true;
	for (i = 0; i < CALM_STEPS && !w->failure[0] && one_step(w); i++)
		;
	if (i == CALM_STEPS)
		wrong(w, "I4: it does not come to rest");
	checks_end(w);
	go_down(w);
	return !w->failure[0];
}

/* ---- life of the world ---- */

static void remove_folder(struct world *w)
{
	static const char *const files[] = { "send-journal", "send-journal.new" };

	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(w->folder, files[i], NULL);

		g_unlink(path);
	}
	g_rmdir(w->folder);
	g_free(w->folder);
}

struct world *world_new(void)
{
	struct world *w = g_new0(struct world, 1);
	struct problem p = { 0 };

	w->db = db_sqlite_open(NULL, DB_MEMORY, &p);
	if (!w->db)
		g_error("%s", p.text);
	w->sql = db_sqlite_handle(w->db);
	w->store = store_alone(w->db, NULL, &p);
	w->scripts = scripts_new(NULL);
	w->folder = g_strdup("/dev/shm/callsheet-sim-XXXXXX");
	if (!g_mkdtemp(w->folder))
		g_error("cannot make a folder in /dev/shm");
	far_end_open(w);
	w->calls = g_ptr_array_new_with_free_func(g_free);
	w->mail = g_ptr_array_new_with_free_func(g_free);
	w->claims = g_array_new(FALSE, FALSE, sizeof(struct claim));
	w->fresh_claims = g_array_new(FALSE, FALSE, sizeof(struct claim));
	w->refs = g_array_new(FALSE, FALSE, sizeof(struct attempt_ref));
	w->fresh_refs = g_array_new(FALSE, FALSE, sizeof(struct attempt_ref));
	w->intents = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	w->options = (struct dispatcher_options){
		.store = w->store,
		.carrier = &w->carrier,
		.scripts = w->scripts,
		.node = { 1, 1 },
		.retry = { .min_gap_ms = MIN_GAP_S * 1000, .backoff_ms = 5000, .unsure_gap_ms = UNSURE_S * 1000 },
		.ring_timeout_s = 30,
		.rest_us = 30 * SECOND_US,
		.farm_channels = 1,
		.farm_cps = 1,
		.rehearsal = true,
	};
	checks_open(w);
	the_world = w;
	return w;
}

void world_free(struct world *w)
{
	checks_close(w);
	store_close(w->store);
	scripts_free(w->scripts);
	remove_folder(w);
	g_ptr_array_unref(w->calls);
	g_ptr_array_unref(w->mail);
	g_array_unref(w->claims);
	g_array_unref(w->refs);
	g_array_unref(w->fresh_claims);
	g_array_unref(w->fresh_refs);
	g_hash_table_unref(w->intents);
	g_free(w);
}
