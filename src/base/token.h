/*
 * Secrets and names made of chance: API keys, their hashes, request ids. libsodium underneath.
 *
 * token_setup() must have run once before the others. Any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TOKEN_KEY_SIZE = 31,   /* "sk_live_" or "sk_test_", 22 base62 characters, NUL */
	TOKEN_HASH_SIZE = 65,  /* SHA-256 in lower-case hexadecimal, NUL */
	TOKEN_UUID_SIZE = 37,
};

/* Stops the process if libsodium cannot start. */
void token_setup(void);

/* A new API key of mode "live" or "test"; about 131 bits of chance. */
void token_key(const char *mode, char key[TOKEN_KEY_SIZE]);

/* Whether the text has the form ^sk_(live|test)_[0-9A-Za-z]{22}$. Says nothing of its existing. */
bool token_key_form(const char *text);

void token_hash(const void *data, size_t n, char hex[TOKEN_HASH_SIZE]);
void token_uuid(char uuid[TOKEN_UUID_SIZE]);
uint64_t token_random(void);

/* `digits` random decimal digits and a NUL: a code for a person to say back. */
void token_digits(char *code, int digits);
