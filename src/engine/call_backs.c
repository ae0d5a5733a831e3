#include "engine/call_backs.h"

#include "base/log.h"
#include "base/metrics.h"
#include "core/call_back.h"
#include "core/questions.h"
#include "engine/dispatcher.h"
#include "engine/scripts.h"
#include "store/campaigns.h"
#include "store/db.h"
#include "store/inbound_calls.h"
#include "store/workspaces.h"
#include "voice/ai_brief.h"
#include "voice/prompt.h"
#include "voice/voice.h"

#include <glib.h>

enum {
	GIVE_UP_US = 10 * 1000000, /* the voice waits a little longer */
	LOOK_US = 50000,
	NOT_FOUND = 404,
	NOT_NOW = 480,
	BUSY = 486,
	UNAVAILABLE = 503,
};

struct waiting {
	struct voice_ring ring;
	int64_t give_up_us;
};

struct call_backs {
	struct call_backs_options o;
	GQueue waiting; /* struct waiting */
	bool draining;
};

struct call_backs *call_backs_new(const struct call_backs_options *o)
{
	struct call_backs *cb = g_new0(struct call_backs, 1);

	cb->o = *o;
	g_queue_init(&cb->waiting);
	return cb;
}

void call_backs_free(struct call_backs *cb)
{
	if (!cb)
		return;
	g_queue_clear_full(&cb->waiting, g_free);
	g_free(cb);
}

void call_backs_add(struct call_backs *cb, const struct voice_ring *ring, int64_t now_us)
{
	struct waiting *w = g_new0(struct waiting, 1);

	w->ring = *ring;
	w->give_up_us = now_us + GIVE_UP_US;
	g_queue_push_tail(&cb->waiting, w);
}

/* ---- who calls whom ---- */

/* A call as far as it is known; texts are the reader's. */
struct guest {
	struct inbound_line line;
	struct inbound_caller caller;
	char number[ORDER_NUMBER];
	enum call_back_kind kind;
	struct spoken spoken; /* how he is spoken to */
	int64_t now;
};

static bool find_line(struct db *db, const struct voice_ring *r, struct inbound_line *out)
{
	for (size_t c = 0; c < G_N_ELEMENTS(r->called); c++)
		for (int t = 0; t < r->n_trunks; t++)
			if (inbound_line_of(db, r->trunk[t], r->called[c], out))
				return true;
	return false;
}

static enum call_back_kind kind_of(const struct guest *g)
{
	if (!g->number[0])
		return CALL_BACK_WITHHELD;
	if (!g->caller.talent_id)
		return CALL_BACK_STRANGER;
	return g->caller.resumes ? CALL_BACK_RESUMES : CALL_BACK_OVER;
}

static bool find_guest(struct call_backs *cb, struct db *db, const struct voice_ring *r, int64_t wall_ms, struct guest *out)
{
	struct campaign_sound sound;
	struct limits limits;

	if (!find_line(db, r, &out->line))
		return false;
	inbound_number(db, &out->line, r->from, out->number);
	inbound_caller_of(db, out->line.workspace_id, out->number, &out->caller);
	out->kind = kind_of(out);
	out->now = dispatcher_now(cb->o.dispatcher, out->line.workspace_id, wall_ms);
	if (out->caller.campaign_id && campaign_sound(db, out->line.workspace_id, out->caller.campaign_id, &sound)) {
		out->spoken = sound.spoken;
	} else {
		workspace_limits(db, out->line.workspace_id, true, &limits);
		out->spoken = limits.spoken;
	}
	return true;
}

/* ---- what he hears ---- */

/* Takes the text over. */
static enum prompt_state say(struct call_backs *cb, const struct guest *g, char *text, struct prompt **out)
{
	const struct prompt_voice voice = { g->spoken.voice, g->spoken.language };
	enum prompt_state state = prompts_get(cb->o.prompts, &voice, text, PROMPT_KEPT, out);

	g_free(text);
	return state;
}

static enum prompt_state worse(enum prompt_state a, enum prompt_state b)
{
	return MAX(a, b);
}

/* The campaign's call, with our words in front of it. */
static enum prompt_state resume(struct call_backs *cb, struct db *db, const struct guest *g, struct call_order *order)
{
	const struct claim claim = { .workspace_id = g->line.workspace_id, .campaign_id = g->caller.campaign_id,
				     .talent_id = g->caller.talent_id };
	enum prompt_state state = scripts_get(cb->o.scripts, db, &claim, g->now, order);

	if (state != PROMPT_READY)
		return state;
	ai_brief_unref(order->ai);
	order->ai = NULL;
	prompt_unref(order->preamble);
	order->preamble = NULL;
	return PROMPT_READY;
}

/* One question: whether he wants to be left alone. */
static enum prompt_state see_off(struct call_backs *cb, const struct guest *g, struct call_order *order)
{
	struct call_question *q = &order->questions[0];
	char *noted = g->kind == CALL_BACK_WITHHELD ? call_back_nobody() : g_strdup(QUESTION_PERSON_NOTED);
	enum prompt_state state;

	g_strlcpy(order->person, g->spoken.person, sizeof(order->person));
	order->n_questions = 1;
	if (g->kind != CALL_BACK_WITHHELD)
		q->options[q->n_options++] = (struct call_option){ '9', ANSWER_OPT_OUT };
	state = say(cb, g, call_back_question(g->kind, order->person[0]), &q->prompt);
	state = worse(state, say(cb, g, noted, &order->person_noted));
	return worse(state, say(cb, g, call_back_farewell(), &order->closing));
}

static enum prompt_state speak(struct call_backs *cb, struct db *db, const struct guest *g, struct call_order *order)
{
	enum prompt_state state = g->kind == CALL_BACK_RESUMES ? resume(cb, db, g, order) : see_off(cb, g, order);

	if (state == PROMPT_READY)
		state = say(cb, g, call_back_greeting(g->kind, g->caller.company, g->caller.about), &order->preamble);
	return db_failed(db) ? worse(state, PROMPT_PENDING) : state;
}

/* ---- the decision ---- */

struct beginning {
	struct inbound_call call;
	int64_t now, id;
};

static int begin_run(struct db *db, void *arg)
{
	struct beginning *b = arg;

	b->id = inbound_begin(db, &b->call, b->now);
	return JOB_KEEP;
}

/* 0, or the status he is turned away with. */
static int answer(struct call_backs *cb, const struct waiting *w, const struct guest *g, struct call_order *order,
		  int64_t now_us)
{
	struct dispatcher *d = cb->o.dispatcher;
	struct beginning b = { .now = g->now,
			       .call = { .workspace_id = g->line.workspace_id, .trunk_id = g->line.trunk_id,
					 .caller = g->caller, .number = g->number, .own_number = g->line.number } };
	struct inbound_flight in = { g->line.workspace_id, g->line.trunk_id, g->caller.campaign_id, g->caller.talent_id,
				     order };

	if (!dispatcher_take_in(d, g->line.trunk_id))
		return BUSY;
	if (store_write(cb->o.store, JOB_DISPATCH, begin_run, &b) != JOB_KEEP) {
		dispatcher_give_back(d, g->line.trunk_id, now_us);
		return UNAVAILABLE;
	}
	order->attempt_id = b.id;
	order->fence = 1;
	order->trunk_id = g->line.trunk_id;
	g_strlcpy(order->to, g->number, sizeof(order->to));
	g_strlcpy(order->from, g->line.number, sizeof(order->from));
	dispatcher_join(d, &in);
	log_info("inbound.answered", "call %lld by trunk %lld is answered: the caller is %s", (long long)b.id,
		 (long long)g->line.trunk_id, g->caller.talent_id ? "a lead" : g->number[0] ? "a stranger" : "withheld");
	voice_answer(cb->o.voice, w->ring.ring_id, order);
	return 0;
}

enum { WAIT = -1 };

/* 0: answered; WAIT; or the status he is turned away with. */
static int decide(struct call_backs *cb, const struct waiting *w, int64_t wall_ms, int64_t now_us)
{
	struct db *db = store_reader(cb->o.store);
	struct call_order order = { 0 };
	struct guest g = { .kind = CALL_BACK_WITHHELD };
	enum prompt_state state;
	int status;

	if (!db)
		return UNAVAILABLE;
	if (!find_guest(cb, db, &w->ring, wall_ms, &g)) {
		status = db_failed(db) ? UNAVAILABLE : NOT_FOUND;
		store_read_end(db);
		return status;
	}
	state = speak(cb, db, &g, &order);
	if (state == PROMPT_READY)
		status = answer(cb, w, &g, &order, now_us);
	else
		status = state == PROMPT_PENDING && now_us < w->give_up_us ? WAIT : NOT_NOW;
	order_release(&order);
	store_read_end(db);
	return status;
}

static void turn_away(struct call_backs *cb, const struct waiting *w, int status)
{
	log_info("inbound.turned_away", "a call by trunk %lld is turned away with %d", (long long)w->ring.trunk[0], status);
	metric_add(metric_of(METRIC_INBOUND_CALLS, "", "turned_away", NULL), 1);
	voice_turn_away(cb->o.voice, w->ring.ring_id, status);
}

int64_t call_backs_step(struct call_backs *cb, int64_t now_wall_ms, int64_t now_us)
{
	for (guint n = cb->waiting.length; n > 0; n--) {
		struct waiting *w = g_queue_pop_head(&cb->waiting);
		int status = cb->draining ? UNAVAILABLE : decide(cb, w, now_wall_ms, now_us);

		if (status == WAIT) {
			g_queue_push_tail(&cb->waiting, w);
			continue;
		}
		if (status)
			turn_away(cb, w, status);
		g_free(w);
	}
	return cb->waiting.length ? now_us + LOOK_US : INT64_MAX;
}

void call_backs_drain(struct call_backs *cb)
{
	cb->draining = true;
	call_backs_step(cb, 0, 0);
}
