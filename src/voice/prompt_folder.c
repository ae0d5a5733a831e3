#include "voice/prompt_folder.h"

#include "voice/prompt_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char SUFFIX[] = ".prompt";

struct prompt_folder {
	char *path;
	int64_t most;
	GMutex lock; /* of the rest: */
	int64_t bytes;
};

struct file {
	char *path;
	int64_t bytes, used_ns;
};

static void free_file(void *p)
{
	struct file *f = p;

	g_free(f->path);
	g_free(f);
}

static GPtrArray *files_of(const struct prompt_folder *f)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(free_file);
	GDir *dir = g_dir_open(f->path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		struct file file = { .path = g_build_filename(f->path, name, NULL) };
		struct stat st;

		if (!g_str_has_suffix(name, SUFFIX) || stat(file.path, &st) != 0) {
			g_free(file.path);
			continue;
		}
		file.bytes = st.st_size;
		file.used_ns = st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec;
		g_ptr_array_add(files, g_memdup2(&file, sizeof(file)));
	}
	if (dir)
		g_dir_close(dir);
	return files;
}

static int by_use(const void *a, const void *b)
{
	const struct file *x = *(struct file *const *)a, *y = *(struct file *const *)b;

	return (x->used_ns > y->used_ns) - (x->used_ns < y->used_ns);
}

/* Down to nine tenths, so that the folder is not read for every prompt from then on. Under the lock. */
static void trim(struct prompt_folder *f)
{
	GPtrArray *files = files_of(f);

	f->bytes = 0;
	for (guint i = 0; i < files->len; i++)
		f->bytes += ((struct file *)files->pdata[i])->bytes;
	if (f->bytes > f->most) {
		g_ptr_array_sort(files, by_use);
		for (guint i = 0; i < files->len && f->bytes > f->most / 10 * 9; i++) {
			struct file *old = files->pdata[i];

			if (unlink(old->path) == 0)
				f->bytes -= old->bytes;
		}
	}
	g_ptr_array_unref(files);
}

struct prompt_folder *prompt_folder_open(const char *path, int64_t most_bytes, struct problem *p)
{
	struct prompt_folder *f;

	if (g_mkdir_with_parents(path, 0700) < 0) {
		problem_set(p, PROBLEM_FAILED, "the folder %s cannot be made: %s", path, g_strerror(errno));
		return NULL;
	}
	prompt_file_sweep(path);
	f = g_new0(struct prompt_folder, 1);
	f->path = g_strdup(path);
	f->most = most_bytes;
	g_mutex_init(&f->lock);
	trim(f);
	return f;
}

void prompt_folder_close(struct prompt_folder *f)
{
	if (!f)
		return;
	g_mutex_clear(&f->lock);
	g_free(f->path);
	g_free(f);
}

static char *path_of(const struct prompt_folder *f, const char *key)
{
	return g_strdup_printf("%s/%s%s", f->path, key, SUFFIX);
}

struct prompt *prompt_folder_load(struct prompt_folder *f, const char *key)
{
	g_autofree char *path = path_of(f, key);
	struct prompt *prompt = prompt_file_load(path);

	if (prompt)
		utimensat(AT_FDCWD, path, NULL, 0);
	return prompt;
}

int prompt_folder_save(struct prompt_folder *f, const char *key, const struct prompt *prompt, struct problem *p)
{
	g_autofree char *path = path_of(f, key);
	struct stat st;

	if (prompt_file_save(path, prompt, p) != 0)
		return -1;
	g_mutex_lock(&f->lock);
	if (stat(path, &st) == 0)
		f->bytes += st.st_size;
	if (f->bytes > f->most)
		trim(f);
	g_mutex_unlock(&f->lock);
	return 0;
}
