/*
 * What the server says to people who call one of our numbers, in the style of preamble.h: who has called them about what, and
 * how to opt out. Pure; all are freed with g_free().
 */
#pragma once

#include <stdbool.h>

enum call_back_kind {
	CALL_BACK_RESUMES,  /* the campaign's own words and questions follow */
	CALL_BACK_OVER,	    /* known, and there is nothing to ask */
	CALL_BACK_STRANGER, /* nobody we have called */
	CALL_BACK_WITHHELD, /* he does not show his number */
	CALL_BACK_END
};

/* The first words. `about`: the job or the campaign's title; "" or NULL where none is known. */
char *call_back_greeting(enum call_back_kind kind, const char *company, const char *about);

/* What is asked instead of a campaign's questions; NULL for CALL_BACK_RESUMES. `person`: 0 puts him through to somebody. */
char *call_back_question(enum call_back_kind kind, bool person);

/* To who wants a person, there is none, and nobody can call him back. */
char *call_back_nobody(void);

/* The last words after that. */
char *call_back_farewell(void);
