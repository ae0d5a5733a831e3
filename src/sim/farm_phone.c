/*
 *	ringing ─ring_ms▶ answers ─▶ presses its keys, speaks, hangs up, or just listens
 *	   │         └▶ declines
 *	   └ CANCEL
 *
 * It presses its first key when it has listened a moment and another whenever it may have been asked again; a
 * key during a prompt is barge-in, as with people.
 */
#include "sim/farm_phone.h"

#include "voice/agent.h"
#include "voice/audio.h"

#include <re.h>

#include <glib.h>
#include <string.h>

enum {
	FIRST_KEY_MS = 1600,
	NEXT_KEY_MS = 3500,
	SPEAK_MS = 500,
	MOST_RINGING_MS = 300000, /* a caller that never cancels */
	MOST_TALKING_MS = 600000,
};

const char phone_greeting[] = "Hello. I cannot take your call right now. Please leave a message after the tone.";
const char phone_screening[] = "The person you are calling is using a screening service. "
			       "Please say your name and why you are calling.";

struct phone {
	struct phone_options o;
	struct sipsess *session;
	struct audio *audio;
	struct audio_agreed agreed;
	struct mbuf *answer;   /* SDP, ready since the INVITE */
	struct stream *stream;
	uint64_t tag;
	uint64_t step, limit;  /* deadlines */
	const char *key;       /* the next one */
};

void phone_free(struct phone *ph)
{
	struct voice *v = ph->o.voice;

	voice_cancel(v, ph->step);
	voice_cancel(v, ph->limit);
	if (ph->tag)
		voice_stream_forget(v, ph->tag);
	stream_close(ph->stream);
	mem_deref(ph->session); /* BYE, or 486 while it rings */
	mem_deref(ph->answer);
	audio_free(ph->audio);
	g_free(ph);
}

static void leave(struct phone *ph)
{
	ph->o.gone(ph->o.arg, ph);
	phone_free(ph);
}

static void hang_up(void *arg)
{
	struct phone *ph = arg;

	ph->limit = 0;
	leave(ph);
}

static void press_key(void *arg)
{
	struct phone *ph = arg;

	stream_press(ph->stream, *ph->key);
	if (ph->key[1])
		ph->key++;
	ph->step = voice_after(ph->o.voice, NEXT_KEY_MS, press_key, ph);
}

static void on_stream(void *arg, const struct stream_event *ev)
{
	struct phone *ph = arg;

	if (ev->kind != STREAM_PLAYED || ph->o.row->voice != PHONE_VOICEMAIL || !ph->o.beep)
		return;
	stream_play(ph->stream, ph->o.beep);
	ph->o.beep = NULL; /* once */
}

static void speak(void *arg)
{
	struct phone *ph = arg;
	const char *text = ph->o.row->voice == PHONE_VOICEMAIL ? phone_greeting : phone_screening;
	struct prompt *said = NULL;

	ph->step = 0;
	if (ph->o.prompts && prompts_get(ph->o.prompts, NULL, text, PROMPT_KEPT, &said) == PROMPT_READY) {
		stream_play(ph->stream, said);
		prompt_unref(said);
	} else if (ph->o.beep) { /* no voice yet: the tone alone */
		stream_play(ph->stream, ph->o.beep);
		ph->o.beep = NULL;
	}
}

static void answer(struct phone *ph)
{
	const struct phone_row *row = ph->o.row;

	if (sipsess_answer(ph->session, 200, "OK", ph->answer, "%s", "")) {
		leave(ph);
		return;
	}
	audio_start(&ph->agreed, ph->stream);
	ph->limit = voice_after(ph->o.voice, row->hang_up_ms ? row->hang_up_ms : MOST_TALKING_MS, hang_up, ph);
	ph->key = row->keys;
	if (ph->key)
		ph->step = voice_after(ph->o.voice, FIRST_KEY_MS, press_key, ph);
	else if (row->voice != PHONE_LISTENS)
		ph->step = voice_after(ph->o.voice, SPEAK_MS, speak, ph);
}

static void act(void *arg)
{
	struct phone *ph = arg;

	ph->step = 0;
	if (ph->o.row->status == 200 && !ph->o.row->rings_out) {
		answer(ph);
		return;
	}
	if (ph->o.row->rings_out)
		sipsess_reject(ph->session, 480, "Temporarily Unavailable", NULL);
	else
		sipsess_reject(ph->session, (uint16_t)ph->o.row->status, ph->o.row->reason, NULL);
	leave(ph);
}

static int on_offer(struct mbuf **desc, const struct sip_msg *msg, void *arg)
{
	struct phone *ph = arg;
	int err;

	if (!mbuf_get_left(msg->mb))
		return audio_offer(ph->audio, desc);
	err = audio_on_offer(ph->audio, msg->mb, desc, &ph->agreed);
	if (!err)
		audio_start(&ph->agreed, ph->stream);
	return err;
}

static int on_answer(const struct sip_msg *msg, void *arg)
{
	struct phone *ph = arg;

	return audio_on_answer(ph->audio, msg->mb, &ph->agreed);
}

static void on_established(const struct sip_msg *msg, void *arg)
{
	(void)msg, (void)arg;
}

static void on_close(int err, const struct sip_msg *msg, void *arg)
{
	(void)err, (void)msg;
	leave(arg);
}

/* The audio of the INVITE's offer; an errno value when there is none to speak. */
static int prepare(struct phone *ph, const struct sip_msg *invite)
{
	const char *local = agent_address(ph->o.agent);
	struct problem p = { 0 };

	ph->tag = voice_stream_tag(ph->o.voice, on_stream, ph);
	ph->stream = stream_open(voice_media(ph->o.voice), local, ph->tag, &p);
	if (!ph->stream)
		return EMFILE;
	ph->audio = audio_new(local, stream_port(ph->stream), false);
	if (!ph->audio)
		return EINVAL;
	return audio_on_offer(ph->audio, invite->mb, &ph->answer, &ph->agreed);
}

struct phone *phone_ring(const struct phone_options *o, const struct sip_msg *invite)
{
	struct phone *ph = g_new0(struct phone, 1);
	int err;

	ph->o = *o;
	err = prepare(ph, invite);
	if (err) {
		sip_treply(NULL, agent_sip(o->agent), invite, err == EMFILE ? 503 : 488, "Not Acceptable Here");
		phone_free(ph);
		return NULL;
	}
	err = sipsess_accept(&ph->session, agent_sessions(o->agent), invite, 180, "Ringing", "farm",
			     "application/sdp", NULL, NULL, NULL, false, on_offer, on_answer,
			     on_established, NULL, NULL, on_close, ph, "%s", "");
	if (err) {
		phone_free(ph);
		return NULL;
	}
	ph->step = voice_after(o->voice, o->row->rings_out ? MOST_RINGING_MS : o->ring_ms, act, ph);
	return ph;
}
