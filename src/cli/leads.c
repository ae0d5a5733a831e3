/* callsheet leads: list, export. */
#include "admin/operation.h"
#include "api/paging.h"
#include "cli/command.h"
#include "cli/reach.h"
#include "cli/session.h"
#include "core/lead.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct wish {
	char *folder, *status, *search, *format, *output;
	gint64 campaign;
	int page, limit;
};

static void wish_clear(struct wish *w)
{
	g_free(w->folder);
	g_free(w->status);
	g_free(w->search);
	g_free(w->format);
	g_free(w->output);
}

static int check(const struct wish *w, const char *verb, struct problem *p)
{
	if (!w->folder || w->campaign <= 0)
		return problem_set(p, PROBLEM_USAGE, "leads %s needs --data DIR and --campaign ID", verb);
	if (w->status && bucket_named(w->status) < 0)
		return problem_set(p, PROBLEM_USAGE, "--status must be Interested, NotInterested, NoAnswer or Pending");
	if (w->page < 1 || w->limit < 1 || w->limit > PAGE_LIMIT_MAX)
		return problem_set(p, PROBLEM_USAGE, "--page begins at 1, --limit is from 1 to %d", PAGE_LIMIT_MAX);
	if (w->format && strcmp(w->format, "csv") != 0 && strcmp(w->format, "ndjson") != 0)
		return problem_set(p, PROBLEM_USAGE, "--format must be csv or ndjson");
	return 0;
}

static void print_page(const json_t *answer)
{
	const json_t *paging = json_object_get(answer, "pagination");

	print_answer(operation_find("leads.list"), answer);
	fprintf(stderr, "page %lld of %lld, %lld in all\n", json_integer_value(json_object_get(paging, "page")),
		json_integer_value(json_object_get(paging, "totalPages")),
		json_integer_value(json_object_get(paging, "total")));
}

static int list(const struct wish *w, bool json, struct problem *p)
{
	json_t *answer = NULL;

	if (check(w, "list", p) != 0 ||
	    reach_call(w->folder, operation_find("leads.list"),
			   json_pack("{s:I,s:s,s:s,s:i,s:i}", "campaign", (json_int_t)w->campaign, "status",
				     w->status ? w->status : "", "search", w->search ? w->search : "", "page", w->page,
				     "limit", w->limit),
			   &answer, p) != 0)
		return -1;
	if (json)
		print_json(answer);
	else
		print_page(answer);
	json_decref(answer);
	return 0;
}

int leads_list_run(int argc, char **argv)
{
	struct wish w = { .page = 1, .limit = PAGE_LIMIT };
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &w.folder, "the data folder", "DIR" },
		{ "campaign", 0, 0, G_OPTION_ARG_INT64, &w.campaign, "the campaign", "ID" },
		{ "status", 0, 0, G_OPTION_ARG_STRING, &w.status, "Interested, NotInterested, NoAnswer or Pending", "S" },
		{ "search", 0, 0, G_OPTION_ARG_STRING, &w.search, "in first name, last name or e-mail", "TEXT" },
		{ "page", 0, 0, G_OPTION_ARG_INT, &w.page, "from 1", "N" },
		{ "limit", 0, 0, G_OPTION_ARG_INT, &w.limit, "rows a page (20, at most 100)", "N" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "print JSON, as the API answers", NULL },
		{ NULL },
	};
	struct problem p = { 0 };
	int code;

	if (command_options(&argc, &argv, entries, "leads list --data DIR --campaign ID",
			    "The people of a campaign and where they stand.", &code))
		code = list(&w, json, &p) == 0 ? 0 : command_fail(&p);
	wish_clear(&w);
	return code;
}

/* ---- export ---- */

static int write_pages(const struct wish *w, FILE *to, struct problem *p)
{
	struct session *s = session_new(w->folder);
	json_int_t after = 0;
	int rc;

	do {
		json_t *answer = NULL;

		rc = session_call(s, "leads.export",
				  json_pack("{s:I,s:s,s:s,s:I}", "campaign", (json_int_t)w->campaign, "format",
					    w->format ? w->format : "csv", "status", w->status ? w->status : "",
					    "after", after),
				  &answer, p);
		if (rc == 0) {
			fputs(json_string_value(json_object_get(answer, "text")), to);
			after = json_integer_value(json_object_get(answer, "after"));
		}
		json_decref(answer);
	} while (rc == 0 && after && !ferror(to));
	session_free(s);
	return rc;
}

static int export_to(const struct wish *w, struct problem *p)
{
	FILE *to = stdout;
	int rc;

	if (check(w, "export", p) != 0)
		return -1;
	if (w->output && !(to = fopen(w->output, "we")))
		return problem_set(p, PROBLEM_FAILED, "cannot write %s: %s", w->output, g_strerror(errno));
	rc = write_pages(w, to, p);
	if ((fflush(to) != 0 || ferror(to)) && rc == 0)
		rc = problem_set(p, PROBLEM_FAILED, "cannot write: %s", g_strerror(errno));
	if (to != stdout)
		fclose(to);
	return rc;
}

int leads_export_run(int argc, char **argv)
{
	struct wish w = { .page = 1, .limit = 1 };
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &w.folder, "the data folder", "DIR" },
		{ "campaign", 0, 0, G_OPTION_ARG_INT64, &w.campaign, "the campaign", "ID" },
		{ "status", 0, 0, G_OPTION_ARG_STRING, &w.status, "only Interested, NotInterested, NoAnswer or Pending",
		  "S" },
		{ "format", 0, 0, G_OPTION_ARG_STRING, &w.format, "csv (default) or ndjson", "F" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "the same as --format ndjson", NULL },
		{ "output", 0, 0, G_OPTION_ARG_FILENAME, &w.output, "a file instead of the standard output", "FILE" },
		{ NULL },
	};
	struct problem p = { 0 };
	int code;

	if (command_options(&argc, &argv, entries, "leads export --data DIR --campaign ID",
			    "All people of a campaign. In CSV, cells that a spreadsheet would take for formulas get an "
			    "apostrophe in front, which `leads import` takes off again.", &code)) {
		if (json && !w.format)
			w.format = g_strdup("ndjson");
		code = export_to(&w, &p) == 0 ? 0 : command_fail(&p);
	}
	wish_clear(&w);
	return code;
}
