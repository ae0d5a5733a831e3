/*
 * Checks an input against a table of rules (rules.h) and fills a struct, finding every fault.
 *
 * The wording and the conversions are those of Joi 17 with labels cut to the last key, which is what users of
 * the API know: numbers and booleans may come as text, nothing else is converted, nothing is trimmed. Where we
 * differ on purpose: impossible dates are refused, and the list of top-level domains is not consulted.
 * Pure; any thread. The struct filled, and all its text, live as long as the arena and the JSON given.
 */
#pragma once

#include "api/fault.h"
#include "api/rules.h"

/* One parameter of a query string, decoded, valid UTF-8. */
struct param {
	const char *key;
	const char *value;
};

struct params {
	const struct param *list;
	size_t n;
};

/* Both return the struct of `sh`. It is to be used only when `f` is still empty. Never NULL. */
void *validate_body(const struct shape *sh, const json_t *body, struct faults *f);
/* All values are text; a key that comes twice is an array, which no rule but an array's takes. */
void *validate_query(const struct shape *sh, const struct params *q, struct faults *f);

/* For a shape's `check`: a fault of this object's `key`; `tail` follows the quoted name: "is required". */
void validate_fault(struct checking *ck, const char *key, const char *tail);
/* The same for something within this object: "questions.0.text", with the whole sentence. */
void validate_fault_within(struct checking *ck, const char *path, const char *text);

/* An address as Joi's string().email() takes it, but for the list of top-level domains. */
bool validate_email(const char *text);

/* Text to number as Joi converts: blanks around, a sign, a point, an exponent. No hexadecimal, no Infinity. */
bool validate_number_text(const char *text, double *v);

/* Length as JavaScript counts it, in UTF-16 code units. */
size_t validate_utf16_length(const char *utf8);
