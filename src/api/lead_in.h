/* What the lead endpoints take. */
#pragma once

#include "api/rules.h"

enum { LEADS_MAX = 10000, LEAD_BODY_MAX = 16 << 20, LEAD_NAME_MAX = 200, LEAD_PHONE_MAX = 64, LEAD_LINK_MAX = 500,
       LEAD_SEARCH_MAX = 500 /* an address may be 254 long */ };

struct lead_in {
	const char *email, *first_name, *last_name, *phone_number, *linkedin;
};

extern const struct shape lead_shape;

struct lead_add_in {
	struct list_in leads; /* struct lead_in */
	/* Only of CSV and NDJSON, where a row's fault is that row's alone: for each row NULL, or what is wrong with it. */
	const char **faults;
};
extern const struct shape lead_add_body;

struct lead_add_query {
	struct opt_bool dry_run;
};
extern const struct shape lead_add_query;

struct lead_list_in {
	const char *search, *status;
	struct opt_int page, limit;
};
extern const struct shape lead_list_query;
