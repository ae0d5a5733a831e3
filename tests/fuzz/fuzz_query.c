/* Any target: its parameters are text, what the rules take is in bounds, and no link breaks out of its brackets. */
#include "api/campaign_in.h"
#include "api/lead_in.h"
#include "api/paging.h"
#include "api/query_in.h"

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_page(struct opt_int page, struct opt_int limit)
{
	struct paging p = paging_of(page, limit);

	if (p.page < 1 || p.limit < 1 || p.limit > PAGE_LIMIT_MAX || p.offset < 0)
		abort();
}

static void check_params(const struct params *q)
{
	if (q->n > QUERY_IN_PARAMS)
		abort();
	for (size_t i = 0; i < q->n; i++)
		if (!g_utf8_validate(q->list[i].key, -1, NULL) || !g_utf8_validate(q->list[i].value, -1, NULL))
			abort();
}

static void check_rules(struct arena *a, const struct params *q)
{
	struct faults *f = faults_new(a);
	const struct campaign_list_in *campaigns = validate_query(&campaign_list_query, q, f);
	const struct lead_list_in *leads;

	if (f->n == 0)
		check_page(campaigns->page, campaigns->limit);
	f = faults_new(a);
	leads = validate_query(&lead_list_query, q, f);
	if (f->n == 0) {
		check_page(leads->page, leads->limit);
		if (leads->search && validate_utf16_length(leads->search) > LEAD_SEARCH_MAX)
			abort();
	}
	f = faults_new(a);
	validate_query(&lead_add_query, q, f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	g_autofree char *target = g_strndup((const char *)data, size), *base = NULL;
	struct params q = query_in_read(a, target, faults_new(a));

	check_params(&q);
	check_rules(a, &q);
	base = paging_base(target);
	for (const char *s = base; *s; s++)
		if (*s <= ' ' || *s >= 0x7f || strchr("<>\"\\^`{|}", *s))
			abort();
	arena_free(a);
	return 0;
}
