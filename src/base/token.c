#include "base/token.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

enum { PREFIX = 8, CHANCE = 22 };

void token_setup(void)
{
	if (sodium_init() < 0) {
		fputs("libsodium cannot start\n", stderr);
		abort();
	}
}

void token_key(const char *mode, char key[TOKEN_KEY_SIZE])
{
	snprintf(key, TOKEN_KEY_SIZE, "sk_%s_", mode);
	for (int i = 0; i < CHANCE; i++)
		key[PREFIX + i] = base62[randombytes_uniform(62)];
	key[PREFIX + CHANCE] = 0;
}

bool token_key_form(const char *text)
{
	if (strncmp(text, "sk_live_", PREFIX) != 0 && strncmp(text, "sk_test_", PREFIX) != 0)
		return false;
	return strlen(text) == PREFIX + CHANCE && strspn(text + PREFIX, base62) == CHANCE;
}

void token_hash(const void *data, size_t n, char hex[TOKEN_HASH_SIZE])
{
	unsigned char raw[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(raw, data, n);
	sodium_bin2hex(hex, TOKEN_HASH_SIZE, raw, sizeof(raw));
}

void token_uuid(char uuid[TOKEN_UUID_SIZE])
{
	unsigned char b[16];

	randombytes_buf(b, sizeof(b));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40); /* RFC 9562: version 4, variant 10 */
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	snprintf(uuid, TOKEN_UUID_SIZE, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
		 b[15]);
}

uint64_t token_random(void)
{
	uint64_t v;

	randombytes_buf(&v, sizeof(v));
	return v;
}

void token_digits(char *code, int digits)
{
	for (int i = 0; i < digits; i++)
		code[i] = (char)('0' + randombytes_uniform(10));
	code[digits] = 0;
}
