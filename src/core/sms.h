/*
 * What a text costs on the air: GSM 03.38's 7-bit alphabet when every character is in it, else UCS-2. Pure.
 *
 * One segment holds 160 septets or 70 UTF-16 units; of a longer text each segment holds 153 or 67, the rest says which
 * part it is (3GPP TS 23.040, 9.2.3.24.1). A character that takes two units is never cut in half by a segment's end.
 */
#pragma once

#include <stdbool.h>

enum { SMS_SEGMENTS_MAX = 10 }; /* what is sent in one piece, as providers do */

struct sms_size {
	bool ucs2;
	int units;    /* septets, or UTF-16 units */
	int segments; /* 0 for "" */
};

/* Of valid UTF-8. */
struct sms_size sms_measure(const char *text);

const char *sms_coding(const struct sms_size *s); /* "GSM-7", "UCS-2" */
