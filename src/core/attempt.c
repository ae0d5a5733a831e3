#include "core/attempt.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TO(s) (1u << ATTEMPT_##s)

static const struct {
	const char *name;
	uint32_t next;
} states[ATTEMPT_STATE_END] = {
	[ATTEMPT_READY] = { "ready", TO(CLAIMED) | TO(SKIPPED) },
	[ATTEMPT_CLAIMED] = { "claimed", TO(READY) | TO(DIALLING) | TO(SKIPPED) },
	[ATTEMPT_DIALLING] = { "dialling", TO(RINGING) | TO(ANSWERED) | TO(ENDED) | TO(UNKNOWN) },
	[ATTEMPT_RINGING] = { "ringing", TO(ANSWERED) | TO(ENDED) | TO(UNKNOWN) },
	[ATTEMPT_ANSWERED] = { "answered", TO(ENDED) | TO(UNKNOWN) },
	[ATTEMPT_ENDED] = { "ended", 0 },
	[ATTEMPT_UNKNOWN] = { "unknown", TO(ENDED) },
	[ATTEMPT_SKIPPED] = { "skipped", 0 },
};

static const struct outcome_rule outcomes[OUTCOME_END] = {
	[OUTCOME_ANSWERED_DIGIT] = { "answered", REACH_PERSON, false },
	[OUTCOME_ANSWERED_SILENT] = { "answered_silent", REACH_PERSON, false },
	[OUTCOME_HUNG_UP] = { "hung_up", REACH_PERSON, false },
	[OUTCOME_BUSY] = { "busy", REACH_NOBODY, false },
	[OUTCOME_DECLINED] = { "declined", REACH_NOBODY, false },
	[OUTCOME_NO_ANSWER] = { "no_answer", REACH_NOBODY, false },
	[OUTCOME_UNKNOWN_NUMBER] = { "unknown_number", REACH_NOBODY, false },
	[OUTCOME_CARRIER_FAILURE] = { "carrier_failure", REACH_NOT_DONE, true, true },
	[OUTCOME_NO_RESPONSE] = { "no_response", REACH_NOT_DONE, true },
	[OUTCOME_NEVER_SENT] = { "never_sent", REACH_NOT_DONE, false, true },
	[OUTCOME_CANCELLED] = { "cancelled", REACH_UNSURE, false },
	[OUTCOME_UNKNOWN] = { "unknown", REACH_UNSURE, true },
	[OUTCOME_MEDIA_TIMEOUT] = { "media_timeout", REACH_PERSON, false },
	[OUTCOME_NO_MEDIA] = { "no_media", REACH_PERSON, false },
	[OUTCOME_VOICEMAIL] = { "voicemail", REACH_NOBODY, false },
	[OUTCOME_SCREENED] = { "screened", REACH_PERSON, false },
	[OUTCOME_ANNOUNCEMENT] = { "announcement", REACH_NOBODY, false },
};

const char *attempt_state_name(enum attempt_state s)
{
	assert(s > 0 && s < ATTEMPT_STATE_END);
	return states[s].name;
}

bool attempt_may(enum attempt_state from, enum attempt_state to)
{
	assert(from > 0 && from < ATTEMPT_STATE_END && to > 0 && to < ATTEMPT_STATE_END);
	return states[from].next & (1u << to);
}

bool attempt_terminal(enum attempt_state s)
{
	assert(s > 0 && s < ATTEMPT_STATE_END);
	return s >= ATTEMPT_ENDED;
}

int outcome_named(const char *name)
{
	for (int o = OUTCOME_NONE + 1; name && o < OUTCOME_END; o++)
		if (strcmp(name, outcomes[o].name) == 0)
			return o;
	return OUTCOME_NONE;
}

const struct outcome_rule *outcome_rule(enum outcome o)
{
	assert(o > OUTCOME_NONE && o < OUTCOME_END);
	return &outcomes[o];
}

const char *person_wish_name(enum person_wish p)
{
	switch (p) {
	case PERSON_NOTED: return "Noted";
	case PERSON_PUT_THROUGH: return "PutThrough";
	case PERSON_NOT_ASKED: break;
	}
	return NULL;
}

const char *who_name(enum who w)
{
	static const char *const names[WHO_END] = {
		[WHO_UNSURE] = "unsure",
		[WHO_HUMAN] = "human",
		[WHO_VOICEMAIL] = "voicemail",
		[WHO_SCREENING] = "screening",
		[WHO_ANNOUNCEMENT] = "announcement",
	};

	assert(w >= 0 && w < WHO_END);
	return names[w];
}
