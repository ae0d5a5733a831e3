#include "core/questions.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

static const char *const purposes[PURPOSE_END] = {
	[PURPOSE_SCHEDULE] = "SCHEDULE",
	[PURPOSE_ONLINE_INTERVIEW] = "ONLINE_INTERVIEW",
	[PURPOSE_INTEREST_CHECK] = "INTEREST_CHECK",
	[PURPOSE_ASSESSMENT_REMINDER] = "ASSESSMENT_REMINDER",
};

/* Asked when a campaign brings no questions of its own. */
static const struct {
	const char *text, *one, *two;
} defaults[PURPOSE_END] = {
	[PURPOSE_SCHEDULE] = { "Would you like to arrange an appointment?", "if you would", "if you would not" },
	[PURPOSE_ONLINE_INTERVIEW] = { "Would you like to arrange an online interview?", "if you would",
				       "if you would not" },
	[PURPOSE_INTEREST_CHECK] = { "Are you interested?", "if you are interested", "if you are not interested" },
	[PURPOSE_ASSESSMENT_REMINDER] = { "Shall we send you the link to the assessment?", "to be sent the link",
					  "if you are not interested" },
};

#define OPT_OUT_HINT "To never be called again, press 9."

static const struct {
	const char *name;
	enum answer answer;
} outcomes[] = {
	{ "interested", ANSWER_INTERESTED },
	{ "not_interested", ANSWER_NOT_INTERESTED },
	{ "opt_out", ANSWER_OPT_OUT },
	{ "neutral", ANSWER_NEUTRAL },
};

const char *purpose_name(enum purpose p)
{
	return purposes[p];
}

int purpose_from(const char *name)
{
	for (int i = 0; i < PURPOSE_END; i++)
		if (strcmp(purposes[i], name) == 0)
			return i;
	return -1;
}

bool purpose_reminds(const char *name)
{
	return strcmp(name, purposes[PURPOSE_ASSESSMENT_REMINDER]) == 0;
}

static int answer_from(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(outcomes); i++)
		if (strcmp(outcomes[i].name, name) == 0)
			return (int)outcomes[i].answer;
	return -1;
}

static void two_choices(struct question *q, const char *text, const char *one, const char *two)
{
	q->text = g_strdup_printf("%s Press 1 %s. Press 2 %s. " OPT_OUT_HINT, text, one, two);
	q->options[0] = (struct call_option){ '1', ANSWER_INTERESTED };
	q->options[1] = (struct call_option){ '2', ANSWER_NOT_INTERESTED };
	q->n_options = 2;
}

static void from_object(struct question *q, const json_t *item)
{
	const json_t *options = json_object_get(item, "options");
	const char *text = json_string_value(json_object_get(item, "text"));
	g_autoptr(GString) spoken = g_string_new(text);
	const json_t *option;
	size_t i;

	if (json_array_size(options) == 0) {
		two_choices(q, text, "for yes", "for no");
		return;
	}
	json_array_foreach(options, i, option) {
		const char *digit = json_string_value(json_object_get(option, "digit"));
		const char *label = json_string_value(json_object_get(option, "label"));
		const char *outcome = json_string_value(json_object_get(option, "outcome"));

		g_string_append_printf(spoken, " For %s, press %s.", label, digit);
		q->options[q->n_options++] = (struct call_option){
			digit[0], outcome ? (enum answer)answer_from(outcome) : ANSWER_NEUTRAL };
	}
	g_string_append(spoken, " " OPT_OUT_HINT);
	q->text = g_strdup(spoken->str);
}

void questions_make(struct questions *out, enum purpose purpose, const json_t *asked)
{
	const json_t *item;
	size_t i;

	memset(out, 0, sizeof(*out));
	if (json_array_size(asked) == 0) {
		two_choices(&out->list[0], defaults[purpose].text, defaults[purpose].one, defaults[purpose].two);
		out->n = 1;
		return;
	}
	json_array_foreach(asked, i, item) {
		struct question *q = &out->list[out->n++];

		if (json_is_string(item))
			two_choices(q, json_string_value(item), "for yes", "for no");
		else
			from_object(q, item);
	}
}

void questions_clear(struct questions *q)
{
	for (int i = 0; i < q->n; i++)
		g_free(q->list[i].text);
	q->n = 0;
}

/* ---- checking ---- */

struct fault_out {
	char *path, *why;
	size_t path_size, why_size;
};

static bool fault(struct fault_out *f, const char *why, const char *path_fmt, ...) G_GNUC_PRINTF(3, 4);

static bool fault(struct fault_out *f, const char *why, const char *path_fmt, ...)
{
	va_list ap;

	va_start(ap, path_fmt);
	g_vsnprintf(f->path, f->path_size, path_fmt, ap);
	va_end(ap);
	g_strlcpy(f->why, why, f->why_size);
	return false;
}

static bool filled(const json_t *v)
{
	return json_string_length(v) > 0;
}

static bool check_option(struct fault_out *f, size_t q, size_t o, const json_t *option, unsigned *taken)
{
	const json_t *digit = json_object_get(option, "digit"), *outcome = json_object_get(option, "outcome");
	const char *d = json_string_value(digit);
	char why[64];

	if (!json_is_object(option)) {
		g_snprintf(why, sizeof(why), "\"[%zu]\" must be of type object", o);
		return fault(f, why, "%zu.options.%zu", q, o);
	}
	if (!d || strlen(d) != 1 || d[0] < '1' || d[0] > '8')
		return fault(f, "\"digit\" must be one of [1, 2, 3, 4, 5, 6, 7, 8]", "%zu.options.%zu.digit", q, o);
	if (*taken & (1u << (d[0] - '0')))
		return fault(f, "\"digit\" contains a duplicate value", "%zu.options.%zu.digit", q, o);
	*taken |= 1u << (d[0] - '0');
	if (!filled(json_object_get(option, "label")))
		return fault(f, "\"label\" is required", "%zu.options.%zu.label", q, o);
	if (outcome && (!json_is_string(outcome) || answer_from(json_string_value(outcome)) < 0))
		return fault(f, "\"outcome\" must be one of [interested, not_interested, opt_out, neutral]",
			     "%zu.options.%zu.outcome", q, o);
	return true;
}

static bool check_question(struct fault_out *f, size_t i, const json_t *item)
{
	const json_t *options = json_object_get(item, "options"), *option;
	unsigned taken = 0;
	char why[64];
	size_t o;

	if (json_is_string(item)) {
		g_snprintf(why, sizeof(why), "\"[%zu]\" is not allowed to be empty", i);
		return filled(item) ? true : fault(f, why, "%zu", i);
	}
	if (!json_is_object(item)) {
		g_snprintf(why, sizeof(why), "\"[%zu]\" must be one of [string, object]", i);
		return fault(f, why, "%zu", i);
	}
	if (!filled(json_object_get(item, "text")))
		return fault(f, "\"text\" is required", "%zu.text", i);
	if (options && !json_is_array(options))
		return fault(f, "\"options\" must be an array", "%zu.options", i);
	json_array_foreach(options, o, option)
		if (!check_option(f, i, o, option, &taken))
			return false;
	return true;
}

bool questions_check(const json_t *asked, char *path, size_t path_size, char *why, size_t why_size)
{
	struct fault_out f = { path, why, path_size, why_size };
	const json_t *item;
	size_t i;

	if (json_array_size(asked) > ORDER_QUESTIONS) {
		path[0] = 0;
		g_snprintf(why, why_size, "\"questions\" must contain less than or equal to %d items",
			   ORDER_QUESTIONS);
		return false;
	}
	json_array_foreach(asked, i, item)
		if (!check_question(&f, i, item))
			return false;
	return true;
}
