/* What the digits of a number say: country, region, zones, and whether it costs extra. */
#include "core/numbering.h"
#include "store/rulebook.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct rulebook *rules;

static char *zones_of(const struct callee *c)
{
	GString *s = g_string_new(NULL);

	for (int i = 0; i < c->n_zones; i++)
		g_string_append_printf(s, "%s%s", i ? "," : "", c->zone[i]);
	return g_string_free(s, FALSE);
}

static void who_has_a_number(void **state)
{
	static const struct {
		const char *number, *country, *region, *zones;
		enum number_kind kind;
	} rows[] = {
		{ "+12125550142", "US", "US-NY", "America/New_York" },
		{ "+13125550142", "US", "US-IL", "America/Chicago" },
		{ "+17205550142", "US", "US-CO", "America/Denver" },
		{ "+14155550142", "US", "US-CA", "America/Los_Angeles" },
		{ "+19155550142", "US", "US-TX", "America/Denver" }, /* El Paso */
		{ "+18085550142", "US", "US-HI", "Pacific/Honolulu" },
		{ "+18505550142", "US", "US-FL", "America/Chicago,America/New_York" },
		{ "+12085550142", "US", "US-ID", "America/Denver,America/Los_Angeles" },
		{ "+16455550142", "US", "US-FL", "America/New_York" }, /* younger than the places it was made from */
		{ "+14165550142", "CA", "CA", "America/Toronto" },
		{ "+18765550142", "JM", "JM", "America/Jamaica" },
		{ "+12425550142", "BS", "BS", "America/Nassau" },
		{ "+15555550142", "", "", "" },
		{ "+12995550142", "US", "US",
		  "America/Adak,America/Anchorage,America/Chicago,America/Denver,America/Los_Angeles,America/New_York,"
		  "America/Phoenix,Pacific/Honolulu" },
		{ "+442079460018", "GB", "GB", "Europe/London" },
		{ "+447781123456", "GG", "GG", "Europe/Guernsey" },
		{ "+4930123456", "DE", "DE", "Europe/Berlin" },
		{ "+61861234567", "AU", "AU", "Australia/Adelaide,Australia/Perth" },
		{ "+919876543210", "IN", "IN", "Asia/Kolkata" },
		{ "+77011234567", "KZ", "KZ", NULL },
		{ "+74951234567", "RU", "RU", "Europe/Moscow" },
		{ "+19005550142", "US", "US", NULL, NUMBER_PREMIUM },
		{ "+19115550142", "US", "US", NULL, NUMBER_EMERGENCY },
		{ "+870301234567", "", "", "", NUMBER_SATELLITE },
		{ "+881612345678", "", "", "", NUMBER_SATELLITE },
		{ "+979123456789", "", "", "", NUMBER_PREMIUM },
		{ "+80812345678", "", "", "", NUMBER_SHARED_COST },
		{ "+80012345678", "", "", "" },
		{ "+21012345678", "", "", "" }, /* no such calling code */
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct callee c = numbering_callee(rules->plan, rows[i].number);
		g_autofree char *zones = zones_of(&c);

		if (strcmp(c.country, rows[i].country) != 0 || strcmp(c.region, rows[i].region) != 0 ||
		    c.kind != rows[i].kind || (rows[i].zones && strcmp(zones, rows[i].zones) != 0))
			fail_msg("%s: %s %s %s %d", rows[i].number, c.country, c.region, zones, c.kind);
		assert_int_equal(callee_zone_certain(&c), rows[i].zones && rows[i].zones[0] && !strchr(zones, ','));
	}
}

/* Every US area code has its state; every country a zone or several. */
static void nothing_is_left_out(void **state)
{
	int us = 0;

	(void)state;
	for (int area = 200; area < 1000; area++) {
		g_autofree char *number = g_strdup_printf("+1%d5550142", area);
		struct callee c = numbering_callee(rules->plan, number);

		if (!c.region_certain || strcmp(c.country, "US") != 0)
			continue;
		us++;
		assert_int_equal(strlen(c.region), 5);
		assert_true(c.n_zones > 0);
	}
	assert_true(us > 340);
	for (char a = 'A'; a <= 'Z'; a++)
		for (char b = 'A'; b <= 'Z'; b++) {
			const struct country *c = numbering_country(rules->plan, (char[]){ a, b, 0 });

			if (c)
				assert_true(c->n_zones > 0 && c->lengths);
		}
}

#define GOOD "dated 2026-11-24\ncountry US 1 1 011 10 America/New_York\n"

static void a_broken_file_names_line_and_fault(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "", "must say since when" },
		{ "dated 2026-11-24\n", "have countries" },
		{ "dated 2026-13-24\n", "line 1: \"dated\" is not known here" },
		{ GOOD "county GB 44 0 00 9-10 Europe/London\n", "line 3: \"county\" is not known here" },
		{ GOOD "# nothing\n\ncountry GB 44 0 00 9-10 Europe/Londn\n", "line 5: \"Europe/Londn\" is no time zone" },
		{ GOOD "country GB 44 0 00 10-9 Europe/London\n", "line 3: \"10-9\" are no lengths" },
		{ GOOD "country GB 44 0 00 9-10\n", "line 3: must be: country" },
		{ GOOD "country US 44 0 00 9-10 Europe/London\n", "line 3: \"US\" is no two-letter code, or stands here twice" },
		{ GOOD "country gb 44 0 00 9-10 Europe/London\n", "line 3: \"gb\" is no two-letter code" },
		{ GOOD "country GB 4444 0 00 9-10 Europe/London\n", "line 3: \"4444\" is no calling code" },
		{ GOOD "country GB 44 zero 00 9-10 Europe/London\n", "line 3: \"zero\" is no prefix" },
		{ GOOD "area 20 US-NJ America/New_York\n", "line 3: must be: area" },
		{ GOOD "area 201 NewJersey America/New_York\n", "line 3: \"NewJers" },
		{ GOOD "area 201 US-NJ -\narea 201 US-NJ -\n", "line 4: area code 201 stands here twice" },
		{ GOOD "kind 1 dear 900\n", "line 3: \"dear\" is no kind" },
		{ GOOD "kind 1 premium 9oo\n", "line 3: \"1 9oo\"" },
		{ GOOD "part 44 GG 1481\n", "line 3: must be: part" },
		{ GOOD "zones 61 Australia/Perth\n", "line 3: must be: zones" },
		{ GOOD "service 870 satellite\n", "line 3: must be: service" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct problem p = { 0 };

		assert_null(numbering_parse(rows[i].text, "plan", &p));
		assert_int_equal(p.kind, PROBLEM_CONFIG);
		if (!g_str_has_prefix(p.text, "plan") || !strstr(p.text, rows[i].says))
			fail_msg("\"%s\": %s", rows[i].text, p.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_has_a_number),
		cmocka_unit_test(nothing_is_left_out),
		cmocka_unit_test(a_broken_file_names_line_and_fault),
	};
	struct problem p = { 0 };
	int failed;

	rules = rulebook_open(NULL, &p);
	assert_non_null(rules);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rulebook_free(rules);
	return failed;
}
