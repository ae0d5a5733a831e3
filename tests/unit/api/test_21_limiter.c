/* The rate limiter under a hand-turned clock. */
#include "api/limiter.h"

#include <glib.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static void a_window(void **state)
{
	struct limiter *l = limiter_new(3);
	struct limiter_verdict v = limiter_take(l, 1, 1, 1000);

	(void)state;
	assert_true(v.allowed && v.limit == 3 && v.remaining == 2 && v.reset_s == 60);
	assert_true(limiter_take(l, 1, 1, 1500).reset_s == 60); /* rounded up */
	v = limiter_take(l, 1, 1, 31000);
	assert_true(v.allowed && v.remaining == 0 && v.reset_s == 30);
	v = limiter_take(l, 1, 1, 60999);
	assert_true(!v.allowed && v.remaining == 0 && v.reset_s == 1);
	v = limiter_take(l, 1, 1, 61000);
	assert_true(v.allowed && v.remaining == 2 && v.reset_s == 60);
	limiter_free(l);
}

static void workspaces_do_not_share(void **state)
{
	struct limiter *l = limiter_new(1);

	(void)state;
	assert_true(limiter_take(l, 1, 1, 0).allowed);
	assert_false(limiter_take(l, 1, 1, 0).allowed);
	assert_true(limiter_take(l, 1, 2, 0).allowed);
	assert_true(limiter_take(l, 2, 1, 0).allowed);
	limiter_free(l);
}

static void none(void **state)
{
	struct limiter *l = limiter_new(0);

	(void)state;
	for (int i = 0; i < 10000; i++)
		assert_true(limiter_take(l, 1, 1, 0).allowed);
	assert_int_equal(limiter_take(l, 1, 1, 0).limit, 0);
	limiter_free(l);
}

/* Many workspaces come and go; those under way keep their count. */
static void ended_windows_are_forgotten(void **state)
{
	struct limiter *l = limiter_new(2);

	(void)state;
	for (int64_t i = 0; i < 100000; i++)
		limiter_take(l, i, 0, i);
	assert_int_equal(limiter_take(l, 99999, 0, 100000).remaining, 0);
	limiter_free(l);
}

static struct limiter *shared;

static gpointer take_many(gpointer allowed)
{
	for (int i = 0; i < 20000; i++)
		*(int *)allowed += limiter_take(shared, 7, 7, 0).allowed;
	return NULL;
}

static void exact_with_threads(void **state)
{
	int allowed[4] = { 0 };
	GThread *t[4];

	(void)state;
	shared = limiter_new(30000);
	for (int i = 0; i < 4; i++)
		t[i] = g_thread_new("take", take_many, &allowed[i]);
	for (int i = 0; i < 4; i++)
		g_thread_join(t[i]);
	assert_int_equal(allowed[0] + allowed[1] + allowed[2] + allowed[3], 30000);
	limiter_free(shared);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_window), cmocka_unit_test(workspaces_do_not_share), cmocka_unit_test(none),
		cmocka_unit_test(ended_windows_are_forgotten), cmocka_unit_test(exact_with_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
