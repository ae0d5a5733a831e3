#include "cli/control.h"

#include "admin/operation.h"
#include "base/log.h"
#include "cli/reach.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_NAME "control.sock"

/* A command says at once what it wants; one that does not may not hold up the others for long. */
enum { LINE_MAX_BYTES = 4 << 20, /* five minutes of a recording, in base64 */
       REQUEST_WAIT_S = 2, REPLY_WAIT_S = 30 };

struct control {
	int listener, folder_fd;
	int stop_pipe[2];
	struct store *store;
	void (*changed)(void *arg, const struct change *change);
	void *arg;
	GThread *thread;
};

/* The socket's address by way of an open folder: short, whatever the folder's path is. */
static struct sockaddr_un address_in(int folder_fd)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };

	snprintf(sa.sun_path, sizeof(sa.sun_path), "/proc/self/fd/%d/" SOCKET_NAME, folder_fd);
	return sa;
}

static int open_folder(const char *folder)
{
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* ---- lines ---- */

/* One line, without its end; NULL when the peer has gone or says too much. */
static char *read_line(int fd)
{
	GString *line = g_string_new(NULL);
	char buf[4096];
	ssize_t n;

	while (line->len < LINE_MAX_BYTES && (n = read(fd, buf, sizeof(buf))) > 0) {
		g_string_append_len(line, buf, n);
		if (line->str[line->len - 1] == '\n') {
			g_string_truncate(line, line->len - 1);
			return g_string_free(line, FALSE);
		}
	}
	g_string_free(line, TRUE);
	return NULL;
}

static int write_line(int fd, const json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);
	g_autofree char *line = g_strconcat(text, "\n", NULL);
	size_t len = strlen(line), done = 0;

	free(text);
	while (done < len) {
		ssize_t n = send(fd, line + done, len - done, MSG_NOSIGNAL);

		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

/* ---- the server's side ---- */

static json_t *answer_to(struct control *c, const char *line)
{
	json_t *request = json_loads(line, JSON_REJECT_DUPLICATES, NULL), *answer = NULL;
	const char *name = json_string_value(json_object_get(request, "operation"));
	const struct operation *op = name ? operation_find(name) : NULL;
	struct change change;
	struct problem p = { 0 };
	int rc = -1;

	if (op)
		rc = reach_run(c->store, op, json_object_get(request, "args"), &answer, &change, &p);
	else
		problem_set(&p, PROBLEM_USAGE, "the running server does not know this command; is it another version?");
	json_decref(request);
	if (rc != 0)
		return json_pack("{s:{s:i,s:s}}", "problem", "kind", (int)p.kind, "text", p.text);
	if (change.what != CHANGE_NOTHING)
		c->changed(c->arg, &change);
	return json_pack("{s:o}", "answer", answer);
}

static void serve_one(struct control *c, int fd)
{
	struct timeval limit = { .tv_sec = REQUEST_WAIT_S };
	g_autofree char *line = NULL;
	json_t *answer;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	line = read_line(fd);
	if (line) {
		answer = answer_to(c, line);
		write_line(fd, answer);
		json_decref(answer);
	}
	close(fd);
}

static void *control_thread(void *arg)
{
	struct control *c = arg;
	struct pollfd fds[2] = { { .fd = c->listener, .events = POLLIN },
				 { .fd = c->stop_pipe[0], .events = POLLIN } };

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return NULL;
		if (fds[1].revents)
			return NULL;
		if (fds[0].revents & POLLIN) {
			int fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC);

			if (fd >= 0)
				serve_one(c, fd);
		}
	}
}

static int listen_in(struct control *c, const char *folder, struct problem *p)
{
	struct sockaddr_un sa;
	mode_t mask;
	int rc;

	c->folder_fd = open_folder(folder);
	c->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->folder_fd < 0 || c->listener < 0)
		return problem_set(p, PROBLEM_FAILED, "cannot open the control socket in %s: %s", folder,
				   g_strerror(errno));
	sa = address_in(c->folder_fd);
	unlinkat(c->folder_fd, SOCKET_NAME, 0); /* the lock is ours, so a socket left here is nobody's */
	mask = umask(0177);
	rc = bind(c->listener, (struct sockaddr *)&sa, sizeof(sa));
	umask(mask);
	if (rc != 0 || listen(c->listener, 16) != 0 || pipe2(c->stop_pipe, O_CLOEXEC) != 0)
		return problem_set(p, PROBLEM_FAILED, "cannot open the control socket in %s: %s", folder,
				   g_strerror(errno));
	return 0;
}

struct control *control_start(const char *folder, struct store *store,
			      void (*changed)(void *arg, const struct change *change), void *arg, struct problem *p)
{
	struct control *c = g_new0(struct control, 1);

	c->store = store;
	c->changed = changed;
	c->arg = arg;
	if (listen_in(c, folder, p) != 0) {
		if (c->listener > 0)
			close(c->listener);
		if (c->folder_fd > 0)
			close(c->folder_fd);
		g_free(c);
		return NULL;
	}
	c->thread = g_thread_new("control", control_thread, c);
	return c;
}

void control_stop(struct control *c)
{
	if (!c)
		return;
	if (write(c->stop_pipe[1], "x", 1) != 1)
		log_error("control.stop", "the control socket's pipe is broken");
	g_thread_join(c->thread);
	unlinkat(c->folder_fd, SOCKET_NAME, 0);
	close(c->listener);
	close(c->folder_fd);
	close(c->stop_pipe[0]);
	close(c->stop_pipe[1]);
	g_free(c);
}

/* ---- the command's side ---- */

static int connect_to(const char *folder)
{
	int folder_fd = open_folder(folder), fd = -1;
	struct sockaddr_un sa = address_in(folder_fd);
	struct timeval limit = { .tv_sec = REPLY_WAIT_S };

	if (folder_fd >= 0)
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0) {
		close(fd);
		fd = -1;
	}
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (folder_fd >= 0)
		close(folder_fd);
	return fd;
}

static int read_answer(const char *line, json_t **answer, struct problem *p)
{
	json_t *reply = json_loads(line, 0, NULL);
	json_t *said = json_object_get(reply, "answer"), *problem = json_object_get(reply, "problem");

	if (said)
		*answer = json_incref(said);
	else if (problem)
		problem_set(p, (enum problem_kind)json_integer_value(json_object_get(problem, "kind")), "%s",
			    json_string_value(json_object_get(problem, "text")));
	else
		problem_set(p, PROBLEM_FAILED, "the server's answer cannot be read");
	json_decref(reply);
	return said ? 0 : -1;
}

int control_call(const char *folder, const char *name, const json_t *args, json_t **answer, bool *reached,
		 struct problem *p)
{
	int fd = connect_to(folder), rc = -1;
	json_t *request;
	g_autofree char *line = NULL;

	*reached = fd >= 0;
	if (fd < 0)
		return -1;
	request = json_pack("{s:s,s:O}", "operation", name, "args", args);
	if (write_line(fd, request) == 0 && (line = read_line(fd)))
		rc = read_answer(line, answer, p);
	else
		problem_set(p, PROBLEM_UNREACHABLE, "the running server did not answer");
	json_decref(request);
	close(fd);
	return rc;
}
