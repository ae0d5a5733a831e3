#include "engine/journal.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "send-journal"
#define BOOT_ID   "/proc/sys/kernel/random/boot_id"

enum { BOOT_ID_SIZE = 40 };

struct header {
	char magic[8];
	char boot_id[BOOT_ID_SIZE];
	int64_t epoch, unused; /* 64 bytes: no line lies across two pages, or across two blocks of the disk */
};

struct line {
	int64_t attempt_id, fence;
};

static const char magic[8] = "csSENT2";

struct journal {
	int fd;
	off_t end; /* where the next line belongs */
};

struct journal_past {
	int64_t epoch;
	GHashTable *sent; /* attempt ids */
};

static void read_boot_id(char out[BOOT_ID_SIZE])
{
	g_autofree char *text = NULL;

	memset(out, 0, BOOT_ID_SIZE);
	if (g_file_get_contents(BOOT_ID, &text, NULL, NULL))
		g_strlcpy(out, g_strstrip(text), BOOT_ID_SIZE);
}

struct journal_past *journal_past(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, FILE_NAME, NULL);
	g_autofree char *data = NULL;
	char boot_id[BOOT_ID_SIZE];
	struct journal_past *past;
	struct header h;
	gsize size;

	if (!g_file_get_contents(path, &data, &size, NULL) || size < sizeof(h))
		return NULL;
	memcpy(&h, data, sizeof(h));
	read_boot_id(boot_id);
	if (memcmp(h.magic, magic, sizeof(magic)) != 0 || !boot_id[0] ||
	    memcmp(h.boot_id, boot_id, BOOT_ID_SIZE) != 0)
		return NULL;
	past = g_new(struct journal_past, 1);
	past->epoch = h.epoch;
	past->sent = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	/* A torn last line counts as sent: its first half is the attempt's id, and shorter ones never left. */
	for (gsize at = sizeof(h); at + sizeof(int64_t) <= size; at += sizeof(struct line)) {
		gint64 *id = g_new(gint64, 1);

		memcpy(id, data + at, sizeof(*id));
		g_hash_table_add(past->sent, id);
	}
	return past;
}

bool journal_never_sent(const struct journal_past *past, int64_t epoch, int64_t attempt_id)
{
	return past && past->epoch == epoch && !g_hash_table_contains(past->sent, &attempt_id);
}

void journal_past_free(struct journal_past *past)
{
	if (!past)
		return;
	g_hash_table_unref(past->sent);
	g_free(past);
}

struct journal *journal_start(const char *folder, int64_t epoch, struct problem *p)
{
	g_autofree char *path = g_build_filename(folder, FILE_NAME, NULL);
	g_autofree char *fresh = g_strconcat(path, ".new", NULL);
	struct header h = { .epoch = epoch };
	struct journal *j;
	int fd;

	memcpy(h.magic, magic, sizeof(magic));
	read_boot_id(h.boot_id);
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, &h, sizeof(h)) != sizeof(h) || rename(fresh, path) != 0) {
		problem_set(p, PROBLEM_FAILED, "cannot write %s: %s", path, g_strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	j = g_new(struct journal, 1);
	j->fd = fd;
	j->end = sizeof(h);
	return j;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	close(j->fd);
	g_free(j);
}

int journal_sent(struct journal *j, int64_t attempt_id, int64_t fence)
{
	struct line l = { attempt_id, fence };
	ssize_t n = pwrite(j->fd, &l, sizeof(l), j->end);

	if (n == sizeof(l)) {
		j->end += n;
		return 0;
	}
	/* The next line goes over a torn one: after half a line, all others would be read as something else. */
	log_error("journal.failed", "the send journal cannot be written, no call is placed: %s",
		  n < 0 ? g_strerror(errno) : "the disk is full");
	return -1;
}
