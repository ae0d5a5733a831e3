/* callsheet rehearse: how a campaign would go. Needs no server and disturbs none: the database is only read. */
#include "engine/rehearse.h"

#include "cli/command.h"
#include "store/campaigns.h"
#include "store/db.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct options {
	char *folder, *config;
	gint64 campaign, seed;
	gboolean json;
};

static int find_workspace(const struct options *o, int64_t *workspace_id, struct problem *p)
{
	g_autofree char *path = g_build_filename(o->folder, "callsheet.db", NULL);
	struct campaign_owner owner;
	struct db *db;

	if (access(path, F_OK) != 0)
		return problem_set(p, PROBLEM_NOT_FOUND, "%s holds no callsheet data: run `callsheet init --data %s`",
				   o->folder, o->folder);
	if (!(db = db_sqlite_open(path, DB_READER, p)))
		return -1;
	if (campaign_owner(db, o->campaign, &owner))
		*workspace_id = owner.workspace_id;
	else if (db_failed(db))
		problem_set(p, PROBLEM_FAILED, "the database cannot be read: %s", db->why);
	else
		problem_set(p, PROBLEM_NOT_FOUND, "there is no campaign %" G_GINT64_FORMAT, o->campaign);
	db_close(db);
	return p->kind == PROBLEM_NONE ? 0 : -1;
}

/* ---- for people ---- */

static const char *text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "-";
}

static long long number_of(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static void print_funnel(const json_t *funnel)
{
	static const char *const rows[][2] = {
		{ "leads", "candidates" },
		{ "dialled", "dialled" },
		{ "answered", "answered" },
		{ "interested", "interested" },
		{ "notInterested", "not interested" },
		{ "noAnswer", "no answer" },
		{ "pending", "undecided" },
	};
	long long leads = number_of(funnel, "leads");

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		long long n = number_of(funnel, rows[i][0]);

		printf("  %-16s %8lld  %3lld %%\n", rows[i][1], n, leads ? (n * 100 + leads / 2) / leads : 0);
	}
}

static void print_outcomes(const json_t *list)
{
	json_t *row;
	size_t i;

	json_array_foreach(list, i, row)
		printf("  %-16s %8lld\n", text_of(row, "outcome"), number_of(row, "calls"));
}

static void print_hours(const json_t *list)
{
	json_t *row;
	size_t i;

	json_array_foreach(list, i, row)
		printf("  %.16sZ %7lld, answered %lld\n", text_of(row, "hour"), number_of(row, "calls"),
		       number_of(row, "answered"));
}

static void print_unreached(const json_t *list)
{
	json_t *row;
	size_t i;

	json_array_foreach(list, i, row) {
		g_autofree char *name = g_strdup_printf("%s %s", text_of(row, "firstName"), text_of(row, "lastName"));

		printf("  %-8lld %-24s %-16s %s", number_of(row, "leadId"), name, text_of(row, "phone"),
		       text_of(row, "reason"));
		if (number_of(row, "calls") > 0)
			printf(" (calls: %lld, the last: %s)", number_of(row, "calls"), text_of(row, "lastOutcome"));
		putchar('\n');
	}
}

static void print_rehearsal(const json_t *r)
{
	const json_t *unreached = json_object_get(r, "neverReached");

	printf("Campaign %lld, rehearsed with seed %lld\n\n"
	       "  starts           %s\n  finishes         %s\n  calls            %8lld\n",
	       number_of(r, "campaignId"), number_of(r, "seed"), text_of(r, "startsAt"), text_of(r, "finishesAt"),
	       number_of(r, "calls"));
	if (!json_is_true(json_object_get(r, "finished")))
		puts("  It does not finish: somebody is left who waits for what will not come (see below).");
	puts("\nFunnel");
	print_funnel(json_object_get(r, "funnel"));
	puts("\nOutcomes of calls");
	print_outcomes(json_object_get(r, "outcomes"));
	puts("\nCalls per hour (UTC)");
	print_hours(json_object_get(r, "callsPerHour"));
	printf("\nNever reached: %zu\n", json_array_size(unreached));
	print_unreached(unreached);
}

/* ---- the command ---- */

static int rehearse_campaign(const struct options *o, const struct settings *s, struct problem *p)
{
	struct rehearsal_wish wish = { .settings = s, .folder = o->folder, .campaign_id = o->campaign,
		.seed = (uint64_t)o->seed };
	struct jw w;
	json_t *answer;
	int rc = -1;

	jw_init(&w);
	if (find_workspace(o, &wish.workspace_id, p) == 0)
		rc = rehearse(&wish, &w, p);
	if (rc == 0) {
		answer = json_loadb(w.data, w.len, 0, NULL);
		if (o->json)
			print_json(answer);
		else
			print_rehearsal(answer);
		json_decref(answer);
	}
	jw_free(&w);
	return rc;
}

static int check(const struct options *o, struct problem *p)
{
	if (!o->folder || o->campaign <= 0)
		return problem_set(p, PROBLEM_USAGE, "rehearse needs --data DIR and --campaign ID");
	if (o->seed < 0)
		return problem_set(p, PROBLEM_USAGE, "--seed must be 0 or more");
	return 0;
}

int rehearse_run(int argc, char **argv)
{
	struct options o = { .seed = 1 };
	g_auto(GStrv) sets = NULL;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &o.folder, "the data folder", "DIR" },
		{ "campaign", 0, 0, G_OPTION_ARG_INT64, &o.campaign, "the campaign", "ID" },
		{ "seed", 0, 0, G_OPTION_ARG_INT64, &o.seed, "another one: other people answer (1)", "N" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &o.json, "as JSON", NULL },
		{ "config", 0, 0, G_OPTION_ARG_FILENAME, &o.config, "the INI file of the server", "FILE" },
		{ "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &sets, "one setting", "section.key=value" },
		{ NULL },
	};
	struct problem p = { 0 };
	struct settings s = { 0 };
	int code;

	if (!command_options(&argc, &argv, entries, "rehearse --data DIR --campaign ID [--seed N] [--json]",
			     "Runs the campaign against simulated people on a clock of its own: the expected funnel, when it is\n"
			     "through, calls per hour, and whom it will never reach and why. Nobody is called and nothing is\n"
			     "changed. The same seed gives the same run.",
			     &code))
		return code;
	if (check(&o, &p) == 0 && settings_load(&s, o.config, (const char *const *)sets, &p) == 0)
		rehearse_campaign(&o, &s, &p);
	settings_clear(&s);
	g_free(o.folder);
	g_free(o.config);
	return p.kind == PROBLEM_NONE ? 0 : command_fail(&p);
}
