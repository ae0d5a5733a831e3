#include "engine/code_calls.h"

#include "base/log.h"
#include "engine/dispatcher.h"
#include "store/db.h"
#include "store/writer.h"
#include "voice/law.h"
#include "voice/prompt.h"

#include <glib.h>
#include <string.h>

enum {
	GIVE_UP_US = 30 * 1000000,
	LOOK_US = 50000,
	PAUSE = 1600, /* samples behind each part: with the silence in front of the next, time to write a digit down */
};

static const char INTRODUCTION[] = "Hello. This is callsheet. Your verification code is:";
static const char AGAIN[] = "Once more:";
static const char FAREWELL[] = "Goodbye.";
static const char *const digits[10] = { "zero", "one", "two", "three", "four",
					"five", "six", "seven", "eight", "nine" };

struct waiting {
	struct code_call call;
	int64_t give_up_us;
};

struct code_calls {
	struct store *store;
	struct prompts *prompts;
	struct dispatcher *dispatcher;
	GQueue waiting; /* struct waiting */
	bool draining;
};

struct code_calls *code_calls_new(struct store *store, struct prompts *prompts, struct dispatcher *dispatcher)
{
	struct code_calls *cc = g_new0(struct code_calls, 1);

	cc->store = store;
	cc->prompts = prompts;
	cc->dispatcher = dispatcher;
	g_queue_init(&cc->waiting);
	return cc;
}

static void waiting_free(void *arg)
{
	struct waiting *w = arg;

	explicit_bzero(w->call.code, sizeof(w->call.code));
	g_free(w);
}

void code_calls_free(struct code_calls *cc)
{
	if (!cc)
		return;
	g_queue_clear_full(&cc->waiting, waiting_free);
	g_free(cc);
}

void code_calls_add(struct code_calls *cc, const struct code_call *call, int64_t now_us)
{
	struct waiting *w = g_new0(struct waiting, 1);

	w->call = *call;
	w->give_up_us = now_us + GIVE_UP_US;
	g_queue_push_tail(&cc->waiting, w);
}

/* ---- what is said ---- */

static size_t append(struct prompt *to, size_t at, const struct prompt *part)
{
	memcpy(to->ulaw + at, part->ulaw, part->n);
	memcpy(to->alaw + at, part->alaw, part->n);
	at += part->n;
	memset(to->ulaw + at, LAW_ULAW_SILENCE, PAUSE);
	memset(to->alaw + at, LAW_ALAW_SILENCE, PAUSE);
	return at + PAUSE;
}

/* The parts one after the other, with longer pauses than prompt_join() makes: somebody writes them down. */
static struct prompt *join(struct prompt *const *parts, int n)
{
	size_t length = 0, at = 0;
	struct prompt *whole;

	for (int i = 0; i < n; i++)
		length += parts[i]->n + PAUSE;
	whole = prompt_new(length);
	for (int i = 0; i < n; i++)
		at = append(whole, at, parts[i]);
	return whole;
}

/* Joined of parts that say nothing alone: prompts are kept on disk, and a code must not be. */
static enum prompt_state speak(struct prompts *ps, const char *code, struct prompt **out)
{
	enum { PARTS = 2 * (CODE_DIGITS + 1) };
	const char *texts[PARTS];
	struct prompt *parts[PARTS] = { NULL };
	enum prompt_state state = PROMPT_READY;
	int n = 0;

	for (int round = 0; round < 2; round++) {
		texts[n++] = round ? AGAIN : INTRODUCTION;
		for (int i = 0; i < CODE_DIGITS; i++)
			texts[n++] = digits[code[i] - '0'];
	}
	for (int i = 0; i < n; i++) {
		enum prompt_state one = prompts_get(ps, NULL, texts[i], PROMPT_KEPT, &parts[i]);

		state = MAX(state, one); /* a macro: what it is given may be evaluated twice */
	}
	if (state == PROMPT_READY)
		*out = join(parts, n);
	for (int i = 0; i < n; i++)
		prompt_unref(parts[i]);
	return state;
}

/* ---- placing ---- */

struct ending {
	const struct code_call *call;
	int64_t now;
};

static int end_run(struct db *db, void *arg)
{
	const struct ending *e = arg;

	number_check_end(db, e->call->workspace_id, e->call->attempt_id, OUTCOME_NEVER_SENT, e->now);
	return JOB_KEEP;
}

static void end_unsent(struct code_calls *cc, const struct code_call *call, const char *why, int64_t now_wall_ms)
{
	struct ending e = { call, now_wall_ms };

	log_warn("call.never_sent", "call %" G_GINT64_FORMAT " with a code was not sent: %s", call->attempt_id, why);
	store_write(cc->store, JOB_DISPATCH, end_run, &e); /* refused: the next start ends it */
}

/* Why the call can never be placed, or NULL with *placed telling whether it was. */
static const char *place(struct code_calls *cc, const struct waiting *w, int64_t now_us, bool *placed)
{
	struct call_order order = { .attempt_id = w->call.attempt_id, .fence = 1 };
	enum prompt_state code = speak(cc->prompts, w->call.code, &order.opening);
	enum prompt_state farewell = prompts_get(cc->prompts, NULL, FAREWELL, PROMPT_KEPT, &order.closing);
	enum prompt_state state = MAX(code, farewell);

	*placed = false;
	g_strlcpy(order.to, w->call.number, sizeof(order.to));
	g_strlcpy(order.from, w->call.number, sizeof(order.from));
	if (state == PROMPT_READY)
		*placed = dispatcher_call(cc->dispatcher, w->call.workspace_id, &order, now_us);
	order_release(&order);
	if (state == PROMPT_FAILED)
		return "it cannot be spoken";
	return !*placed && now_us > w->give_up_us ? "no channel was free" : NULL;
}

int64_t code_calls_step(struct code_calls *cc, int64_t now_wall_ms, int64_t now_us)
{
	for (guint n = cc->waiting.length; n > 0; n--) {
		struct waiting *w = g_queue_pop_head(&cc->waiting);
		bool placed = false;
		const char *why = cc->draining ? "the server is stopping" : place(cc, w, now_us, &placed);

		if (!placed && !why) {
			g_queue_push_tail(&cc->waiting, w);
			continue;
		}
		if (why)
			end_unsent(cc, &w->call, why, now_wall_ms);
		waiting_free(w);
	}
	return cc->waiting.length ? now_us + LOOK_US : INT64_MAX;
}

void code_calls_drain(struct code_calls *cc, int64_t now_wall_ms)
{
	cc->draining = true;
	code_calls_step(cc, now_wall_ms, 0);
}
