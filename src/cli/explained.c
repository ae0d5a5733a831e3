/* `campaigns explain` and `campaigns report` for people: sentences, and tables in the campaign's own time. */
#include "cli/command.h"
#include "core/when.h"

#include <stdio.h>
#include <string.h>

enum { BAR = 40, HOURS_SHOWN = 48 };

static const char *text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static long long number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

/* "Apr 15, 2025 10:00 AM" of an instant of the answer, in the campaign's zone. */
static const char *there(const char *zone, const char *iso, char buf[WHEN_DISPLAY_SIZE])
{
	struct wall w;
	int64_t at;

	if (when_parse_iso(iso, &at) != 0)
		return iso;
	zone_to_wall(zone, at, &w);
	return when_display(&w, buf);
}

static long long most_of(const json_t *rows, const char *key)
{
	long long most = 1;
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
		most = MAX(most, number(row, key));
	return most;
}

static void print_bar(long long n, long long most)
{
	for (long long i = (n * BAR + most - 1) / most; i > 0; i--)
		putchar('#');
	putchar('\n');
}

/* ---- explain ---- */

static void print_hours(const json_t *hours, const char *zone)
{
	long long most = most_of(hours, "calls");
	char when[WHEN_DISPLAY_SIZE];
	const json_t *hour;
	size_t i;

	if (json_array_size(hours) == 0)
		return;
	printf("\nCalls an hour if nobody answers (%s):\n", zone);
	json_array_foreach(hours, i, hour) {
		if (i == HOURS_SHOWN) {
			printf("  … and %zu hours more (--json has them all)\n", json_array_size(hours) - i);
			break;
		}
		printf("  %-22s %7lld  ", there(zone, text(hour, "hour"), when), number(hour, "calls"));
		print_bar(number(hour, "calls"), most);
	}
}

static void print_preflight(const json_t *answer)
{
	const json_t *c = json_object_get(answer, "campaign"), *p = json_object_get(answer, "preflight"), *row;
	const char *zone = text(c, "timezone");
	char first[WHEN_DISPLAY_SIZE], last[WHEN_DISPLAY_SIZE];
	size_t i;

	printf("Campaign %lld, \"%s\", is %s: %lld of %lld leads can be called.\n", number(c, "id"), text(c, "title"),
	       text(c, "status"), number(p, "callable"), number(p, "leads"));
	json_array_foreach(json_object_get(p, "blocked"), i, row)
		printf("  %7lld  %s: %s\n", number(row, "count"), text(row, "reason"), text(row, "message"));
	if (text(p, "firstCallAt")[0])
		printf("First call %s, last %s, in %s.\n", there(zone, text(p, "firstCallAt"), first),
		       there(zone, text(p, "lastCallAt"), last), zone);
	print_hours(json_object_get(p, "callsPerHour"), zone);
	json_array_foreach(json_object_get(p, "warnings"), i, row)
		printf("%s  - %s\n", i == 0 ? "\nWarnings:\n" : "", json_string_value(row));
}

/* ---- report ---- */

static void print_funnel(const json_t *funnel)
{
	long long all = MAX(number(funnel, "leads"), 1);
	const char *key;
	json_t *n;

	json_object_foreach((json_t *)funnel, key, n) {
		printf("  %-14s %7lld  ", key, json_integer_value(n));
		print_bar(json_integer_value(n), all);
	}
}

static void print_tries(const json_t *tries)
{
	const json_t *row;
	const char *key;
	json_t *n;
	size_t i;

	json_array_foreach(tries, i, row) {
		printf("%s  %3lld. %7lld calls:", i == 0 ? "\nBy attempt:\n" : "", number(row, "attempt"), number(row, "calls"));
		json_object_foreach(json_object_get(row, "outcomes"), key, n)
			printf(" %s %lld", key, json_integer_value(n));
		putchar('\n');
	}
}

static void print_week(const json_t *hours, const char *zone)
{
	long long most = most_of(hours, "answered");
	const json_t *row;
	size_t i;

	json_array_foreach(hours, i, row) {
		if (i == 0)
			printf("\nAnswered by hour (%s):\n", zone);
		printf("  %-9s %02lld:00  %6lld of %6lld  ", text(row, "weekday"), number(row, "hour"), number(row, "answered"),
		       number(row, "calls"));
		print_bar(number(row, "answered"), most);
	}
}

static void print_report(const json_t *answer)
{
	const json_t *c = json_object_get(answer, "campaign"), *r = json_object_get(answer, "report");

	printf("Campaign %lld, \"%s\", is %s.\n", number(c, "id"), text(c, "title"), text(c, "status"));
	print_funnel(json_object_get(r, "funnel"));
	print_tries(json_object_get(r, "outcomesByAttempt"));
	print_week(json_object_get(r, "hoursByWeekday"), text(c, "timezone"));
}

bool print_explained(const char *operation, const json_t *answer)
{
	static const struct {
		const char *operation;
		void (*print)(const json_t *answer);
	} printers[] = { { "campaigns.explain", print_preflight }, { "campaigns.report", print_report } };

	for (size_t i = 0; i < G_N_ELEMENTS(printers) && operation; i++) /* a list of no operation has no name */
		if (strcmp(printers[i].operation, operation) == 0) {
			printers[i].print(answer);
			return true;
		}
	return false;
}
