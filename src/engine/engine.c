#include "engine/engine.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/pacing.h"
#include "engine/auditor.h"
#include "engine/call_backs.h"
#include "engine/code_calls.h"
#include "engine/dispatcher.h"
#include "engine/hear.h"
#include "engine/journal.h"
#include "engine/recovery.h"
#include "engine/rules.h"
#include "engine/scripts.h"
#include "engine/texts.h"
#include "engine/trunk_row.h"
#include "sim/farm.h"
#include "store/accounts.h"
#include "store/ai.h"
#include "store/db.h"
#include "store/retention.h"
#include "voice/prompt.h"
#include "voice/voice.h"

#include <glib.h>
#include <stdatomic.h>

enum {
	PROMPT_WORKERS = 2,
	SECOND_US = 1000000,
	REST_US = 5000,
	SWEEP_US = 600 * SECOND_US,
	STUCK_MS = 15000,
};

enum note_kind { NOTE_NUDGE, NOTE_TRUNKS, NOTE_CLOCK, NOTE_LEAD_REMOVED, NOTE_PAUSED, NOTE_CANCELLED, NOTE_RECOVERED,
		 NOTE_CODE_CALL, NOTE_RINGS, NOTE_WORDS, NOTE_HEALTH, NOTE_DRAIN };

/* A word to the dispatcher's thread. */
struct note {
	enum note_kind kind;
	int64_t workspace_id, campaign_id, talent_id;
	int64_t trunk_id;
	enum health health;
	char why[200];
	struct code_call code_call;
	struct voice_ring ring;
};

struct engine {
	const struct settings *settings;
	struct store *store;
	struct journal *journal;
	struct prompts *prompts;
	struct scripts *scripts;
	struct voice *voice;
	struct farm *farm;
	struct dispatcher *dispatcher;
	struct code_calls *code_calls;
	struct call_backs *call_backs;
	struct auditor *auditor;
	struct texts *texts;
	const struct texts_way *way;
	GThread *thread;
	int64_t sweep_us; /* boot clock: when what has been kept long enough is next forgotten */
	GMutex lock;
	GCond wake;
	GQueue notes;
	engine_clock_fn *on_clock; /* under lock */
	void *on_clock_arg;
	bool rung;       /* something happened since the last step */
	bool nudged;     /* leads were added: the dispatcher looks, but not more often than it rests */
	bool drained;    /* the drain note has been obeyed */
	bool stopping;
	_Atomic int64_t stepped_ms; /* boot clock */
};

/* ---- the thread ---- */

static void ring(struct engine *e)
{
	g_mutex_lock(&e->lock);
	e->rung = true;
	g_cond_broadcast(&e->wake);
	g_mutex_unlock(&e->lock);
}

/* Under the lock. Many changes in one commit are one reason to look. */
static bool is_said(struct engine *e, const struct note *n)
{
	const struct note *last = g_queue_peek_tail(&e->notes);

	return last && n->kind == NOTE_NUDGE && last->kind == NOTE_NUDGE && last->workspace_id == n->workspace_id;
}

static void leave_note(struct engine *e, struct note n)
{
	g_mutex_lock(&e->lock);
	if (is_said(e, &n)) {
		g_mutex_unlock(&e->lock);
		return;
	}
	g_queue_push_tail(&e->notes, g_memdup2(&n, sizeof(n)));
	if (n.kind == NOTE_NUDGE)
		e->nudged = true;
	else
		e->rung = true;
	g_cond_broadcast(&e->wake);
	g_mutex_unlock(&e->lock);
}

static void tell_trunks(struct engine *e);

/* Asks for the campaign's prompts, so that they are rendered by the time its first call is due. */
static void prepare_words(struct engine *e, const struct note *n)
{
	struct db *db = store_reader(e->store);

	if (!db)
		return;
	scripts_prepare(e->scripts, db, n->workspace_id, n->campaign_id);
	store_read_end(db);
}

static void obey(struct engine *e, const struct note *n)
{
	switch (n->kind) {
	case NOTE_NUDGE:
		dispatcher_nudge(e->dispatcher, n->workspace_id);
		break;
	case NOTE_TRUNKS:
		tell_trunks(e);
		dispatcher_reload(e->dispatcher);
		break;
	case NOTE_CLOCK:
		dispatcher_clock_set(e->dispatcher, n->workspace_id);
		break;
	case NOTE_LEAD_REMOVED:
		dispatcher_lead_removed(e->dispatcher, n->workspace_id, n->campaign_id, n->talent_id);
		break;
	case NOTE_PAUSED:
	case NOTE_CANCELLED:
		dispatcher_campaign_stopped(e->dispatcher, n->workspace_id, n->campaign_id, n->kind == NOTE_CANCELLED);
		break;
	case NOTE_HEALTH:
		dispatcher_trunk_health(e->dispatcher, n->trunk_id, n->health, n->why);
		break;
	case NOTE_WORDS:
		prepare_words(e, n);
		break;
	case NOTE_CODE_CALL:
		code_calls_add(e->code_calls, &n->code_call, clock_boot_us());
		break;
	case NOTE_RINGS:
		call_backs_add(e->call_backs, &n->ring, clock_boot_us());
		break;
	case NOTE_RECOVERED:
		dispatcher_halt(e->dispatcher, false);
		break;
	case NOTE_DRAIN:
		code_calls_drain(e->code_calls, clock_wall_ms());
		call_backs_drain(e->call_backs);
		dispatcher_drain(e->dispatcher);
		break;
	}
}

/*
 * Sleeps until the bell or the boot time `until_us`; takes the notes. A nudge wakes it at once when it has rested since its last
 * step: where leads come in with every commit, each would be a look at the queue. False when the engine is stopping.
 */
static bool wait_for_work(struct engine *e, int64_t until_us, GQueue *notes)
{
	int64_t now = g_get_monotonic_time(), rested = now + REST_US;
	int64_t wait_us = until_us == INT64_MAX ? SECOND_US : until_us - clock_boot_us();
	int64_t deadline = now + CLAMP(wait_us, 0, SECOND_US);
	bool go_on;

	g_mutex_lock(&e->lock);
	while (!e->rung && !e->stopping &&
	       g_cond_wait_until(&e->wake, &e->lock, e->nudged ? MIN(rested, deadline) : deadline))
		;
	e->rung = e->nudged = false;
	*notes = e->notes;
	g_queue_init(&e->notes);
	go_on = !e->stopping;
	g_mutex_unlock(&e->lock);
	return go_on;
}

static int sweep_run(struct db *db, void *unused)
{
	int64_t now = clock_wall_ms();

	(void)unused;
	ai_transcripts_drop(db, now);
	return retention_sweep(db, now) ? JOB_MORE : JOB_KEEP;
}

/* The retention clocks, behind everything else; a transcript that is over is not shown any more before that either. */
static void sweep(struct engine *e)
{
	int64_t now_us = clock_boot_us();

	if (now_us < e->sweep_us)
		return;
	e->sweep_us = now_us + SWEEP_US;
	store_submit(e->store, JOB_BULK, sweep_run, NULL, NULL);
}

static void *dispatcher_thread(void *arg)
{
	struct engine *e = arg;
	int64_t next = 0;
	GQueue notes;

	while (wait_for_work(e, next, &notes)) {
		struct note *n;
		bool drain = false;

		while ((n = g_queue_pop_head(&notes))) {
			obey(e, n);
			drain |= n->kind == NOTE_DRAIN;
			g_free(n);
		}
		sweep(e);
		next = code_calls_step(e->code_calls, clock_wall_ms(), clock_boot_us());
		next = MIN(next, call_backs_step(e->call_backs, clock_wall_ms(), clock_boot_us()));
		next = MIN(next, dispatcher_step(e->dispatcher, clock_wall_ms(), clock_boot_us()));
		atomic_store(&e->stepped_ms, clock_boot_ms());
		if (drain) {
			g_mutex_lock(&e->lock);
			e->drained = true;
			g_cond_broadcast(&e->wake);
			g_mutex_unlock(&e->lock);
		}
	}
	return NULL;
}

/* ---- call-backs from other threads ---- */

static void on_event(void *arg, const struct carrier_event *ev)
{
	struct engine *e = arg;

	dispatcher_event(e->dispatcher, ev);
	ring(e);
}

static int before_send(void *arg, int64_t attempt_id, int64_t fence)
{
	struct engine *e = arg;

	return journal_sent(e->journal, attempt_id, fence);
}

static void on_health(void *arg, int64_t trunk_id, enum health health, const char *why)
{
	struct note n = { .kind = NOTE_HEALTH, .trunk_id = trunk_id, .health = health };

	g_strlcpy(n.why, why, sizeof(n.why));
	leave_note(arg, n);
}

static void on_ring(void *arg, const struct voice_ring *ring)
{
	leave_note(arg, (struct note){ .kind = NOTE_RINGS, .ring = *ring });
}

static void prompt_ready(void *arg)
{
	ring(arg);
}

bool engine_stuck(struct engine *e)
{
	return clock_boot_ms() - atomic_load(&e->stepped_ms) > STUCK_MS;
}

void engine_nudge(struct engine *e, int64_t workspace_id)
{
	leave_note(e, (struct note){ .kind = NOTE_NUDGE, .workspace_id = workspace_id });
	texts_nudge(e->texts);
}

void engine_words_changed(struct engine *e, int64_t workspace_id, int64_t campaign_id)
{
	leave_note(e, (struct note){ .kind = NOTE_WORDS, .workspace_id = workspace_id, .campaign_id = campaign_id });
}

void engine_trunks_changed(struct engine *e)
{
	leave_note(e, (struct note){ .kind = NOTE_TRUNKS });
}

void engine_recovered(struct engine *e)
{
	leave_note(e, (struct note){ .kind = NOTE_RECOVERED });
	texts_halt(e->texts, false);
}

void engine_clock_set(struct engine *e, int64_t workspace_id)
{
	leave_note(e, (struct note){ .kind = NOTE_CLOCK, .workspace_id = workspace_id });
}

void engine_tell_clock(struct engine *e, engine_clock_fn *fn, void *arg)
{
	g_mutex_lock(&e->lock);
	e->on_clock = fn;
	e->on_clock_arg = arg;
	g_mutex_unlock(&e->lock);
}

/* Told under the lock, so that who does not want to be told any more is not. */
static void clock_moved(void *arg)
{
	struct engine *e = arg;

	e->sweep_us = 0; /* this is the dispatcher's thread */
	g_mutex_lock(&e->lock);
	if (e->on_clock)
		e->on_clock(e->on_clock_arg);
	g_mutex_unlock(&e->lock);
}

void engine_lead_removed(struct engine *e, int64_t workspace_id, int64_t campaign_id, int64_t talent_id)
{
	leave_note(e, (struct note){ .kind = NOTE_LEAD_REMOVED, .workspace_id = workspace_id,
				     .campaign_id = campaign_id, .talent_id = talent_id });
}

void engine_campaign_stopped(struct engine *e, int64_t workspace_id, int64_t campaign_id, bool cancelled)
{
	leave_note(e, (struct note){ .kind = cancelled ? NOTE_CANCELLED : NOTE_PAUSED, .workspace_id = workspace_id,
				     .campaign_id = campaign_id });
}

GByteArray *engine_say(struct engine *e, struct db *db, int64_t workspace_id, int64_t campaign_id,
		       const struct messages *all, const struct message *m, struct problem *p)
{
	return hear_message(e->prompts, db, workspace_id, campaign_id, all, m, p);
}

void engine_call_with_code(struct engine *e, int64_t workspace_id, int64_t attempt_id, const char *number,
			   const char *code)
{
	struct note n = { .kind = NOTE_CODE_CALL,
			  .code_call = { .workspace_id = workspace_id, .attempt_id = attempt_id } };

	g_strlcpy(n.code_call.number, number, sizeof(n.code_call.number));
	g_strlcpy(n.code_call.code, code, sizeof(n.code_call.code));
	leave_note(e, n);
}

/* ---- life ---- */

static void add_trunk(void *arg, const struct trunk *t)
{
	struct voice_trunk v;

	if (!t->enabled)
		return;
	trunk_for_voice(t, &v);
	g_array_append_val((GArray *)arg, v);
}

/* The voice gets the farm and the trunks of the database. */
static void tell_trunks(struct engine *e)
{
	struct db *db = store_reader(e->store);
	g_autoptr(GArray) list = g_array_new(FALSE, TRUE, sizeof(struct voice_trunk));

	if (!db)
		return;
	g_array_set_size(list, 1);
	farm_trunk(e->farm, &g_array_index(list, struct voice_trunk, 0));
	trunks_each(db, add_trunk, list);
	voice_set_trunks(e->voice, &g_array_index(list, struct voice_trunk, 0), (int)list->len);
	store_read_end(db);
}

static int start_parts(struct engine *e, const char *folder, const struct dispatcher_options *o,
		       const struct recovery *r, struct problem *p)
{
	g_autofree char *spoken = g_build_filename(folder, "prompts", NULL);
	struct voice_options vo = { .settings = e->settings, .sink = on_event, .before_send = before_send,
				    .trunk_health = on_health, .rings = on_ring, .arg = e };
	struct dispatcher_options with_parts = *o;

	if (!(e->journal = journal_start(folder, r->epoch, p)) ||
	    !(e->prompts = prompts_new(spoken, e->settings, PROMPT_WORKERS, prompt_ready, e, p)) ||
	    !(e->voice = voice_start(&vo, p)) ||
	    !(e->farm = farm_start(e->voice, e->prompts, FARM_SEED, p)) ||
	    !(e->texts = texts_start(e->way, e->store, r->halted)))
		return -1;
	e->scripts = scripts_new(e->prompts);
	scripts_limit_ai(e->scripts, e->settings->voice_ai_max_call * 1000, e->settings->voice_ai_silence * 1000);
	with_parts.carrier = voice_carrier(e->voice);
	with_parts.shows_trunks = true;
	with_parts.scripts = e->scripts;
	with_parts.clock_moved = clock_moved;
	with_parts.clock_arg = e;
	with_parts.node = (struct ledger_node){ .node_id = 1, .epoch = r->epoch };
	e->dispatcher = dispatcher_new(&with_parts);
	e->code_calls = code_calls_new(e->store, e->prompts, e->dispatcher);
	e->call_backs = call_backs_new(&(struct call_backs_options){ e->store, e->prompts, e->scripts, e->dispatcher, e->voice });
	tell_trunks(e);
	dispatcher_reload(e->dispatcher);
	atomic_store(&e->stepped_ms, clock_boot_ms());
	dispatcher_halt(e->dispatcher, r->halted);
	e->auditor = auditor_start(e->store);
	e->thread = g_thread_new("dispatcher", dispatcher_thread, e);
	return 0;
}

static void free_parts(struct engine *e)
{
	code_calls_free(e->code_calls);
	call_backs_free(e->call_backs);
	if (e->dispatcher)
		dispatcher_free(e->dispatcher);
	if (e->scripts)
		scripts_free(e->scripts);
	prompts_free(e->prompts);
	journal_close(e->journal);
	g_queue_clear_full(&e->notes, g_free);
	g_mutex_clear(&e->lock);
	g_cond_clear(&e->wake);
	g_free(e);
}

struct engine *engine_start(const struct settings *settings, struct store *store, const struct texts_way *way,
			    const char *folder, struct problem *p)
{
	struct engine *e = g_new0(struct engine, 1);
	struct dispatcher_options o = { 0 };
	struct recovery r;

	e->settings = settings;
	e->way = way;
	e->store = o.store = store;
	dispatcher_rules(&o, settings);
	o.quiet_until_us = clock_boot_us() + SECOND_US;
	g_mutex_init(&e->lock);
	g_cond_init(&e->wake);
	g_queue_init(&e->notes);
	if (recovery_run(store, folder, &o.retry, clock_wall_ms(), &r, p) != 0 ||
	    start_parts(e, folder, &o, &r, p) != 0) {
		farm_stop(e->farm);
		voice_stop(e->voice, 0);
		free_parts(e);
		return NULL;
	}
	if (r.halted)
		log_warn("engine.recovery", "this is a restored copy: nothing is dialled until `callsheet recovery confirm`; %"
			 G_GINT64_FORMAT " leads may have been called since it was made", r.presumed);
	if (r.released + r.unknown + r.never_sent > 0)
		log_warn("engine.recovered", "the last run was cut short: %" G_GINT64_FORMAT " claims released, %"
			 G_GINT64_FORMAT " calls unknown, %" G_GINT64_FORMAT " never sent", r.released, r.unknown,
			 r.never_sent);
	return e;
}

static int release_all_run(struct db *db, void *arg)
{
	(void)arg;
	ledger_release_all(db);
	return JOB_KEEP;
}

void engine_stop(struct engine *e, int drain_ms)
{
	if (!e)
		return;
	auditor_stop(e->auditor);
	texts_stop(e->texts);
	e->texts = NULL;
	leave_note(e, (struct note){ .kind = NOTE_DRAIN });
	g_mutex_lock(&e->lock);
	while (!e->drained)
		g_cond_wait(&e->wake, &e->lock);
	g_mutex_unlock(&e->lock);
	voice_drain(e->voice, drain_ms);
	farm_stop(e->farm);
	voice_stop(e->voice, 0);
	g_mutex_lock(&e->lock);
	e->stopping = true;
	g_cond_broadcast(&e->wake);
	g_mutex_unlock(&e->lock);
	g_thread_join(e->thread);
	dispatcher_step(e->dispatcher, clock_wall_ms(), clock_boot_us()); /* books the last ends */
	store_write(e->store, JOB_DISPATCH, release_all_run, NULL);
	if (dispatcher_in_flight(e->dispatcher) > 0)
		log_warn("engine.stopped", "%d calls ended without their outcome in the ledger; the next start "
			 "will call them unknown", dispatcher_in_flight(e->dispatcher));
	free_parts(e);
}
