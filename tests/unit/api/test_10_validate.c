/* The validator, row by row: an input, and every fault it must give, in order. */
#include "api/validate.h"
#include "core/when.h"

#include <glib.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

struct slot_in {
	struct opt_time time;
	struct opt_number delay;
};

struct retry_in {
	struct opt_time when;
	struct slot_in slot;
};

struct lead_in {
	const char *email, *first;
};

struct job_in {
	const char *title;
	struct opt_id test_id;
	struct opt_number delay;
};

struct sample_in {
	const char *title, *call_type, *only, *zone, *script, *email;
	struct opt_int page;
	struct opt_number hours;
	struct opt_bool flag;
	struct opt_time start;
	struct opt_id site, test_id;
	struct job_in *job;
	struct list_in leads, tags, retries;
	const json_t *extra, *any;
};

static const char *const call_types[] = { "IVR", "AICall", NULL };
static const char *const one_name[] = { "A", NULL };

static const char *check_zone(const char *text)
{
	return strcmp(text, "Europe/Paris") == 0 ? NULL : "must be a known IANA time zone";
}

static const char *check_short(const json_t *v)
{
	return json_is_array(v) && json_array_size(v) > 2 ? "is too long" : NULL;
}

static void check_job(void *in, struct checking *ck)
{
	const struct job_in *job = in;

	if (job->delay.set && job->delay.v > 100)
		validate_fault(ck, "delayHours", "is rather long");
}

static const struct field lead_fields[] = {
	FIELD_EMAIL(struct lead_in, email, "email", .flags = FIELD_REQUIRED),
	FIELD_STRING(struct lead_in, first, "firstName", .max = BOUND(5)),
};
static const struct shape lead_shape = SHAPE(struct lead_in, lead_fields);
static const struct field lead_item = ITEM(KIND_OBJECT, .shape = &lead_shape);

static const struct field slot_fields[] = {
	FIELD_ISO_DATE(struct slot_in, time, "time", .flags = FIELD_REQUIRED),
	FIELD_NUMBER(struct slot_in, delay, "delayDays", .min = BOUND(0)),
};
static const struct shape slot_shape = SHAPE(struct slot_in, slot_fields);
static const struct field slot_item =
	ITEM(KIND_OBJECT, .shape = &slot_shape, .offset = offsetof(struct retry_in, slot));
static const struct field retry_item = ITEM(KIND_ISO_DATE, .or_object = &slot_item);

static const struct field job_fields[] = {
	FIELD_STRING(struct job_in, title, "jobTitle", .flags = FIELD_REQUIRED),
	FIELD_STRING_OR_NUMBER(struct job_in, test_id, "assessmentTestId"),
	FIELD_NUMBER(struct job_in, delay, "delayHours", .min = BOUND(0), .max = BOUND(168)),
};
static const struct shape job_shape = SHAPE(struct job_in, job_fields, .open = true, .check = check_job);

static const struct field tag_item = ITEM(KIND_STRING);

static const struct field sample_fields[] = {
	FIELD_STRING(struct sample_in, title, "title", .min = BOUND(3), .max = BOUND(6)),
	FIELD_INTEGER(struct sample_in, page, "page", .min = BOUND(1), .max = BOUND(100)),
	FIELD_NUMBER(struct sample_in, hours, "hours", .min = BOUND(0.5)),
	FIELD_BOOLEAN(struct sample_in, flag, "flag"),
	FIELD_ENUM(struct sample_in, call_type, "callType", .names = call_types, .flags = FIELD_ANY_CASE),
	FIELD_ENUM(struct sample_in, only, "only", .names = one_name),
	FIELD_STRING(struct sample_in, zone, "timezone", .check = check_zone),
	FIELD_STRING(struct sample_in, script, "script", .flags = FIELD_EMPTY_OK | FIELD_NULL_OK),
	FIELD_EMAIL(struct sample_in, email, "email"),
	FIELD_ISO_DATE(struct sample_in, start, "start"),
	FIELD_NUMBER_OR_STRING(struct sample_in, site, "companySiteId", .flags = FIELD_WHOLE),
	FIELD_STRING_OR_NUMBER(struct sample_in, test_id, "assessmentTestId"),
	FIELD_OBJECT(struct sample_in, job, struct job_in, "jobDetails", &job_shape),
	FIELD_ARRAY(struct sample_in, leads, struct lead_in, "leads", &lead_item, .min = BOUND(1),
		    .max = BOUND(3)),
	FIELD_ARRAY(struct sample_in, tags, const char *, "tags", &tag_item),
	FIELD_ARRAY(struct sample_in, retries, struct retry_in, "retries", &retry_item),
	FIELD_OPEN_OBJECT(struct sample_in, extra, "extra"),
	FIELD_ANY(struct sample_in, any, "any", .check_json = check_short),
};
static const struct shape sample = SHAPE(struct sample_in, sample_fields);

struct row {
	const char *body;
	const char *faults; /* "path: text" joined by " | " */
};

static const struct row rows[] = {
	{ "{}", "" },
	{ "[]", "body: \"value\" must be of type object" },
	{ "7", "body: \"value\" must be of type object" },
	{ "{\"b\":1,\"a\":2}", "b: \"b\" is not allowed | a: \"a\" is not allowed" },
	{ "{\"zz\":1,\"title\":1}", "title: \"title\" must be a string | zz: \"zz\" is not allowed" },
	/* text */
	{ "{\"title\":null}", "title: \"title\" must be a string" },
	{ "{\"title\":\"\"}", "title: \"title\" is not allowed to be empty" },
	{ "{\"title\":\"ab\"}", "title: \"title\" length must be at least 3 characters long" },
	{ "{\"title\":\"abcdefg\"}",
	  "title: \"title\" length must be less than or equal to 6 characters long" },
	{ "{\"title\":\"   \"}", "" },
	{ "{\"title\":\"😀😀😀\"}", "" }, /* six UTF-16 units */
	{ "{\"title\":\"😀😀😀a\"}", "title: \"title\" length must be less than or equal to 6 characters long" },
	{ "{\"title\":\"éééééé\"}", "" },
	{ "{\"title\":[\"abc\"]}", "title: \"title\" must be a string" },
	{ "{\"script\":\"\"}", "" },
	{ "{\"script\":null}", "" },
	{ "{\"timezone\":\"Mars/Base\"}", "timezone: \"timezone\" must be a known IANA time zone" },
	{ "{\"timezone\":\"\"}", "timezone: \"timezone\" is not allowed to be empty" },
	{ "{\"email\":\"x\"}", "email: \"email\" must be a valid email" },
	{ "{\"email\":3}", "email: \"email\" must be a string" },
	{ "{\"email\":\"\"}", "email: \"email\" is not allowed to be empty" },
	/* numbers */
	{ "{\"page\":\" 5 \"}", "" },
	{ "{\"page\":\"+5\"}", "" },
	{ "{\"page\":\"05\"}", "" },
	{ "{\"page\":\"5.0\"}", "" },
	{ "{\"page\":\"5.\"}", "" },
	{ "{\"page\":\"1e1\"}", "" },
	{ "{\"page\":5.0}", "" },
	{ "{\"page\":\"\"}", "page: \"page\" must be a number" },
	{ "{\"page\":\"0x10\"}", "page: \"page\" must be a number" },
	{ "{\"page\":\"1_000\"}", "page: \"page\" must be a number" },
	{ "{\"page\":\"Infinity\"}", "page: \"page\" must be a number" },
	{ "{\"page\":\"NaN\"}", "page: \"page\" must be a number" },
	{ "{\"page\":true}", "page: \"page\" must be a number" },
	{ "{\"page\":null}", "page: \"page\" must be a number" },
	{ "{\"page\":[1]}", "page: \"page\" must be a number" },
	{ "{\"page\":\".5\"}", "page: \"page\" must be an integer" },
	{ "{\"page\":1.5}", "page: \"page\" must be an integer" },
	{ "{\"page\":0}", "page: \"page\" must be greater than or equal to 1" },
	{ "{\"page\":101}", "page: \"page\" must be less than or equal to 100" },
	{ "{\"page\":9007199254740992}", "page: \"page\" must be a safe number" },
	{ "{\"page\":\"1e999\"}", "page: \"page\" must be a safe number" },
	{ "{\"hours\":0.25}", "hours: \"hours\" must be greater than or equal to 0.5" },
	{ "{\"hours\":1.75}", "" },
	/* booleans */
	{ "{\"flag\":\"TRUE\"}", "" },
	{ "{\"flag\":1}", "flag: \"flag\" must be a boolean" },
	{ "{\"flag\":\"yes\"}", "flag: \"flag\" must be a boolean" },
	{ "{\"flag\":\"\"}", "flag: \"flag\" must be a boolean" },
	{ "{\"flag\":null}", "flag: \"flag\" must be a boolean" },
	/* enums */
	{ "{\"callType\":\"aicall\"}", "" },
	{ "{\"callType\":\" IVR\"}", "callType: \"callType\" must be one of [IVR, AICall]" },
	{ "{\"callType\":\"\"}", "callType: \"callType\" must be one of [IVR, AICall]" },
	{ "{\"callType\":4}", "callType: \"callType\" must be one of [IVR, AICall]" },
	{ "{\"only\":\"a\"}", "only: \"only\" must be [A]" },
	/* dates */
	{ "{\"start\":\"2025-04-15T14:00:00.000Z\"}", "" },
	{ "{\"start\":\"2025-02-30\"}", "start: \"start\" must be in iso format" },
	{ "{\"start\":\"tomorrow\"}", "start: \"start\" must be in iso format" },
	{ "{\"start\":1744725600000}", "start: \"start\" must be a string" },
	{ "{\"start\":\"\"}", "start: \"start\" is not allowed to be empty" },
	/* number or string */
	{ "{\"companySiteId\":12}", "" },
	{ "{\"companySiteId\":\"12\"}", "" },
	{ "{\"companySiteId\":\"abc\"}", "" },
	{ "{\"companySiteId\":true}", "companySiteId: \"companySiteId\" must be one of [number, string]" },
	{ "{\"companySiteId\":null}", "companySiteId: \"companySiteId\" must be one of [number, string]" },
	{ "{\"companySiteId\":\"\"}", "companySiteId: \"companySiteId\" is not allowed to be empty" },
	{ "{\"companySiteId\":1.5}", "companySiteId: \"companySiteId\" must be an integer" },
	{ "{\"assessmentTestId\":{}}",
	  "assessmentTestId: \"assessmentTestId\" must be one of [string, number]" },
	/* objects and arrays */
	{ "{\"jobDetails\":\"{}\"}", "jobDetails: \"jobDetails\" must be of type object" },
	{ "{\"jobDetails\":[]}", "jobDetails: \"jobDetails\" must be of type object" },
	{ "{\"jobDetails\":{}}", "jobDetails.jobTitle: \"jobTitle\" is required" },
	{ "{\"jobDetails\":{\"jobTitle\":\"x\",\"other\":1}}", "" },
	{ "{\"jobDetails\":{\"jobTitle\":\"x\",\"delayHours\":169}}",
	  "jobDetails.delayHours: \"delayHours\" must be less than or equal to 168" },
	{ "{\"jobDetails\":{\"delayHours\":120}}", "jobDetails.jobTitle: \"jobTitle\" is required | "
						   "jobDetails.delayHours: \"delayHours\" is rather long" },
	{ "{\"leads\":{}}", "leads: \"leads\" must be an array" },
	{ "{\"leads\":\"[]\"}", "leads: \"leads\" must be an array" },
	{ "{\"leads\":[]}", "leads: \"leads\" must contain at least 1 items" },
	{ "{\"leads\":[{\"email\":\"a@b.co\"},{},7]}",
	  "leads.1.email: \"email\" is required | leads.2: \"[2]\" must be of type object" },
	{ "{\"leads\":[{\"email\":\"a@b.co\",\"x\":1}]}", "leads.0.x: \"x\" is not allowed" },
	{ "{\"leads\":[{\"email\":\"a@b.co\"},{\"email\":\"a@b.co\"},{\"email\":\"a@b.co\"},{\"email\":\"a@"
	  "b\"}]}",
	  "leads: \"leads\" must contain less than or equal to 3 items | "
	  "leads.3.email: \"email\" must be a valid email" },
	{ "{\"tags\":[\"a\",3]}", "tags.1: \"[1]\" must be a string" },
	{ "{\"retries\":[\"2025-04-16T14:00:00Z\",{\"time\":\"2025-04-17\",\"delayDays\":2}]}", "" },
	{ "{\"retries\":[7,\"x\",{\"delayDays\":-1}]}",
	  "retries.0: \"[0]\" must be one of [string, object] | retries.1: \"[1]\" must be in iso format | "
	  "retries.2.time: \"time\" is required | "
	  "retries.2.delayDays: \"delayDays\" must be greater than or equal to 0" },
	{ "{\"extra\":[]}", "extra: \"extra\" must be of type object" },
	{ "{\"extra\":{\"deep\":[1]}}", "" },
	{ "{\"any\":[1,2,3]}", "any: \"any\" is too long" },
	{ "{\"x\\\"y\":1}", "x\"y: \"x\"y\" is not allowed" },
	/* several, in the order of the table */
	{ "{\"email\":\"x\",\"page\":\"a\",\"title\":\"\"}",
	  "title: \"title\" is not allowed to be empty | page: \"page\" must be a number | "
	  "email: \"email\" must be a valid email" },
};

static char *faults_text(const struct faults *f)
{
	GString *s = g_string_new(NULL);

	for (size_t i = 0; i < f->n; i++)
		g_string_append_printf(s, "%s%s: %s", i ? " | " : "", f->list[i].path, f->list[i].text);
	return g_string_free(s, FALSE);
}

static void every_wording(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct arena *a = arena_new();
		struct faults *f = faults_new(a);
		json_t *body = json_loads(rows[i].body, JSON_DECODE_ANY, NULL);
		char *text;

		assert_non_null(body);
		validate_body(&sample, body, f);
		text = faults_text(f);
		if (strcmp(text, rows[i].faults) != 0)
			fail_msg("%s\n gave %s\n want %s", rows[i].body, text, rows[i].faults);
		g_free(text);
		json_decref(body);
		arena_free(a);
	}
}

static void values_land_in_the_struct(void **state)
{
	struct arena *a = arena_new();
	struct faults *f = faults_new(a);
	json_t *body = json_loads(
		"{\"title\":\"abc\",\"page\":\"7\",\"hours\":2.5,\"flag\":\"False\",\"callType\":\"aicall\","
		"\"start\":\"2025-04-15 16:00+02:00\",\"companySiteId\":\" 12\",\"assessmentTestId\":42,"
		"\"jobDetails\":{\"jobTitle\":\"Engineer\",\"assessmentTestId\":\"12\"},"
		"\"leads\":[{\"email\":\"a@b.co\"},{\"email\":\"c@d.co\",\"firstName\":\"C\"}],"
		"\"tags\":[\"x\",\"y\"],\"retries\":[\"2025-04-16\",{\"time\":\"2025-04-17\"}],"
		"\"extra\":{\"k\":1}}",
		0, NULL);
	struct sample_in *in = validate_body(&sample, body, f);
	struct lead_in *leads = in->leads.items;
	struct retry_in *retries = in->retries.items;

	(void)state;
	assert_int_equal(f->n, 0);
	assert_string_equal(in->title, "abc");
	assert_true(in->page.set && in->page.v == 7);
	assert_true(in->hours.v == 2.5);
	assert_true(in->flag.set && !in->flag.v);
	assert_string_equal(in->call_type, "AICall");
	assert_int_equal(in->start.ms, 1744725600000);
	assert_true(in->site.is_number && in->site.v == 12);
	assert_string_equal(in->site.text, "12");
	assert_string_equal(in->test_id.text, "42");
	assert_string_equal(in->job->title, "Engineer");
	assert_false(in->job->test_id.is_number);
	assert_int_equal(in->leads.n, 2);
	assert_string_equal(leads[1].email, "c@d.co");
	assert_string_equal(leads[1].first, "C");
	assert_null(leads[0].first);
	assert_string_equal(((const char **)in->tags.items)[1], "y");
	assert_true(retries[0].when.set && !retries[1].when.set && retries[1].slot.time.set);
	assert_int_equal(json_object_size(in->extra), 1);
	assert_null(in->email);
	assert_false(in->hours.set && in->any);
	json_decref(body);
	arena_free(a);
}

static void query_strings_are_text(void **state)
{
	const struct param list[] = {
		{ "page", "2" }, { "hours", "1" }, { "hours", "2" },   { "flag", "true" },
		{ "zz", "1" },   { "zz", "2" },    { "title", "abc" }, { "title", "abc" },
	};
	struct arena *a = arena_new();
	struct faults *f = faults_new(a);
	struct sample_in *in = validate_query(&sample, &(struct params){ list, G_N_ELEMENTS(list) }, f);
	char *text = faults_text(f);

	(void)state;
	assert_string_equal(text, "title: \"title\" must be a string | hours: \"hours\" must be a number | "
				  "zz: \"zz\" is not allowed");
	assert_int_equal(in->page.v, 2);
	assert_true(in->flag.v);
	g_free(text);
	arena_free(a);
}

static void a_hundred_are_listed(void **state)
{
	struct arena *a = arena_new();
	struct faults *f = faults_new(a);
	json_t *tags = json_array(), *body = json_pack("{s:o}", "tags", tags);

	(void)state;
	for (int i = 0; i < 150; i++)
		json_array_append_new(tags, json_null());
	validate_body(&sample, body, f);
	assert_int_equal(f->n, 100);
	assert_int_equal(f->more, 50);
	assert_string_equal(f->list[99].path, "tags.99");
	json_decref(body);
	arena_free(a);
}

static void an_empty_patch(void **state)
{
	const struct shape strict = {
		sample_fields, G_N_ELEMENTS(sample_fields), sizeof(struct sample_in), false, 1, NULL
	};
	struct arena *a = arena_new();
	struct faults *f = faults_new(a);
	json_t *body = json_object();

	(void)state;
	validate_body(&strict, body, f);
	assert_int_equal(f->n, 1);
	assert_string_equal(f->list[0].path, "body");
	assert_string_equal(f->list[0].text, "\"value\" must have at least 1 key");
	json_decref(body);
	arena_free(a);
}

static void iso_dates(void **state)
{
	static const struct {
		const char *text;
		int64_t ms; /* -1: refused */
	} dates[] = {
		{ "2025-04-15T14:00:00.000Z", 1744725600000 },
		{ "2025-04-15T14:00:00Z", 1744725600000 },
		{ "2025-04-15 14:00:00", 1744725600000 },
		{ "2025-04-15T14:00", 1744725600000 },
		{ "2025-04-15T16:00:00+02:00", 1744725600000 },
		{ "2025-04-15T10:00:00-0400", 1744725600000 },
		{ "2025-04-15T14:00:00.1239Z", 1744725600123 },
		{ "2025-04-15", 1744675200000 },
		{ "2025-04", 1743465600000 },
		{ "2025", 1735689600000 },
		{ "1970-01-01", 0 },
		{ "2024-02-29", 1709164800000 },
		{ "1969-12-31T23:59:59Z", -1000 },
		{ "2025-13-01", -1 },
		{ "2025-02-29", -1 },
		{ "2025-02-30", -1 },
		{ "2025-04-15t14:00:00Z", -1 },
		{ "2025-04-15T14:00:00z", -1 },
		{ "20250415T150000Z", -1 },
		{ "2025-04-15T150000Z", -1 },
		{ "2025-04-15T24:00:00Z", -1 },
		{ "2025-04-15T14:60:00Z", -1 },
		{ "2025-04-15T", -1 },
		{ "2025-04-15T14:00:00.Z", -1 },
		{ "2025-4-5", -1 },
		{ "2025-04-15T14:00:00Z ", -1 },
		{ "0000-01-01", -1 },
		{ "Apr 15, 2025", -1 },
		{ "2025-", -1 },
	};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(dates); i++) {
		bool ok = when_parse_iso(dates[i].text, &ms) == 0;

		if (ok ? ms != dates[i].ms : dates[i].ms != -1)
			fail_msg("%s: %s %lld", dates[i].text, ok ? "read as" : "refused", (long long)ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_wording),
		cmocka_unit_test(values_land_in_the_struct),
		cmocka_unit_test(query_strings_are_text),
		cmocka_unit_test(a_hundred_are_listed),
		cmocka_unit_test(an_empty_patch),
		cmocka_unit_test(iso_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
