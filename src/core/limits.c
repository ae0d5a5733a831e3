#include "core/limits.h"

#include <glib.h>
#include <string.h>

enum { DAY_MIN = 1440, COUNT_MAX = 100000000, KEEP_LEAST = 31, KEEP_MOST = 36500 };

static const char all_day[] = "00:00-24:00";

/* "rules", "rules 09:00-17:00" (the rules, and within these), "09:00-17:00" (instead of them). */
static int set_hours(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p)
{
	bool by_rules = g_str_has_prefix(value, "rules") && (!value[5] || value[5] == ' ');
	const char *hours = by_rules ? value + 5 + strspn(value + 5, " ") : value;
	struct problem why = { 0 };

	(void)offset;
	if (hours_parse(name, hours[0] ? hours : all_day, &l->hours, &why) != 0)
		return problem_set(p, PROBLEM_INVALID,
				   "%s is \"%s\", but must be rules, hours such as 09:00-17:00 (instead of the rules), or both "
				   "(rules 09:00-17:00)", name, value);
	l->hours_by_rules = by_rules;
	return 0;
}

static int set_day(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p)
{
	static const char *const words[] = { [DAY_BY_RULES] = "rules", [DAY_CLOSED] = "closed", [DAY_OPEN] = "open" };

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(words[i], value) == 0) {
			*(enum day_rule *)(void *)((char *)l + offset) = (enum day_rule)i;
			return 0;
		}
	return problem_set(p, PROBLEM_INVALID, "%s is \"%s\", but must be rules, closed or open", name, value);
}

static int set_count(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p)
{
	gint64 n;

	if (!g_ascii_string_to_signed(value, 10, 0, COUNT_MAX, &n, NULL))
		return problem_set(p, PROBLEM_INVALID, "%s is \"%s\", but must be a number from 0 (no limit) to %d", name,
				   value, COUNT_MAX);
	*(int64_t *)(void *)((char *)l + offset) = n;
	return 0;
}

static int set_allowed(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p)
{
	bool allowed = strcmp(value, "allowed") == 0;

	if (!allowed && strcmp(value, "never") != 0)
		return problem_set(p, PROBLEM_INVALID, "%s is \"%s\", but must be never or allowed", name, value);
	*(bool *)((char *)l + offset) = allowed;
	return 0;
}

static int set_consent(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p)
{
	bool required = strcmp(value, "required") == 0;

	if (!required && strcmp(value, "attested") != 0)
		return problem_set(p, PROBLEM_INVALID, "%s is \"%s\", but must be attested or required", name, value);
	*(bool *)((char *)l + offset) = required;
	return 0;
}

/* What the limits on calls in 30 days look back at must still be there. */
static int set_days(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p)
{
	gint64 n;

	if (!g_ascii_string_to_signed(value, 10, 0, KEEP_MOST, &n, NULL) || (n > 0 && n < KEEP_LEAST))
		return problem_set(p, PROBLEM_INVALID, "%s is \"%s\", but must be a number of days from %d to %d, or 0 (until "
				   "the person is erased)", name, value, KEEP_LEAST, KEEP_MOST);
	*(int64_t *)(void *)((char *)l + offset) = n;
	return 0;
}

static int set_voicemail(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p)
{
	bool leave = strcmp(value, VOICEMAIL_LEAVE) == 0;

	if (!leave && strcmp(value, VOICEMAIL_HANG_UP) != 0)
		return problem_set(p, PROBLEM_INVALID, "%s is \"%s\", but must be leave or hang_up", name, value);
	*(bool *)((char *)l + offset) = leave;
	return 0;
}

/* "own", "all", "US,CA", "own,GB" */
static int set_countries(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p)
{
	g_auto(GStrv) words = g_strsplit(value, ",", -1);

	(void)offset;
	l->all_countries = l->own_country = false;
	l->n_countries = 0;
	for (char **w = words; *w; w++) {
		const char *code = g_strstrip(*w);

		if (strcmp(code, "own") == 0)
			l->own_country = true;
		else if (strcmp(code, "all") == 0)
			l->all_countries = true;
		else if (strlen(code) == 2 && g_ascii_isupper(code[0]) && g_ascii_isupper(code[1]) &&
			 l->n_countries < LIMIT_COUNTRIES)
			g_strlcpy(l->country[l->n_countries++], code, sizeof(l->country[0]));
		else
			return problem_set(p, PROBLEM_INVALID,
					   "%s is \"%s\", but must be own, all, or two-letter codes with commas between "
					   "(own,CA)", name, value);
	}
	return 0;
}

/* "https://tests.example.com/start?testId={testId}" */
static int set_link(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p)
{
	bool address = g_str_has_prefix(value, "https://") || g_str_has_prefix(value, "http://");

	(void)offset;
	if (value[0] && (!address || !strstr(value, "{testId}") || value[strcspn(value, " \t\r\n\"<>")] ||
			 strlen(value) >= LIMIT_LINK))
		return problem_set(p, PROBLEM_INVALID,
				   "%s is \"%s\", but must be an address with {testId} in it, such as "
				   "https://tests.example.com/start?testId={testId}", name, value);
	g_strlcpy(l->assessment_link, value, sizeof(l->assessment_link));
	return 0;
}

static int set_name(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p)
{
	size_t n = strlen(value);

	if (n >= LIMIT_NAME || n != strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"))
		return problem_set(p, PROBLEM_INVALID, "%s is \"%s\", but must be auto, scripted or a provider's name", name,
				   value);
	g_strlcpy((char *)l + offset, value, LIMIT_NAME);
	return 0;
}

static int set_switch(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p)
{
	bool on = strcmp(value, "on") == 0;

	if (!on && strcmp(value, "off") != 0)
		return problem_set(p, PROBLEM_INVALID, "%s is \"%s\", but must be on or off", name, value);
	*(bool *)((char *)l + offset) = on;
	return 0;
}

static int set_words(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p)
{
	char why[PREAMBLE_WHY_SIZE];

	if (!preamble_check(value, why))
		return problem_set(p, PROBLEM_INVALID, "%s %s", name, why);
	g_strlcpy((char *)l + offset, value, PREAMBLE_MAX + 1);
	return 0;
}

/* "none", or digits behind a plus: no country is known here that could complete it. */
static int set_number(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p)
{
	size_t digits = value[0] == '+' ? strspn(value + 1, "0123456789") : 0;
	bool none = strcmp(value, "none") == 0;

	if (!none && (digits < 7 || digits > 15 || value[1 + digits] || value[1] == '0'))
		return problem_set(p, PROBLEM_INVALID, "%s is \"%s\", but must be a number such as +15550100199, or none",
				   name, value);
	g_strlcpy((char *)l + offset, none ? "" : value, LIMIT_TEXT);
	return 0;
}

/* A word as voices and languages have for names. */
static int set_word(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	size_t n = strspn(value, allowed);

	if (value[n] || n >= LIMIT_TEXT || value[0] == '-')
		return problem_set(p, PROBLEM_INVALID, "%s is \"%s\", but must be letters, digits, '.', '_' and '-'", name,
				   value);
	g_strlcpy((char *)l + offset, value, LIMIT_TEXT);
	return 0;
}

typedef int set_fn(struct limits *l, size_t offset, const char *name, const char *value, struct problem *p);

#define AT(member) offsetof(struct limits, member)

static const struct row {
	struct limit shown;
	set_fn *set;
	size_t offset;
} rows[] = {
	{ { "calling_hours", "rules", all_day,
	    "rules (by country and state, in the person's zone), hours instead of them (09:00-17:00), or both "
	    "(rules 09:00-17:00)" },
	  set_hours, 0 },
	{ { "sundays", "rules", "rules", "rules, closed or open" }, set_day, AT(sundays) },
	{ { "holidays", "rules", "rules", "rules, closed or open" }, set_day, AT(holidays) },
	{ { "person_calls_per_day", "3", "0", "calls to one person in 24 hours, all campaigns together; 0 is no limit" },
	  set_count, AT(person_calls_per_day) },
	{ { "person_calls_per_30_days", "10", "0", "the same in 30 days" }, set_count, AT(person_calls_per_30_days) },
	{ { "attempts_per_lead", "0", "0", "calls to one person for one campaign; 0: as many as its schedule has" },
	  set_count, AT(attempts_per_lead) },
	{ { "countries", "own", "all", "own, all, or two-letter codes with commas between: where may be called" },
	  set_countries, 0 },
	{ { "premium_numbers", "never", "never", "never or allowed: numbers that cost the caller extra" },
	  set_allowed, AT(premium) },
	{ { "satellite_numbers", "never", "never", "never or allowed" }, set_allowed, AT(satellite) },
	{ { "consent", "attested", "attested",
	    "attested (you answer for it that people agreed to be called) or required (nobody is called or texted without "
	    "consent of their own on record)" },
	  set_consent, AT(consent_required) },
	{ { "calls_per_day", "50000", "0", "calls of the whole workspace a day (UTC); 0 is no limit" }, set_count,
	  AT(calls_per_day) },
	{ { "minutes_per_day", "50000", "0", "minutes of talk of the whole workspace a day (UTC); 0 is no limit" },
	  set_count, AT(minutes_per_day) },
	{ { "voicemail", VOICEMAIL_HANG_UP, VOICEMAIL_HANG_UP,
	    "leave (a message after the tone: the opening, and the number to call back) or hang_up; campaigns may differ" },
	  set_voicemail, AT(leave_message) },
	{ { "ai_provider", "auto", "scripted",
	    "who speaks in AI calls: a provider's name, auto (the first there is), or scripted (the sandbox's agent, test "
	    "only)" },
	  set_name, AT(ai_provider) },
	{ { "ai_cost_per_campaign", "50000", "50000",
	    "what the AI calls of one campaign may cost, in cents of your currency; 0 is no limit" },
	  set_count, AT(ai_cost_campaign) },
	{ { "ai_cost_per_day", "10000", "10000", "the same for the whole workspace a day (UTC)" }, set_count,
	  AT(ai_cost_day) },
	{ { "transcript_days", "0", "0", "how long transcripts of AI calls are kept; 0: they are not" }, set_count,
	  AT(transcript_days) },
	{ { "preamble", "on", "off", "on or off: calls begin with who calls, that it is a machine, and how to opt out" },
	  set_switch, AT(spoken.preamble) },
	{ { "preamble_words", "", "", "its words, with {{companyName}} and {{callbackNumber}}; empty: the usual ones" },
	  set_words, AT(spoken.words) },
	{ { "callback_number", "none", "none", "the number it tells people to call back; none: the one that calls" },
	  set_number, AT(spoken.callback) },
	{ { "person_number", "none", "none", "where 0 puts people through, unless their site says another; none: the wish "
					     "is noted" },
	  set_number, AT(spoken.person) },
	{ { "voice", "", "", "who speaks: a flite voice, or one the server's voice command knows; empty: the server's" },
	  set_word, AT(spoken.voice) },
	{ { "language", "en", "en", "what is spoken, such as en or de-CH; flite knows English only" },
	  set_word, AT(spoken.language) },
	{ { "person_texts_per_day", "3", "0", "texts to one person in 24 hours, all campaigns together; 0 is no limit" },
	  set_count, AT(person_texts_per_day) },
	{ { "person_texts_per_30_days", "10", "0", "the same in 30 days" }, set_count, AT(person_texts_per_30_days) },
	{ { "texts_per_day", "50000", "0", "texts of the whole workspace a day (UTC); 0 is no limit" }, set_count,
	  AT(texts_per_day) },
	{ { "keep_calls_days", "730", "730",
	    "how long number, keys pressed and Call-ID of a call are kept, 31 or more; 0: until the person is erased" },
	  set_days, AT(keep.calls) },
	{ { "keep_messages_days", "365", "365", "the same of number and words of a text" }, set_days, AT(keep.messages) },
	{ { "keep_events_days", "365", "365", "the same of what events tell of a person's calls and texts" }, set_days,
	  AT(keep.events) },
	{ { "keep_log_days", "1825", "1825", "the same of what the log tells of consent and opt-outs" }, set_days,
	  AT(keep.log) },
	{ { "keep_deliveries_days", "31", "31", "the same of what webhooks' endpoints answered" }, set_days,
	  AT(keep.deliveries) },
	{ { "keep_people_days", "0", "0",
	    "when people of whom nothing is planned and nothing has been heard for so long are erased, 31 or more; 0: never" },
	  set_days, AT(keep.people) },
	{ { "assessment_link", "", "", "the link texts hold when an assessment's event brought none, with {testId} in it" },
	  set_link, 0 },
};

const struct limit *limit_at(size_t i)
{
	return i < G_N_ELEMENTS(rows) ? &rows[i].shown : NULL;
}

static int set(struct limits *l, bool live, const struct row *r, const char *value, struct problem *p)
{
	if (!value[0])
		value = live ? r->shown.live : r->shown.test;
	return r->set(l, r->offset, r->shown.name, value, p);
}

void limits_init(struct limits *l, bool live)
{
	struct problem unused = { 0 };

	memset(l, 0, sizeof(*l));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		set(l, live, &rows[i], "", &unused);
}

int limits_set(struct limits *l, bool live, const char *name, const char *value, struct problem *p)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (strcmp(rows[i].shown.name, name) == 0)
			return set(l, live, &rows[i], value, p);
	return problem_set(p, PROBLEM_INVALID, "there is no setting %s", name);
}
