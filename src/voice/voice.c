#include "base/clock.h"
#include "base/log.h"
#include "voice/ai_line.h"
#include "voice/call.h"
#include "voice/pulse.h"
#include "voice/rtcp.h"
#include "voice/voice_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
	/* After the last BYE and CANCEL: time for their answers, and for the 200 that crosses a CANCEL. */
	FAREWELL_MS = 300,
	DRAIN_STEP_MS = 20,
};

struct tag {
	uint64_t id;
	void (*sink)(void *arg, const struct stream_event *ev);
	void *arg;
};

void voice_emit(struct voice *v, const struct carrier_event *ev)
{
	v->o.sink(v->o.arg, ev);
	if (ev->kind == CARRIER_ENDED) {
		gint before = g_atomic_int_add(&v->placed, -1);

		assert(before > 0); /* one end per order */
	}
}

/* --- Streams: from the media thread to whoever owns the tag --- */

struct stream_news {
	struct voice *voice;
	struct stream_event ev;
};

static void tell_owner(void *arg)
{
	struct stream_news *news = arg;
	struct tag *tag = g_hash_table_lookup(news->voice->tags, &news->ev.tag);

	if (tag) /* else the stream is closed and this was under way */
		tag->sink(tag->arg, &news->ev);
	g_free(news);
}

void voice_stream_tell(struct voice *v, const struct stream_event *ev)
{
	struct stream_news *news = g_new(struct stream_news, 1);

	news->voice = v;
	news->ev = *ev;
	loop_run(v->loop, tell_owner, news);
}

static void on_media(void *arg, const struct stream_event *ev)
{
	voice_stream_tell(arg, ev);
}

uint64_t voice_stream_tag(struct voice *v, void (*sink)(void *arg, const struct stream_event *ev), void *arg)
{
	struct tag *tag = g_new(struct tag, 1);

	tag->id = ++v->last_tag;
	tag->sink = sink;
	tag->arg = arg;
	g_hash_table_insert(v->tags, &tag->id, tag);
	return tag->id;
}

void voice_stream_forget(struct voice *v, uint64_t tag)
{
	g_hash_table_remove(v->tags, &tag);
}

/* --- The carrier --- */

struct errand {
	struct voice *voice;
	struct call_order *order;
	int64_t attempt_id;
	bool booked; /* or: the menu takes over */
	unsigned left;
};

static void place_now(void *arg)
{
	struct errand *e = arg;

	if (g_atomic_int_get(&e->voice->draining))
		call_refuse(e->voice, &e->order, "the server is stopping");
	else
		call_place(e->voice, &e->order);
	g_free(e);
}

static void place(struct carrier *carrier, const struct call_order *order)
{
	struct errand *e = g_new0(struct errand, 1);

	e->voice = (struct voice *)carrier;
	e->order = order_copy(order);
	g_atomic_int_inc(&e->voice->placed);
	loop_run(e->voice->loop, place_now, e);
}

static void hang_up_now(void *arg)
{
	struct errand *e = arg;
	struct call *c = g_hash_table_lookup(e->voice->calls, &e->attempt_id);

	if (c)
		call_hang_up(c);
	g_free(e);
}

static void hang_up(struct carrier *carrier, int64_t attempt_id)
{
	struct errand *e = g_new0(struct errand, 1);

	e->voice = (struct voice *)carrier;
	e->attempt_id = attempt_id;
	loop_run(e->voice->loop, hang_up_now, e);
}

static void confirm_now(void *arg)
{
	struct errand *e = arg;
	struct call *c = g_hash_table_lookup(e->voice->calls, &e->attempt_id);

	if (c)
		call_confirm(c, e->booked, e->left);
	g_free(e);
}

static void confirm(struct carrier *carrier, int64_t attempt_id, bool booked, unsigned left)
{
	struct errand *e = g_new0(struct errand, 1);

	e->voice = (struct voice *)carrier;
	e->attempt_id = attempt_id;
	e->booked = booked;
	e->left = left;
	loop_run(e->voice->loop, confirm_now, e);
}

static void ai_over_now(void *arg)
{
	struct errand *e = arg;
	struct call *c = g_hash_table_lookup(e->voice->calls, &e->attempt_id);

	if (c)
		call_ai_over(c, e->booked);
	g_free(e);
}

void voice_ai_over(struct voice *v, int64_t attempt_id, bool fall_back)
{
	struct errand *e = g_new0(struct errand, 1);

	e->voice = v;
	e->attempt_id = attempt_id;
	e->booked = fall_back;
	loop_run(v->loop, ai_over_now, e);
}

struct ai_line *voice_ai_line(struct voice *v)
{
	struct problem p = { 0 };

	if (!v->line && !v->no_line && !(v->line = ai_line_start(&p))) {
		v->no_line = true;
		log_error("ai.line", "AI calls are held by the menu: %s", p.text);
	}
	return v->line;
}

struct carrier *voice_carrier(struct voice *v)
{
	return &v->carrier;
}

int voice_calls(struct voice *v)
{
	return g_atomic_int_get(&v->placed);
}

/* --- Trunks --- */

struct trunk_list {
	struct voice *voice;
	struct voice_trunk *specs;
	int n;
};

static void set_trunks_now(void *arg)
{
	struct trunk_list *list = arg;

	trunks_replace(list->voice->trunks, list->specs, list->n);
	explicit_bzero(list->specs, sizeof(*list->specs) * (size_t)list->n);
	g_free(list->specs);
	g_free(list);
}

void voice_set_trunks(struct voice *v, const struct voice_trunk *trunks, int n)
{
	struct trunk_list *list = g_new(struct trunk_list, 1);

	list->voice = v;
	list->specs = g_memdup2(trunks, sizeof(*trunks) * (size_t)n);
	list->n = n;
	loop_run(v->loop, set_trunks_now, list);
}

struct where {
	struct voice *voice;
	char *buf;
	int size;
};

static void local_now(void *arg)
{
	struct where *w = arg;

	trunks_local(w->voice->trunks, w->buf, w->size);
}

void voice_local(struct voice *v, char *buf, int size)
{
	struct where w = { v, buf, size };

	loop_run_wait(v->loop, local_now, &w);
}

struct inquiry {
	struct voice *voice;
	int64_t trunk_id;
	struct trunk_facts *out;
	bool found;
};

static void facts_now(void *arg)
{
	struct inquiry *q = arg;
	struct trunk *t = trunks_find(q->voice->trunks, q->trunk_id);
	struct pulse_facts f;

	q->found = t && t->pulse;
	if (q->found) {
		f = pulse_facts(t->pulse);
		*q->out = (struct trunk_facts){ .answers = f.answers, .registered = f.registered };
		g_strlcpy(q->out->why, f.why, sizeof(q->out->why));
	}
	trunk_unref(t);
}

bool voice_trunk_facts(struct voice *v, int64_t trunk_id, struct trunk_facts *out)
{
	struct inquiry q = { .voice = v, .trunk_id = trunk_id, .out = out };

	loop_run_wait(v->loop, facts_now, &q);
	return q.found;
}

/* --- For the farm --- */

void voice_run(struct voice *v, void (*fn)(void *arg), void *arg)
{
	loop_run(v->loop, fn, arg);
}

void voice_run_wait(struct voice *v, void (*fn)(void *arg), void *arg)
{
	loop_run_wait(v->loop, fn, arg);
}

struct media *voice_media(struct voice *v)
{
	return v->media;
}

uint64_t voice_after(struct voice *v, int ms, void (*fn)(void *arg), void *arg)
{
	return loop_after(v->loop, ms, fn, arg);
}

void voice_cancel(struct voice *v, uint64_t timer)
{
	loop_cancel(v->loop, timer);
}

/* --- Start and stop --- */

static void start_now(void *arg)
{
	struct voice *v = arg;
	struct trunks_ear ear = { v->o.trunk_health, v->o.arg };

	v->trunks = trunks_new(v->loop, v->o.settings, &ear);
}

static int port_range(const struct settings *s, struct media_options *m, struct problem *p)
{
	char rest;

	if (sscanf(s->voice_rtp_ports, "%d-%d%c", &m->port_low, &m->port_high, &rest) == 2 && m->port_low > 0 &&
	    m->port_high <= 65535 && m->port_low < m->port_high)
		return 0;
	return problem_set(p, PROBLEM_CONFIG,
			   "voice.rtp_ports must be two ports such as 16384-32767, not \"%s\"",
			   s->voice_rtp_ports);
}

static void voice_free(struct voice *v)
{
	g_hash_table_destroy(v->calls);
	g_hash_table_destroy(v->tags);
	g_free(v);
}

struct voice *voice_start(const struct voice_options *o, struct problem *p)
{
	struct voice *v = g_new0(struct voice, 1);
	struct media_options m = { .no_rtp_timeout_ms = (int)o->settings->voice_rtp_timeout * 1000,
				   .report_ms = RTCP_INTERVAL_MS, .sink = on_media, .arg = v };

	v->carrier = (struct carrier){ place, hang_up, confirm, .tells_sent = true };
	v->o = *o;
	v->calls = g_hash_table_new(g_int64_hash, g_int64_equal);
	v->tags = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	if (port_range(o->settings, &m, p))
		goto fail;
	v->loop = loop_start(p);
	if (!v->loop)
		goto fail;
	v->media = media_start(&m, p);
	if (!v->media) {
		loop_stop(v->loop);
		goto fail;
	}
	loop_run_wait(v->loop, start_now, v);
	return v;
fail:
	voice_free(v);
	return NULL;
}

static void end_calls_now(void *arg)
{
	struct voice *v = arg;
	GList *calls = g_hash_table_get_values(v->calls);

	for (GList *at = calls; at; at = at->next)
		call_hang_up(at->data);
	g_list_free(calls);
	assert(g_hash_table_size(v->calls) == 0);
}

void voice_drain(struct voice *v, int drain_ms)
{
	int64_t until = clock_boot_ms() + drain_ms;

	g_atomic_int_set(&v->draining, 1);
	while (voice_calls(v) > 0 && clock_boot_ms() < until)
		g_usleep(DRAIN_STEP_MS * 1000);
	if (voice_calls(v) > 0)
		loop_run_wait(v->loop, end_calls_now, v);
}

static void hush_now(void *arg)
{
	struct voice *v = arg;

	trunks_hush(v->trunks);
}

static void stop_now(void *arg)
{
	struct voice *v = arg;

	trunks_free(v->trunks);
}

void voice_stop(struct voice *v, int drain_ms)
{
	if (!v)
		return;
	voice_drain(v, drain_ms);
	loop_run_wait(v->loop, hush_now, v);
	g_usleep(FAREWELL_MS * 1000);
	loop_run_wait(v->loop, stop_now, v);
	media_stop(v->media); /* before the loop: its sink rings the doorbell; before the line: its taps call it */
	ai_line_stop(v->line);
	loop_stop(v->loop);
	assert(voice_calls(v) == 0);
	voice_free(v);
}
