/*
 * Rules of an input, as data: a `struct shape` is a table of fields, and says which struct they fill.
 *
 *	struct lead_in {
 *		const char *email, *first_name;
 *		struct opt_int score;
 *	};
 *	static const struct field lead_fields[] = {
 *		FIELD_EMAIL(struct lead_in, email, "email", .flags = FIELD_REQUIRED),
 *		FIELD_STRING(struct lead_in, first_name, "firstName", .max = BOUND(200)),
 *		FIELD_INTEGER(struct lead_in, score, "score", .min = BOUND(0)),
 *	};
 *	static const struct shape lead_shape = SHAPE(struct lead_in, lead_fields);
 *
 * The order of the rows is the order of the faults. A row whose member has not the type its kind fills does
 * not compile. What was not sent is absent: NULL for text, objects and JSON, `set` false for the opt_ and
 * list types. An alias is a row of its own with its own member; the handler picks. Rules that need other
 * data (the database, the clock) belong in the handler; rules between fields of one object in the shape's
 * `check`.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct opt_int {
	bool set;
	int64_t v;
};

struct opt_number {
	bool set;
	double v;
};

struct opt_bool {
	bool set;
	bool v;
};

struct opt_time {
	bool set;
	int64_t ms; /* epoch, UTC */
};

/* A number or a string. `text` is always there when set; a number also has its value. */
struct opt_id {
	bool set;
	bool is_number;
	double v;
	const char *text;
};

/* `items` points to `n` elements of the row's item type: structs for objects, const char * for strings … */
struct list_in {
	bool set;
	size_t n;
	void *items;
};

#define OPT_OR(opt, otherwise) ((opt).set ? (opt).v : (otherwise))

enum field_kind {
	KIND_STRING,           /* const char * */
	KIND_EMAIL,            /* const char * */
	KIND_ENUM,             /* const char *, in the spelling of `names` */
	KIND_INTEGER,          /* struct opt_int */
	KIND_NUMBER,           /* struct opt_number */
	KIND_BOOLEAN,          /* struct opt_bool */
	KIND_ISO_DATE,         /* struct opt_time */
	KIND_NUMBER_OR_STRING, /* struct opt_id; "12" becomes 12 */
	KIND_STRING_OR_NUMBER, /* struct opt_id; "12" stays "12" */
	KIND_OBJECT,           /* struct … *, by `shape` */
	KIND_ARRAY,            /* struct list_in, by `item` */
	KIND_OPEN_OBJECT,      /* const json_t *, any object */
	KIND_ANY,              /* const json_t *, anything */
};

enum field_flags {
	FIELD_REQUIRED = 1,
	FIELD_EMPTY_OK = 2,  /* "" is a value */
	FIELD_NULL_OK = 4,   /* null means absent */
	FIELD_ANY_CASE = 8,  /* KIND_ENUM: case does not matter */
	FIELD_WHOLE = 16,    /* KIND_NUMBER_OR_STRING …: a number must be an integer */
};

struct bound {
	bool set;
	double v;
};

#define BOUND(n) { true, n }

struct shape;

struct field {
	const char *key; /* NULL in an item rule */
	enum field_kind kind;
	unsigned flags;
	struct bound min, max; /* length in UTF-16 units, value, or number of items */
	const char *const *names; /* KIND_ENUM: ends with NULL */
	const struct field *item; /* KIND_ARRAY: rule of each element; its offset is within the element */
	size_t item_size;
	/*
	 * Another rule for a value that is an object, where this one is for text: an ISO string, or
	 * {time, delayDays}. Each fills its own member.
	 */
	const struct field *or_object;
	const struct shape *shape; /* KIND_OBJECT */
	/* Text kinds: a further test. NULL when `text` passes, else what follows the quoted name. */
	const char *(*check)(const char *text);
	/* KIND_ANY and KIND_OPEN_OBJECT: the same for JSON. */
	const char *(*check_json)(const json_t *value);
	size_t offset;
	const char *doc;
};

struct checking; /* of validate.h */

struct shape {
	const struct field *fields;
	size_t n;
	size_t size;     /* of the struct filled */
	bool open;       /* other keys are ignored; otherwise each is a fault */
	unsigned min_keys;
	/* Rules between fields; called when the object could be read, also if single fields had faults. */
	void (*check)(void *in, struct checking *ck);
};

#define SHAPE(type, table, ...) \
	{ .fields = (table), .n = sizeof(table) / sizeof(*(table)), .size = sizeof(type), __VA_ARGS__ }

/* offsetof, and a compile error when the member is not of the type `want`. */
#define FIELD_AT(type, member, want) \
	(offsetof(type, member) + \
	 0 * sizeof(char[__builtin_types_compatible_p(__typeof__(((type *)0)->member), want) ? 1 : -1]))

#define FIELD_OF(type, member, want, name, k, ...) \
	{ .key = (name), .kind = (k), .offset = FIELD_AT(type, member, want), __VA_ARGS__ }

#define FIELD_STRING(t, m, name, ...)    FIELD_OF(t, m, const char *, name, KIND_STRING, __VA_ARGS__)
#define FIELD_EMAIL(t, m, name, ...)     FIELD_OF(t, m, const char *, name, KIND_EMAIL, __VA_ARGS__)
#define FIELD_ENUM(t, m, name, ...)      FIELD_OF(t, m, const char *, name, KIND_ENUM, __VA_ARGS__)
#define FIELD_INTEGER(t, m, name, ...)   FIELD_OF(t, m, struct opt_int, name, KIND_INTEGER, __VA_ARGS__)
#define FIELD_NUMBER(t, m, name, ...)    FIELD_OF(t, m, struct opt_number, name, KIND_NUMBER, __VA_ARGS__)
#define FIELD_BOOLEAN(t, m, name, ...)   FIELD_OF(t, m, struct opt_bool, name, KIND_BOOLEAN, __VA_ARGS__)
#define FIELD_ISO_DATE(t, m, name, ...)  FIELD_OF(t, m, struct opt_time, name, KIND_ISO_DATE, __VA_ARGS__)
#define FIELD_NUMBER_OR_STRING(t, m, name, ...) \
	FIELD_OF(t, m, struct opt_id, name, KIND_NUMBER_OR_STRING, __VA_ARGS__)
#define FIELD_STRING_OR_NUMBER(t, m, name, ...) \
	FIELD_OF(t, m, struct opt_id, name, KIND_STRING_OR_NUMBER, __VA_ARGS__)
#define FIELD_OBJECT(t, m, child, name, sh, ...) \
	FIELD_OF(t, m, child *, name, KIND_OBJECT, .shape = (sh), __VA_ARGS__)
#define FIELD_OPEN_OBJECT(t, m, name, ...) FIELD_OF(t, m, const json_t *, name, KIND_OPEN_OBJECT, __VA_ARGS__)
#define FIELD_ANY(t, m, name, ...)         FIELD_OF(t, m, const json_t *, name, KIND_ANY, __VA_ARGS__)
#define FIELD_ARRAY(t, m, element, name, rule, ...) \
	FIELD_OF(t, m, struct list_in, name, KIND_ARRAY, .item = (rule), .item_size = sizeof(element), \
		 __VA_ARGS__)

/* The rule of an element that is itself one value: `static const struct field tag = ITEM(KIND_STRING, …);` */
#define ITEM(k, ...) { .kind = (k), __VA_ARGS__ }
