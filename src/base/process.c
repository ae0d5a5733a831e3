#include "base/process.h"

#include "base/clock.h"
#include "base/metrics.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
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

/* Once: the difference of two clocks drifts, and a start must not. Field 22 of stat, in ticks since boot; the name in field 2 may hold anything, so count from its bracket. */
static void measure_start(void)
{
	unsigned long long ticks = 0;
	static _Atomic bool measured;
	FILE *f = measured ? NULL : fopen("/proc/self/stat", "re");

	if (!f)
		return;
	measured = true;
	if (fscanf(f,
		   "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
		   &ticks) == 1)
		set(METRIC_PROCESS_START, clock_wall_ms() - clock_boot_ms() +
						  (int64_t)ticks * 1000 / sysconf(_SC_CLK_TCK));
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
