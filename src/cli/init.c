/* callsheet init: a data folder to begin with. */
#include "base/clock.h"
#include "cli/command.h"
#include "cli/folder.h"
#include "cli/founding.h"
#include "core/phone.h"
#include "store/db.h"
#include "store/rulebook.h"
#include "store/writer.h"

#include <stdio.h>

struct job {
	struct founding *f;
	bool exists;
};

static int run(struct db *db, void *arg)
{
	struct job *j = arg;
	struct founding *f = j->f;
	int64_t now = clock_wall_ms();

	j->exists = account_exists(db);
	if (j->exists)
		return 1;
	account_create(db, &f->wish, now, &f->account);
	account_keys(db, &f->account, now, &f->keys);
	return JOB_KEEP;
}

int founding_run(const char *folder, struct founding *f, struct problem *p)
{
	struct folder lock = { 0 };
	struct store *store;
	struct job j = { .f = f };
	int rc;

	f->wish.test_number = ACCOUNT_TEST_NUMBER;
	f->number = f->wish.number ? f->wish.number : ACCOUNT_TEST_NUMBER;
	if (folder_make(folder, p) != 0 || folder_lock(&lock, folder, FOLDER_COMMAND, NULL, p) != 0)
		return -1;
	store = store_open(folder, NULL, NULL, p);
	rc = store ? store_write(store, JOB_SINGLE, run, &j) : STORE_FAILED;
	if (j.exists)
		problem_set(p, PROBLEM_CONFLICT, "%s holds a company already; nothing was changed", folder);
	else if (store && rc != JOB_KEEP)
		problem_set(p, PROBLEM_FAILED, "cannot write in the data folder %s (is the disk full?)", folder);
	store_close(store);
	folder_unlock(&lock);
	return rc == JOB_KEEP ? 0 : -1;
}

static void print_ids(const struct founding *f)
{
	json_t *o = json_pack("{s:I,s:I,s:I,s:s,s:s,s:s,s:s,s:s}", "companyId", (json_int_t)f->account.company_id,
			      "userId", (json_int_t)f->account.user_id, "companySiteId",
			      (json_int_t)f->account.site_id, "phoneNumber", f->number, "testKey", f->keys.test,
			      "liveKey", f->keys.live, "adminTestKey", f->keys.admin_test, "adminLiveKey",
			      f->keys.admin_live);

	print_json(o);
	json_decref(o);
}

static void print_text(const struct founding *f, const char *folder)
{
	printf("The data folder %s is ready. The keys are shown this once:\n\n"
	       "  test key        %s    (dials the phone farm, never a real trunk)\n"
	       "  live key        %s\n"
	       "  admin, test     %s\n"
	       "  admin, live     %s\n"
	       "  site            %lld\n"
	       "  caller number   %s%s\n\n"
	       "Next: callsheet serve --data %s\n",
	       folder, f->keys.test, f->keys.live, f->keys.admin_test, f->keys.admin_live,
	       (long long)f->account.site_id, f->number,
	       f->wish.number ? "" : "    (made up, for the test workspace only)", folder);
}

int init_run(int argc, char **argv)
{
	g_autofree char *folder = NULL, *company = NULL, *country = NULL, *number = NULL;
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		{ "data", 0, 0, G_OPTION_ARG_FILENAME, &folder, "the data folder, made if missing", "DIR" },
		{ "company", 0, 0, G_OPTION_ARG_STRING, &company, "the company's name", "NAME" },
		{ "country", 0, 0, G_OPTION_ARG_STRING, &country, "its country, two letters (US)", "US" },
		{ "number", 0, 0, G_OPTION_ARG_STRING, &number, "your own caller number, on your word", "+E164" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &json, "print ids and keys as JSON", NULL },
		{ NULL },
	};
	struct problem p = { 0 };
	struct founding f = { 0 };
	struct rulebook *rules;
	char e164[PHONE_SIZE];
	int code;

	if (!command_options(&argc, &argv, entries,
			     "init --data DIR [--company NAME] [--country US] [--number +E164] [--json]",
			     "Makes a data folder with a company, an admin user, a primary site and keys.", &code))
		return code;
	if (!folder) {
		problem_set(&p, PROBLEM_USAGE, "init needs --data DIR");
		return command_fail(&p);
	}
	f.wish.company = company ? company : "My company";
	f.wish.country = country ? country : "US";
	rules = rulebook_open(folder, &p);
	if (!rules)
		return command_fail(&p);
	if (number && !phone_e164(rules->plan, number, f.wish.country, e164))
		problem_set(&p, PROBLEM_INVALID, "\"%s\" cannot be a telephone number", number);
	rulebook_free(rules);
	if (p.kind != PROBLEM_NONE)
		return command_fail(&p);
	f.wish.number = number ? e164 : NULL;
	if (founding_run(folder, &f, &p) != 0)
		return command_fail(&p);
	if (json)
		print_ids(&f);
	else
		print_text(&f, folder);
	return 0;
}
