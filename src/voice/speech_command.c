#include "voice/speech_command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK = 64 << 10 };

struct run {
	GPid pid;
	int in, out; /* its stdin and stdout; -1: closed */
	const char *text;
	size_t left; /* of the text */
	GByteArray *said;
	int64_t until_us;
};

/* In the child, between fork and exec. Our threads block signals that it must be able to get. */
static void alone(void *unused)
{
	sigset_t none;

	(void)unused;
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
}

static char **without_ours(void)
{
	char **env = g_get_environ(), **to = env;

	for (char **each = env; *each; each++) {
		if (g_str_has_prefix(*each, "CALLSHEET_"))
			g_free(*each);
		else
			*to++ = *each;
	}
	*to = NULL;
	return env;
}

static bool start(struct run *r, char **argv, struct problem *p)
{
	g_auto(GStrv) env = without_ours();
	g_autoptr(GError) err = NULL;

	if (!g_spawn_async_with_pipes("/", argv, env, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH |
				      G_SPAWN_STDERR_TO_DEV_NULL, alone, NULL, &r->pid, &r->in, &r->out, NULL, &err)) {
		problem_set(p, PROBLEM_FAILED, "it cannot be run: %s", err->message);
		return false;
	}
	fcntl(r->in, F_SETFL, O_NONBLOCK);
	fcntl(r->out, F_SETFL, O_NONBLOCK);
	return true;
}

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* A program that does not read its text to the end may speak all the same. */
static void feed(struct run *r)
{
	ssize_t n = write(r->in, r->text, r->left);

	if (n > 0) {
		r->text += n;
		r->left -= (size_t)n;
	}
	if (r->left == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		shut(&r->in);
}

static void listen_to(struct run *r)
{
	guint had = r->said->len;
	ssize_t n;

	g_byte_array_set_size(r->said, had + BLOCK);
	n = read(r->out, r->said->data + had, BLOCK);
	g_byte_array_set_size(r->said, had + (guint)MAX(n, 0));
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		shut(&r->out);
}

/* Until it has closed its stdout. */
static bool converse(struct run *r, struct problem *p)
{
	while (r->out >= 0) {
		struct pollfd fds[] = { { .fd = r->out, .events = POLLIN }, { .fd = r->in, .events = POLLOUT } };
		int64_t left_ms = (r->until_us - g_get_monotonic_time()) / 1000;

		if (left_ms <= 0 || poll(fds, 2, (int)left_ms) == 0) {
			problem_set(p, PROBLEM_FAILED, "it was not done in time");
			return false;
		}
		if (fds[1].revents)
			feed(r);
		if (fds[0].revents)
			listen_to(r);
		if (r->said->len > SPEECH_BYTES_MAX) {
			problem_set(p, PROBLEM_FAILED, "it wrote more than %d MB", SPEECH_BYTES_MAX >> 20);
			return false;
		}
	}
	return true;
}

/* Its end, waited for until the deadline; then it is killed, and what it has left behind as well. */
static int end(struct run *r)
{
	int status = -1;
	pid_t ended;

	shut(&r->in);
	shut(&r->out);
	while ((ended = waitpid(r->pid, &status, WNOHANG)) == 0 && g_get_monotonic_time() < r->until_us)
		g_usleep(2000);
	kill(-r->pid, SIGKILL);
	if (ended == 0)
		waitpid(r->pid, &status, 0);
	g_spawn_close_pid(r->pid);
	return status;
}

GByteArray *speech_command(char **argv, const char *text, int timeout_ms, struct problem *p)
{
	struct run r = { .text = text, .left = strlen(text),
			 .until_us = g_get_monotonic_time() + timeout_ms * INT64_C(1000) };
	bool ok;
	int status;

	if (!start(&r, argv, p))
		return NULL;
	r.said = g_byte_array_new();
	ok = converse(&r, p);
	if (!ok)
		r.until_us = 0;
	status = end(&r);
	if (ok && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
		ok = problem_set(p, PROBLEM_FAILED, WIFEXITED(status) ? "it ended with %d" : "signal %d ended it",
				 WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status)) == 0;
	if (ok && r.said->len == 0)
		ok = problem_set(p, PROBLEM_FAILED, "it wrote nothing") == 0;
	if (ok)
		return r.said;
	g_byte_array_unref(r.said);
	return NULL;
}
