/*
 * callsheet leads import: a file onto a campaign, in pieces, each of them durable before the next. What is there already
 * is skipped, so that the same file may be given again after whatever went wrong.
 */
#include "api/lead_forms.h"
#include "base/clock.h"
#include "base/sheet.h"
#include "cli/command.h"
#include "cli/session.h"
#include "core/fold.h"
#include "core/phone.h"
#include "store/leads.h"
#include "store/rulebook.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_ROWS = 500, PIECE_BYTES = 128 << 10, QUIET_MS = 5000, TTY_MS = 100, SHOWN = 10 };

enum tally { ADDED, ON_CAMPAIGN, SAME_NUMBER, SUPPRESSED, INVALID, TALLIES };

static const struct {
	const char *reason, *text;
} tallies[TALLIES] = {
	[ADDED] = { NULL, "added" },
	[ON_CAMPAIGN] = { "ON_CAMPAIGN", "skipped: on the campaign already" },
	[SAME_NUMBER] = { "SAME_NUMBER", "skipped: somebody else there has the number" },
	[SUPPRESSED] = { "SUPPRESSED", "skipped: must not be called" },
	[INVALID] = { "INVALID", "rejected" },
};

struct import {
	char *folder, *file;
	gint64 campaign;
	gboolean dry, json;
	struct arena *arena;
	const struct lead_add_in *in;
	bool with_consent; /* some rows have it */
	size_t next, count[TALLIES];
	struct rulebook *rules; /* the data folder's */
	GHashTable *seen; /* of a dry run: folded e-mails and numbers of the pieces before */
	FILE *rejects;
	char *rejects_path;
	int64_t began_ms, told_ms;
};

/* ---- the file ---- */

static bool is_lines(const char *file, const char *bytes, size_t n)
{
	size_t i = 0;

	if (g_str_has_suffix(file, ".ndjson") || g_str_has_suffix(file, ".jsonl"))
		return true;
	while (i < n && g_ascii_isspace(bytes[i]))
		i++;
	return i < n && bytes[i] == '{';
}

static const struct lead_in *lead_at(const struct import *im, size_t i)
{
	return (const struct lead_in *)im->in->leads.items + i;
}

static int read_file(struct import *im, struct problem *p)
{
	g_autoptr(GError) err = NULL;
	g_autofree char *bytes = NULL;
	const char *why = NULL;
	gsize n;

	if (!g_file_get_contents(im->file, &bytes, &n, &err))
		return problem_set(p, PROBLEM_NOT_FOUND, "%s", err->message);
	im->in = (is_lines(im->file, bytes, n) ? lead_forms_ndjson : lead_forms_csv)(im->arena, bytes, n, SIZE_MAX,
										   clock_wall_ms(), &why);
	for (size_t i = 0; im->in && i < im->in->leads.n; i++)
		im->with_consent |= lead_at(im, i)->consent != NULL;
	return im->in ? 0 : problem_set(p, PROBLEM_INVALID, "%s %s", im->file, why);
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

/* ---- rejects ---- */

static int reject(struct import *im, size_t i, const char *reason, struct problem *p)
{
	const struct lead_in *l = lead_at(im, i);
	g_autoptr(GString) line = g_string_new(NULL);

	im->count[INVALID]++;
	if (im->dry) {
		if (im->count[INVALID] <= SHOWN)
			fprintf(stderr, "row %zu: %s\n", i + 1, reason);
		return 0;
	}
	if (!im->rejects) {
		im->rejects_path = g_strconcat(im->file, ".rejected.csv", NULL);
		im->rejects = fopen(im->rejects_path, "we");
		if (!im->rejects)
			return problem_set(p, PROBLEM_FAILED, "cannot write %s: %s", im->rejects_path, g_strerror(errno));
		fprintf(im->rejects, "row,email,firstName,lastName,phoneNumber,linkedin,%sreason\r\n",
			im->with_consent ? "consentSource,consentWording,consentTime," : "");
	}
	g_string_append_printf(line, "%zu", i + 1);
	sheet_put(line, or_empty(l->email), false);
	sheet_put(line, or_empty(l->first_name), false);
	sheet_put(line, or_empty(l->last_name), false);
	sheet_put(line, or_empty(l->phone_number), false);
	sheet_put(line, or_empty(l->linkedin), false);
	if (im->with_consent) {
		sheet_put(line, l->consent ? or_empty(l->consent->source) : "", false);
		sheet_put(line, l->consent ? or_empty(l->consent->wording) : "", false);
		sheet_put(line, l->consent ? or_empty(l->consent->said_time) : "", false);
	}
	sheet_put(line, reason, false);
	sheet_put_end(line);
	fputs(line->str, im->rejects);
	return 0;
}

/* ---- pieces ---- */

static size_t put_text(json_t *row, const char *key, const char *s)
{
	if (!s || !s[0])
		return 0;
	json_object_set_new(row, key, json_string(s));
	return strlen(s);
}

static size_t put_consent(json_t *row, const struct consent_in *c)
{
	if (!c)
		return 0;
	json_object_set_new(row, "consent", json_pack("{s:s,s:s,s:I}", "source", c->source, "wording", c->wording, "time",
						      (json_int_t)c->time.ms));
	return strlen(c->source) + strlen(c->wording);
}

/* The next rows that will do, with their places in `rows`. */
static json_t *next_piece(struct import *im, size_t rows[PIECE_ROWS], struct problem *p)
{
	json_t *list = json_array();
	size_t bytes = 0;

	while (im->next < im->in->leads.n && json_array_size(list) < PIECE_ROWS && bytes < PIECE_BYTES) {
		size_t i = im->next++;
		const struct lead_in *l = lead_at(im, i);
		json_t *row;

		if (im->in->faults[i]) {
			if (reject(im, i, im->in->faults[i], p) != 0)
				break;
			continue;
		}
		rows[json_array_size(list)] = i;
		row = json_object();
		bytes += put_text(row, "email", l->email) + put_text(row, "firstName", l->first_name) +
			 put_text(row, "lastName", l->last_name) + put_text(row, "phoneNumber", l->phone_number) +
			 put_text(row, "linkedin", l->linkedin) + put_consent(row, l->consent);
		json_array_append_new(list, row);
	}
	return list;
}

/* Nothing is stored in a dry run, so rows of earlier pieces are remembered here. */
static enum tally seen_before(struct import *im, const struct lead_in *l, const char *country)
{
	char *key = fold_text(l->email), number[PHONE_SIZE];
	bool has_number = phone_e164(im->rules->plan, or_empty(l->phone_number), country, number);

	if (g_hash_table_contains(im->seen, key)) {
		g_free(key);
		return ON_CAMPAIGN;
	}
	if (has_number && !g_hash_table_add(im->seen, g_strdup(number))) {
		g_free(key);
		return SAME_NUMBER;
	}
	g_hash_table_add(im->seen, key);
	return ADDED;
}

static enum tally tally_of(const char *reason)
{
	for (enum tally t = ON_CAMPAIGN; reason && t < TALLIES; t++)
		if (strcmp(tallies[t].reason, reason) == 0)
			return t;
	return ADDED;
}

static int count_piece(struct import *im, const json_t *answer, const size_t *rows, struct problem *p)
{
	const json_t *reasons = json_object_get(answer, "reasons"), *reason;
	const char *country = json_string_value(json_object_get(answer, "country"));
	size_t i;

	json_array_foreach(reasons, i, reason) {
		enum tally t = tally_of(json_string_value(reason));

		if (t == INVALID) {
			if (reject(im, rows[i], "the server would not have it", p) != 0)
				return -1;
			continue;
		}
		if (t == ADDED && im->dry)
			t = seen_before(im, lead_at(im, rows[i]), or_empty(country));
		im->count[t]++;
	}
	return 0;
}

static void progress(struct import *im)
{
	int64_t now = clock_boot_ms();
	bool tty = isatty(STDERR_FILENO);
	size_t n = im->in->leads.n, skipped = im->count[ON_CAMPAIGN] + im->count[SAME_NUMBER] + im->count[SUPPRESSED];

	if (now - im->told_ms < (tty ? TTY_MS : QUIET_MS))
		return;
	im->told_ms = now;
	fprintf(stderr, "%simported %zu / %zu  skipped %zu  rejected %zu  %zu %%  %lld s left%s", tty ? "\r" : "",
		im->count[ADDED], n, skipped, im->count[INVALID], im->next * 100 / n,
		(long long)((now - im->began_ms) * (int64_t)(n - im->next) / (int64_t)MAX(im->next, 1) / 1000),
		tty ? "\033[K" : "\n");
}

static int add_all(struct import *im, struct session *s, struct problem *p)
{
	size_t rows[PIECE_ROWS];

	while (im->next < im->in->leads.n) {
		json_t *list = next_piece(im, rows, p), *answer = NULL;
		int rc;

		if (p->kind || json_array_size(list) == 0) {
			json_decref(list);
			if (p->kind)
				return -1;
			continue;
		}
		rc = session_call(s, "leads.add", json_pack("{s:I,s:b,s:o}", "campaign", (json_int_t)im->campaign,
							    "dryRun", (int)im->dry, "rows", list), &answer, p);
		if (rc == 0)
			rc = count_piece(im, answer, rows, p);
		json_decref(answer);
		if (rc != 0)
			return -1;
		progress(im);
	}
	return 0;
}

/* ---- the summary ---- */

static void summary(const struct import *im)
{
	if (isatty(STDERR_FILENO) && im->told_ms != im->began_ms)
		fputs("\r\033[K", stderr);
	printf("%s: %zu rows%s\n", im->file, im->in->leads.n, im->dry ? " (a dry run: nothing was changed)" : "");
	for (enum tally t = 0; t < TALLIES; t++)
		if (im->count[t] || t == ADDED)
			printf("%9zu %s%s\n", im->count[t], im->dry && t == ADDED ? "would be " : "", tallies[t].text);
	if (im->rejects)
		printf("The rejected rows, each with its reason, are in %s\n", im->rejects_path);
}

static void summary_json(const struct import *im)
{
	json_t *reasons = json_object();
	json_t *all;

	for (enum tally t = ON_CAMPAIGN; t < TALLIES; t++)
		json_object_set_new(reasons, tallies[t].reason, json_integer((json_int_t)im->count[t]));
	all = json_pack("{s:I,s:I,s:I,s:I,s:o,s:b,s:s?}", "rows", (json_int_t)im->in->leads.n, "added",
			(json_int_t)im->count[ADDED], "skipped",
			(json_int_t)(im->count[ON_CAMPAIGN] + im->count[SAME_NUMBER] + im->count[SUPPRESSED]), "rejected",
			(json_int_t)im->count[INVALID], "reasons", reasons, "dryRun", (int)im->dry, "rejectedFile",
			im->rejects_path);
	print_json(all);
	json_decref(all);
}

static int import(struct import *im, struct problem *p)
{
	struct session *s;
	int rc;

	if (!im->folder || im->campaign <= 0 || !im->file)
		return problem_set(p, PROBLEM_USAGE, "leads import needs a FILE, --data DIR and --campaign ID");
	if (read_file(im, p) != 0 || !(im->rules = rulebook_open(im->folder, p)))
		return -1;
	im->began_ms = im->told_ms = clock_boot_ms();
	s = session_new(im->folder);
	rc = add_all(im, s, p);
	session_free(s);
	if (im->rejects && fclose(im->rejects) != 0 && rc == 0)
		rc = problem_set(p, PROBLEM_FAILED, "cannot write %s: %s", im->rejects_path, g_strerror(errno));
	(im->json ? summary_json : summary)(im);
	return rc;
}

int leads_import_run(int argc, char **argv)
{
	struct import im = { .arena = arena_new() };
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &im.folder, "the data folder", "DIR" },
		{ "campaign", 0, 0, G_OPTION_ARG_INT64, &im.campaign, "the campaign", "ID" },
		{ "dry-run", 0, 0, G_OPTION_ARG_NONE, &im.dry, "say what would happen, and change nothing", NULL },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &im.json, "print the summary as JSON", NULL },
		{ NULL },
	};
	struct problem p = { 0 };
	int code;

	im.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (command_options(&argc, &argv, entries, "leads import FILE --data DIR --campaign ID",
			    "Adds the people of a CSV file (a header row names the columns) or of an NDJSON file. Rows that "
			    "will not do go to FILE.rejected.csv; who is there already is skipped, so it may be run again.",
			    &code)) {
		im.file = argc == 2 ? argv[1] : NULL;
		code = import(&im, &p) != 0 ? command_fail(&p) : im.count[INVALID] ? PROBLEM_PARTLY : 0;
	}
	g_hash_table_unref(im.seen);
	rulebook_free(im.rules);
	g_free(im.folder);
	g_free(im.rejects_path);
	arena_free(im.arena);
	return code;
}
