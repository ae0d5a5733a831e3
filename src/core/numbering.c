#include "core/numbering.h"

#include "base/fact_file.h"
#include "core/zone.h"

#include <glib.h>
#include <string.h>

enum { CODE_MAX = 3, AREAS = 1000, NATIONAL_MAX = 15, ZONE_NAMES = 512 };

/* A calling code: the lengths its national numbers may have, and who has it. */
struct code {
	bool known, satellite;
	unsigned lengths;
	char country[3]; /* the first one that was named */
};

/* Numbers that begin with `digits` (calling code included). */
struct prefix {
	char digits[16];
	int n_zones;
	const char *zone[CALLEE_ZONES];
	enum number_kind kind;
	char country[3];
};

struct area {
	bool known;
	char region[8];
	char country[3];
	int n_zones;
	const char *zone[CALLEE_ZONES];
};

struct numbering {
	char date[12];
	struct code code[AREAS]; /* by the calling code's number */
	struct area area[AREAS]; /* North America */
	struct country *country;
	int n_countries;
	GArray *zones, *kinds, *parts; /* struct prefix, in the order of their digits */
	GStringChunk *texts;
};

bool callee_zone_certain(const struct callee *c)
{
	return c->n_zones == 1;
}

/* ---- reading ---- */

static bool digits_only(const char *s, size_t max)
{
	size_t n = strspn(s, "0123456789");

	return n > 0 && n <= max && !s[n];
}

static const char *text_of(struct numbering *n, const char *word)
{
	return g_string_chunk_insert_const(n->texts, strcmp(word, "-") == 0 ? "" : word);
}

/* "America/Boise,America/Los_Angeles", or "-" for none */
static int read_zones(struct fact_lines *f, struct numbering *n, const char *word, const char **zone, int *count)
{
	g_auto(GStrv) name = g_strsplit(strcmp(word, "-") == 0 ? "" : word, ",", -1);

	*count = 0;
	for (char **each = name; *each; each++) {
		if (*count == CALLEE_ZONES)
			return fact_fault(f, "has more than %d zones", CALLEE_ZONES);
		if (!zone_known(*each))
			return fact_fault(f, "\"%s\" is no time zone of this system", *each);
		zone[(*count)++] = g_string_chunk_insert_const(n->texts, *each);
	}
	return 0;
}

/* "4-13", "7,9-10" */
static int read_lengths(struct fact_lines *f, const char *word, unsigned *lengths)
{
	g_auto(GStrv) part = g_strsplit(word, ",", -1);

	*lengths = 0;
	for (char **each = part; *each; each++) {
		g_auto(GStrv) side = g_strsplit(*each, "-", 2);
		int from = fact_number(side[0], 1, NATIONAL_MAX);
		int to = side[0] && side[1] ? fact_number(side[1], 1, NATIONAL_MAX) : from;

		if (from < 0 || to < from)
			return fact_fault(f, "\"%s\" are no lengths: they must look like 9-10 or 7,9", word);
		for (int k = from; k <= to; k++)
			*lengths |= 1u << k;
	}
	return 0;
}

static struct code *read_code(struct fact_lines *f, struct numbering *n, const char *word)
{
	if (digits_only(word, CODE_MAX) && word[0] != '0')
		return &n->code[fact_number(word, 1, AREAS - 1)];
	fact_fault(f, "\"%s\" is no calling code: one to three digits", word);
	return NULL;
}

static bool is_iso(const char *word)
{
	return strlen(word) == 2 && g_ascii_isupper(word[0]) && g_ascii_isupper(word[1]);
}

/* country ISO CODE TRUNK INTERNATIONAL LENGTHS ZONES */
static int read_country(struct fact_lines *f, struct numbering *n)
{
	struct country c = { 0 };
	struct code *code;

	if (f->n != 7)
		return fact_fault(f, "must be: country ISO CODE TRUNK INTERNATIONAL LENGTHS ZONES");
	if (!is_iso(f->word[1]) || numbering_country(n, f->word[1]))
		return fact_fault(f, "\"%s\" is no two-letter code, or stands here twice", f->word[1]);
	if (!(code = read_code(f, n, f->word[2])) || read_lengths(f, f->word[5], &c.lengths) != 0 ||
	    read_zones(f, n, f->word[6], c.zone, &c.n_zones) != 0)
		return -1;
	for (int i = 3; i <= 4; i++)
		if (strcmp(f->word[i], "-") != 0 && !digits_only(f->word[i], 5))
			return fact_fault(f, "\"%s\" is no prefix: up to five digits, or -", f->word[i]);
	g_strlcpy(c.iso, f->word[1], sizeof(c.iso));
	c.code = text_of(n, f->word[2]);
	c.trunk = text_of(n, f->word[3]);
	c.international = text_of(n, f->word[4]);
	if (!code->known)
		g_strlcpy(code->country, c.iso, sizeof(code->country));
	code->known = true;
	code->lengths |= c.lengths;
	n->country = g_renew(struct country, n->country, n->n_countries + 1);
	n->country[n->n_countries++] = c;
	return 0;
}

/* service CODE KIND LENGTHS */
static int read_service(struct fact_lines *f, struct numbering *n)
{
	struct code *code;

	if (f->n != 4)
		return fact_fault(f, "must be: service CODE ordinary|premium|shared|satellite LENGTHS");
	code = read_code(f, n, f->word[1]);
	if (!code || read_lengths(f, f->word[3], &code->lengths) != 0)
		return -1;
	code->known = true;
	return 1; /* its kind is a prefix's */
}

static int read_kind(struct fact_lines *f, const char *word, enum number_kind *kind)
{
	static const char *const names[] = { "ordinary", "premium", "shared", "satellite", "emergency" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(names[i], word) == 0) {
			*kind = (enum number_kind)i;
			return 0;
		}
	return fact_fault(f, "\"%s\" is no kind: ordinary, premium, shared, satellite or emergency", word);
}

static int add_prefix(struct fact_lines *f, GArray *list, struct prefix p, const char *code, const char *digits)
{
	if (!digits_only(code, CODE_MAX) || (digits[0] && !digits_only(digits, sizeof(p.digits) - 1 - CODE_MAX)))
		return fact_fault(f, "\"%s %s\" is no calling code and first digits of a number", code, digits);
	g_snprintf(p.digits, sizeof(p.digits), "%s%s", code, digits);
	g_array_append_val(list, p);
	return 0;
}

/* kind CODE KIND DIGITS… */
static int read_kinds(struct fact_lines *f, struct numbering *n)
{
	struct prefix p = { .digits = "" };

	if (f->n < 4)
		return fact_fault(f, "must be: kind CODE KIND DIGITS…");
	if (read_kind(f, f->word[2], &p.kind) != 0)
		return -1;
	for (int i = 3; i < f->n; i++)
		if (add_prefix(f, n->kinds, p, f->word[1], f->word[i]) != 0)
			return -1;
	return 0;
}

/* part CODE ISO DIGITS… */
static int read_part(struct fact_lines *f, struct numbering *n)
{
	struct prefix p = { .digits = "" };

	if (f->n < 4 || !numbering_country(n, f->word[2]))
		return fact_fault(f, "must be: part CODE ISO DIGITS…, of a country that stands above");
	g_strlcpy(p.country, f->word[2], sizeof(p.country));
	for (int i = 3; i < f->n; i++)
		if (add_prefix(f, n->parts, p, f->word[1], f->word[i]) != 0)
			return -1;
	return 0;
}

/* zones CODE ZONES DIGITS… */
static int read_prefix_zones(struct fact_lines *f, struct numbering *n)
{
	struct prefix p = { .digits = "" };

	if (f->n < 4)
		return fact_fault(f, "must be: zones CODE ZONES DIGITS…");
	if (read_zones(f, n, f->word[2], p.zone, &p.n_zones) != 0)
		return -1;
	for (int i = 3; i < f->n; i++)
		if (add_prefix(f, n->zones, p, f->word[1], f->word[i]) != 0)
			return -1;
	return 0;
}

/* area CODE REGION ZONES */
static int read_area(struct fact_lines *f, struct numbering *n)
{
	int code = f->n == 4 ? fact_number(f->word[1], 200, AREAS - 1) : -1;
	struct area *a;

	if (code < 0)
		return fact_fault(f, "must be: area CODE REGION ZONES");
	a = &n->area[code];
	if (a->known)
		return fact_fault(f, "area code %d stands here twice", code);
	a->known = true;
	g_strlcpy(a->region, strcmp(f->word[2], "-") == 0 ? "" : f->word[2], sizeof(a->region));
	g_strlcpy(a->country, a->region, sizeof(a->country));
	if (a->country[0] && (!is_iso(a->country) || (a->region[2] && a->region[2] != '-')))
		return fact_fault(f, "\"%s\" is no region: it must look like US-FL, CA or -", f->word[2]);
	return read_zones(f, n, f->word[3], a->zone, &a->n_zones);
}

static int read_line(struct fact_lines *f, struct numbering *n)
{
	struct prefix service = { .digits = "" };

	if (strcmp(f->word[0], "country") == 0)
		return read_country(f, n);
	if (strcmp(f->word[0], "area") == 0)
		return read_area(f, n);
	if (strcmp(f->word[0], "part") == 0)
		return read_part(f, n);
	if (strcmp(f->word[0], "zones") == 0)
		return read_prefix_zones(f, n);
	if (strcmp(f->word[0], "kind") == 0)
		return read_kinds(f, n);
	if (strcmp(f->word[0], "service") == 0)
		return read_service(f, n) == 1 && read_kind(f, f->word[2], &service.kind) == 0 ?
			       add_prefix(f, n->kinds, service, f->word[1], "") : -1;
	if (strcmp(f->word[0], "dated") == 0 && f->n == 2 && fact_date(f->word[1])) {
		g_strlcpy(n->date, f->word[1], sizeof(n->date));
		return 0;
	}
	return fact_fault(f, "\"%s\" is not known here: a line begins with dated and a date, country, part, area, zones, "
			  "kind or service", f->word[0]);
}

static int by_digits(const void *a, const void *b)
{
	return strcmp(((const struct prefix *)a)->digits, ((const struct prefix *)b)->digits);
}

struct numbering *numbering_parse(const char *text, const char *origin, struct problem *p)
{
	struct numbering *n = g_new0(struct numbering, 1);
	struct fact_lines f = { .rest = text, .origin = origin, .p = p };
	int rc = 0;

	n->texts = g_string_chunk_new(4096);
	n->zones = g_array_new(FALSE, FALSE, sizeof(struct prefix));
	n->kinds = g_array_new(FALSE, FALSE, sizeof(struct prefix));
	n->parts = g_array_new(FALSE, FALSE, sizeof(struct prefix));
	while (rc == 0 && fact_next(&f))
		rc = read_line(&f, n);
	if (p->kind == PROBLEM_NONE && (!n->date[0] || n->n_countries == 0))
		problem_set(p, PROBLEM_CONFIG, "%s: it must say since when it holds (dated 2026-11-24) and have countries",
			    origin);
	if (p->kind != PROBLEM_NONE) {
		numbering_free(n);
		return NULL;
	}
	g_array_sort(n->zones, by_digits);
	g_array_sort(n->kinds, by_digits);
	g_array_sort(n->parts, by_digits);
	return n;
}

void numbering_free(struct numbering *n)
{
	if (!n)
		return;
	g_array_unref(n->zones);
	g_array_unref(n->kinds);
	g_array_unref(n->parts);
	g_string_chunk_free(n->texts);
	g_free(n->country);
	g_free(n);
}

const char *numbering_date(const struct numbering *n)
{
	return n->date;
}

/* ---- asking ---- */

const struct country *numbering_country(const struct numbering *n, const char *iso)
{
	for (int i = 0; i < n->n_countries; i++)
		if (strcmp(n->country[i].iso, iso) == 0)
			return &n->country[i];
	return NULL;
}

static int number_of(const char *digits, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++)
		v = v * 10 + digits[i] - '0';
	return v;
}

size_t numbering_code(const struct numbering *n, const char *digits)
{
	size_t len = strlen(digits);

	if (digits[0] == '0')
		return 0;
	for (size_t k = 1; k <= CODE_MAX && k < len; k++) /* no code begins with another */
		if (n->code[number_of(digits, k)].known)
			return k;
	return 0;
}

bool numbering_possible(const struct numbering *n, const char *digits)
{
	size_t code = numbering_code(n, digits), len = strlen(digits);

	return code > 0 && len <= NATIONAL_MAX && n->code[number_of(digits, code)].lengths & 1u << (len - code);
}

/* The longest prefix in the list that the digits begin with; NULL for none. */
static const struct prefix *longest(const GArray *list, const char *digits)
{
	struct prefix key;

	for (size_t k = MIN(strlen(digits), sizeof(key.digits) - 1); k > 0; k--) {
		guint at;

		g_strlcpy(key.digits, digits, k + 1);
		if (g_array_binary_search((GArray *)list, &key, by_digits, &at))
			return &g_array_index(list, struct prefix, at);
	}
	return NULL;
}

static void set_zones(struct callee *c, const char *const *zone, int n)
{
	c->n_zones = n;
	memcpy(c->zone, zone, n * sizeof(*zone));
}

/* Everything after +1: the area code tells the country, too. One that is in no list may be anywhere in the USA. */
static void north_american(const struct numbering *n, const char *digits, struct callee *c)
{
	const struct area *a = &n->area[number_of(digits + 1, 3)];
	const struct country *us = numbering_country(n, "US");

	c->region_certain = a->known;
	c->nowhere = a->known && !a->region[0];
	c->country = a->known ? a->country : us ? us->iso : "";
	c->region = a->known ? a->region : c->country;
	if (a->known)
		set_zones(c, a->zone, a->n_zones);
	else if (us)
		set_zones(c, us->zone, us->n_zones);
}

struct callee numbering_callee(const struct numbering *n, const char *number)
{
	const char *digits = number + (number[0] == '+');
	size_t code = numbering_code(n, digits);
	struct callee c = { .country = "", .region = "", .region_certain = true };
	const struct prefix *kind, *zones, *part;
	const struct country *country;

	if (code == 0)
		return c;
	kind = longest(n->kinds, digits);
	c.kind = kind ? kind->kind : NUMBER_ORDINARY;
	if (code == 1 && digits[0] == '1' && strlen(digits) == 11) {
		north_american(n, digits, &c);
		return c;
	}
	part = longest(n->parts, digits);
	country = numbering_country(n, part ? part->country : n->code[number_of(digits, code)].country);
	if (!country)
		return c;
	c.country = c.region = country->iso;
	zones = part ? NULL : longest(n->zones, digits);
	if (zones)
		set_zones(&c, zones->zone, zones->n_zones);
	else
		set_zones(&c, country->zone, country->n_zones);
	return c;
}
