#include "voice/ai_call.h"

#include "base/clock.h"
#include "base/log.h"
#include "voice/ai_dialect.h"
#include "voice/ai_ear.h"
#include "voice/ai_line.h"
#include "voice/ai_script.h"
#include "voice/ai_session.h"
#include "voice/feed.h"
#include "voice/law.h"

#include <glib.h>
#include <stdatomic.h>
#include <string.h>

enum {
	MESSAGE = 480,      /* samples: 60 ms */
	HEARD_RING = 16384, /* two seconds of the person that wait for the socket */
	OUT_MAX = 256,      /* messages waiting: a socket that takes none is lost */
};

struct ai_call {
	int refs; /* atomic */
	struct ai_line *line;
	int64_t attempt_id;
	void (*over)(void *arg, int64_t attempt_id, bool fall_back);
	void *arg;
	struct feed *said, *heard;

	/* The media thread's: */
	struct ai_ear ear;
	unsigned since_message;
	_Atomic bool listening; /* a barge-in makes sense now */
	_Atomic bool spoke;
	_Atomic uint64_t cut; /* samples that waited when it did */

	GMutex lock; /* of the rest: */
	struct ai_brief *brief;
	struct ai_session session;
	struct ai_script *script; /* NULL: there is a provider */
	GQueue out;               /* messages as text */
	enum ai_call_wants wants;
	bool closed, told;
};

struct ai_call *ai_call_ref(struct ai_call *a)
{
	g_atomic_int_inc(&a->refs);
	return a;
}

void ai_call_unref(struct ai_call *a)
{
	if (!a || !g_atomic_int_dec_and_test(&a->refs))
		return;
	g_queue_clear_full(&a->out, g_free);
	ai_session_clear(&a->session);
	ai_script_free(a->script);
	ai_brief_unref(a->brief);
	feed_unref(a->said);
	feed_unref(a->heard);
	g_mutex_clear(&a->lock);
	g_free(a);
}

const struct ai_brief *ai_call_brief(const struct ai_call *a)
{
	return a->brief;
}

/* ---- the session, under the lock ---- */

static void pass_on(struct ai_call *a, const struct ai_message *m, int64_t now_ms)
{
	if (a->script)
		ai_script_take(a->script, m, now_ms);
	else if (a->out.length < OUT_MAX)
		g_queue_push_tail(&a->out, ai_encode(a->brief, m));
}

static void obey(struct ai_call *a, const struct ai_action *action, int64_t now_ms)
{
	switch (action->kind) {
	case AI_DO_SEND:
		pass_on(a, &action->message, now_ms);
		break;
	case AI_DO_PLAY:
		feed_write(a->said, action->message.audio, action->message.n);
		break;
	case AI_DO_FLUSH:
		feed_flush(a->said);
		break;
	case AI_DO_CONNECT:
		g_queue_clear_full(&a->out, g_free);
		a->wants = AI_CALL_CONNECTS;
		break;
	case AI_DO_FALL_BACK:
	case AI_DO_END:
		a->wants = AI_CALL_CLOSES;
		a->told = true;
		log_info("ai.over", "attempt %lld: %s%s", (long long)a->attempt_id, a->session.why,
			 action->kind == AI_DO_FALL_BACK ? "; the menu takes over" : "");
		a->over(a->arg, a->attempt_id, action->kind == AI_DO_FALL_BACK);
		break;
	}
}

static void step(struct ai_call *a, struct ai_input *in)
{
	struct ai_actions actions = { 0 };
	uint64_t cut = in->waiting;

	in->now_ms = clock_boot_ms();
	in->now_wall_ms = clock_wall_ms();
	in->played = feed_played(a->said);
	in->waiting = MAX(feed_waiting(a->said), cut);
	ai_session_on(&a->session, in, &actions);
	for (int i = 0; i < actions.n; i++)
		obey(a, &actions.list[i], in->now_ms);
	ai_actions_clear(&actions);
	a->listening = a->session.state == AI_TALKING && a->session.link == AI_LINK_READY && !a->script;
}

/* The script answers within the same turn, and its answers may make the session send more. */
static void settle(struct ai_call *a)
{
	struct ai_event ev;

	while (a->script && ai_script_next(a->script, &ev))
		step(a, &(struct ai_input){ .kind = AI_IN_EVENT, .event = &ev });
}

static void on(struct ai_call *a, struct ai_input in)
{
	g_mutex_lock(&a->lock);
	if (!a->closed) {
		step(a, &in);
		settle(a);
	}
	g_mutex_unlock(&a->lock);
	ai_line_look(a->line, a);
}

/* ---- the SIP thread ---- */

struct ai_call *ai_call_begin(struct ai_line *line, const struct call_order *order, int answer_wait_ms,
			      const struct ai_result *before,
			      void (*over)(void *arg, int64_t attempt_id, bool fall_back), void *arg)
{
	struct ai_call *a = g_new0(struct ai_call, 1);

	a->refs = 1;
	a->line = line;
	a->attempt_id = order->attempt_id;
	a->over = over;
	a->arg = arg;
	a->brief = ai_brief_ref(order->ai);
	a->said = feed_new(AI_RING);
	a->heard = feed_new(HEARD_RING);
	g_mutex_init(&a->lock);
	g_queue_init(&a->out);
	ai_session_init(&a->session, a->brief, clock_boot_ms());
	ai_session_goes_on(&a->session, before->ms, before->transcript);
	if (a->brief->dialect == AI_DIALECT_SCRIPT) {
		a->script = ai_script_new(order, answer_wait_ms);
		a->wants = AI_CALL_KEEPS;
		on(a, (struct ai_input){ .kind = AI_IN_CONNECTED });
	} else {
		a->wants = AI_CALL_CONNECTS;
		ai_line_look(line, a);
	}
	return a;
}

void ai_call_key(struct ai_call *a, char key)
{
	on(a, (struct ai_input){ .kind = AI_IN_KEY, .key = key });
}

void ai_call_drained(struct ai_call *a)
{
	if (!a->script || feed_waiting(a->said) > 0)
		return;
	g_mutex_lock(&a->lock);
	if (!a->closed) {
		ai_script_played(a->script, clock_boot_ms());
		settle(a);
	}
	g_mutex_unlock(&a->lock);
	ai_line_look(a->line, a);
}

void ai_call_close(struct ai_call *a, struct ai_result *out)
{
	const struct ai_session *s = &a->session;
	char *text = NULL;

	g_mutex_lock(&a->lock);
	a->closed = true;
	a->listening = false;
	a->wants = AI_CALL_CLOSES;
	*out = (struct ai_result){ .answer = s->answer, .callback_at = s->callback_at, .why = s->why,
				   .ms = clock_boot_ms() - s->begun_ms };
	if (s->state != AI_DISCLOSING || s->answer != ANSWER_NONE)
		memcpy(out->digits, s->digits, sizeof(out->digits));
	if (a->brief->keep_transcript)
		text = json_dumps(s->transcript, JSON_COMPACT);
	g_mutex_unlock(&a->lock);
	out->transcript = g_strdup(text);
	free(text);
	ai_line_look(a->line, a);
}

static enum ai_link link_of(struct ai_call *a)
{
	enum ai_link link;

	g_mutex_lock(&a->lock);
	link = a->session.link;
	g_mutex_unlock(&a->lock);
	return link;
}

bool ai_call_is_ready(struct ai_call *a)
{
	return link_of(a) == AI_LINK_READY;
}

bool ai_call_is_hopeless(struct ai_call *a)
{
	return link_of(a) == AI_LINK_DOWN;
}

bool ai_call_has_spoken(struct ai_call *a)
{
	return feed_waiting(a->said) > 0;
}

/* ---- the media thread ---- */

static void on_audio(void *arg, enum law law, const uint8_t *samples, size_t n, int64_t mono_ms)
{
	struct ai_call *a = arg;
	uint8_t ulaw[MESSAGE];
	bool wake = false;

	(void)mono_ms;
	n = MIN(n, sizeof(ulaw));
	for (size_t i = 0; i < n; i++)
		ulaw[i] = law == LAW_ULAW ? samples[i] : law_ulaw_encode(law_alaw_decode(samples[i]));
	wake = ai_ear_hears(&a->ear, ulaw, n);
	if (!a->listening)
		return;
	if (wake) {
		a->cut = feed_waiting(a->said);
		a->spoke = true;
		feed_flush(a->said);
	}
	feed_write(a->heard, ulaw, n);
	a->since_message += (unsigned)n;
	if (a->since_message >= MESSAGE || wake) {
		a->since_message %= MESSAGE;
		ai_line_look(a->line, a);
	}
}

static void on_gone(void *arg)
{
	ai_call_unref(arg);
}

void ai_call_disclosed(struct ai_call *a, struct stream *s)
{
	on(a, (struct ai_input){ .kind = AI_IN_DISCLOSED });
	stream_feed(s, a->said);
	stream_listen(s, EAR_TALK, &(struct stream_tap){ .audio = on_audio, .gone = on_gone, .arg = ai_call_ref(a) });
}

/* ---- the line's thread ---- */

void ai_call_connected(struct ai_call *a)
{
	on(a, (struct ai_input){ .kind = AI_IN_CONNECTED });
}

void ai_call_lost(struct ai_call *a, bool refused)
{
	g_mutex_lock(&a->lock);
	if (a->wants != AI_CALL_CLOSES)
		a->wants = AI_CALL_KEEPS; /* nothing, until the session says so */
	g_mutex_unlock(&a->lock);
	on(a, (struct ai_input){ .kind = AI_IN_LOST, .refused = refused });
}

void ai_call_received(struct ai_call *a, const char *text, size_t n)
{
	struct ai_frame frame;

	ai_decode(text, n, &frame);
	on(a, (struct ai_input){ .kind = AI_IN_EVENT, .event = &frame.event });
	ai_frame_clear(&frame);
}

int64_t ai_call_look(struct ai_call *a)
{
	int64_t now = clock_boot_ms(), next = INT64_MAX;

	g_mutex_lock(&a->lock);
	if (!a->closed) {
		if (atomic_exchange(&a->spoke, false))
			step(a, &(struct ai_input){ .kind = AI_IN_SPEECH, .waiting = a->cut });
		if (a->script && ai_script_deadline(a->script) <= now)
			ai_script_waited(a->script, now);
		settle(a);
		if (ai_session_deadline(&a->session) <= now)
			step(a, &(struct ai_input){ .kind = AI_IN_TIME });
		settle(a);
		next = ai_session_deadline(&a->session);
		if (a->script)
			next = MIN(next, ai_script_deadline(a->script));
	}
	g_mutex_unlock(&a->lock);
	return next;
}

enum ai_call_wants ai_call_wants(struct ai_call *a)
{
	enum ai_call_wants wants;

	g_mutex_lock(&a->lock);
	wants = a->wants;
	if (wants == AI_CALL_CONNECTS)
		a->wants = AI_CALL_KEEPS; /* once told */
	g_mutex_unlock(&a->lock);
	return wants;
}

bool ai_call_is_open(struct ai_call *a)
{
	bool open;

	g_mutex_lock(&a->lock);
	open = a->wants != AI_CALL_CLOSES;
	g_mutex_unlock(&a->lock);
	return open;
}

bool ai_call_has_next(struct ai_call *a)
{
	bool has;

	g_mutex_lock(&a->lock);
	has = a->out.length > 0 || (a->listening && feed_waiting(a->heard) >= MESSAGE);
	g_mutex_unlock(&a->lock);
	return has;
}

char *ai_call_next(struct ai_call *a)
{
	uint8_t audio[MESSAGE];
	char *text;

	g_mutex_lock(&a->lock);
	text = g_queue_pop_head(&a->out);
	g_mutex_unlock(&a->lock);
	if (text || feed_waiting(a->heard) < MESSAGE)
		return text;
	feed_take(a->heard, audio, MESSAGE);
	return ai_encode(a->brief, &(struct ai_message){ .kind = AI_SEND_AUDIO, .audio = audio, .n = MESSAGE });
}
