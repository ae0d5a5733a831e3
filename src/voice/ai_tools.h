/*
 * What a model may do in a call, as functions it can ask for. Its arguments are judged as strictly as a stranger's
 * request: unknown members, other types and values that are not on offer are refused with a sentence the model can read.
 *
 * No tool takes a person, a number or a campaign: all of them act on the call they come from and on nothing else. Pure.
 */
#pragma once

#include "voice/ai_brief.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum ai_tool {
	AI_TOOL_RECORD_ANSWER,
	AI_TOOL_SET_OUTCOME,
	AI_TOOL_SCHEDULE_CALLBACK,
	AI_TOOL_OPT_OUT,
	AI_TOOL_END_CALL,
	AI_TOOLS
};

enum {
	AI_TOOL_WHY = 256,
	AI_CALLBACK_SOONEST_MS = 5 * 60 * 1000,
};
#define AI_CALLBACK_LATEST_MS (INT64_C(30) * 24 * 3600 * 1000)

/* What a tool call asks for. */
struct ai_wish {
	enum ai_tool tool;
	int question;       /* RECORD_ANSWER: from 0 */
	char digit;         /* of its option */
	enum answer answer; /* RECORD_ANSWER: what the option means; SET_OUTCOME */
	int64_t at;         /* SCHEDULE_CALLBACK: epoch ms */
};

/* The tool's description for the provider. */
json_t *ai_tool_schema(const struct ai_brief *b, enum ai_tool t);

/* True with the wish; false with a sentence about what is wrong. */
bool ai_tool_read(const struct ai_brief *b, const char *name, const char *arguments, int64_t now_wall_ms,
		  struct ai_wish *out, char why[AI_TOOL_WHY]);
