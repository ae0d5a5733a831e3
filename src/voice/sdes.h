/*
 * Keys of SRTP in SDP (RFC 4568, "SDES"): one line a=crypto each way. One suite: AES_CM_128_HMAC_SHA1_80, which every
 * implementation has (§6.2). The keys travel in clear inside the SDP, so this is for trunks over TLS only.
 *
 * Pure, but for the chance in sdes_make().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SDES_KEY = 30,	 /* bytes: a key of 16 and a salt of 14 */
	SDES_VALUE = 96, /* the longest value we print, with its NUL */
};

struct sdes {
	int tag; /* 1 to 999999999; what the answer quotes */
	uint8_t key[SDES_KEY];
};

/* Fresh keys under a tag. */
void sdes_make(struct sdes *s, int tag);

/* What follows "a=crypto:". */
void sdes_print(char out[SDES_VALUE], const struct sdes *s);

/*
 * True when the value is of our suite, with one key and nothing that changes how packets look: no MKI, no session
 * parameters (§6.3). A lifetime is fine: no call lasts for 2^48 packets.
 */
bool sdes_parse(struct sdes *out, const char *value);
