/*
 * What a campaign asks: from its `questions` (or its purpose) to spoken text and what each key means; and how the times
 * it offers are said. Pure.
 *
 * `questions` is a JSON array of strings or {"text", "options": [{"digit", "label", "outcome"}]}. A string, and an object
 * without options, is asked for yes (1, interested) or no (2, not interested). `digit` is 1 to 8, as text or number;
 * `outcome` one of interested, not_interested, opt_out, neutral (the default: noted, decides nothing), or the words the API
 * answers with: Interested, NotInterested, OptedOut, Neutral. Texts and labels may hold {{fields}} (template.h).
 *
 * Everywhere 9 means "never call again" and 0 "a person, please"; the IVR understands both by itself.
 */
#pragma once

#include "core/carrier.h"

#include <jansson.h>
#include <stddef.h>

enum purpose { PURPOSE_SCHEDULE, PURPOSE_ONLINE_INTERVIEW, PURPOSE_INTEREST_CHECK, PURPOSE_ASSESSMENT_REMINDER, PURPOSE_END };

/* "SCHEDULE" …; and back, -1 when the text is none of them. */
const char *purpose_name(enum purpose p);
int purpose_from(const char *name);

/* Whether the name is SCHEDULE or ONLINE_INTERVIEW: such campaigns offer the times they were given. */
bool purpose_offers_times(const char *name);

/* Whether the name is ASSESSMENT_REMINDER: such campaigns know assessments, their delay and their submissions. */
bool purpose_reminds(const char *name);

struct question {
	char *text;		     /* as it is spoken, choices included */
	char *asked;		     /* the question alone, */
	char *labels[ORDER_OPTIONS]; /* and what each option is called */
	struct call_option options[ORDER_OPTIONS];
	int n_options;
};

struct questions {
	struct question list[ORDER_QUESTIONS];
	int n;
};

/* From a campaign's stored questions, which have passed questions_check(). Freed with questions_clear(). */
void questions_make(struct questions *out, enum purpose purpose, const json_t *asked);
void questions_clear(struct questions *q);

/* "Interested", "NotInterested", "OptedOut", "Neutral"; NULL for none. */
const char *answer_name(enum answer a);

#define QUESTION_LABEL_PERSON  "a person, please"
#define QUESTION_LABEL_OPT_OUT "never call again"
#define QUESTION_LABEL_NO_TIME "none of these times"

/* To who wants a person who is not to be had. */
#define QUESTION_PERSON_NOTED "Thank you. We have noted that you would like to speak with a person."

/*
 * Times to choose from: "Please choose a time for …", "For Tuesday, June second, at ten A M, press 1.", and so on. All are
 * freed with g_free(). `n` is how many there are; the digit behind theirs refuses them all.
 */
char *times_asked(enum purpose p); /* the question alone */
char *times_intro(enum purpose p, const char *zone);
char *times_offer(const char *zone, int64_t at, int digit);
char *times_none(int n);
char *times_booked(const char *zone, int64_t at, const char *location); /* "" or NULL: no place is said */
char *times_taken(void);
char *times_gone(void);
char *times_noted(void);

/*
 * Whether the array can be asked. True, or false with the path of the first fault ("1.options.0.digit") and a
 * sentence about it, label included. QUESTIONS_PATH_SIZE and QUESTIONS_WHY_SIZE hold most of them whole.
 */
enum { QUESTIONS_PATH_SIZE = 128,
       QUESTIONS_WHY_SIZE = 400 };
bool questions_check(const json_t *asked, char *path, size_t path_size, char *why, size_t why_size);
