#include "api/value.h"

#include <string.h>

struct value value_of_json(const json_t *json)
{
	struct value v = { .json = json };

	if (!json)
		return v;
	switch (json_typeof(json)) {
	case JSON_OBJECT: v.type = VALUE_OBJECT; break;
	case JSON_ARRAY: v.type = VALUE_ARRAY; break;
	case JSON_STRING:
		v.type = VALUE_TEXT;
		v.text = json_string_value(json);
		break;
	case JSON_INTEGER:
	case JSON_REAL:
		v.type = VALUE_NUMBER;
		v.number = json_number_value(json);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		v.type = VALUE_BOOL;
		v.truth = json_is_true(json);
		break;
	case JSON_NULL: v.type = VALUE_NULL; break;
	}
	return v;
}

struct value value_of_query(const struct params *q)
{
	return (struct value){ .type = VALUE_OBJECT, .query = q };
}

static struct value query_member(const struct params *q, const char *key)
{
	struct value v = { .type = VALUE_NONE };

	for (size_t i = 0; i < q->n; i++) {
		if (strcmp(q->list[i].key, key) != 0)
			continue;
		v.type = v.type == VALUE_NONE ? VALUE_TEXT : VALUE_ARRAY;
		v.text = q->list[i].value;
	}
	return v;
}

struct value value_member(const struct value *object, const char *key)
{
	return object->query ? query_member(object->query, key)
			     : value_of_json(json_object_get(object->json, key));
}

/* Whether the i-th parameter repeats an earlier one. */
static bool repeats(const struct params *q, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(q->list[j].key, q->list[i].key) == 0)
			return true;
	return false;
}

void value_keys(const struct value *object, void (*each)(void *arg, const char *key), void *arg)
{
	/* In the order of insertion. The iterators want a writable object but write nothing. */
	json_t *json = (json_t *)object->json;

	if (object->query) {
		for (size_t i = 0; i < object->query->n; i++)
			if (!repeats(object->query, i))
				each(arg, object->query->list[i].key);
		return;
	}
	for (void *it = json_object_iter(json); it; it = json_object_iter_next(json, it))
		each(arg, json_object_iter_key(it));
}

size_t value_key_count(const struct value *object)
{
	return object->query ? object->query->n : json_object_size(object->json);
}
