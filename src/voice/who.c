#include "voice/who.h"

#include <math.h>

#define FRAMES(ms) ((ms) / WHO_FRAME_MS)

enum {
	RATE = 8000,
	BLOCK = FRAMES(800),
	ONSET = FRAMES(60), /* shorter voice is a click */
	LEAST_GREETING = FRAMES(100),
	LEAST_MESSAGE = FRAMES(1200), /* of voice before a tone that may be a voicemail's */
	LEAST_TEXT = FRAMES(2400),    /* the same where a person has been heard before */
	BEEP_FOLLOWS = FRAMES(5000),
	TONE_GAP = 1,		   /* frames a tone may be disturbed */
	SPOKE_AGAIN = FRAMES(120), /* of voice after a tone: it was none of a voicemail */
	FEW_WORDS = FRAMES(100),
	TONES_OF_A_MACHINE = 3,
};

static const float SILENCE_DB = -46, MOST_NOISE_DB = -38 /* at first */, ABOVE_NOISE_DB = 6, NOTHING_DB = -96;
static const double PURE = 0.75, WORTH_A_LOOK = 0.2;
static const float LOW_HZ = 350, HIGH_HZ = 2600, SAME_HZ = 0.03f, SAME_DB = 4;

struct features {
	float level; /* dB below full scale */
	float hz;    /* of the tone that the frame is; 0: none */
};

/* ---- one frame ---- */

/*
 * The frequency of a sinusoid in white noise, from the correlation at one and two samples (Pisarenko): the cosine c of its
 * angle solves 2 r1 c² - r2 c - r1 = 0, and the noise is in neither.
 */
static double cosine(double r1, double r2)
{
	double root = sqrt(r2 * r2 + 8 * r1 * r1);

	if (r2 < 0)
		return 2 * r1 / (root - r2);
	return r1 != 0 ? (r2 + root) / (4 * r1) : 2;
}

/* The part of the energy that is at this frequency (Goertzel): within some 10 Hz, a frame tells no finer. */
static double purity(const float *x, double hz, double energy)
{
	double c = cos(2 * M_PI * hz / RATE), s1 = 0, s2 = 0;

	for (int i = 0; i < WHO_FRAME; i++) {
		double s = x[i] + 2 * c * s1 - s2;

		s2 = s1;
		s1 = s;
	}
	return (s1 * s1 + s2 * s2 - 2 * c * s1 * s2) * 2 / (WHO_FRAME * energy);
}

/* The frequency of the one tone that the samples are; 0 when they are more than that. */
static double tone_of(const float *x)
{
	double r0 = 0, r1 = 0, r2 = 0, c, hz, best;

	for (int i = 2; i < WHO_FRAME; i++) {
		r0 += x[i] * x[i];
		r1 += x[i] * x[i - 1];
		r2 += x[i] * x[i - 2];
	}
	c = cosine(r1, r2);
	if (!(c > -1 && c < 1))
		return 0;
	hz = acos(c) * RATE / (2 * M_PI);
	if (hz < LOW_HZ || hz > HIGH_HZ)
		return 0;
	best = purity(x, hz, r0);
	if (best < WORTH_A_LOOK)
		return 0;
	for (double step = 20; step >= 5; step /= 2) {
		double below = purity(x, hz - step, r0), above = purity(x, hz + step, r0);

		if (fmax(below, above) > best) {
			hz += above > below ? step : -step;
			best = fmax(below, above);
		}
	}
	return best > PURE ? hz : 0;
}

static struct features measure(const int16_t *pcm)
{
	double sum = 0;
	struct features f = { .level = NOTHING_DB };
	float x[WHO_FRAME];

	for (int i = 0; i < WHO_FRAME; i++) {
		sum += (double)pcm[i] * pcm[i];
		x[i] = i ? (float)pcm[i] - 0.9f * (float)pcm[i - 1] : 0; /* hum and rumble are not of the tone */
	}
	if (sum > 0)
		f.level = (float)(10 * log10(sum / WHO_FRAME / (32768.0 * 32768.0)));
	if (f.level > SILENCE_DB)
		f.hz = (float)tone_of(x);
	return f;
}

/* ---- voice ---- */

static void follow_noise(struct who_detector *d, float level)
{
	if (d->block-- == 0) {
		d->floor = d->heard ? d->block_least : MOST_NOISE_DB;
		d->block_least = level;
		d->block = BLOCK;
		d->heard = true;
	}
	d->block_least = fminf(d->block_least, level);
	d->floor = fminf(d->floor, d->block_least);
}

static bool is_voice(const struct who_detector *d, float level)
{
	return level > SILENCE_DB && level > d->floor + ABOVE_NOISE_DB;
}

/* `n` frames of voice that end now. */
static void add_voice(struct who_detector *d, int n)
{
	d->burst += n;
	if (d->burst < ONSET)
		return;
	n = d->burst - n < ONSET ? d->burst : n; /* the onset counts once it is believed */
	if (!d->spoken || d->now - d->last_voice > FRAMES(WHO_REPLY_MS)) {
		d->run_begun = d->now - n;
		d->run_voice = 0;
	}
	d->tones = 0;
	d->spoken += n;
	d->run_voice += n;
	d->last_voice = d->now;
}

/* ---- tones ---- */

static bool near(float hz, float other)
{
	return fabsf(hz - other) < SAME_HZ * other;
}

static void count_sit(struct who_detector *d, float hz)
{
	static const struct {
		float low, high;
	} bands[] = { { 880, 1020 }, { 1330, 1470 }, { 1720, 1840 } };

	if (hz > bands[d->sit].low && hz < bands[d->sit].high)
		d->sit++;
	else
		d->sit = hz > bands[0].low && hz < bands[0].high;
	if (d->sit == 3) {
		d->verdict = WHO_ANNOUNCEMENT;
		d->sit = 0;
	}
}

/* A tone has ended; shorter ones were voice. */
static void end_tone(struct who_detector *d)
{
	int n = d->tone;

	d->tone = d->tone_gap = 0;
	if (n < FRAMES(WHO_BEEP_LEAST_MS)) {
		if (n > 0)
			add_voice(d, n);
		return;
	}
	d->burst = 0;
	d->tones = d->tones && near(d->tone_hz, d->last_hz) ? d->tones + 1 : 1;
	d->last_hz = d->tone_hz;
	count_sit(d, d->tone_hz);
	d->beep_ended = n <= FRAMES(WHO_BEEP_MOST_MS) ? d->now : 0;
	d->beep_voice = d->spoken;
	if (d->tones >= TONES_OF_A_MACHINE && d->spoken < FEW_WORDS)
		d->verdict = WHO_ANNOUNCEMENT;
}

static bool goes_on(const struct who_detector *d, const struct features *f)
{
	return f->hz > 0 && near(f->hz, d->tone_hz) && fabsf(f->level - d->tone_level) < SAME_DB;
}

/* Whether the frame belongs to a tone, or may. */
static bool take_tone(struct who_detector *d, const struct features *f)
{
	if (d->tone && !goes_on(d, f)) {
		if (f->hz == 0 && d->tone >= FRAMES(WHO_BEEP_LEAST_MS) && d->tone_gap++ < TONE_GAP)
			return true;
		end_tone(d);
	}
	if (f->hz == 0)
		return false;
	d->tone++;
	d->tone_gap = 0;
	d->tone_hz = f->hz;
	d->tone_level = f->level;
	if (d->tone > FRAMES(WHO_BEEP_MOST_MS) && d->spoken < FEW_WORDS)
		d->verdict = WHO_ANNOUNCEMENT;
	return true;
}

/* ---- the verdict ---- */

/* Whether the one tone that has ended was a voicemail's. */
static bool is_voicemail(struct who_detector *d)
{
	int since = d->now - d->beep_ended;
	int least = d->verdict == WHO_HUMAN ? LEAST_TEXT : LEAST_MESSAGE;

	if (!d->beep_ended || d->tone)
		return false;
	if (d->spoken - d->beep_voice > SPOKE_AGAIN || d->beep_ended - d->last_voice > BEEP_FOLLOWS) {
		d->beep_ended = 0;
		return false;
	}
	return since >= FRAMES(WHO_QUIET_MS) && d->run_voice >= least && d->tones <= 1;
}

static void judge(struct who_detector *d)
{
	int quiet = d->now - d->last_voice, talk = d->last_voice - d->run_begun;

	if (d->verdict == WHO_VOICEMAIL || d->verdict == WHO_ANNOUNCEMENT)
		return;
	if (is_voicemail(d))
		d->verdict = WHO_VOICEMAIL;
	else if (d->verdict == WHO_UNSURE && d->run_voice >= LEAST_GREETING && !d->tone && !d->beep_ended) {
		if (talk <= FRAMES(WHO_SHORT_MS) && quiet >= FRAMES(WHO_REPLY_MS))
			d->verdict = WHO_HUMAN;
		else if (talk >= FRAMES(WHO_LONG_MS) && quiet >= FRAMES(WHO_WAITS_MS))
			d->verdict = WHO_SCREENING;
	}
}

enum who who_hear(struct who_detector *d, const int16_t pcm[WHO_FRAME])
{
	struct features f = measure(pcm);

	if (!take_tone(d, &f)) {
		follow_noise(d, f.level);
		if (is_voice(d, f.level))
			add_voice(d, 1);
		else
			d->burst = 0;
	}
	d->now++;
	judge(d);
	return d->verdict;
}

bool who_recites(const struct who_detector *d)
{
	return d->verdict != WHO_VOICEMAIL && d->verdict != WHO_ANNOUNCEMENT && d->run_voice >= LEAST_GREETING &&
	       d->last_voice - d->run_begun >= FRAMES(WHO_LONG_MS) && d->now - d->last_voice < FRAMES(WHO_WAITS_MS);
}
