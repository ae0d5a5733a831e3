#include "voice/prompt_file.h"

#include "base/token.h"
#include "voice/prompt.h"

#include <errno.h>
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	HEAD = 19 + 10 + 1 + 64 + 1, /* "callsheet-prompt 1 ", samples, space, hash, line end */
	HEAD_ROOM = 128,
};

static const char UNFINISHED[] = ".tmp";

/* The line that belongs to these samples: reading compares it whole, so there is nothing to parse wrongly. */
static void write_head(char head[HEAD_ROOM], const uint8_t *samples, size_t n)
{
	char hash[TOKEN_HASH_SIZE];

	token_hash(samples, 2 * n, hash);
	snprintf(head, HEAD_ROOM, "callsheet-prompt 1 %010zu %s\n", n, hash);
}

struct prompt *prompt_file_load(const char *path)
{
	struct prompt *p = NULL;
	char head[HEAD_ROOM];
	char *data;
	gsize size;

	if (!g_file_get_contents(path, &data, &size, NULL))
		return NULL;
	if (size > HEAD && (size - HEAD) % 2 == 0) {
		size_t n = (size - HEAD) / 2;

		write_head(head, (const uint8_t *)data + HEAD, n);
		if (memcmp(head, data, HEAD) == 0) {
			p = prompt_new(n);
			memcpy(p->ulaw, data + HEAD, n);
			memcpy(p->alaw, data + HEAD + n, n);
		}
	}
	g_free(data);
	return p;
}

static int write_all(int fd, const void *data, size_t n)
{
	const uint8_t *at = data;

	while (n > 0) {
		ssize_t done = write(fd, at, n);

		if (done < 0 && errno != EINTR)
			return -1;
		if (done > 0) {
			at += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

static int write_prompt(int fd, const struct prompt *prompt)
{
	char head[HEAD_ROOM];
	uint8_t *both = g_malloc(2 * prompt->n + 1);
	int rc;

	/* The hash is over both laws in a row; a prompt need not keep them that way. */
	memcpy(both, prompt->ulaw, prompt->n);
	memcpy(both + prompt->n, prompt->alaw, prompt->n);
	write_head(head, both, prompt->n);
	rc = write_all(fd, head, HEAD) < 0 || write_all(fd, both, 2 * prompt->n) < 0 || fsync(fd) < 0 ? -1
	                                                                                              : 0;
	g_free(both);
	return rc;
}

int prompt_file_save(const char *path, const struct prompt *prompt, struct problem *p)
{
	char *name = g_strdup_printf("%s.XXXXXX%s", path, UNFINISHED);
	int fd = g_mkstemp(name);
	int err = fd < 0 ? errno : 0;

	if (!err && write_prompt(fd, prompt) < 0)
		err = errno;
	if (fd >= 0 && close(fd) < 0 && !err)
		err = errno;
	if (!err && rename(name, path) < 0)
		err = errno;
	if (err && fd >= 0)
		unlink(name);
	g_free(name);
	return err ? problem_set(p, PROBLEM_FAILED, "%s: %s", path, g_strerror(err)) : 0;
}

void prompt_file_sweep(const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		char *path;

		if (!g_str_has_suffix(name, UNFINISHED))
			continue;
		path = g_build_filename(folder, name, NULL);
		unlink(path);
		g_free(path);
	}
	if (dir)
		g_dir_close(dir);
}
