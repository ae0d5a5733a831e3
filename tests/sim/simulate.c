/*
 * simulate [--faults NAMES] [--seeds A..B | --replay SEED]: histories of the server with faults.
 *
 * Prints how many histories ran and what they had in them; for one that went wrong, what, and the line that replays it.
 * Exit code 0: all held, 1: one did not.
 */
#include "world.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROGRESS = 10000 };

static const struct {
	const char *name;
	unsigned faults;
} families[] = {
	{ "none", 0 },
	{ "kill", FAULT_KILL },
	{ "pause", FAULT_PAUSE },
	{ "lost", FAULT_LOST },
	{ "disorder", FAULT_DISORDER },
	{ "clock", FAULT_CLOCK },
	{ "disk", FAULT_DISK },
	{ "power", FAULT_POWER },
	{ "old", FAULT_OLD },
	{ "people", FAULT_PEOPLE },
	{ "all", FAULT_ALL },
};

static bool faults_from(const char *names, unsigned *out)
{
	g_auto(GStrv) list = g_strsplit(names, ",", -1);

	*out = 0;
	for (char **n = list; *n; n++) {
		size_t i = 0;

		while (i < G_N_ELEMENTS(families) && strcmp(families[i].name, *n) != 0)
			i++;
		if (i == G_N_ELEMENTS(families))
			return false;
		*out |= families[i].faults;
	}
	return true;
}

static int usage(void)
{
	fputs("Usage: simulate [--faults NAMES] [--seeds A..B | --replay SEED]\nNames, with commas between:", stderr);
	for (size_t i = 0; i < G_N_ELEMENTS(families); i++)
		fprintf(stderr, " %s", families[i].name);
	fputc('\n', stderr);
	return 2;
}

int main(int argc, char **argv)
{
	const char *names = "all";
	unsigned long long first = 1, last = 1000;
	int64_t steps = 0, invites = 0, lives = 0, pauses = 0;
	unsigned long long seed;
	struct world *w;
	unsigned faults;
	bool ok = true, replay = false;

	for (int i = 1; i < argc; i++) {
		bool more = i + 1 < argc;

		if (more && strcmp(argv[i], "--faults") == 0)
			names = argv[++i];
		else if (more && strcmp(argv[i], "--seeds") == 0 && sscanf(argv[i + 1], "%llu..%llu", &first, &last) == 2)
			i++;
		else if (more && strcmp(argv[i], "--replay") == 0 && sscanf(argv[i + 1], "%llu", &first) == 1)
			last = first, replay = true, i++;
		else
			return usage();
	}
	if (!faults_from(names, &faults))
		return usage();
	log_setup("error", "text");
	w = world_new();
	w->verbose = replay;
	for (seed = first; seed <= last && ok; seed++) {
		ok = world_run(w, seed, faults);
		steps += w->steps;
		invites += w->invites;
		lives += w->life;
		pauses += w->pauses;
		if ((seed - first + 1) % PROGRESS == 0)
			fprintf(stderr, "%llu histories …\n", seed - first + 1);
	}
	if (!ok)
		printf("seed %llu: %s\n  replay: %s --faults %s --replay %llu\n", seed - 1, w->failure, argv[0], names, seed - 1);
	printf("%llu histories (%s): %lld steps, %lld INVITEs, %lld starts, %lld pauses: %s\n", seed - first, names,
	       (long long)steps, (long long)invites, (long long)lives, (long long)pauses, ok ? "all held" : "one did not hold");
	world_free(w);
	return ok ? 0 : 1;
}
