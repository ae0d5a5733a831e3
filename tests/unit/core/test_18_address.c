/* Which addresses a stranger's URL may lead to. */
#include "core/address.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static enum address_kind kind(const char *text)
{
	uint8_t a[16];

	if (inet_pton(AF_INET, text, a) == 1)
		return address_kind4(a);
	assert_int_equal(inet_pton(AF_INET6, text, a), 1);
	return address_kind6(a);
}

static void all_are(const char *const *list, enum address_kind want)
{
	for (; *list; list++)
		if (kind(*list) != want)
			fail_msg("%s is of kind %d, not %d", *list, kind(*list), want);
}

static void test_the_open_network(void **state)
{
	static const char *const list[] = { "8.8.8.8", "1.1.1.1", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.15.255.255",
					    "172.32.0.1", "169.253.1.1", "198.17.1.1", "198.20.0.1", "223.255.255.255",
					    "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
					    "2002:808:808::1", NULL };

	(void)state;
	all_are(list, ADDRESS_PUBLIC);
}

static void test_this_machine(void **state)
{
	static const char *const list[] = { "127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1",
					    "2002:7f00:1::", NULL };

	(void)state;
	all_are(list, ADDRESS_LOOPBACK);
}

static void test_other_peoples_networks(void **state)
{
	static const char *const list[] = {
		"0.0.0.0",
		"0.1.2.3",
		"10.0.0.1",
		"10.255.255.255",
		"100.64.0.1",
		"100.100.100.200",
		"100.127.255.255",
		"169.254.169.254",
		"172.16.0.1",
		"172.31.255.255",
		"192.0.0.192",
		"192.0.2.1",
		"192.168.0.1",
		"198.18.0.1",
		"198.19.255.255",
		"198.51.100.1",
		"203.0.113.1",
		"224.0.0.1",
		"239.255.255.255",
		"240.0.0.1",
		"255.255.255.255",
		"::",
		"::ffff:10.0.0.1",
		"::ffff:169.254.169.254",
		"::169.254.169.254",
		"::ffff:0:10.0.0.1",
		"64:ff9b::169.254.169.254",
		"64:ff9b:1::10.0.0.1",
		"2002:a9fe:a9fe::1",
		"2001:0:1:2:3:4:5601:5601",
		"fe80::1",
		"febf::1",
		"fec0::1",
		"fc00::1",
		"fd00:ec2::254",
		"ff02::1",
		"2001:db8::1",
		"100::1",
		"3fff::1",
		"5f00::1",
		"4000::1",
		NULL,
	};

	(void)state;
	all_are(list, ADDRESS_PRIVATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_open_network),
		cmocka_unit_test(test_this_machine),
		cmocka_unit_test(test_other_peoples_networks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
