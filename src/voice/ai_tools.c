#include "voice/ai_tools.h"

#include "core/when.h"

#include <glib.h>
#include <string.h>

static const char outcome_interested[] = "interested", outcome_not[] = "not_interested", outcome_neutral[] = "undecided";

static bool fail(char why[AI_TOOL_WHY], const char *fmt, ...) G_GNUC_PRINTF(2, 3);

static bool fail(char why[AI_TOOL_WHY], const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	g_vsnprintf(why, AI_TOOL_WHY, fmt, args);
	va_end(args);
	return false;
}

/* ---- each tool: what it takes, and how that is read ---- */

static bool read_answer(const struct ai_brief *b, const json_t *args, int64_t now, struct ai_wish *w, char *why)
{
	json_int_t question = json_integer_value(json_object_get(args, "question"));
	const char *choice = json_string_value(json_object_get(args, "choice"));

	(void)now;
	if (question < 1 || question > b->n_questions)
		return fail(why, "question must be a whole number from 1 to %d", b->n_questions);
	w->question = (int)question - 1;
	for (int i = 0; choice && choice[0] && !choice[1] && i < b->n_options[w->question]; i++) {
		const struct call_option *o = &b->options[w->question][i];

		if (o->digit != choice[0])
			continue;
		w->digit = o->digit;
		w->answer = o->answer;
		return true;
	}
	return fail(why, "choice must be the digit of one of the options of question %d", w->question + 1);
}

static bool read_outcome(const struct ai_brief *b, const json_t *args, int64_t now, struct ai_wish *w, char *why)
{
	const char *outcome = json_string_value(json_object_get(args, "outcome"));

	(void)b, (void)now;
	if (g_strcmp0(outcome, outcome_interested) == 0)
		w->answer = ANSWER_INTERESTED;
	else if (g_strcmp0(outcome, outcome_not) == 0)
		w->answer = ANSWER_NOT_INTERESTED;
	else if (g_strcmp0(outcome, outcome_neutral) == 0)
		w->answer = ANSWER_NEUTRAL;
	else
		return fail(why, "outcome must be %s, %s or %s", outcome_interested, outcome_not, outcome_neutral);
	return true;
}

static bool read_callback(const struct ai_brief *b, const json_t *args, int64_t now, struct ai_wish *w, char *why)
{
	const char *at = json_string_value(json_object_get(args, "at"));
	struct when when = { .kind = WHEN_NOTHING };

	if (!at || when_parse(at, &when) != 0 || (when.kind != WHEN_INSTANT && when.kind != WHEN_WALL))
		return fail(why, "at must be a date and time such as 2026-03-31T15:30:00");
	w->at = when.kind == WHEN_INSTANT ? when.utc_ms : zone_to_utc_ms(b->zone, &when.wall);
	if (w->at < now + AI_CALLBACK_SOONEST_MS || w->at > now + AI_CALLBACK_LATEST_MS)
		return fail(why, "at must be between five minutes and 30 days from now");
	return true;
}

static bool read_nothing(const struct ai_brief *b, const json_t *args, int64_t now, struct ai_wish *w, char *why)
{
	(void)b, (void)args, (void)now, (void)w, (void)why;
	return true;
}

static const struct {
	const char *name, *doc, *takes; /* a JSON schema's properties; all are required */
	bool (*read)(const struct ai_brief *b, const json_t *args, int64_t now, struct ai_wish *w, char *why);
} tools[AI_TOOLS] = {
	[AI_TOOL_RECORD_ANSWER] = {
		"record_answer", "Notes the person's answer to one of the numbered questions. Call it for every answer.",
		"{\"question\":{\"type\":\"integer\",\"description\":\"the number of the question\"},"
		"\"choice\":{\"type\":\"string\",\"description\":\"the digit of the option that was chosen\"}}", read_answer },
	[AI_TOOL_SET_OUTCOME] = {
		"set_outcome", "Notes whether the person is interested, once that is clear.",
		"{\"outcome\":{\"type\":\"string\",\"enum\":[\"interested\",\"not_interested\",\"undecided\"]}}",
		read_outcome },
	[AI_TOOL_SCHEDULE_CALLBACK] = {
		"schedule_callback", "The person asks to be called again at another time.",
		"{\"at\":{\"type\":\"string\",\"description\":\"when, in the person's local time, such as "
		"2026-03-31T15:30:00\"}}", read_callback },
	[AI_TOOL_OPT_OUT] = {
		"opt_out", "The person does not want to be called ever again. It ends the call.", "{}", read_nothing },
	[AI_TOOL_END_CALL] = {
		"end_call", "Ends the call when everything is said. A farewell is played for you.", "{}", read_nothing },
};

json_t *ai_tool_schema(const struct ai_brief *b, enum ai_tool t)
{
	json_t *properties = json_loads(tools[t].takes, 0, NULL), *required = json_array();
	const char *key;
	json_t *value;

	(void)b;
	json_object_foreach(properties, key, value)
		json_array_append_new(required, json_string(key));
	return json_pack("{s:s,s:s,s:s,s:{s:s,s:o,s:o,s:b}}", "type", "function", "name", tools[t].name, "description",
			 tools[t].doc, "parameters", "type", "object", "properties", properties, "required", required,
			 "additionalProperties", 0);
}

/* The members must be those the tool takes, no more and no fewer. */
static bool has_members(enum ai_tool t, const json_t *args, char why[AI_TOOL_WHY])
{
	json_t *properties = json_loads(tools[t].takes, 0, NULL), *value;
	bool ok = true;
	const char *key;

	json_object_foreach(properties, key, value)
		if (ok && !json_object_get(args, key))
			ok = fail(why, "%s is missing", key);
	json_object_foreach((json_t *)args, key, value)
		if (ok && !json_object_get(properties, key))
			ok = fail(why, "%.40s is not something %s takes", key, tools[t].name);
	json_decref(properties);
	return ok;
}

bool ai_tool_read(const struct ai_brief *b, const char *name, const char *arguments, int64_t now_wall_ms,
		  struct ai_wish *out, char why[AI_TOOL_WHY])
{
	json_t *args;
	bool ok;
	int t = 0;

	while (t < AI_TOOLS && strcmp(tools[t].name, name) != 0)
		t++;
	if (t == AI_TOOLS)
		return fail(why, "there is no tool %.40s", name);
	args = json_loads(arguments[0] ? arguments : "{}", JSON_REJECT_DUPLICATES, NULL);
	*out = (struct ai_wish){ .tool = (enum ai_tool)t };
	ok = json_is_object(args) ? has_members(out->tool, args, why) && tools[t].read(b, args, now_wall_ms, out, why) :
				    fail(why, "the arguments must be a JSON object");
	json_decref(args);
	return ok;
}
