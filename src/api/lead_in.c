#include "api/lead_in.h"

#include "api/paging.h"

static const struct field lead_fields[] = {
	FIELD_EMAIL(struct lead_in, email, "email", .flags = FIELD_REQUIRED,
		    .doc = "The candidate; one per workspace, whatever the case"),
	FIELD_STRING(struct lead_in, first_name, "firstName", .flags = FIELD_EMPTY_OK, .max = BOUND(LEAD_NAME_MAX)),
	FIELD_STRING(struct lead_in, last_name, "lastName", .flags = FIELD_EMPTY_OK, .max = BOUND(LEAD_NAME_MAX)),
	FIELD_STRING(struct lead_in, phone_number, "phoneNumber", .flags = FIELD_EMPTY_OK, .max = BOUND(LEAD_PHONE_MAX),
		     .doc = "E.164, or as written in the site's country"),
	FIELD_STRING(struct lead_in, linkedin, "linkedin", .flags = FIELD_EMPTY_OK, .max = BOUND(LEAD_LINK_MAX)),
};
const struct shape lead_shape = SHAPE(struct lead_in, lead_fields);

static const struct field lead_item = ITEM(KIND_OBJECT, .shape = &lead_shape);

static const struct field add_fields[] = {
	FIELD_ARRAY(struct lead_add_in, leads, struct lead_in, "leads", &lead_item, .flags = FIELD_REQUIRED,
		    .min = BOUND(1), .max = BOUND(LEADS_MAX)),
};
const struct shape lead_add_body = SHAPE(struct lead_add_in, add_fields);

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
