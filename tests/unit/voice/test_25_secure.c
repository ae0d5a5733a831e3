/* SDES: which lines of a=crypto are taken. SRTP: what one end seals the other opens, and nothing else does. */
#include "voice/packet.h"
#include "voice/rtcp.h"
#include "voice/secure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <sodium.h>

/* RFC 4568 §6.1's example. */
#define KEY "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"

static void lines_that_are_taken(void **state)
{
	static const char *const values[] = {
		"1 AES_CM_128_HMAC_SHA1_80 inline:" KEY,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|2^20",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|1048576",
		" 1  aes_cm_128_hmac_sha1_80  INLINE:" KEY,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct sdes s;

		if (!sdes_parse(&s, values[i]))
			fail_msg("not taken: %s", values[i]);
		assert_int_equal(s.tag, 1);
		assert_memory_equal(s.key, "YS___semctl (", 13);
	}
}

static void lines_that_are_not(void **state)
{
	static const char *const values[] = {
		"",
		"1",
		"1 AES_CM_128_HMAC_SHA1_80",
		"0 AES_CM_128_HMAC_SHA1_80 inline:" KEY,
		"x AES_CM_128_HMAC_SHA1_80 inline:" KEY,
		"9999999999 AES_CM_128_HMAC_SHA1_80 inline:" KEY,
		"1 AES_CM_128_HMAC_SHA1_32 inline:" KEY,
		"1 F8_128_HMAC_SHA1_80 inline:" KEY,
		"1 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|2^20|1:4", /* an MKI would stand in every packet */
		"1 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|1:4",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" KEY " UNENCRYPTED_SRTP",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" KEY ";inline:" KEY,
		"1 AES_CM_128_HMAC_SHA1_80 inline:c2hvcnQ=",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" KEY KEY,
		"1 AES_CM_128_HMAC_SHA1_80 inline:!" KEY,
		"1 AES_CM_128_HMAC_SHA1_80 inline:",
	};
	struct sdes s;

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (sdes_parse(&s, values[i]))
			fail_msg("taken: %s", values[i]);
}

static void what_is_printed_can_be_read(void **state)
{
	struct sdes s, again;
	char value[SDES_VALUE];

	(void)state;
	sdes_make(&s, 7);
	sdes_print(value, &s);
	assert_true(sdes_parse(&again, value));
	assert_int_equal(again.tag, 7);
	assert_memory_equal(again.key, s.key, SDES_KEY);
	sdes_make(&again, 7);
	assert_memory_not_equal(again.key, s.key, SDES_KEY);
}

static void a_packet_is_opened_once_by_who_has_the_key(void **state)
{
	struct sdes a, b, c;
	struct secure *here, *there, *stranger;
	uint8_t bytes[PACKET_HEAD + 4 + SECURE_TRAILER], copy[sizeof(bytes)];
	const struct packet p = { .seq = 9, .ts = 160, .ssrc = 5 };
	size_t n = PACKET_HEAD + 4, m;

	(void)state;
	sdes_make(&a, 1);
	sdes_make(&b, 1);
	sdes_make(&c, 1);
	here = secure_new(a.key, b.key);
	there = secure_new(b.key, a.key);
	stranger = secure_new(c.key, c.key);
	packet_head(bytes, &p);
	memcpy(bytes + PACKET_HEAD, "word", 4);
	assert_true(secure_seal(here, bytes, &n));
	assert_int_equal(n, PACKET_HEAD + 4 + 10);
	assert_memory_not_equal(bytes + PACKET_HEAD, "word", 4);

	memcpy(copy, bytes, m = n);
	assert_false(secure_open(stranger, copy, &m));
	memcpy(copy, bytes, m = n);
	copy[n - 1] ^= 1; /* somebody has touched it */
	assert_false(secure_open(there, copy, &m));
	memcpy(copy, bytes, m = n);
	assert_true(secure_open(there, copy, &m));
	assert_int_equal(m, PACKET_HEAD + 4);
	assert_memory_equal(copy + PACKET_HEAD, "word", 4);
	memcpy(copy, bytes, m = n);
	assert_false(secure_open(there, copy, &m)); /* a replay */
	for (m = 0; m < PACKET_HEAD; m++) {
		size_t cut = m;

		memcpy(copy, bytes, n);
		assert_false(secure_open(there, copy, &cut));
	}
	secure_free(here);
	secure_free(there);
	secure_free(stranger);
}

static void reports_are_sealed_too(void **state)
{
	struct sdes a;
	struct secure *here, *there;
	const struct rtcp_report r = { .ssrc = 5 };
	uint8_t bytes[RTCP_MAX + SECURE_TRAILER];
	size_t n = rtcp_write(bytes, &r, "x"), plain = n;
	struct rtcp_heard heard;

	(void)state;
	sdes_make(&a, 1);
	here = secure_new(a.key, a.key);
	there = secure_new(a.key, a.key);
	assert_true(secure_seal_rtcp(here, bytes, &n));
	assert_true(secure_open_rtcp(there, bytes, &n));
	assert_int_equal(n, plain);
	assert_true(rtcp_parse(&heard, bytes, n, 0));
	secure_free(here);
	secure_free(there);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_that_are_taken),
		cmocka_unit_test(lines_that_are_not),
		cmocka_unit_test(what_is_printed_can_be_read),
		cmocka_unit_test(a_packet_is_opened_once_by_who_has_the_key),
		cmocka_unit_test(reports_are_sealed_too),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
