/*
 * What a campaign asks: from its `questions` (or its purpose) to spoken text and what each key means. Pure.
 *
 * `questions` is a JSON array of strings or {"text", "options": [{"digit", "label", "outcome"}]}. Everywhere 9
 * means "never call again" and is understood by the IVR itself.
 */
#pragma once

#include "core/carrier.h"

#include <jansson.h>
#include <stddef.h>

enum purpose { PURPOSE_SCHEDULE, PURPOSE_ONLINE_INTERVIEW, PURPOSE_INTEREST_CHECK, PURPOSE_ASSESSMENT_REMINDER, PURPOSE_END };

/* "SCHEDULE" …; and back, -1 when the text is none of them. */
const char *purpose_name(enum purpose p);
int purpose_from(const char *name);

/* Whether the name is ASSESSMENT_REMINDER: such campaigns know assessments, their delay and their submissions. */
bool purpose_reminds(const char *name);

struct question {
	char *text; /* as it is spoken, choices included */
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

/*
 * Whether the array can be asked. True, or false with the path of the first fault ("1.options.0.digit") and a
 * sentence about it, label included.
 */
bool questions_check(const json_t *asked, char *path, size_t path_size, char *why, size_t why_size);
