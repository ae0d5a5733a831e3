/*
 * Any bytes as the body of any route that takes JSON: a value or a reason; then a struct that can be used, or faults that
 * can be shown. The first byte chooses the rules.
 */
#include "admin/operation.h"
#include "api/campaign_in.h"
#include "api/campaign_schedule.h"
#include "api/json_in.h"
#include "api/lead_in.h"
#include "api/validate.h"

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FAULT_MOST = 700 }; /* bytes of a path and its text: what answers are made of does not grow with the question */

static void add_shape(void *arg, const struct operation *o)
{
	if (o->in)
		g_ptr_array_add(arg, (void *)o->in);
}

static const GPtrArray *shapes(void)
{
	static GPtrArray *all;

	if (!all) {
		all = g_ptr_array_new();
		g_ptr_array_add(all, (void *)&campaign_create_body);
		g_ptr_array_add(all, (void *)&campaign_patch_body);
		g_ptr_array_add(all, (void *)&lead_add_body);
		operation_each(add_shape, all);
	}
	return all;
}

static size_t depth_of(const json_t *v)
{
	size_t deepest = 0, i;
	const json_t *item;
	const char *key;

	if (json_is_array(v))
		json_array_foreach((json_t *)v, i, item)
			deepest = MAX(deepest, depth_of(item));
	else if (json_is_object(v))
		json_object_foreach((json_t *)v, key, item)
			deepest = MAX(deepest, depth_of(item));
	else
		return 0;
	return deepest + 1;
}

static void check_faults(const struct faults *f)
{
	if (f->n > FAULTS_LISTED || (f->more && f->n < FAULTS_LISTED))
		abort();
	for (size_t i = 0; i < f->n; i++) {
		if (!g_utf8_validate(f->list[i].path, -1, NULL) || !g_utf8_validate(f->list[i].text, -1, NULL) ||
		    strlen(f->list[i].path) + strlen(f->list[i].text) > FAULT_MOST || !f->list[i].path[0])
			abort();
		for (size_t j = 0; j < i; j++)
			if (strcmp(f->list[i].path, f->list[j].path) == 0)
				abort();
	}
}

/* What a campaign that is taken says about when to call can be made into slots. */
static void check_schedule(struct arena *a, const struct campaign_create_in *in)
{
	struct campaign c = { .timezone = in->timezone };
	struct schedule s;

	campaign_schedule_take(&in->schedule, a, &c);
	campaign_schedule_make(&c, &s);
	if (s.n < 1 || s.n > SCHEDULE_SLOTS || s.at[0] != c.start_at)
		abort();
	for (int i = 2; i < s.n; i++)
		if (s.at[i] < s.at[i - 1])
			abort();
}

/* Written out and read again it is the same to the rules. */
static void check_again(struct arena *a, const struct shape *sh, const json_t *json, const struct faults *f)
{
	struct faults *again = faults_new(a);
	char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
	const char *why;
	json_t *copy = json_in_read(a, text, strlen(text), &why);

	if (!copy)
		abort();
	validate_body(sh, copy, again);
	if (again->n != f->n || again->more != f->more)
		abort();
	json_decref(copy);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const GPtrArray *all = shapes();
	const struct shape *sh = all->pdata[(size ? data[0] - (size_t)'0' : 0) % all->len];
	struct arena *a = arena_new();
	struct faults *f = faults_new(a);
	const char *why = NULL;
	char *bytes = size > 1 ? g_memdup2(data + 1, size - 1) : NULL;
	json_t *json = json_in_read(a, bytes ? bytes : "", bytes ? size - 1 : 0, &why);
	void *in;

	if (!json && (!why || !g_utf8_validate(why, -1, NULL) || strlen(why) > FAULT_MOST))
		abort();
	if (json) {
		if (depth_of(json) > JSON_IN_DEPTH)
			abort();
		in = validate_body(sh, json, f);
		check_faults(f);
		check_again(a, sh, json, f);
		if (f->n == 0 && sh == &campaign_create_body)
			check_schedule(a, in);
	}
	json_decref(json);
	g_free(bytes);
	arena_free(a);
	return 0;
}
