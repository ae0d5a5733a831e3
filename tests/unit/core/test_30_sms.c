/* Segments of texts: the alphabets, and where one more character begins another segment. */
#include "core/message.h"
#include "core/sms.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* n times `text`, between `before` and `after`. */
static struct sms_size of(const char *before, const char *text, int n, const char *after)
{
	g_autoptr(GString) s = g_string_new(before);

	for (int i = 0; i < n; i++)
		g_string_append(s, text);
	g_string_append(s, after);
	return sms_measure(s->str);
}

static void sizes(void **state)
{
	static const struct {
		const char *before, *text;
		int n;
		const char *after;
		bool ucs2;
		int units, segments;
	} rows[] = {
		{ "", "", 0, "", false, 0, 0 },
		{ "", "a", 160, "", false, 160, 1 },
		{ "", "a", 161, "", false, 161, 2 },
		{ "", "a", 306, "", false, 306, 2 },
		{ "", "a", 307, "", false, 307, 3 },
		{ "", "@£$¥èéùìòÇ\nØø\rÅå", 10, "", false, 160, 1 },
		{ "", "ΔΦΓΛΩΠΨΣΘΞÆæßÉÄÖÑÜ§¿äöñüà¡¤_", 1, "", false, 28, 1 },
		{ "", "€", 80, "", false, 160, 1 }, /* two septets each */
		{ "", "[]{}\\~|^", 10, "", false, 160, 1 },
		{ "", "€", 81, "", false, 162, 2 },
		{ "", "a", 152, "€aaaaaaaa", false, 162, 2 }, /* the euro does not fit into the first, */
		{ "", "€", 153, "", false, 306, 3 },	      /* nor half of one anywhere: 76, 76 and 1 */
		{ "Zoë", "", 0, "", true, 3, 1 },	      /* ë is not in the alphabet */
		{ "", "ç", 1, "", true, 1, 1 },		      /* neither is the small ç, though the big one is */
		{ "", "ж", 70, "", true, 70, 1 },
		{ "", "ж", 71, "", true, 71, 2 },
		{ "", "ж", 134, "", true, 134, 2 },
		{ "", "ж", 135, "", true, 135, 3 },
		{ "", "🙂", 35, "", true, 70, 1 },  /* two units each */
		{ "", "🙂", 67, "", true, 134, 3 }, /* 33, 33 and 1: a pair is not cut */
		{ "`", "", 0, "", true, 1, 1 },
		{ "\t", "", 0, "", true, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct sms_size s = of(rows[i].before, rows[i].text, rows[i].n, rows[i].after);

		if (s.ucs2 != rows[i].ucs2 || s.units != rows[i].units || s.segments != rows[i].segments)
			fail_msg("row %zu: %s, %d units, %d segments", i, sms_coding(&s), s.units, s.segments);
	}
}

static void states(void **state)
{
	(void)state;
	assert_true(message_may(MESSAGE_SENDING, MESSAGE_UNKNOWN));
	assert_true(message_may(MESSAGE_UNKNOWN, MESSAGE_DELIVERED));
	assert_true(message_may(MESSAGE_WAITING, MESSAGE_SENDING));
	/* whatever may have gone out never goes again */
	for (int from = MESSAGE_SENT; from < MESSAGE_STATE_END; from++) {
		assert_false(message_may((enum message_state)from, MESSAGE_SENDING));
		assert_false(message_may((enum message_state)from, MESSAGE_WAITING));
	}
	assert_false(message_may(MESSAGE_DELIVERED, MESSAGE_UNDELIVERED));
	assert_false(message_may(MESSAGE_DELIVERED, MESSAGE_SENT));
	assert_string_equal(message_state_name(MESSAGE_UNDELIVERED), "undelivered");
	assert_string_equal(message_kind_name(MESSAGE_POST_CALL), "post_call");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		cmocka_unit_test(states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
