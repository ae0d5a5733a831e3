/*
 * How the phones of the farm behave: one row each, chosen by the last two digits of the number. Pure.
 *
 * The rows are the source; data/sandbox-numbers tells people the same, and a test compares the two.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum phone_voice { PHONE_LISTENS, PHONE_VOICEMAIL, PHONE_SCREENS };

struct phone_row {
	const char *digits;  /* the last two of the number */
	int weight;          /* per cent of the numbers that have no row of their own */
	const char *does;    /* in words, as in data/sandbox-numbers */
	int status;          /* 200: answers; else the final response */
	const char *reason;
	bool rings;          /* a 180 first; what the network says comes without */
	bool rings_out;      /* never answers */
	bool fails_first;    /* every other call of a number gets 503 */
	int ring_ms;         /* 0: 1 to 2 s, by the number */
	const char *keys;    /* pressed one after the other; the last one again for each further question */
	enum phone_voice voice;
	int hang_up_ms;      /* after answering; 0: it waits for the caller */
};

const struct phone_row *farm_rows(int *n);

/* The row of a number: by its last two digits, or one of the mixture, always the same for number and seed. */
const struct phone_row *farm_row(const char *number, uint64_t seed);

/* A number's own chance, for what differs between phones of one row. */
uint64_t farm_hash(const char *number, uint64_t seed);
