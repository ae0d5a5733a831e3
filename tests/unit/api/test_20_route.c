/* The router: which row a path and a method find. */
#include "api/route.h"

#include <glib.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static void handler(struct request *rq, struct db *db, struct reply *re)
{
	(void)rq, (void)db, (void)re;
}

static const struct route routes[] = {
	{ "GET", "/", SCOPE_NONE, RUN_READ, handler },
	{ "GET", "/v1/partner/campaigns", SCOPE_PARTNER, RUN_READ, handler },
	{ "POST", "/v1/partner/campaigns", SCOPE_PARTNER, RUN_WRITE, handler },
	{ "GET", "/v1/partner/campaigns/:campaignId", SCOPE_PARTNER, RUN_READ, handler },
	{ "PATCH", "/v1/partner/campaigns/:campaignId", SCOPE_PARTNER, RUN_WRITE, handler },
	{ "DELETE", "/v1/partner/campaigns/:campaignId/leads/:leadId", SCOPE_PARTNER, RUN_WRITE, handler },
	{ "GET", "/v1/partner/campaigns/search", SCOPE_PARTNER, RUN_LONG_READ, handler },
	{ "GET", "/v1/admin/keys", SCOPE_ADMIN, RUN_READ, handler },
	{ "GET", "/console/*path", SCOPE_NONE, RUN_READ, handler },
};

static int table_setup(void **state)
{
	*state = route_table_new(routes, G_N_ELEMENTS(routes));
	return 0;
}

static int table_teardown(void **state)
{
	route_table_free(*state);
	return 0;
}

static void paths(void **state)
{
	static const struct {
		const char *method, *path;
		int row; /* -1: no template, -2: not this method */
		int64_t ids[2];
	} cases[] = {
		{ "GET", "/", 0 },
		{ "GET", "/v1/partner/campaigns", 1 },
		{ "HEAD", "/v1/partner/campaigns", 1 },
		{ "GET", "/v1/partner/campaigns/", 1 },
		{ "POST", "/v1/partner/campaigns", 2 },
		{ "GET", "/v1/partner/campaigns/7", 3, { 7 } },
		{ "PATCH", "/v1/partner/campaigns/9007199254740991", 4, { INT64_C(9007199254740991) } },
		{ "DELETE", "/v1/partner/campaigns/7/leads/8", 5, { 7, 8 } },
		{ "GET", "/v1/partner/campaigns/search", 6 },
		{ "GET", "/v1/admin/keys", 7 },
		{ "GET", "/console/a/b.js", 8 },
		{ "GET", "/console", -1 },
		{ "PUT", "/v1/partner/campaigns/7", -2, { 7 } },
		{ "DELETE", "/v1/partner/campaigns", -2 },
		{ "FOO", "/", -2 },
		{ "GET", "/v1/partner/campaigns/abc", -1 },
		{ "GET", "/v1/partner/campaigns/7a", -1 },
		{ "GET", "/v1/partner/campaigns/0", -1 },
		{ "GET", "/v1/partner/campaigns/-7", -1 },
		{ "GET", "/v1/partner/campaigns/+7", -1 },
		{ "GET", "/v1/partner/campaigns/99999999999999999999", -1 },
		{ "GET", "/v1/partner/campaigns/9007199254740992", -1 }, /* past what JSON carries exactly */
		{ "GET", "/v1/partner/campaigns/7/leads", -1 },
		{ "GET", "/v1//partner/campaigns", -1 },
		{ "GET", "/v1/partner", -1 },
		{ "GET", "/V1/partner/campaigns", -1 },
		{ "GET", "/v1%2Fpartner/campaigns", -1 },
		{ "GET", "*", -1 },
		{ "GET", "", -1 },
		{ "GET", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14", -1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct route_path p = { { 0 }, 0, NULL };
		const struct route_group *g = route_find(*state, cases[i].path, &p);
		const struct route *r = g ? route_for_method(g, cases[i].method) : NULL;
		int row = !g ? -1 : !r ? -2 : (int)(r - routes);

		if (row != cases[i].row || p.ids[0] != cases[i].ids[0] || p.ids[1] != cases[i].ids[1])
			fail_msg("%s %s found %d", cases[i].method, cases[i].path, row);
	}
}

static void what_is_allowed(void **state)
{
	struct route_path p;

	assert_string_equal(route_allow(route_find(*state, "/v1/partner/campaigns/7", &p)),
			    "GET, HEAD, PATCH, OPTIONS");
	assert_string_equal(route_allow(route_find(*state, "/v1/partner/campaigns/7/leads/8", &p)),
			    "DELETE, OPTIONS");
	assert_int_equal(route_scope(route_find(*state, "/v1/admin/keys", &p)), SCOPE_ADMIN);
	route_find(*state, "/console/a/b.js", &p);
	assert_string_equal(p.rest, "a/b.js");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(paths), cmocka_unit_test(what_is_allowed) };

	return cmocka_run_group_tests(tests, table_setup, table_teardown);
}
