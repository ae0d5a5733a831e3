/* G.711: known values, symmetry, the error bound, and agreement of encoder and decoder. */
#include "voice/law.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void known_values(void **state)
{
	(void)state;
	assert_int_equal(law_ulaw_encode(0), 0xff);
	assert_int_equal(law_ulaw_encode(32767), 0x80);
	assert_int_equal(law_ulaw_encode(-32768), 0x00);
	assert_int_equal(law_alaw_encode(0), 0xd5);
	assert_int_equal(law_alaw_encode(32767), 0xaa);
	assert_int_equal(law_alaw_encode(-32768), 0x2a);
	assert_int_equal(law_ulaw_decode(0x80), 32124);
	assert_int_equal(law_ulaw_decode(0x00), -32124);
	assert_int_equal(law_alaw_decode(0xaa), 32256);
	assert_int_equal(law_alaw_decode(0xd5), 8);
}

static void silence_is_nearly_nothing(void **state)
{
	(void)state;
	assert_int_equal(law_ulaw_decode(LAW_ULAW_SILENCE), 0);
	assert_int_equal(law_alaw_decode(LAW_ALAW_SILENCE), 8); /* A-law has no zero */
}

static void every_code_survives_decoding_and_encoding(void **state)
{
	(void)state;
	for (int code = 0; code < 256; code++) {
		assert_int_equal(law_alaw_encode(law_alaw_decode((uint8_t)code)), code);
		if (code != 0x7f) /* mu-law's minus zero comes back as plus zero */
			assert_int_equal(law_ulaw_encode(law_ulaw_decode((uint8_t)code)), code);
	}
}

/* Half a step of the segment: about a 32nd of the magnitude, and a few units near zero. */
static void every_sample_comes_back_close(void **state)
{
	(void)state;
	for (int pcm = -32768; pcm <= 32767; pcm++) {
		int bound = abs(pcm) / 28 + 16;

		assert_in_range(abs(law_alaw_decode(law_alaw_encode((int16_t)pcm)) - pcm), 0, bound);
		if (abs(pcm) < 32124)
			assert_in_range(abs(law_ulaw_decode(law_ulaw_encode((int16_t)pcm)) - pcm), 0, bound);
	}
}

static void louder_is_never_quieter(void **state)
{
	(void)state;
	for (int pcm = -32768; pcm < 32767; pcm++) {
		int16_t now = (int16_t)pcm, next = (int16_t)(pcm + 1);

		assert_true(law_ulaw_decode(law_ulaw_encode(next)) >= law_ulaw_decode(law_ulaw_encode(now)));
		assert_true(law_alaw_decode(law_alaw_encode(next)) >= law_alaw_decode(law_alaw_encode(now)));
	}
}

static void both_laws_at_once(void **state)
{
	const int16_t pcm[3] = { -32768, 0, 1000 };
	uint8_t ulaw[3], alaw[3];

	(void)state;
	law_encode_both(pcm, 3, ulaw, alaw);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ulaw[i], law_ulaw_encode(pcm[i]));
		assert_int_equal(alaw[i], law_alaw_encode(pcm[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_values),
		cmocka_unit_test(silence_is_nearly_nothing),
		cmocka_unit_test(every_code_survives_decoding_and_encoding),
		cmocka_unit_test(every_sample_comes_back_close),
		cmocka_unit_test(louder_is_never_quieter),
		cmocka_unit_test(both_laws_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
