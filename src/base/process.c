#include "base/process.h"

#include "base/clock.h"
#include "base/metrics.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static void set(enum metric_name name, int64_t value)
{
	metric_set(metric_of(name, NULL, NULL, NULL), value);
}

static int64_t open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	int64_t n = -3; /* ".", ".." and the folder itself */

	if (!d)
		return 0;
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static int64_t us_of(struct timeval t)
{
	return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

static void measure_memory(void)
{
	long long total = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (!f)
		return;
	if (fscanf(f, "%lld %lld", &total, &resident) == 2) {
		set(METRIC_PROCESS_VIRTUAL, total * sysconf(_SC_PAGESIZE));
		set(METRIC_PROCESS_RESIDENT, resident * sysconf(_SC_PAGESIZE));
	}
	fclose(f);
}

/* Once: the difference of two clocks drifts, and a start must not. */
static void measure_start(void)
{
	static _Atomic bool measured;
	char text[1024] = "";
	FILE *f = measured ? NULL : fopen("/proc/self/stat", "re");
	const char *s;

	if (!f)
		return;
	measured = true;
	s = fgets(text, sizeof(text), f) ? strrchr(text, ')') : NULL; /* the name in field 2 may hold blanks */
	for (int field = 2; s && field < 22; field++)
		s = strchr(s + 1, ' ');
	if (s) /* field 22: in ticks since boot */
		set(METRIC_PROCESS_START,
		    clock_wall_ms() - clock_boot_ms() + strtoll(s, NULL, 10) * 1000 / sysconf(_SC_CLK_TCK));
	fclose(f);
}

void process_measure(void)
{
	struct rusage use;
	struct rlimit files;

	if (getrusage(RUSAGE_SELF, &use) == 0)
		set(METRIC_PROCESS_CPU, us_of(use.ru_utime) + us_of(use.ru_stime));
	if (getrlimit(RLIMIT_NOFILE, &files) == 0)
		set(METRIC_PROCESS_MAX_FDS, (int64_t)files.rlim_cur);
	set(METRIC_PROCESS_FDS, open_files());
	measure_memory();
	measure_start();
}
