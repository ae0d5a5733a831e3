/*
 * Every table of the schema, and what it holds of the people who are called: how that is shown to whoever asks for a
 * person's record, and how it is erased. A table that is not here is a fault (tests/unit/store/test_21_people.c).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct query;

/* Parameters of the queries. A target is a number (E.164) or a folded e-mail address. */
struct of_person {
	int64_t workspace_id, talent_id;
};
struct of_target {
	int64_t workspace_id;
	const char *target;
};

struct holding {
	const char *table;
	const char *nobodys; /* why it holds nothing of people, or how what it holds goes with other rows; NULL: it does */
	const char *key;     /* the member of the record: rows of both queries in one array */
	bool one;	     /* and an object instead of an array */
	/* what is held under the person's id, and what is held under a number or an address alone; NULL: nothing */
	const struct query *shown, *erase;
	const struct query *target_shown, *target_erase;
};

/* In the order of the record. Erasing goes the other way: rows that point to others go before them. */
extern const struct holding holdings[];
extern const size_t holdings_count;
