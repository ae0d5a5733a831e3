/*
 * The numbering plan of data/numbering-plan: what the digits of an E.164 number say. Parsed once into a structure that
 * never changes; any thread may ask. Pure.
 *
 * The text, a line a fact, '#' begins a comment, "-" stands for nothing:
 *
 *	dated 2026-11-24
 *	country DE 49 0 00 4-13 Europe/Berlin       ISO code, calling code, trunk and international prefix, lengths of
 *	                                            the national number (its own digits, without those), zones
 *	part 44 GG 1481 7781                        numbers of calling code 44 that begin so are Guernsey's
 *	zones 61 Australia/Perth 8 …                numbers of calling code 61 that begin with 8: their zones
 *	area 208 US-ID America/Boise,…              a North American area code: region and zones
 *	area 555 - -                                one that is nowhere: for examples and tests
 *	kind 44 premium 9 871                       numbers that begin so are of that kind
 *	service 870 satellite 9                     a calling code without a country, its kind, lengths
 *
 * A number is taken when it is possible, not only when it is assigned: lists of assigned ranges age.
 */
#pragma once

#include "base/problem.h"

#include <stdbool.h>
#include <stddef.h>

enum number_kind { NUMBER_ORDINARY, NUMBER_PREMIUM, NUMBER_SHARED_COST, NUMBER_SATELLITE, NUMBER_EMERGENCY };

enum { CALLEE_ZONES = 16 };

/* What is known of whoever has a number; the texts belong to the plan. */
struct callee {
	const char *country;  /* ISO 3166 alpha-2; "" when nobody knows, or it is nowhere */
	const char *region;   /* whose calling hours hold: "US-FL", "DE", "" */
	bool region_certain;  /* false: somewhere in the country */
	bool nowhere;         /* an area code for examples and tests */
	int n_zones;          /* 0: nothing is known of the zone */
	const char *zone[CALLEE_ZONES];
	enum number_kind kind;
};

/* Whether the number's zone is certain: there is exactly one. */
bool callee_zone_certain(const struct callee *c);

struct numbering;

/* NULL with the problem set, which names `origin`, the line and the fault. */
struct numbering *numbering_parse(const char *text, const char *origin, struct problem *p);
void numbering_free(struct numbering *n);

const char *numbering_date(const struct numbering *n); /* "2026-11-24" */

/* How a national number is written in a country. */
struct country {
	char iso[3];
	const char *code;          /* calling code */
	const char *trunk;         /* dialled before a national number inside the country; "" for none */
	const char *international; /* dialled before a foreign one */
	unsigned lengths;          /* bit n: the national number may have n digits */
	int n_zones;
	const char *zone[CALLEE_ZONES];
};
const struct country *numbering_country(const struct numbering *n, const char *iso); /* NULL: not in the plan */

/* The length of the calling code the digits (of an E.164 number, without '+') begin with; 0: there is none such. */
size_t numbering_code(const struct numbering *n, const char *digits);

/* Whether the digits have a calling code and a national number of a length that may be. */
bool numbering_possible(const struct numbering *n, const char *digits);

/* What is known of an E.164 number ("+1312…"). */
struct callee numbering_callee(const struct numbering *n, const char *number);
