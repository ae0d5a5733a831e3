#include "voice/listener.h"

#include "voice/law.h"
#include "voice/voice.h"
#include "voice/who.h"

#include <glib.h>
#include <string.h>

enum {
	GAP_MS = 200, /* packets that come later than this are missing, not late */
	MOST_SILENCE_MS = 10000,
};

/* Made by the SIP thread, then the media thread's. */
struct listener {
	struct voice *voice;
	uint64_t tag;
	struct who_detector detector;
	enum who told;
	bool told_recites;
	int16_t frame[WHO_FRAME];
	int filled;
	int64_t begun_ms; /* when the first packet came; 0: not yet */
	int64_t heard_ms; /* what has been listened to since */
};

static void take_frame(struct listener *l)
{
	enum who w = who_hear(&l->detector, l->frame);
	bool recites = who_recites(&l->detector);

	l->filled = 0;
	l->heard_ms += WHO_FRAME_MS;
	if (w == l->told && recites == l->told_recites)
		return;
	l->told = w;
	l->told_recites = recites;
	voice_stream_tell(l->voice,
			  &(struct stream_event){ .tag = l->tag, .kind = STREAM_WHO, .who = w, .recites = recites });
}

/* Room for the samples that come next, at most `n`; filled() once they are there. */
static int16_t *room(struct listener *l, size_t *n)
{
	*n = MIN(*n, (size_t)(WHO_FRAME - l->filled));
	return l->frame + l->filled;
}

static void filled(struct listener *l, size_t n)
{
	l->filled += (int)n;
	if (l->filled == WHO_FRAME)
		take_frame(l);
}

static void hear_silence(struct listener *l, size_t left)
{
	for (size_t n = left; left > 0; left -= n, n = left) {
		memset(room(l, &n), 0, n * sizeof(int16_t));
		filled(l, n);
	}
}

static void hear(struct listener *l, enum law law, const uint8_t *samples, size_t left)
{
	for (size_t n = left; left > 0; samples += n, left -= n, n = left) {
		int16_t *pcm = room(l, &n);

		for (size_t i = 0; i < n; i++)
			pcm[i] = law == LAW_ALAW ? law_alaw_decode(samples[i]) : law_ulaw_decode(samples[i]);
		filled(l, n);
	}
}

static void fill_gap(struct listener *l, int64_t mono_ms)
{
	int64_t missing = mono_ms - l->begun_ms - l->heard_ms;

	if (missing < GAP_MS)
		return;
	l->begun_ms += MAX(missing - MOST_SILENCE_MS, 0); /* after that nothing new is learned of silence */
	for (int64_t ms = MIN(missing, MOST_SILENCE_MS); ms > 0; ms -= WHO_FRAME_MS)
		hear_silence(l, WHO_FRAME);
}

static void on_audio(void *arg, enum law law, const uint8_t *samples, size_t n, int64_t mono_ms)
{
	struct listener *l = arg;

	if (l->heard_ms > LISTENER_MOST_MS)
		return;
	if (!l->begun_ms)
		l->begun_ms = mono_ms;
	fill_gap(l, mono_ms);
	hear(l, law, samples, n);
}

void listener_start(struct voice *v, struct stream *s, uint64_t tag)
{
	struct listener *l = g_new0(struct listener, 1);

	l->voice = v;
	l->tag = tag;
	stream_listen(s, EAR_WHO, &(struct stream_tap){ .audio = on_audio, .gone = g_free, .arg = l });
}
