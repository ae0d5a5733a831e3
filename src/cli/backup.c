/* callsheet backup: make a copy of the data while the server runs, check one, put one back. */
#include "base/clock.h"
#include "cli/command.h"
#include "cli/folder.h"
#include "store/copies.h"

#include <stdio.h>

struct wish {
	char *folder;
	gboolean json;
	const char *file;
};

/* The options, and the one operand: the file. False when the command ends with *code. */
static bool take(int argc, char **argv, struct wish *w, bool needs_folder, const char *usage, const char *about, int *code)
{
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &w->folder, "the data folder", "DIR" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &w->json, "print JSON", NULL },
		{ NULL },
	};
	struct problem p = { 0 };

	if (!command_options(&argc, &argv, entries, usage, about, code))
		return false;
	if (needs_folder && !w->folder) {
		*code = command_without_folder(usage);
		return false;
	}
	if (argc != 2) {
		problem_set(&p, PROBLEM_USAGE, "it takes one file: callsheet %s", usage);
		*code = command_fail(&p);
		return false;
	}
	w->file = argv[1];
	return true;
}

static void print_facts(const struct wish *w, const struct copy_facts *f, const char *said)
{
	char iso[CLOCK_ISO_SIZE];
	json_t *answer;

	clock_iso(f->made_at, iso);
	if (!w->json) {
		printf("%s: made %s, %lld bytes, %lld campaigns, %lld leads, %lld attempts. %s\n", w->file, iso,
		       (long long)f->bytes, (long long)f->campaigns, (long long)f->leads, (long long)f->attempts, said);
		return;
	}
	answer = json_pack("{s:s,s:s,s:I,s:I,s:I,s:I,s:I}", "file", w->file, "madeAt", iso, "bytes", (json_int_t)f->bytes,
			   "schema", (json_int_t)f->schema, "campaigns", (json_int_t)f->campaigns, "leads",
			   (json_int_t)f->leads, "attempts", (json_int_t)f->attempts);
	print_json(answer);
	json_decref(answer);
}

static int end(struct wish *w, const struct problem *p)
{
	g_free(w->folder);
	return p->kind == PROBLEM_NONE ? 0 : command_fail(p);
}

int backup_create_run(int argc, char **argv)
{
	struct wish w = { 0 };
	struct copy_facts f;
	struct problem p = { 0 };
	int code;

	if (!take(argc, argv, &w, true, "backup create --data DIR FILE",
		  "Writes a copy of the data, whole and checked, to a new file; the server may run meanwhile.", &code))
		return code;
	if (copy_make(w.folder, w.file, clock_wall_ms(), &p) == 0 && copy_check(w.file, &f, &p) == 0)
		print_facts(&w, &f, "The copy is whole.");
	return end(&w, &p);
}

int backup_verify_run(int argc, char **argv)
{
	struct wish w = { 0 };
	struct copy_facts f;
	struct problem p = { 0 };
	int code;

	if (!take(argc, argv, &w, false, "backup verify FILE", "Checks a copy from the first page to the last.", &code))
		return code;
	if (copy_check(w.file, &f, &p) == 0)
		print_facts(&w, &f, "It is whole.");
	return end(&w, &p);
}

static int restore(const struct wish *w, struct problem *p)
{
	g_autofree char *kept = NULL;
	struct folder f = { 0 };
	struct copy_facts facts;
	int rc;

	if (folder_make(w->folder, p) != 0 || folder_lock(&f, w->folder, FOLDER_COMMAND, NULL, p) != 0)
		return -1;
	rc = copy_restore(w->file, w->folder, clock_wall_ms(), &kept, p);
	if (kept)
		fprintf(stderr, "What was there is kept as %s.\n", kept);
	folder_unlock(&f);
	if (rc == 0 && copy_check(w->file, &facts, p) == 0)
		print_facts(w, &facts, "It is in place. The server will dial nobody until `callsheet recovery confirm`.");
	return rc;
}

int backup_restore_run(int argc, char **argv)
{
	struct wish w = { 0 };
	struct problem p = { 0 };
	int code;

	if (!take(argc, argv, &w, true, "backup restore --data DIR FILE",
		  "Puts a copy in place of the data; no server may run. The next one starts in recovery: an old copy forgets "
		  "who was dialled, so nobody is until you have said who opted out meanwhile (docs/backup.md).", &code))
		return code;
	restore(&w, &p);
	return end(&w, &p);
}
