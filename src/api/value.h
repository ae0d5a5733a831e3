/*
 * One value of an input, whether it came as JSON or in a query string: the validator's private view of both.
 */
#pragma once

#include "api/validate.h"

enum value_type { VALUE_NONE, VALUE_NULL, VALUE_BOOL, VALUE_NUMBER, VALUE_TEXT, VALUE_ARRAY, VALUE_OBJECT };

struct value {
	enum value_type type;
	bool truth;
	double number;
	const char *text;
	const json_t *json;         /* NULL for what came in a query string */
	const struct params *query; /* the object a query string is */
};

struct value value_of_json(const json_t *json);
struct value value_of_query(const struct params *q);

/* VALUE_NONE when the object has no such key. */
struct value value_member(const struct value *object, const char *key);

/* Calls `each` for every key, in the order of the input. */
void value_keys(const struct value *object, void (*each)(void *arg, const char *key), void *arg);
size_t value_key_count(const struct value *object);
