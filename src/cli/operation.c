#include "cli/operation.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/folder.h"
#include "store/db.h"
#include "store/writer.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

static const struct operation operations[] = {
	{ "keys.create", keys_op_create, AFTER_KEYS },
	{ "keys.list", keys_op_list, AFTER_NOTHING },
	{ "keys.revoke", keys_op_revoke, AFTER_KEYS },
	{ "leads.add", leads_op_add, AFTER_LEADS },
	{ "leads.export", leads_op_export, AFTER_NOTHING },
	{ "leads.list", leads_op_list, AFTER_NOTHING },
	{ "trunks.add", trunks_op_add, AFTER_TRUNKS },
	{ "trunks.list", trunks_op_list, AFTER_NOTHING },
};

enum { TRIES = 100, TRY_US = 50000 };

const struct operation *operation_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(operations); i++)
		if (strcmp(operations[i].name, name) == 0)
			return &operations[i];
	return NULL;
}

struct job {
	const struct operation *op;
	const json_t *args;
	json_t *answer;
	struct problem *problem;
};

static int run(struct db *db, void *arg)
{
	struct job *j = arg;

	json_decref(j->answer);
	j->answer = NULL;
	*j->problem = (struct problem){ 0 };
	return j->op->run(db, j->args, &j->answer, j->problem) == 0 ? JOB_KEEP : 1;
}

int operation_run(struct store *store, const struct operation *op, const json_t *args, json_t **answer,
		  struct problem *p)
{
	struct job j = { .op = op, .args = args, .problem = p };
	int rc = store_write(store, JOB_SINGLE, run, &j);

	if (rc == JOB_KEEP) {
		*answer = j.answer ? j.answer : json_object();
		return 0;
	}
	json_decref(j.answer);
	if (rc == STORE_FAILED)
		problem_set(p, PROBLEM_FAILED, "the database does not take writes");
	return -1;
}

static int call_here(struct folder *f, const struct operation *op, const json_t *args, json_t **answer,
		     struct problem *p)
{
	struct store *store = store_open(f->path, NULL, NULL, p);
	int rc;

	if (!store)
		return -1;
	rc = operation_run(store, op, args, answer, p);
	store_close(store);
	return rc;
}

/* The folder may change hands between two looks: a server may start or stop meanwhile. */
int operation_call(const char *folder, const char *name, json_t *args, json_t **answer, struct problem *p)
{
	g_autofree char *database = g_build_filename(folder, "callsheet.db", NULL);
	struct folder f = { 0 };
	bool busy = false, reached = false;
	int rc = -1;

	if (access(database, F_OK) != 0) {
		json_decref(args);
		return problem_set(p, PROBLEM_NOT_FOUND, "%s holds no callsheet data: run `callsheet init --data %s`",
				   folder, folder);
	}
	for (int i = 0; i < TRIES; i++) {
		if (folder_lock(&f, folder, FOLDER_COMMAND, &busy, p) == 0) {
			rc = call_here(&f, operation_find(name), args, answer, p);
			folder_unlock(&f);
			break;
		}
		if (!busy)
			break;
		rc = control_call(folder, name, args, answer, &reached, p);
		if (reached)
			break;
		g_usleep(TRY_US);
	}
	if (rc != 0)
		problem_set(p, PROBLEM_CONFLICT, "the data folder %s is in use and its server does not answer", folder);
	json_decref(args);
	return rc;
}
