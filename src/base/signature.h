/*
 * Signatures of messages by Standard Webhooks 1.0: HMAC-SHA-256 over "id.timestamp.body", with a secret both sides have.
 * libsodium underneath; any thread, after token_setup().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SIGNATURE_SECRET_SIZE = 51, /* "whsec_", base64 of 32 bytes of chance, NUL */
	SIGNATURE_SIZE = 48,	    /* "v1,", base64 of 32 bytes, NUL */
};

void signature_secret(char secret[SIGNATURE_SECRET_SIZE]);

/* The value of webhook-signature. -1 when the secret is none. */
int signature_make(const char *secret, const char *id, int64_t timestamp_s, const char *body, size_t n,
		   char out[SIGNATURE_SIZE]);

/* Whether one of `list` (the value of webhook-signature: some, with blanks between) is that of the message. */
bool signature_among(const char *list, const char *secret, const char *id, int64_t timestamp_s, const char *body, size_t n);

/* Whether two secrets are the same, in a time that does not tell how much of them is. */
bool signature_secret_same(const char *a, const char *b);
