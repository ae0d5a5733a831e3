/* What the lead endpoints take. */
#pragma once

#include "api/rules.h"

enum { LEADS_MAX = 10000, LEAD_BODY_MAX = 16 << 20, LEAD_NAME_MAX = 200, LEAD_PHONE_MAX = 64, LEAD_LINK_MAX = 500,
       CONSENT_SOURCE_MAX = 200, CONSENT_WORDING_MAX = 2000,
       LEAD_SEARCH_MAX = 500 /* an address may be 254 long */ };

/* That the person has agreed to be called: where, by which words, when. */
struct consent_in {
	const char *source, *wording;
	struct opt_time time;
	const char *said_time; /* of CSV and NDJSON: as it was sent, also where it is no time */
};

struct lead_in {
	const char *email, *first_name, *last_name, *phone_number, *linkedin;
	const struct consent_in *consent; /* NULL: none was sent */
};

/* As partners send it; with consent, as NDJSON and administration may; and what consent is in a sheet's columns. */
extern const struct shape lead_shape, lead_consent_shape, consent_sheet_shape;

struct lead_add_in {
	struct list_in leads; /* struct lead_in */
	/* Only of CSV and NDJSON, where a row's fault is that row's alone: for each row NULL, or what is wrong with it. */
	const char **faults;
};
extern const struct shape lead_add_body, lead_admin_body;

struct lead_add_query {
	struct opt_bool dry_run;
};
extern const struct shape lead_add_query;

struct lead_list_in {
	const char *search, *status;
	struct opt_int page, limit;
};
extern const struct shape lead_list_query;
