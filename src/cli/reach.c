#include "cli/reach.h"

#include "admin/operation.h"
#include "base/clock.h"
#include "cli/control.h"
#include "cli/folder.h"
#include "store/db.h"
#include "store/writer.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

enum { TRIES = 100, TRY_US = 50000 };

struct job {
	const struct operation *o;
	const json_t *args;
	json_t *answer;
	struct change *change; /* NULL: nobody listens */
	struct problem *problem;
	bool failed;
};

/* All faults in one line, since a problem is one. */
static void name_faults(const struct faults *f, struct problem *p)
{
	g_autoptr(GString) s = g_string_new(NULL);

	for (size_t i = 0; i < f->n; i++)
		g_string_append_printf(s, "%s%s", i ? "; " : "", f->list[i].text);
	problem_set(p, PROBLEM_INVALID, "%s", s->str);
}

static int run(struct db *db, void *arg)
{
	struct job *j = arg;
	const char *mode = json_string_value(json_object_get(j->args, "mode"));
	json_t *args = json_is_object(j->args) ? json_copy((json_t *)j->args) : json_object();
	struct op op = { .db = db, .arena = db->arena, .now = clock_wall_ms(), .problem = j->problem,
			 .served = j->change != NULL };
	int rc;

	json_decref(j->answer);
	*j->problem = (struct problem){ 0 };
	if (j->o->modes != OP_COMPANY)
		json_object_del(args, "mode");
	rc = op_for_owner(&op, j->o, mode) == 0 ? op_run(&op, j->o, args) : -1;
	if (rc != 0 && op.faults && op.faults->n)
		name_faults(op.faults, j->problem);
	j->answer = op.answer;
	if (j->change)
		*j->change = op.change;
	j->failed = rc != 0;
	json_decref(args);
	return rc == 0 || op.keep ? JOB_KEEP : 1;
}

/* What only reads does not keep the writer from its work. */
static int read_here(struct store *store, struct job *j)
{
	struct db *db = store_reader(store);
	int rc = db ? run(db, j) : STORE_FAILED;

	if (db && db_failed(db))
		rc = STORE_FAILED;
	if (db)
		store_read_end(db);
	return rc;
}

int reach_run(struct store *store, const struct operation *o, const json_t *args, json_t **answer,
	      struct change *change, struct problem *p)
{
	struct job j = { .o = o, .args = args, .change = change, .problem = p };
	int rc = o->reads ? read_here(store, &j) : store_write(store, JOB_SINGLE, run, &j);

	if (rc == JOB_KEEP && !j.failed) {
		*answer = j.answer ? j.answer : json_object();
		return 0;
	}
	json_decref(j.answer);
	if (rc == STORE_FAILED)
		problem_set(p, PROBLEM_FAILED, o->reads ? "the database cannot be read" :
							"the database does not take writes");
	return -1;
}

static int call_here(struct folder *f, const struct operation *o, const json_t *args, json_t **answer,
		     struct problem *p)
{
	struct store *store = store_open(f->path, NULL, NULL, p);
	int rc;

	if (!store)
		return -1;
	rc = reach_run(store, o, args, answer, NULL, p);
	store_close(store);
	return rc;
}

/* The folder may change hands between two looks: a server may start or stop meanwhile. */
int reach_call(const char *folder, const struct operation *o, json_t *args, json_t **answer, struct problem *p)
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
			rc = call_here(&f, o, args, answer, p);
			folder_unlock(&f);
			break;
		}
		if (!busy)
			break;
		rc = control_call(folder, o->name, args, answer, &reached, p);
		if (reached)
			break;
		g_usleep(TRY_US);
	}
	if (rc != 0)
		problem_set(p, PROBLEM_CONFLICT, "the data folder %s is in use and its server does not answer", folder);
	json_decref(args);
	return rc;
}
