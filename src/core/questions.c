#include "core/questions.h"

#include "core/spoken_time.h"
#include "core/template.h"

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

#define KEYS_HINT "For a person, press 0. To never be called again, press 9."

enum { TEXT_MAX = 500,
       LABEL_MAX = 100 }; /* characters: what one prompt says must fit into SPOKEN_TEXT_MAX */

/* What an option's outcome is called: as it is sent, and as the API shows it. */
static const struct {
	const char *name, *shown;
	enum answer answer;
} outcomes[] = {
	{ "interested", "Interested", ANSWER_INTERESTED },
	{ "not_interested", "NotInterested", ANSWER_NOT_INTERESTED },
	{ "opt_out", "OptedOut", ANSWER_OPT_OUT },
	{ "neutral", "Neutral", ANSWER_NEUTRAL },
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

bool purpose_offers_times(const char *name)
{
	return strcmp(name, purposes[PURPOSE_SCHEDULE]) == 0 || strcmp(name, purposes[PURPOSE_ONLINE_INTERVIEW]) == 0;
}

static int answer_from(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(outcomes); i++)
		if (strcmp(outcomes[i].name, name) == 0 || strcmp(outcomes[i].shown, name) == 0)
			return (int)outcomes[i].answer;
	return -1;
}

const char *answer_name(enum answer a)
{
	for (size_t i = 0; i < G_N_ELEMENTS(outcomes); i++)
		if (outcomes[i].answer == a)
			return outcomes[i].shown;
	return NULL;
}

/* ---- making ---- */

/* '1' to '8' of "3" or 3; 0 for anything else. */
static char digit_of(const json_t *digit)
{
	const char *text = json_string_value(digit);
	json_int_t n = json_integer_value(digit);

	if (text && text[0] >= '1' && text[0] <= '8' && !text[1])
		return text[0];
	return n >= 1 && n <= 8 ? (char)('0' + n) : 0;
}

static void two_choices(struct question *q, const char *text, const char *one, const char *two)
{
	q->asked = g_strdup(text);
	q->labels[0] = g_strdup("yes");
	q->labels[1] = g_strdup("no");
	q->text = g_strdup_printf("%s Press 1 %s. Press 2 %s. " KEYS_HINT, text, one, two);
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
	q->asked = g_strdup(text);
	json_array_foreach(options, i, option) {
		char digit = digit_of(json_object_get(option, "digit"));
		const char *label = json_string_value(json_object_get(option, "label"));
		const char *outcome = json_string_value(json_object_get(option, "outcome"));

		g_string_append_printf(spoken, " For %s, press %c.", label, digit);
		q->labels[q->n_options] = g_strdup(label);
		q->options[q->n_options++] = (struct call_option){
			digit, outcome ? (enum answer)answer_from(outcome) : ANSWER_NEUTRAL
		};
	}
	g_string_append(spoken, " " KEYS_HINT);
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
	for (int i = 0; i < q->n; i++) {
		g_free(q->list[i].text);
		g_free(q->list[i].asked);
		for (int o = 0; o < q->list[i].n_options; o++)
			g_free(q->list[i].labels[o]);
	}
	q->n = 0;
}

/* ---- times ---- */

static const char *occasion(enum purpose p)
{
	return p == PURPOSE_ONLINE_INTERVIEW ? "online interview" : "appointment";
}

char *times_asked(enum purpose p)
{
	return g_strdup_printf("Please choose a time for your %s.", occasion(p));
}

char *times_intro(enum purpose p, const char *zone)
{
	char place[SPOKEN_ZONE_SIZE];

	return g_strdup_printf("Please choose a time for your %s. All times are %s.", occasion(p),
			       spoken_zone(zone, place));
}

char *times_offer(const char *zone, int64_t at, int digit)
{
	char time[SPOKEN_TIME_SIZE];

	return g_strdup_printf("For %s, press %d.", spoken_time(zone, at, time), digit);
}

char *times_none(int n)
{
	return g_strdup_printf("If %s, press %d. " KEYS_HINT,
			       n == 1 ? "this time does not suit you" : "none of these times suits you", n + 1);
}

char *times_booked(const char *zone, int64_t at, const char *location)
{
	char time[SPOKEN_TIME_SIZE], place[SPOKEN_ZONE_SIZE];
	bool where = location && location[0];

	return g_strdup_printf("You are booked for %s, %s.%s%s%s", spoken_time(zone, at, time),
			       spoken_zone(zone, place), where ? " The place is " : "", where ? location : "",
			       where ? "." : "");
}

char *times_taken(void)
{
	return g_strdup("I am sorry, that time has just been taken.");
}

char *times_gone(void)
{
	return g_strdup("I am sorry, the last of these times has just been taken. We will get in touch with you about "
			"another one.");
}

char *times_noted(void)
{
	return g_strdup("Thank you for your choice. We will confirm your time.");
}

/* ---- checking ---- */

struct fault_out {
	char *path, *why;
	size_t path_size, why_size;
};

static bool fault(struct fault_out *f, const char *why, const char *path_fmt, ...) G_GNUC_PRINTF(3, 4);

/* A key is as long as its sender likes: what did not fit ends with a whole character. */
static void end_whole(char *text)
{
	const char *end;

	g_utf8_validate(text, -1, &end);
	text[end - text] = 0;
}

static bool fault(struct fault_out *f, const char *why, const char *path_fmt, ...)
{
	va_list ap;

	va_start(ap, path_fmt);
	g_vsnprintf(f->path, f->path_size, path_fmt, ap);
	va_end(ap);
	g_strlcpy(f->why, why, f->why_size);
	end_whole(f->path);
	end_whole(f->why);
	return false;
}

static size_t utf16_length(const char *s)
{
	size_t n = 0;

	for (; *s; s = g_utf8_next_char(s))
		n += g_utf8_get_char(s) > 0xffff ? 2 : 1;
	return n;
}

/* What is spoken of an object's member, or of an element (`key` NULL): there, not too long, with known fields. */
static bool check_text(struct fault_out *f, const json_t *v, const char *label, size_t most, const char *path)
{
	char why[TEMPLATE_WHY_SIZE], whole[TEMPLATE_WHY_SIZE + 32];
	const char *text = json_string_value(v);

	if (!v)
		g_strlcpy(why, "is required", sizeof(why));
	else if (!text)
		g_strlcpy(why, "must be a string", sizeof(why));
	else if (!text[0])
		g_strlcpy(why, "is not allowed to be empty", sizeof(why));
	else if (utf16_length(text) > most)
		g_snprintf(why, sizeof(why), "length must be less than or equal to %zu characters long", most);
	else if (template_check(text, TEMPLATE_SPOKEN, why))
		return true;
	g_snprintf(whole, sizeof(whole), "\"%s\" %s", label, why);
	return fault(f, whole, "%s", path);
}

/* The first key that is none of `known`, which ends with NULL. */
static const char *stranger(const json_t *object, const char *const *known)
{
	for (void *it = json_object_iter((json_t *)object); it; it = json_object_iter_next((json_t *)object, it))
		if (!g_strv_contains(known, json_object_iter_key(it)))
			return json_object_iter_key(it);
	return NULL;
}

static bool check_keys(struct fault_out *f, const json_t *object, const char *const *known, const char *path)
{
	const char *key = stranger(object, known);
	g_autofree char *why = key ? g_strdup_printf("\"%s\" is not allowed", key) : NULL;

	return key ? fault(f, why, "%s.%s", path, key) : true;
}

static bool check_option(struct fault_out *f, const char *path, const json_t *option, size_t o, unsigned *taken)
{
	static const char *const keys[] = { "digit", "label", "outcome", NULL };
	const json_t *outcome = json_object_get(option, "outcome");
	char digit = digit_of(json_object_get(option, "digit")), label_path[64], why[64];

	g_snprintf(label_path, sizeof(label_path), "%s.label", path);
	if (!json_is_object(option)) {
		g_snprintf(why, sizeof(why), "\"[%zu]\" must be of type object", o);
		return fault(f, why, "%s", path);
	}
	if (!digit)
		return fault(f, "\"digit\" must be one of [1, 2, 3, 4, 5, 6, 7, 8]", "%s.digit", path);
	if (*taken & (1u << (digit - '0')))
		return fault(f, "\"digit\" contains a duplicate value", "%s.digit", path);
	*taken |= 1u << (digit - '0');
	if (!check_text(f, json_object_get(option, "label"), "label", LABEL_MAX, label_path))
		return false;
	if (outcome && (!json_is_string(outcome) || answer_from(json_string_value(outcome)) < 0))
		return fault(f, "\"outcome\" must be one of [interested, not_interested, opt_out, neutral]", "%s.outcome",
			     path);
	return check_keys(f, option, keys, path);
}

static bool check_question(struct fault_out *f, size_t i, const json_t *item)
{
	static const char *const keys[] = { "text", "options", NULL };
	const json_t *options = json_object_get(item, "options"), *option;
	char path[64], label[32];
	unsigned taken = 0;
	size_t o;

	g_snprintf(path, sizeof(path), "%zu", i);
	g_snprintf(label, sizeof(label), "[%zu]", i);
	if (json_is_string(item))
		return check_text(f, item, label, TEXT_MAX, path);
	if (!json_is_object(item)) {
		g_autofree char *why = g_strdup_printf("\"%s\" must be one of [string, object]", label);

		return fault(f, why, "%s", path);
	}
	g_strlcat(path, ".text", sizeof(path));
	if (!check_text(f, json_object_get(item, "text"), "text", TEXT_MAX, path))
		return false;
	if (options && !json_is_array(options))
		return fault(f, "\"options\" must be an array", "%zu.options", i);
	json_array_foreach(options, o, option) {
		g_snprintf(path, sizeof(path), "%zu.options.%zu", i, o);
		if (!check_option(f, path, option, o, &taken))
			return false;
	}
	g_snprintf(path, sizeof(path), "%zu", i);
	return check_keys(f, item, keys, path);
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
