#include "cli/signals.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

static void ending(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
}

void signals_block(void)
{
	sigset_t set;

	ending(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

bool signals_wait(int timeout_ms)
{
	struct timespec t = { .tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000L };
	sigset_t set;
	int sig;

	ending(&set);
	if (timeout_ms < 0) {
		while (sigwait(&set, &sig) != 0)
			;
	} else if (sigtimedwait(&set, NULL, &t) < 0) {
		return false;
	}
	pthread_sigmask(SIG_UNBLOCK, &set, NULL); /* a second one ends a drain that lasts too long */
	return true;
}
