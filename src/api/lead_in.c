#include "api/lead_in.h"

#include "api/paging.h"

static const struct field consent_fields[] = {
	FIELD_STRING(struct consent_in, source, "source", .flags = FIELD_REQUIRED, .max = BOUND(CONSENT_SOURCE_MAX),
		     .doc = "Where it was given: a form, a call, a contract"),
	FIELD_STRING(struct consent_in, wording, "wording", .flags = FIELD_REQUIRED, .max = BOUND(CONSENT_WORDING_MAX),
		     .doc = "The words that were agreed to"),
	FIELD_ISO_DATE(struct consent_in, time, "time", .flags = FIELD_REQUIRED, .doc = "When"),
};
static const struct shape consent_shape = SHAPE(struct consent_in, consent_fields);

static const struct field consent_sheet_fields[] = {
	FIELD_STRING(struct consent_in, source, "consentSource", .flags = FIELD_REQUIRED, .max = BOUND(CONSENT_SOURCE_MAX)),
	FIELD_STRING(struct consent_in, wording, "consentWording", .flags = FIELD_REQUIRED, .max = BOUND(CONSENT_WORDING_MAX)),
	FIELD_ISO_DATE(struct consent_in, time, "consentTime", .flags = FIELD_REQUIRED),
};
const struct shape consent_sheet_shape = SHAPE(struct consent_in, consent_sheet_fields);

/* The last one is not the partners'. */
static const struct field lead_fields[] = {
	FIELD_EMAIL(struct lead_in, email, "email", .flags = FIELD_REQUIRED,
		    .doc = "The candidate; one per workspace, whatever the case"),
	FIELD_STRING(struct lead_in, first_name, "firstName", .flags = FIELD_EMPTY_OK, .max = BOUND(LEAD_NAME_MAX)),
	FIELD_STRING(struct lead_in, last_name, "lastName", .flags = FIELD_EMPTY_OK, .max = BOUND(LEAD_NAME_MAX)),
	FIELD_STRING(struct lead_in, phone_number, "phoneNumber", .flags = FIELD_EMPTY_OK, .max = BOUND(LEAD_PHONE_MAX),
		     .doc = "E.164, or as written in the site's country"),
	FIELD_STRING(struct lead_in, linkedin, "linkedin", .flags = FIELD_EMPTY_OK, .max = BOUND(LEAD_LINK_MAX)),
	FIELD_OBJECT(struct lead_in, consent, const struct consent_in, "consent", &consent_shape),
};
enum { LEAD_FIELDS = sizeof(lead_fields) / sizeof(lead_fields[0]) };
const struct shape lead_shape = { .fields = lead_fields, .n = LEAD_FIELDS - 1, .size = sizeof(struct lead_in) };
const struct shape lead_consent_shape = SHAPE(struct lead_in, lead_fields);

static const struct field lead_item = ITEM(KIND_OBJECT, .shape = &lead_shape);
static const struct field lead_consent_item = ITEM(KIND_OBJECT, .shape = &lead_consent_shape);

static const struct field add_fields[] = {
	FIELD_ARRAY(struct lead_add_in, leads, struct lead_in, "leads", &lead_item, .flags = FIELD_REQUIRED,
		    .min = BOUND(1), .max = BOUND(LEADS_MAX)),
};
const struct shape lead_add_body = SHAPE(struct lead_add_in, add_fields);

static const struct field admin_fields[] = {
	FIELD_ARRAY(struct lead_add_in, leads, struct lead_in, "leads", &lead_consent_item, .flags = FIELD_REQUIRED,
		    .min = BOUND(1), .max = BOUND(LEADS_MAX)),
};
const struct shape lead_admin_body = SHAPE(struct lead_add_in, admin_fields);

static const struct field add_query_fields[] = {
	FIELD_BOOLEAN(struct lead_add_query, dry_run, "dryRun", .doc = "Say what would happen, and change nothing"),
};
const struct shape lead_add_query = SHAPE(struct lead_add_query, add_query_fields, .open = true);

static const char *const bucket_names[] = { "Interested", "NotInterested", "NoAnswer", "Pending", NULL };

static const struct field list_fields[] = {
	FIELD_STRING(struct lead_list_in, search, "search", .flags = FIELD_EMPTY_OK, .max = BOUND(LEAD_SEARCH_MAX)),
	FIELD_ENUM(struct lead_list_in, status, "status", .names = bucket_names),
	PAGING_FIELDS(struct lead_list_in),
};
const struct shape lead_list_query = SHAPE(struct lead_list_in, list_fields);
