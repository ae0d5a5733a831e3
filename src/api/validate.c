/*
 * The engine. Each kind has one reader: it either writes the value into its place or names the fault; the
 * first fault of a value ends its reading, so a path never has two. Paths are a chain of `struct place` on
 * the stack and become text only when there is a fault to tell.
 */
#include "api/validate.h"

#include "api/value.h"
#include "core/when.h"

#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define SAFE_INTEGER 9007199254740991.0 /* 2^53 - 1 */

enum { KEY_SHOWN = 100 }; /* bytes of a key nobody knows that an answer repeats: it must not grow with the question */

/* Where a value stands: a key in an object, an index in an array, or the root. */
struct place {
	const struct place *up;
	const char *key; /* NULL: an element, or the root when there is no `up` */
	size_t index;
};

struct checking {
	struct faults *faults;
	const struct place *at;
};

static void object_read(struct faults *f, const struct place *at, const struct shape *sh,
			const struct value *v, void *out);

/* --- telling a fault --- */

static void path_append(GString *s, const struct place *at)
{
	if (at->up)
		path_append(s, at->up);
	if (s->len)
		g_string_append_c(s, '.');
	if (at->key)
		g_string_append(s, at->key);
	else if (at->up)
		g_string_append_printf(s, "%zu", at->index);
}

/* Labels are not escaped, as in Joi: a quote in a key appears as it is. */
static void label_append(GString *s, const struct place *at)
{
	if (at->key)
		g_string_append_printf(s, "\"%s\"", at->key);
	else if (at->up)
		g_string_append_printf(s, "\"[%zu]\"", at->index);
	else
		g_string_append(s, "\"value\"");
}

static void fault_at(struct faults *f, const struct place *at, const char *fmt, ...) G_GNUC_PRINTF(3, 4);

static void fault_at(struct faults *f, const struct place *at, const char *fmt, ...)
{
	GString *path, *text;
	va_list ap;

	if (f->n == FAULTS_LISTED) {
		f->more++;
		return;
	}
	path = g_string_new(NULL);
	text = g_string_new(NULL);
	path_append(path, at);
	label_append(text, at);
	g_string_append_c(text, ' ');
	va_start(ap, fmt);
	g_string_append_vprintf(text, fmt, ap);
	va_end(ap);
	faults_add(f, path->len ? path->str : "body", text->str);
	g_string_free(path, TRUE);
	g_string_free(text, TRUE);
}

static const char *number_text(double v, char buf[32])
{
	return g_ascii_formatd(buf, 32, v == floor(v) && fabs(v) < 1e15 ? "%.0f" : "%.15g", v);
}

static void fault_bound(struct faults *f, const struct place *at, const char *fmt, double bound)
{
	char buf[32];
	GString *tail = g_string_new(NULL);
	const char *hole = strchr(fmt, '#');

	g_string_append_len(tail, fmt, hole - fmt);
	g_string_append(tail, number_text(bound, buf));
	g_string_append(tail, hole + 1);
	fault_at(f, at, "%s", tail->str);
	g_string_free(tail, TRUE);
}

static void fault_names(struct faults *f, const struct place *at, const struct field *r)
{
	char *list = g_strjoinv(", ", (char **)r->names);

	fault_at(f, at, "must be %s[%s]", r->names[0] && r->names[1] ? "one of " : "", list);
	g_free(list);
}

/* --- text --- */

static bool text_passes(struct faults *f, const struct place *at, const struct field *r,
			const struct value *v)
{
	const char *tail;

	if (v->type != VALUE_TEXT) {
		fault_at(f, at, "must be a string");
		return false;
	}
	if (v->text[0] == 0) {
		if (!(r->flags & FIELD_EMPTY_OK))
			fault_at(f, at, "is not allowed to be empty");
		return r->flags & FIELD_EMPTY_OK;
	}
	if (r->min.set || r->max.set) {
		double n = (double)validate_utf16_length(v->text);

		if (r->min.set && n < r->min.v) {
			fault_bound(f, at, "length must be at least # characters long", r->min.v);
			return false;
		}
		if (r->max.set && n > r->max.v) {
			fault_bound(f, at, "length must be less than or equal to # characters long",
				    r->max.v);
			return false;
		}
	}
	tail = r->kind == KIND_EMAIL && !validate_email(v->text) ? "must be a valid email"
	       : r->check                                         ? r->check(v->text)
								  : NULL;
	if (tail)
		fault_at(f, at, "%s", tail);
	return !tail;
}

static void text_read(struct faults *f, const struct place *at, const struct field *r, const struct value *v,
		      const char **out)
{
	if (text_passes(f, at, r, v))
		*out = v->text;
}

static void enum_read(struct faults *f, const struct place *at, const struct field *r, const struct value *v,
		      const char **out)
{
	for (const char *const *name = r->names; v->type == VALUE_TEXT && *name; name++)
		if (strcmp(*name, v->text) == 0 ||
		    ((r->flags & FIELD_ANY_CASE) && g_ascii_strcasecmp(*name, v->text) == 0)) {
			*out = *name;
			return;
		}
	if (v->type == VALUE_TEXT && v->text[0] == 0 && (r->flags & FIELD_EMPTY_OK))
		*out = v->text;
	else
		fault_names(f, at, r);
}

static void iso_date_read(struct faults *f, const struct place *at, const struct field *r,
			  const struct value *v, struct opt_time *out)
{
	if (!text_passes(f, at, r, v) || v->text[0] == 0)
		return;
	out->set = when_parse_iso(v->text, &out->ms) == 0;
	if (!out->set)
		fault_at(f, at, "must be in iso format");
}

/* --- numbers and booleans --- */

static bool number_of(const struct value *v, double *n)
{
	if (v->type == VALUE_TEXT)
		return validate_number_text(v->text, n);
	*n = v->number;
	return v->type == VALUE_NUMBER;
}

/* NULL, or what is wrong with the number; `bound` for the text's "#". */
static const char *number_fault(const struct field *r, double n, bool whole, double *bound)
{
	if (!(fabs(n) <= SAFE_INTEGER))
		return "must be a safe number";
	if (whole && n != floor(n))
		return "must be an integer";
	if (r->min.set && n < r->min.v) {
		*bound = r->min.v;
		return "must be greater than or equal to #";
	}
	if (r->max.set && n > r->max.v) {
		*bound = r->max.v;
		return "must be less than or equal to #";
	}
	return NULL;
}

static bool number_passes(struct faults *f, const struct place *at, const struct field *r,
			  const struct value *v, bool whole, double *n)
{
	double bound = 0;
	const char *wrong = number_of(v, n) ? number_fault(r, *n, whole, &bound) : "must be a number";

	if (!wrong)
		return true;
	if (strchr(wrong, '#'))
		fault_bound(f, at, wrong, bound);
	else
		fault_at(f, at, "%s", wrong);
	return false;
}

static void boolean_read(struct faults *f, const struct place *at, const struct value *v,
			 struct opt_bool *out)
{
	bool yes = v->type == VALUE_TEXT && g_ascii_strcasecmp(v->text, "true") == 0;
	bool no = v->type == VALUE_TEXT && g_ascii_strcasecmp(v->text, "false") == 0;

	if (v->type == VALUE_BOOL || yes || no)
		*out = (struct opt_bool){ true, v->type == VALUE_BOOL ? v->truth : yes };
	else
		fault_at(f, at, "must be a boolean");
}

/* A number wins over a string that could be one when it stands first in the kind's name. */
static void number_or_string_read(struct faults *f, const struct place *at, const struct field *r,
				  const struct value *v, struct opt_id *out)
{
	bool number_first = r->kind == KIND_NUMBER_OR_STRING, whole = r->flags & FIELD_WHOLE;
	char buf[32];
	double n, bound;

	if (v->type == VALUE_TEXT) {
		bool is_number = number_first && number_of(v, &n) && !number_fault(r, n, whole, &bound);
		const struct field text_rule = { .kind = KIND_STRING, .flags = r->flags, .check = r->check };

		if (is_number)
			*out = (struct opt_id){ true, true, n, arena_strdup(f->arena, number_text(n, buf)) };
		else if (text_passes(f, at, &text_rule, v))
			*out = (struct opt_id){ .set = true, .text = v->text };
	} else if (v->type != VALUE_NUMBER) {
		fault_at(f, at, "must be one of [%s]", number_first ? "number, string" : "string, number");
	} else if (number_passes(f, at, r, v, whole, &n)) {
		*out = (struct opt_id){ true, true, n, arena_strdup(f->arena, number_text(n, buf)) };
	}
}

/* --- arrays and objects --- */

static void value_read(struct faults *f, const struct place *at, const struct field *r, const struct value *v,
		       void *out);

static void array_read(struct faults *f, const struct place *at, const struct field *r, const struct value *v,
		       struct list_in *out)
{
	size_t n = v->json ? json_array_size(v->json) : 0;

	if (v->type != VALUE_ARRAY || !v->json) {
		fault_at(f, at, "must be an array");
		return;
	}
	if (r->min.set && (double)n < r->min.v)
		fault_bound(f, at, "must contain at least # items", r->min.v);
	else if (r->max.set && (double)n > r->max.v)
		fault_bound(f, at, "must contain less than or equal to # items", r->max.v);
	*out = (struct list_in){ true, n, arena_alloc(f->arena, n * r->item_size + 1) };
	for (size_t i = 0; i < n; i++) {
		const struct place here = { .up = at, .index = i };
		struct value element = value_of_json(json_array_get(v->json, i));

		value_read(f, &here, r->item, &element, (char *)out->items + i * r->item_size);
	}
}

/* An array's element of KIND_OBJECT is the struct itself; elsewhere the member points to it. */
static void nested_read(struct faults *f, const struct place *at, const struct field *r,
			const struct value *v, void *out)
{
	void *into = r->key ? arena_alloc(f->arena, r->shape->size) : out;

	if (v->type != VALUE_OBJECT) {
		fault_at(f, at, "must be of type object");
		return;
	}
	object_read(f, at, r->shape, v, into);
	if (r->key)
		*(void **)out = into;
}

static void json_read(struct faults *f, const struct place *at, const struct field *r, const struct value *v,
		      const json_t **out)
{
	const char *tail = NULL;

	if (r->kind == KIND_OPEN_OBJECT && v->type != VALUE_OBJECT)
		tail = "must be of type object";
	else if (r->check_json)
		tail = r->check_json(v->json);
	if (tail)
		fault_at(f, at, "%s", tail);
	else
		*out = v->json;
}

/* `out` is the struct that holds the value. */
static void value_read(struct faults *f, const struct place *at, const struct field *r, const struct value *v,
		       void *out)
{
	void *into;
	double n;

	if (v->type == VALUE_NULL && (r->flags & FIELD_NULL_OK))
		return;
	if (r->or_object && v->type == VALUE_OBJECT)
		r = r->or_object;
	else if (r->or_object && v->type != VALUE_TEXT) {
		fault_at(f, at, "must be one of [string, object]");
		return;
	}
	into = (char *)out + r->offset;
	switch (r->kind) {
	case KIND_STRING:
	case KIND_EMAIL: text_read(f, at, r, v, into); break;
	case KIND_ENUM: enum_read(f, at, r, v, into); break;
	case KIND_INTEGER:
		if (number_passes(f, at, r, v, true, &n))
			*(struct opt_int *)into = (struct opt_int){ true, (int64_t)n };
		break;
	case KIND_NUMBER:
		if (number_passes(f, at, r, v, false, &n))
			*(struct opt_number *)into = (struct opt_number){ true, n };
		break;
	case KIND_BOOLEAN: boolean_read(f, at, v, into); break;
	case KIND_ISO_DATE: iso_date_read(f, at, r, v, into); break;
	case KIND_NUMBER_OR_STRING:
	case KIND_STRING_OR_NUMBER: number_or_string_read(f, at, r, v, into); break;
	case KIND_OBJECT: nested_read(f, at, r, v, into); break;
	case KIND_ARRAY: array_read(f, at, r, v, into); break;
	case KIND_OPEN_OBJECT:
	case KIND_ANY: json_read(f, at, r, v, into); break;
	}
}

struct unknown_keys {
	struct faults *faults;
	const struct place *at;
	const struct shape *shape;
};

/* The key, or as much of it as is shown, whole characters. */
static const char *shown(const char *key, char buf[KEY_SHOWN + 4])
{
	const char *end;

	if (strlen(key) <= KEY_SHOWN)
		return key;
	end = g_utf8_find_prev_char(key, key + KEY_SHOWN + 1);
	g_snprintf(buf, KEY_SHOWN + 4, "%.*s\xe2\x80\xa6", (int)(end - key), key);
	return buf;
}

static void refuse_unknown(void *arg, const char *key)
{
	const struct unknown_keys *u = arg;
	char buf[KEY_SHOWN + 4];
	const struct place here = { .up = u->at, .key = shown(key, buf) };

	for (size_t i = 0; i < u->shape->n; i++)
		if (strcmp(u->shape->fields[i].key, key) == 0)
			return;
	fault_at(u->faults, &here, "is not allowed");
}

static void object_read(struct faults *f, const struct place *at, const struct shape *sh,
			const struct value *v, void *out)
{
	struct unknown_keys unknown = { f, at, sh };
	struct checking ck = { f, at };
	size_t known = 0;

	for (size_t i = 0; i < sh->n; i++) {
		const struct field *r = &sh->fields[i];
		const struct place here = { .up = at, .key = r->key };
		struct value member = value_member(v, r->key);

		known += member.type != VALUE_NONE;
		if (member.type != VALUE_NONE)
			value_read(f, &here, r, &member, out);
		else if (r->flags & FIELD_REQUIRED)
			fault_at(f, &here, "is required");
	}
	if (sh->check)
		sh->check(out, &ck);
	if (!sh->open && known < value_key_count(v))
		value_keys(v, refuse_unknown, &unknown);
	if (value_key_count(v) < sh->min_keys)
		fault_at(f, at, "must have at least %u key%s", sh->min_keys, sh->min_keys == 1 ? "" : "s");
}

void *validate_body(const struct shape *sh, const json_t *body, struct faults *f)
{
	const struct place root = { NULL, NULL, 0 };
	struct value v = value_of_json(body);
	void *out = arena_alloc(f->arena, sh->size);

	if (v.type == VALUE_OBJECT)
		object_read(f, &root, sh, &v, out);
	else
		fault_at(f, &root, "must be of type object");
	return out;
}

void *validate_query(const struct shape *sh, const struct params *q, struct faults *f)
{
	const struct place root = { NULL, NULL, 0 };
	struct value v = value_of_query(q);
	void *out = arena_alloc(f->arena, sh->size);

	object_read(f, &root, sh, &v, out);
	return out;
}

void validate_fault(struct checking *ck, const char *key, const char *tail)
{
	const struct place here = { .up = ck->at, .key = key };

	fault_at(ck->faults, &here, "%s", tail);
}

void validate_fault_within(struct checking *ck, const char *path, const char *text)
{
	GString *whole = g_string_new(NULL);

	path_append(whole, ck->at);
	g_string_append_printf(whole, "%s%s", whole->len ? "." : "", path);
	faults_add(ck->faults, whole->str, text);
	g_string_free(whole, TRUE);
}
