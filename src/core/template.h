/*
 * Messages with {{fields}}: which there are, whether a text may hold them, and the text with their values. Pure.
 *
 * A field is {{name}}, blanks inside the braces allowed, the name exactly as in the table of template.c. Single braces
 * are text. What a message may not hold is found when a campaign is saved, never on the telephone.
 *
 * A field without a value is dropped so that it is not missed: "Hello {{firstName}}, this is Acme." becomes "Hello,
 * this is Acme." The blank before it goes, and a comma that would stand at the front or before another sign.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum template_field {
	TEMPLATE_FIRST_NAME,
	TEMPLATE_LAST_NAME,
	TEMPLATE_JOB_TITLE,
	TEMPLATE_COMPANY_NAME,
	TEMPLATE_LOCATION,
	TEMPLATE_ASSESSMENT_NAME,
	TEMPLATE_ASSESSMENT_LINK, /* nobody wants to hear an address */
	TEMPLATE_MEETING_URL,
	TEMPLATE_FIELDS
};

/* Where a message goes; a field is allowed in one or both. */
enum template_use { TEMPLATE_SPOKEN = 1,
		    TEMPLATE_SENT = 2 };

/* A value per field; NULL or blank: there is none. */
struct template_values {
	const char *of[TEMPLATE_FIELDS];
};

enum { TEMPLATE_WHY_SIZE = 320 };

/*
 * Whether the text may be saved. False with what follows the quoted name of the member:
 * "contains the unknown field {{nick}}, known are [firstName, …]".
 */
bool template_check(const char *text, enum template_use use, char why[TEMPLATE_WHY_SIZE]);

/* Whether it holds the field. */
bool template_has(const char *text, enum template_field field);

/* Whether what it says depends on the person. */
bool template_personal(const char *text);

/*
 * How much of the text, from its beginning, is spoken to everybody alike, or else (`personal`) to the person: whole clauses,
 * so that speech can be put together at their pauses and only what needs the name is made for each. At least one byte
 * of a text that is not empty.
 */
size_t template_part(const char *text, bool *personal);

/* The text with its values, to be freed with g_free(). What template_check() would refuse stays as it stands. */
char *template_render(const char *text, const struct template_values *values);
