#include "api/fault.h"

#include <string.h>

struct faults *faults_new(struct arena *a)
{
	struct faults *f = arena_alloc(a, sizeof(*f));

	f->arena = a;
	return f;
}

void faults_add(struct faults *f, const char *path, const char *text)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->list[i].path, path) == 0)
			return;
	if (f->n == FAULTS_LISTED) {
		f->more++;
		return;
	}
	f->list[f->n].path = arena_strdup(f->arena, path);
	f->list[f->n++].text = arena_strdup(f->arena, text);
}
