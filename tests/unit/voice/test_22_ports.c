/* RTP ports: even ones, in turn, busy ones skipped, used ones resting. The clock is ours. */
#include "voice/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

/* An address of our own, so that nothing else on this machine holds its ports. */
static struct sockaddr_storage local(void)
{
	struct sockaddr_storage s = { 0 };
	struct sockaddr_in *in = (struct sockaddr_in *)&s;

	in->sin_family = AF_INET;
	inet_pton(AF_INET, "127.0.45.22", &in->sin_addr);
	return s;
}

/* The port got, its socket closed again; 0 when there was none. */
static uint16_t take(struct ports *ps, int64_t now_ms)
{
	const struct sockaddr_storage address = local();
	struct problem p = { 0 };
	uint16_t port = 0;
	int fd = ports_bind(ps, &address, now_ms, &port, &p);

	if (fd < 0)
		return 0;
	close(fd);
	return port;
}

static void even_and_in_turn(void **state)
{
	struct ports *ps = ports_new(21001, 21007, NULL);

	(void)state;
	assert_int_equal(take(ps, 0), 21002);
	assert_int_equal(take(ps, 0), 21004);
	ports_rest(ps, 21002, 0);
	assert_int_equal(take(ps, PORTS_REST_MS), 21006); /* not back to the start */
	assert_int_equal(take(ps, PORTS_REST_MS), 21002);
	ports_free(ps);
}

static void a_used_port_rests(void **state)
{
	struct ports *ps = ports_new(21002, 21003, NULL);

	(void)state;
	assert_int_equal(take(ps, 0), 21002);
	assert_int_equal(take(ps, 1000), 0); /* in use */
	ports_rest(ps, 21002, 1000);
	assert_int_equal(take(ps, 1000 + PORTS_REST_MS - 1), 0);
	assert_int_equal(take(ps, 1000 + PORTS_REST_MS), 21002);
	ports_free(ps);
}

static void a_busy_port_is_skipped(void **state)
{
	struct ports *other = ports_new(21002, 21002, NULL), *ps = ports_new(21002, 21004, NULL);
	const struct sockaddr_storage address = local();
	uint16_t port;
	int fd = ports_bind(other, &address, 0, &port, NULL);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(take(ps, 0), 21004);
	close(fd);
	assert_int_equal(take(ps, 0), 21002);
	ports_free(other);
	ports_free(ps);
}

static void none_left_is_a_conflict(void **state)
{
	struct ports *ps = ports_new(21002, 21002, NULL);
	const struct sockaddr_storage address = local();
	struct problem p = { 0 };
	uint16_t port;

	(void)state;
	take(ps, 0);
	assert_int_equal(ports_bind(ps, &address, 0, &port, &p), -1);
	assert_int_equal(p.kind, PROBLEM_CONFLICT);
	ports_free(ps);
}

static void a_senseless_range_is_refused(void **state)
{
	static const int ranges[][2] = { { 21003, 21003 }, { 21004, 21002 }, { 0, 0 }, { 65534, 65536 } };

	(void)state;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
		struct problem p = { 0 };

		assert_null(ports_new(ranges[i][0], ranges[i][1], &p));
		assert_int_equal(p.kind, PROBLEM_CONFIG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(even_and_in_turn),
		cmocka_unit_test(a_used_port_rests),
		cmocka_unit_test(a_busy_port_is_skipped),
		cmocka_unit_test(none_left_is_a_conflict),
		cmocka_unit_test(a_senseless_range_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
