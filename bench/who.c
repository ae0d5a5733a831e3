/*
 * Who answered, measured on the corpus of tests/lib/greetings.h: the confusion matrix and the time to the verdict, for
 * each part of it; with `-v` a line for each greeting that was taken for something else. Figures to see a change
 * by, no more: the voices are synthetic, the street is not.
 */
#include "core/attempt.h"
#include "lib/greetings.h"
#include "voice/who.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST = 4000 };

struct tally {
	int n[WHO_END][WHO_END];		    /* who it is, what it was taken for */
	int waits[WHO_END][MOST], n_waits[WHO_END]; /* ms from where it could be known */
	int64_t frames, cpu_ns;
	bool tell;
};

static int64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void take(void *arg, const struct greeting *g)
{
	struct tally *t = arg;
	struct who_detector d = { 0 };
	int64_t began = cpu_ns();
	int decided = -1;
	enum who w = WHO_UNSURE;

	for (size_t at = 0; at < g->n; at += WHO_FRAME) {
		enum who before = w;

		w = who_hear(&d, g->pcm + at);
		if (w != before)
			decided = (int)(at / 8) + WHO_FRAME_MS;
	}
	t->cpu_ns += cpu_ns() - began;
	t->frames += (int64_t)g->n / WHO_FRAME;
	t->n[g->who][w]++;
	if (w == g->who && t->n_waits[w] < MOST)
		t->waits[w][t->n_waits[w]++] = decided - g->ready_ms;
	if (w != g->who && t->tell)
		printf("  %s taken for %s: \"%.60s\" by %s, noise %d dB\n", who_name(g->who), who_name(w), g->words,
		       g->voice ? g->voice : "nobody", g->snr_db);
}

static int by_size(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void print(struct tally *t, const char *part, int n)
{
	printf("\n%s: %d greetings\n%-14s", part, n, "");
	for (int w = 1; w <= WHO_END; w++)
		printf("%13s", who_name((enum who)(w % WHO_END)));
	printf("   ms to the verdict: median, 95 %%\n");
	for (int is = 1; is < WHO_END; is++) {
		int *waits = t->waits[is], n_waits = t->n_waits[is];

		printf("%-14s", who_name((enum who)is));
		for (int w = 1; w <= WHO_END; w++)
			printf("%13d", t->n[is][w % WHO_END]);
		qsort(waits, (size_t)n_waits, sizeof(*waits), by_size);
		if (n_waits)
			printf("   %d, %d", waits[n_waits / 2], waits[n_waits * 95 / 100]);
		printf("\n");
	}
	printf("CPU: %.2f us a frame of 20 ms\n", (double)t->cpu_ns / 1000 / (double)t->frames);
}

int main(int argc, char **argv)
{
	static const char *const names[GREETINGS_PARTS] = { "Tuning part", "Held-out part" };

	printf("Who answered (rows: who it was; columns: what it was taken for). Synthetic speech: this is not the street.\n");
	for (int part = 0; part < GREETINGS_PARTS; part++) {
		struct tally *t = g_new0(struct tally, 1);

		t->tell = argc > 1 && strcmp(argv[1], "-v") == 0;
		print(t, names[part], greetings_each((enum greetings_part)part, take, t));
		g_free(t);
	}
	return 0;
}
