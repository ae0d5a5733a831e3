/*
 * Events of assessments, from whoever gives them: who was invited, who has submitted. In our own shape, or in that of the
 * vendor's webhooks ({event, timestamp, companyId, data}), whose names of fields we take as they come.
 */
#include "admin/operation.h"
#include "api/lead_in.h"
#include "api/validate.h"
#include "base/token.h"
#include "store/assessments.h"
#include "store/db.h"
#include "store/leads.h"
#include "store/workspace_clock.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define PATH "/v1/admin/assessments/@assessmentTestId/events"

enum { ID_MOST = 200, LINK_MOST = 2000 };

struct event_in {
	const char *test_id, *event_id, *type;
	struct opt_time at;
	const struct lead_in *candidate;
	const char *link;
	/* the vendor's */
	const char *event;
	struct opt_time timestamp;
	struct opt_id company;
	const json_t *data;
};

static const char *check_link(const char *text)
{
	bool address = g_str_has_prefix(text, "https://") || g_str_has_prefix(text, "http://");

	for (const char *p = text; *p; p++)
		address &= !g_ascii_iscntrl(*p) && *p != ' ';
	return address ? NULL : "must be a valid uri";
}

static const char *const types[] = { "invited", "submitted", NULL };

static void check_event(void *in, struct checking *ck)
{
	const struct event_in *e = in;

	if (e->event) {
		if (!e->data)
			validate_fault(ck, "data", "is required");
		return;
	}
	if (!e->event_id)
		validate_fault(ck, "eventId", "is required");
	if (!e->type)
		validate_fault(ck, "type", "is required");
	if (!e->at.set)
		validate_fault(ck, "occurredAt", "is required");
	if (!e->candidate)
		validate_fault(ck, "candidate", "is required");
}

#define IN struct event_in

static const struct field event_fields[] = {
	FIELD_STRING(IN, test_id, "assessmentTestId", .max = BOUND(ID_MOST)),
	FIELD_STRING(IN, event_id, "eventId", .max = BOUND(ID_MOST)),
	FIELD_ENUM(IN, type, "type", .names = types),
	FIELD_ISO_DATE(IN, at, "occurredAt"),
	FIELD_OBJECT(IN, candidate, const struct lead_in, "candidate", &lead_shape),
	FIELD_STRING(IN, link, "assessmentLink", .flags = FIELD_EMPTY_OK | FIELD_NULL_OK, .max = BOUND(LINK_MOST),
		     .check = check_link),
	FIELD_STRING(IN, event, "event", .max = BOUND(ID_MOST)),
	FIELD_ISO_DATE(IN, timestamp, "timestamp"),
	FIELD_STRING_OR_NUMBER(IN, company, "companyId"),
	FIELD_OPEN_OBJECT(IN, data, "data"),
};
static const struct shape event_shape = SHAPE(IN, event_fields, .check = check_event);

/* ---- the vendor's shape ---- */

/* A number is as good a name as a text. */
static const char *id_at(struct op *op, const json_t *data, const char *name)
{
	const json_t *v = json_object_get(data, name);

	return json_is_integer(v) ? arena_printf(op->arena, "%lld", (long long)json_integer_value(v)) : json_string_value(v);
}

static const char *text_at(const json_t *data, const char *name, const char *or_name)
{
	const char *s = json_string_value(json_object_get(data, name));

	return s ? s : or_name ? text_at(data, or_name, NULL) : NULL;
}

/* Their events are named after what happens to the test: "assessment.invited", "assessment.submitted", "….completed". */
static const char *type_of(const char *event)
{
	if (strstr(event, "invit"))
		return "invited";
	return strstr(event, "submi") || strstr(event, "complete") ? "submitted" : NULL;
}

static void check_length(struct op *op, const char *key, const char *text, size_t most)
{
	if (text && validate_utf16_length(text) > most)
		op_fault(op, key, arena_printf(op->arena, "length must be less than or equal to %zu characters long", most));
}

/* Into our own shape; `who` is filled. False with the fault, or with type NULL: an event we have no use for. */
static bool translate(struct op *op, const struct event_in *in, struct event_in *out, struct lead_in *who)
{
	const json_t *person = json_object_get(in->data, "candidate");

	if (!json_is_object(person))
		person = in->data;
	*out = *in;
	out->type = type_of(in->event);
	*who = (struct lead_in){ .email = text_at(person, "email", NULL), .first_name = text_at(person, "firstName", NULL),
				 .last_name = text_at(person, "lastName", NULL),
				 .phone_number = text_at(person, "phoneNumber", "phone") };
	out->candidate = who;
	if (!out->test_id)
		out->test_id = id_at(op, in->data, "assessmentTestId");
	if (!out->test_id)
		out->test_id = id_at(op, in->data, "testId");
	out->event_id = id_at(op, in->data, "eventId");
	out->link = text_at(in->data, "assessmentLink", "assessmentUrl");
	out->at.ms = in->timestamp.set ? in->timestamp.ms : op->now;
	if (out->type && (!who->email || !validate_email(who->email)))
		op_fault(op, "data.candidate.email", "must be a valid email");
	check_length(op, "data.candidate.firstName", who->first_name, LEAD_NAME_MAX);
	check_length(op, "data.candidate.lastName", who->last_name, LEAD_NAME_MAX);
	check_length(op, "data.candidate.phoneNumber", who->phone_number, LEAD_PHONE_MAX);
	check_length(op, "data.eventId", out->event_id, ID_MOST);
	check_length(op, "data.assessmentTestId", out->test_id, ID_MOST);
	if (out->link && (check_link(out->link) || strlen(out->link) > LINK_MOST))
		op_fault(op, "data.assessmentLink", "must be a valid uri");
	return op->faults->n == 0;
}

/* ---- taking one ---- */

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

/* A name for what the event says: the same, whatever the order of its members. */
static const char *hash_of(struct op *op, const struct event_in *in)
{
	char *hex = arena_alloc(op->arena, TOKEN_HASH_SIZE), *data = in->data ? json_dumps(in->data, JSON_SORT_KEYS) : NULL;
	const struct lead_in *c = in->candidate;
	const char *whole = arena_printf(op->arena, "%s\n%lld\n%s\n%s\n%s\n%s\n%s\n%s", or_empty(in->type),
					 (long long)(in->at.set ? in->at.ms : in->timestamp.ms), or_empty(c->email),
					 or_empty(c->first_name), or_empty(c->last_name), or_empty(c->phone_number),
					 or_empty(in->link), or_empty(data));

	token_hash(whole, strlen(whole), hex);
	free(data);
	return hex;
}

static json_t *answer_of(const char *id, const char *status, const struct assessment_effect *effect)
{
	return json_pack("{s:s,s:s,s:I,s:I,s:I}", "eventId", id, "status", status, "campaigns", (json_int_t)effect->campaigns,
			 "leadsAdded", (json_int_t)effect->added, "leadsCompleted", (json_int_t)effect->completed);
}

static int take_event(struct op *op)
{
	struct event_in in = *(const struct event_in *)op->in;
	struct assessment_effect effect = { 0 };
	struct assessment_event e;
	struct lead_row who;
	struct lead_in person;
	int64_t ws = op->workspace[0].id;

	if (in.event && !translate(op, op->in, &in, &person))
		return -1;
	e.body_hash = hash_of(op, &in);
	e.source_id = in.event_id ? in.event_id : e.body_hash;
	if (!in.type) {
		op->answer = answer_of(e.source_id, "ignored", &effect);
		return 0;
	}
	if (!in.test_id)
		return op_fault(op, in.event ? "data.assessmentTestId" : "assessmentTestId", "is required");
	who = (struct lead_row){ in.candidate->email, or_empty(in.candidate->first_name), or_empty(in.candidate->last_name),
				 or_empty(in.candidate->phone_number), or_empty(in.candidate->linkedin) };
	e.test_id = in.test_id;
	e.submitted = strcmp(in.type, "submitted") == 0;
	e.at = in.at.ms;
	e.link = or_empty(in.link);
	e.who = &who;
	switch (assessment_take(op->db, ws, op->company_id, &e, workspace_now(op->db, ws, op->now), &effect)) {
	case ASSESSMENT_CHANGED:
		return problem_set(op->problem, PROBLEM_CONFLICT, "another event of this assessment has the id %s", e.source_id);
	case ASSESSMENT_REPEATED:
		op->answer = answer_of(e.source_id, "repeated", &effect);
		return 0;
	case ASSESSMENT_TAKEN:
		break;
	}
	op->answer = answer_of(e.source_id, "accepted", &effect);
	op->change = (struct change){ .what = CHANGE_DUE, .workspace_id = ws };
	return 0;
}

const struct operation assessments_operations[] = {
	{ "assessments.event", take_event, &event_shape, .modes = OP_TEST, .method = "POST", .path = PATH, .accepts = true,
	  .unlisted = true, .doc = "somebody was invited to an assessment, or has submitted it" },
	{ 0 },
};
