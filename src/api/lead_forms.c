#include "api/lead_forms.h"

#include "api/lead_scan.h"
#include "api/validate.h"
#include "base/sheet.h"

#include <glib.h>
#include <string.h>

/* ---- rows, gathered ---- */

struct rows {
	struct arena *arena;
	struct arena *scratch; /* what the finding of one row's faults takes */
	GArray *leads;     /* struct lead_in */
	GPtrArray *faults;
	size_t most;
	int64_t now; /* wall clock: consent is of the past */
	const char *why;
};

static void rows_begin(struct rows *r, struct arena *a, size_t most, int64_t now)
{
	*r = (struct rows){ .arena = a, .scratch = arena_new(), .most = most, .now = now };
	r->leads = g_array_new(FALSE, FALSE, sizeof(struct lead_in));
	r->faults = g_ptr_array_new();
}

static bool rows_add(struct rows *r, const struct lead_in *l, const char *fault)
{
	if (r->leads->len == r->most) {
		r->why = arena_printf(r->arena, "must contain less than or equal to %zu rows", r->most);
		return false;
	}
	g_array_append_val(r->leads, *l);
	g_ptr_array_add(r->faults, (void *)fault);
	return true;
}

static struct lead_add_in *rows_end(struct rows *r, const char **why)
{
	struct lead_add_in *in = arena_alloc(r->arena, sizeof(*in));
	guint n = r->leads->len;
	struct lead_in *leads = arena_alloc(r->arena, n * sizeof(*leads));

	in->faults = arena_alloc(r->arena, n * sizeof(*in->faults));
	if (n) {
		memcpy(leads, r->leads->data, n * sizeof(*leads));
		memcpy(in->faults, r->faults->pdata, n * sizeof(*in->faults));
	}
	in->leads = (struct list_in){ .set = true, .n = n, .items = leads };
	if (!r->why && n == 0)
		r->why = "must contain at least 1 row";
	*why = r->why;
	arena_free(r->scratch);
	g_array_free(r->leads, TRUE);
	g_ptr_array_free(r->faults, TRUE);
	return r->why ? NULL : in;
}

enum { ROW_FAULTS = 5, CELL_SHOWN = 40 }; /* a row's reason stays short, whatever the row is like */

/* The row's faults in one line; `first` is one found before them, or NULL. */
static const char *faults_text(struct arena *a, const char *first, const struct faults *f)
{
	g_autoptr(GString) s = g_string_new(first);
	size_t told = MIN(f->n, (size_t)ROW_FAULTS);

	for (size_t i = 0; i < told; i++)
		g_string_append_printf(s, "%s%s", s->len ? "; " : "", f->list[i].text);
	if (f->n + f->more > told)
		g_string_append_printf(s, "; and %zu more", f->n + f->more - told);
	return arena_strndup(a, s->str, s->len);
}

#define CONSENT_AHEAD "must not lie ahead"

/* Consent as it was sent, outliving the scratch; `in` is NULL where it had faults. *fault: it is not of the past. */
static const struct consent_in *keep_consent(struct rows *r, const struct consent_in *in, const struct consent_in *sent,
					     const char *time, const char **fault)
{
	struct consent_in *c = arena_alloc(r->arena, sizeof(*c));

	*c = *sent;
	c->source = arena_strdup(r->arena, sent->source);
	c->wording = arena_strdup(r->arena, sent->wording);
	c->said_time = arena_strdup(r->arena, sent->said_time);
	if (in)
		c->time = in->time;
	if (in && in->time.ms > r->now && !*fault)
		*fault = arena_printf(r->arena, "\"%s\" " CONSENT_AHEAD, time);
	return c;
}

/* ---- CSV ---- */

static const char *const field_names[] = { "email", "firstName", "lastName", "phoneNumber", "linkedin",
					   "consentSource", "consentWording", "consentTime" };

/* The first ones are texts of the lead, those of consent follow. */
enum { FIELDS = G_N_ELEMENTS(field_names), FIELD_CONSENT = 5, FIELD_PHONE = 3, COLUMNS_MAX = 512 };

/* What people write over a column, without anything but letters and digits. */
static const struct {
	const char *name;
	int field;
} synonyms[] = {
	{ "email", 0 },         { "emailaddress", 0 },  { "mail", 0 },         { "candidateemail", 0 },
	{ "firstname", 1 },     { "first", 1 },         { "givenname", 1 },    { "forename", 1 },
	{ "vorname", 1 },       { "lastname", 2 },      { "last", 2 },         { "surname", 2 },
	{ "familyname", 2 },    { "nachname", 2 },      { "phonenumber", 3 },  { "phone", 3 },
	{ "mobile", 3 },        { "mobilenumber", 3 },  { "mobilephone", 3 },  { "cell", 3 },
	{ "cellphone", 3 },     { "telephone", 3 },     { "tel", 3 },          { "telephonenumber", 3 },
	{ "contactnumber", 3 }, { "telefon", 3 },       { "linkedin", 4 },     { "linkedinurl", 4 },
	{ "linkedinprofile", 4 }, { "consentsource", 5 }, { "consentwording", 6 }, { "consenttext", 6 },
	{ "consenttime", 7 },   { "consentdate", 7 },   { "consentedat", 7 },
};

struct sheet {
	struct rows rows;
	bool has_header;
	size_t n_columns;
	signed char column[COLUMNS_MAX]; /* the field each column is, or -1 */
};

static signed char field_of(const char *title)
{
	char plain[32];
	size_t n = 0;

	for (; *title && n < sizeof(plain) - 1; title++)
		if (g_ascii_isalnum(*title))
			plain[n++] = g_ascii_tolower(*title);
	plain[n] = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(synonyms); i++)
		if (strcmp(synonyms[i].name, plain) == 0)
			return (signed char)synonyms[i].field;
	return -1;
}

static const char **place_of(struct lead_in *l, const char *name)
{
	const char **places[] = { &l->email, &l->first_name, &l->last_name, &l->phone_number, &l->linkedin };

	for (size_t i = 0; i < FIELD_CONSENT; i++)
		if (strcmp(field_names[i], name) == 0)
			return places[i];
	return NULL;
}

static bool take_header(struct sheet *s, char *const *cells, size_t n)
{
	bool has_email = false;

	s->has_header = true;
	s->n_columns = MIN(n, (size_t)COLUMNS_MAX);
	for (size_t i = 0; i < s->n_columns; i++) {
		s->column[i] = field_of(cells[i]);
		has_email |= s->column[i] == 0;
	}
	if (!has_email)
		s->rows.why = "must begin with a row that names the columns; none of them is \"email\"";
	return has_email;
}

static const char *value_of(const struct params *p, const char *key)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->list[i].key, key) == 0)
			return p->list[i].value;
	return NULL;
}

static bool take_row(void *arg, char *const *cells, size_t n)
{
	struct sheet *s = arg;
	struct arena *a = s->rows.arena;
	struct param list[FIELD_CONSENT], agreed[FIELDS - FIELD_CONSENT];
	struct params said = { list, 0 }, consent = { agreed, 0 };
	bool have[FIELDS] = { false };
	const struct consent_in *with_consent = NULL;
	const char *fault = NULL;
	struct faults f = { .arena = s->rows.scratch };
	struct lead_in lead;

	if (!s->has_header)
		return take_header(s, cells, n);
	arena_reset(s->rows.scratch);
	for (size_t i = 0; i < MIN(n, s->n_columns); i++) {
		int field = s->column[i];

		if (field < 0 || have[field] || !cells[i][0])
			continue;
		have[field] = true;
		if (field >= FIELD_CONSENT) {
			agreed[consent.n++] = (struct param){ field_names[field], arena_strdup(a, sheet_cell_plain(cells[i])) };
			continue;
		}
		list[said.n++] = (struct param){ field_names[field], arena_strdup(a, sheet_cell_plain(cells[i])) };
		if (field == FIELD_PHONE && sheet_cell_cut(cells[i]))
			fault = arena_printf(a, "\"phoneNumber\" is %.*s: the spreadsheet has cut the number; make the column "
					     "text and save again", CELL_SHOWN, cells[i]);
	}
	lead = *(const struct lead_in *)validate_query(&lead_shape, &said, &f);
	if (consent.n) {
		const struct consent_in *c = validate_query(&consent_sheet_shape, &consent, &f);
		struct consent_in sent = { .source = value_of(&consent, "consentSource"),
					   .wording = value_of(&consent, "consentWording"),
					   .said_time = value_of(&consent, "consentTime") };

		with_consent = keep_consent(&s->rows, f.n ? NULL : c, &sent, "consentTime", &fault);
	}
	if (f.n)
		fault = faults_text(a, fault, &f);
	for (size_t i = 0; f.n && i < said.n; i++)
		*place_of(&lead, list[i].key) = list[i].value; /* as it was: somebody will want to mend it */
	lead.consent = with_consent;
	return rows_add(&s->rows, &lead, fault);
}

struct lead_add_in *lead_forms_csv(struct arena *a, const char *bytes, size_t n, size_t most, int64_t now, const char **why)
{
	struct sheet s = { .has_header = false };
	size_t len;
	char *text = sheet_decode(bytes, n, &len, why);
	const char *wrong;

	if (!text)
		return NULL;
	rows_begin(&s.rows, a, most, now);
	wrong = sheet_read(text, len, take_row, &s);
	if (wrong && !s.rows.why)
		s.rows.why = wrong;
	g_free(text);
	return rows_end(&s.rows, why);
}

/* ---- NDJSON ---- */

/* The texts, whether they will do or not; jansson's copies are not kept. */
static void take_texts(struct arena *a, const json_t *json, struct lead_in *l)
{
	for (size_t i = 0; i < FIELD_CONSENT; i++)
		*place_of(l, field_names[i]) = arena_strdup(a, json_string_value(json_object_get(json, field_names[i])));
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

enum { LINE_MOST = 64 << 10, LINE_DEPTH = 16 };

/* A line that the quick reader does not take. */
static const char *read_slowly(struct rows *r, const char *line, size_t n, struct lead_in *l)
{
	struct arena *a = r->arena;
	struct faults f = { .arena = r->scratch };
	const struct lead_in *said;
	const char *fault = NULL;
	json_error_t e;
	json_t *json, *agreed;
	size_t depth = 0;

	for (size_t i = 0; i < n; i++)
		depth += line[i] == '{' || line[i] == '[';
	if (n > LINE_MOST || depth > LINE_DEPTH)
		return "the line is too long or nested too deeply";
	json = json_loadb(line, n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &e);
	if (!json)
		return arena_printf(a, "the line must be valid JSON (column %d)", e.column);
	arena_reset(r->scratch);
	said = validate_body(&lead_consent_shape, json, &f);
	take_texts(a, json, l);
	agreed = json_object_get(json, "consent");
	if (agreed)
		l->consent = keep_consent(r, f.n ? NULL : said->consent,
					  &(struct consent_in){ .source = text_of(agreed, "source"),
								.wording = text_of(agreed, "wording"),
								.said_time = text_of(agreed, "time") },
					  "consent.time", &fault);
	json_decref(json);
	return f.n ? faults_text(a, NULL, &f) : fault;
}

struct lead_add_in *lead_forms_ndjson(struct arena *a, const char *bytes, size_t n, size_t most, int64_t now,
				      const char **why)
{
	const char *at = bytes, *end = bytes + n;
	struct rows r;

	rows_begin(&r, a, most, now);
	if (n >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	while (at < end) {
		const char *line = at, *stop = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((stop ? stop : end) - line), blank = 0;
		struct lead_in lead = { 0 };
		const char *fault = NULL;

		at = stop ? stop + 1 : end;
		while (blank < len && g_ascii_isspace(line[blank]))
			blank++;
		if (blank == len)
			continue;
		if (!lead_scan_one(line, len, arena_alloc(a, len + 8), &lead)) {
			lead = (struct lead_in){ 0 };
			fault = read_slowly(&r, line, len, &lead);
		}
		if (!rows_add(&r, &lead, fault))
			break;
	}
	return rows_end(&r, why);
}
