#include "lib/greetings.h"

#include "voice/law.h"
#include "voice/speech.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <samplerate.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RATE = 8000,
       FRAME = 160,
       MS = RATE / 1000,
       VARIANTS = 4,
       TAIL_MS = 6000,
       MOST_S = 60 };

enum tone_kind { NO_TONE,
		 ONE_TONE,
		 KITCHEN,
		 SIT,
		 BUSY,
		 FAX };

struct part {
	const char *const voices[4];			       /* flite's */
	const char *const espeak[4];			       /* espeak-ng's, where it is installed */
	const char *const *words[WHO_END];		       /* what each says; NULL ends them */
	int beeps[VARIANTS], beep_ms[VARIANTS], snr[VARIANTS]; /* Hz, ms, dB */
	uint64_t seed;
};

static const char *const tuned_human[] = {
	"Hello?",
	"Hello.",
	"Yes?",
	"Hi, this is John.",
	"Good morning, Susan speaking.",
	"Smith residence.",
	"Hello? Who is this?",
	"Yeah, hello, hang on a second.",
	NULL,
};

static const char *const tuned_voicemail[] = {
	"Hello. I cannot take your call right now. Please leave a message after the tone.",
	"Hi, this is Bob. Leave a message.",
	"You have reached the voicemail box of five five five, zero one four two. Nobody is available to take "
	"your call. At the tone, please record your message. When you have finished recording, you may hang "
	"up, or press one for more options.",
	"Your call has been forwarded to an automated voice messaging system. Please leave a message after "
	"the beep.",
	"Hey, it's Ann! I am probably at work. Send me a text, or leave your name and number, and I will call "
	"you back.",
	NULL,
};

static const char *const tuned_screening[] = {
	"Hi, the person you are calling is using a screening service, and will get a copy of this "
	"conversation. Go ahead and say your name, and why you are calling.",
	"The person you are calling is using a screening service. Please say your name and why you are "
	"calling.",
	NULL,
};

static const char *const tuned_announcement[] = {
	"We're sorry. The number you have dialed is not in service. Please check the number and dial again.",
	NULL,
};

static const char *const held_human[] = {
	"Hello, who is there?",
	"Hi.",
	"Who's calling?",
	"Marie speaking.",
	"Yes, hello, good evening.",
	"Peter Miller here.",
	"Hey, what's up?",
	"Um, hello?",
	"Good afternoon, Miller and sons, what can I do for you?",
	NULL,
};

static const char *const held_voicemail[] = {
	"Sorry I missed your call. Leave me a message and I will get back to you as soon as I can. Thanks.",
	"This is David. You know what to do.",
	"The customer you are calling is not available at present. Please record your message after the tone, "
	"and press the pound key when you are done.",
	"Hi! You have reached the Garcia family. We cannot come to the phone right now. If you leave your "
	"name, your number, and a short message, one of us will call you back.",
	NULL,
};

static const char *const held_screening[] = {
	"Hi, if you record your name and reason for calling, I will see if this person is available.",
	"Before I put you through, please tell me who you are, and what this call is about.",
	NULL,
};

static const char *const held_announcement[] = {
	"Your call cannot be completed as dialed. Please hang up and try your call again.",
	NULL,
};

static const struct part parts[GREETINGS_PARTS] = {
	[GREETINGS_TUNING] = {
		.voices = { "slt", "awb", "kal16" },
		.words = { NULL, tuned_human, tuned_voicemail, tuned_screening, tuned_announcement },
		.beeps = { 1000, 440, 1400, 850 },
		.beep_ms = { 500, 200, 1000, 300 },
		.snr = { 0, 30, 20, 12 },
		.seed = 1,
	},
	[GREETINGS_HELD_OUT] = {
		.voices = { "rms", "kal" },
		.espeak = { "en-us", "en-gb+f3", "en-us+m5" },
		.words = { NULL, held_human, held_voicemail, held_screening, held_announcement },
		.beeps = { 1050, 700, 1480, 520 },
		.beep_ms = { 350, 180, 700, 1200 },
		.snr = { 0, 26, 17, 11 },
		.seed = 4242,
	},
};

/* ---- chance, the same every time ---- */

static double chance(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (double)(*state >> 11) / (double)(1ull << 53);
}

static int between(uint64_t *state, int low, int high)
{
	return low + (int)(chance(state) * (high - low + 1));
}

/* ---- sound ---- */

struct sound {
	float *x;
	size_t n;
};

static void add_silence(struct sound *s, int ms)
{
	s->n += (size_t)ms * MS;
}

static void add_tone(struct sound *s, double hz, double hz2, int ms, double level)
{
	int n = ms * MS, ramp = 5 * MS;

	for (int i = 0; i < n; i++) {
		double edge = fmin(1, fmin(i, n - i) / (double)ramp);

		s->x[s->n++] += (float)(level * edge *
					(sin(2 * G_PI * hz * i / RATE) + (hz2 > 0 ? sin(2 * G_PI * hz2 * i / RATE) : 0)));
	}
}

/* The root of the mean square of what is spoken becomes `level`. */
static void add_speech(struct sound *s, const int16_t *pcm, size_t n, double level)
{
	double sum = 1;
	size_t loud = 1;

	for (size_t i = 0; i < n; i++)
		if (abs(pcm[i]) > 300) {
			sum += (double)pcm[i] * pcm[i];
			loud++;
		}
	for (size_t i = 0; i < n; i++)
		s->x[s->n++] += (float)(pcm[i] / sqrt(sum / (double)loud) * level);
}

/* Noise that is louder at the bottom, as in rooms and streets, and swells a little. */
static void add_noise(struct sound *s, double level, uint64_t *state)
{
	double low = 0, swell = 1;

	for (size_t i = 0; i < s->n; i++) {
		double white = chance(state) + chance(state) + chance(state) - 1.5;

		if (i % RATE == 0)
			swell = 0.8 + 0.4 * chance(state);
		low = 0.9 * low + 0.44 * white;
		s->x[i] += (float)(low * 2 * level * swell);
	}
}

/* As the line carries it. */
static int16_t *over_the_line(const struct sound *s, size_t *n)
{
	int16_t *pcm;

	*n = s->n / FRAME * FRAME;
	pcm = g_new(int16_t, *n);
	for (size_t i = 0; i < *n; i++)
		pcm[i] = law_ulaw_decode(law_ulaw_encode((int16_t)CLAMP(s->x[i] * 32767, -32767, 32767)));
	return pcm;
}

/* ---- voices ---- */

static int16_t *speak_flite(const char *voice, const char *words, size_t *n)
{
	struct problem p = { 0 };
	const struct speech_voice *v = speech_voice(voice, &p);
	size_t all;
	int16_t *pcm = v ? speech_render(v, words, &all) : NULL;

	if (!pcm)
		g_error("%s does not speak", voice);
	*n = all - SPEECH_LEAD;
	memmove(pcm, pcm + SPEECH_LEAD, *n * sizeof(*pcm));
	return pcm;
}

/* NULL where the program is not installed. */
static int16_t *speak_espeak(const char *voice, const char *words, size_t *n)
{
	enum { WAVE_HEADER = 44,
	       ESPEAK_RATE = 22050 };
	g_autofree char *file = g_strdup_printf("%s/greeting-%d.wav", g_get_tmp_dir(), (int)getpid());
	char *argv[] = { "espeak-ng", "-v", (char *)voice, "-w", file, (char *)words, NULL };
	g_autofree char *wave = NULL, *program = g_find_program_in_path(argv[0]);
	SRC_DATA d = { .src_ratio = (double)RATE / ESPEAK_RATE };
	float *in, *out;
	int16_t *pcm;
	gsize size = 0;

	if (!program || !g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL) ||
	    !g_file_get_contents(file, &wave, &size, NULL) || size <= WAVE_HEADER)
		return NULL;
	g_unlink(file);
	d.input_frames = (long)(size - WAVE_HEADER) / 2;
	d.output_frames = d.input_frames;
	d.data_in = in = g_new(float, d.input_frames);
	d.data_out = out = g_new(float, d.output_frames);
	src_short_to_float_array((const short *)(void *)(wave + WAVE_HEADER), in, (int)d.input_frames);
	src_simple(&d, SRC_SINC_FASTEST, 1);
	*n = (size_t)d.output_frames_gen;
	pcm = g_new(int16_t, *n);
	src_float_to_short_array(out, pcm, (int)*n);
	g_free(in);
	g_free(out);
	return pcm;
}

/* ---- specimens ---- */

struct maker {
	const struct part *part;
	uint64_t state;
	void (*take)(void *arg, const struct greeting *g);
	void *arg;
	int made;
};

struct specimen {
	enum who who;
	const char *words, *voice;
	const int16_t *speech; /* NULL: tones alone */
	size_t n;
	enum tone_kind tone;
};

static void add_sit(struct sound *s, double level)
{
	add_tone(s, 913.8, 0, 274, level);
	add_tone(s, 1370.6, 0, 274, level);
	add_tone(s, 1776.7, 0, 380, level);
}

static void add_cadence(struct sound *s, double hz, double hz2, int on_ms, int off_ms, double level)
{
	for (int i = 0; i < 5; i++) {
		add_tone(s, hz, hz2, on_ms, level);
		add_silence(s, off_ms);
	}
}

/* What the far end says after its greeting, while we speak. */
static void go_on(struct maker *m, struct sound *s, const struct specimen *it, int variant, double level)
{
	const struct part *p = m->part;

	switch (it->tone) {
	case ONE_TONE: /* a voicemail's */
		add_silence(s, between(&m->state, 100, 1500));
		add_tone(s, p->beeps[variant], 0, p->beep_ms[variant], level * (0.6 + 0.6 * chance(&m->state)));
		break;
	case KITCHEN: /* a person's kitchen */
		add_silence(s, between(&m->state, 1200, 2500));
		add_cadence(s, 2048, 0, 180, 400, level * 0.5);
		break;
	case NO_TONE:
		if (it->who == WHO_HUMAN && variant % 2) { /* he asks again */
			add_silence(s, between(&m->state, 1500, 3000));
			add_speech(s, it->speech, it->n, level);
		}
		break;
	case SIT:
	case BUSY:
	case FAX:
		break;
	}
}

static void begin(struct sound *s, const struct specimen *it, double level)
{
	if (it->tone == SIT)
		add_sit(s, level);
	else if (it->tone == BUSY)
		add_cadence(s, 425, 0, 500, 500, level);
	else if (it->tone == FAX)
		add_tone(s, 2100, 0, 3000, level);
}

static void make(struct maker *m, const struct specimen *it, int variant)
{
	struct sound s = { .x = g_new0(float, MOST_S *RATE) };
	struct greeting g = { .who = it->who, .words = it->words, .voice = it->voice, .snr_db = m->part->snr[variant] };
	double level = pow(10, -(14 + 16 * chance(&m->state)) / 20);

	add_silence(&s, between(&m->state, 100, 1200));
	begin(&s, it, level);
	g.ready_ms = (int)(s.n / MS);
	if (it->speech) {
		add_silence(&s, it->tone == SIT ? 300 : 0);
		add_speech(&s, it->speech, it->n, level);
		if (it->tone != SIT)
			g.ready_ms = (int)(s.n / MS);
	}
	go_on(m, &s, it, variant, level);
	if (it->tone == ONE_TONE)
		g.ready_ms = (int)(s.n / MS);
	add_silence(&s, TAIL_MS);
	add_noise(&s, g.snr_db ? level * pow(10, -g.snr_db / 20.0) : 0.0003, &m->state);
	g.pcm = over_the_line(&s, &g.n);
	m->take(m->arg, &g);
	m->made++;
	g_free(g.pcm);
	g_free(s.x);
}

typedef int16_t *speak_fn(const char *voice, const char *words, size_t *n);

static enum tone_kind tone_for(enum who who, int variant)
{
	switch (who) {
	case WHO_VOICEMAIL:
		return ONE_TONE;
	case WHO_HUMAN:
		return variant == 2 ? KITCHEN : NO_TONE;
	case WHO_ANNOUNCEMENT:
		return variant % 2 == 0 ? SIT : NO_TONE;
	case WHO_SCREENING:
	case WHO_UNSURE:
	case WHO_END:
		break;
	}
	return NO_TONE;
}

static void say_all(struct maker *m, enum who who, speak_fn *speak, const char *voice)
{
	for (const char *const *words = m->part->words[who]; *words; words++) {
		struct specimen it = { .who = who, .words = *words, .voice = voice };
		int16_t *speech = speak(voice, *words, &it.n);

		it.speech = speech;
		for (int variant = 0; speech && variant < VARIANTS; variant++) {
			it.tone = tone_for(who, variant);
			make(m, &it, variant);
		}
		g_free(speech);
	}
}

static void say_with(struct maker *m, speak_fn *speak, const char *voice)
{
	for (int who = WHO_HUMAN; who < WHO_END; who++)
		say_all(m, (enum who)who, speak, voice);
}

int greetings_each(enum greetings_part part, void (*take)(void *arg, const struct greeting *g), void *arg)
{
	struct maker m = { .part = &parts[part], .state = parts[part].seed, .take = take, .arg = arg };

	for (int i = 0; m.part->voices[i]; i++)
		say_with(&m, speak_flite, m.part->voices[i]);
	for (int i = 0; m.part->espeak[i]; i++)
		say_with(&m, speak_espeak, m.part->espeak[i]);
	for (int variant = 0; variant < VARIANTS; variant++) {
		make(&m, &(struct specimen){ .who = WHO_ANNOUNCEMENT, .words = "(busy tone)", .tone = BUSY }, variant);
		make(&m, &(struct specimen){ .who = WHO_ANNOUNCEMENT, .words = "(fax)", .tone = FAX }, variant);
	}
	return m.made;
}
