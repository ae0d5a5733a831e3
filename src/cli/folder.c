#include "cli/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAIT_MS = 5000, TRY_MS = 50 };

static const char *const uses[] = { [FOLDER_SERVER] = "server", [FOLDER_COMMAND] = "command" };

int folder_make(const char *path, struct problem *p)
{
	if (g_mkdir_with_parents(path, 0700) != 0)
		return problem_set(p, PROBLEM_FAILED, "cannot make the folder %s: %s", path, g_strerror(errno));
	return 0;
}

/* "server 1234", as its holder wrote it. */
static void read_holder(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	text[n > 0 ? n : 0] = 0;
	g_strchomp(text);
}

static int write_holder(int fd, enum folder_use use, const char *path, struct problem *p)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "%s %d\n", uses[use], (int)getpid());

	if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n)
		return problem_set(p, PROBLEM_FAILED, "cannot write in the data folder %s: %s", path,
				   errno ? g_strerror(errno) : "the disk is full");
	return 0;
}

static int take(int fd, const char *path, bool *busy, struct problem *p)
{
	char holder[64];

	for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; waited += TRY_MS) {
		if (errno != EWOULDBLOCK)
			return problem_set(p, PROBLEM_FAILED, "cannot lock the data folder %s: %s", path,
					   g_strerror(errno));
		if (busy) {
			*busy = true;
			return -1;
		}
		read_holder(fd, holder, sizeof(holder));
		if (g_str_has_prefix(holder, uses[FOLDER_SERVER]) || waited >= WAIT_MS)
			return problem_set(p, PROBLEM_CONFLICT, "the data folder %s is in use (%s)", path, holder);
		g_usleep(TRY_MS * 1000);
	}
	return 0;
}

int folder_lock(struct folder *f, const char *path, enum folder_use use, bool *busy, struct problem *p)
{
	g_autofree char *lock = g_build_filename(path, "lock", NULL);
	int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (busy)
		*busy = false;
	if (fd < 0)
		return problem_set(p, errno == ENOENT ? PROBLEM_NOT_FOUND : PROBLEM_FAILED,
				   "cannot use the data folder %s: %s", path, g_strerror(errno));
	if (take(fd, path, busy, p) != 0 || write_holder(fd, use, path, p) != 0) {
		close(fd);
		return -1;
	}
	f->path = g_strdup(path);
	f->lock_fd = fd;
	return 0;
}

void folder_unlock(struct folder *f)
{
	if (!f->path)
		return;
	close(f->lock_fd);
	g_clear_pointer(&f->path, g_free);
}
