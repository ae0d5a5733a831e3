#include "base/signature.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define PREFIX "whsec_"

enum { SECRET_BYTES = 32,
       SECRET_MOST = 64 };

void signature_secret(char secret[SIGNATURE_SECRET_SIZE])
{
	unsigned char raw[SECRET_BYTES];
	size_t n = strlen(PREFIX);

	randombytes_buf(raw, sizeof(raw));
	memcpy(secret, PREFIX, n);
	sodium_bin2base64(secret + n, SIGNATURE_SECRET_SIZE - n, raw, sizeof(raw), sodium_base64_VARIANT_ORIGINAL);
}

static void feed(crypto_auth_hmacsha256_state *s, const void *data, size_t n)
{
	crypto_auth_hmacsha256_update(s, data, n);
}

int signature_make(const char *secret, const char *id, int64_t timestamp_s, const char *body, size_t n,
		   char out[SIGNATURE_SIZE])
{
	unsigned char key[SECRET_MOST], mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state s;
	char time[32];
	size_t n_key;

	if (strncmp(secret, PREFIX, strlen(PREFIX)) != 0 ||
	    sodium_base642bin(key, sizeof(key), secret + strlen(PREFIX), strlen(secret) - strlen(PREFIX), NULL, &n_key, NULL,
			      sodium_base64_VARIANT_ORIGINAL) != 0)
		return -1;
	snprintf(time, sizeof(time), ".%lld.", (long long)timestamp_s);
	crypto_auth_hmacsha256_init(&s, key, n_key);
	feed(&s, id, strlen(id));
	feed(&s, time, strlen(time));
	feed(&s, body, n);
	crypto_auth_hmacsha256_final(&s, mac);
	memcpy(out, "v1,", 3);
	sodium_bin2base64(out + 3, SIGNATURE_SIZE - 3, mac, sizeof(mac), sodium_base64_VARIANT_ORIGINAL);
	sodium_memzero(key, sizeof(key));
	return 0;
}

bool signature_secret_same(const char *a, const char *b)
{
	size_t n = strlen(a);

	return strlen(b) == n && sodium_memcmp(a, b, n) == 0;
}

bool signature_among(const char *list, const char *secret, const char *id, int64_t timestamp_s, const char *body, size_t n)
{
	char want[SIGNATURE_SIZE];
	size_t len;
	bool found = false;

	if (signature_make(secret, id, timestamp_s, body, n, want) != 0)
		return false;
	for (; *list; list += len + (list[len] == ' ')) {
		len = strcspn(list, " ");
		found |= len == strlen(want) && sodium_memcmp(list, want, len) == 0;
	}
	return found;
}
