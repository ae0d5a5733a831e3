/* What the lead endpoints take. */
#pragma once

#include "api/rules.h"

enum { LEADS_MAX = 10000, LEAD_BODY_MAX = 16 << 20 };

struct lead_in {
	const char *email, *first_name, *last_name, *phone_number, *linkedin;
};

struct lead_add_in {
	struct list_in leads; /* struct lead_in */
};
extern const struct shape lead_add_body;

struct lead_list_in {
	const char *search, *status;
	struct opt_int page, limit;
};
extern const struct shape lead_list_query;
