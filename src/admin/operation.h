/*
 * Operations: what an operator may do to the data. One row describes one of them to everybody: to the command line
 * (`callsheet users add`), to HTTP (POST /v1/admin/users) and to the control socket between a command and the server.
 *
 * One file per noun has its shapes, its functions and its rows; operations.c lists the nouns. Input is checked by the
 * shapes of api/rules.h whoever sends it; what goes in and comes out is JSON.
 */
#pragma once

#include "api/app.h"
#include "api/fault.h"
#include "api/rules.h"
#include "base/arena.h"
#include "base/problem.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct db;
struct route;
struct suppression;

/* One run of an operation: what it is given, and what it leaves. */
struct op {
	struct db *db;
	struct arena *arena;
	int64_t now; /* wall clock; what happens in a workspace has its time: workspace_now() */
	int64_t company_id, user_id; /* the company acted upon, and who acts */
	const char *country;         /* the company's */
	struct op_workspace {
		int64_t id;
		bool live;
	} workspace[2]; /* those acted upon: one over HTTP, the key's */
	int n_workspaces;
	bool by_key;    /* over HTTP */
	bool served;    /* a server runs and will hear of the change */
	const void *in; /* the struct of the operation's shape */
	/* results */
	json_t *answer; /* {} when NULL */
	struct faults *faults;
	struct problem *problem;
	struct change change;
	bool keep; /* what was written stays although the run failed: a try that counts */
};

/* Which workspaces a command means when it says neither --live nor --test. Over HTTP it is always the key's. */
enum op_modes {
	OP_COMPANY, /* it is about the company: the question does not arise */
	OP_BOTH,
	OP_TEST,
	OP_NAMED, /* its operand "mode" says which; it is not among the input */
};

/* An option of the command: --name VALUE sets `key`; with `constant` --name alone sets it to that. */
struct op_option {
	const char *name, *key, *constant;
	const char *arg, *doc;
	bool required;
	bool file; /* the value is the content of the file named */
};

struct op_column {
	const char *key; /* "campaign.title" looks into an object */
	const char *title;
};

struct op_operand {
	const char *key, *shown;
	bool optional; /* the last ones may be left out */
	bool pairs; /* the last one: it takes all that is left, NAME=VALUE each, as an object */
};

enum { OP_OPERANDS = 2 };

struct operation {
	const char *name; /* "users.add": noun and verb */
	/*
	 * 0 with op->answer, or -1 with op->problem or op->faults. In a job of the writer's, where it may run twice, or on
	 * a reader's connection.
	 */
	int (*run)(struct op *op);
	const struct shape *in; /* all it takes, operands and what is in the path included; NULL: nothing */
	bool reads;             /* changes nothing */
	enum op_modes modes;
	const char *doc;

	const char *method, *path; /* NULL: not over HTTP */
	bool creates;              /* 201 */
	bool accepts;              /* 202 */
	const char *location;      /* of what was made, with {keys} of the answer */
	bool secret;               /* the answer shows a key: it is kept nowhere */

	bool unlisted; /* no command, or one written by hand */
	struct op_operand operands[OP_OPERANDS + 1];
	const struct op_option *options;  /* ended by a row without a name */
	const char *list;                 /* the array of the answer that becomes a table; NULL: the answer itself */
	const struct op_column *columns;  /* ended by a row without a key */
	const char *said;                 /* without columns: a sentence with {keys} of the answer */
};

const struct operation *operation_find(const char *name);
void operation_each(void (*each)(void *arg, const struct operation *o), void *arg);

/* ---- running ---- */

/*
 * Whose company it is: by a key, or by whoever owns the data folder (the first company; `mode` "live", "test" or NULL).
 * -1 with the problem set when there is no company.
 */
int op_for_key(struct op *op, int64_t company_id, int64_t user_id, int64_t workspace_id, bool live);
int op_for_owner(struct op *op, const struct operation *o, const char *mode);

/* Checks `args` and runs. db, arena, now, problem and whose it is are filled. 0 or -1. */
int op_run(struct op *op, const struct operation *o, const json_t *args);
/* The same with an input that has been checked. */
int op_run_checked(struct op *op, const struct operation *o, const void *in);

/* ---- for the nouns' functions ---- */

/* Both return -1. `tail` follows the quoted key: "is required". */
int op_fault(struct op *op, const char *key, const char *tail);
int op_missing(struct op *op, const char *what, int64_t id);

/* E.164 in the arena, the company's country as the default; NULL with the fault of `key`. */
const char *op_number(struct op *op, const char *key, const char *text);

/* What the text names, with its target in the arena. False when it is neither a number nor an e-mail address. */
bool op_target(struct op *op, const char *text, struct suppression *s);
/* For fields: two capital letters, or what is wrong. */
const char *op_check_country(const char *text);

const char *op_mode(bool live);
json_t *op_time(int64_t wall_ms);

/* A page over all workspaces of the run, one after the other. */
struct op_page {
	int64_t page, limit, skip, left, total;
};
struct op_page op_page(struct opt_int page, struct opt_int limit);
/* Of a workspace with `n` rows: how many to take from *offset on. */
int64_t op_page_take(struct op_page *p, int64_t n, int64_t *offset);
json_t *op_pagination(const struct op_page *p);

/* ---- the rows ---- */

extern const struct operation assessments_operations[], assessment_senders_operations[], attempts_operations[],
	campaigns_operations[], clock_operations[], companies_operations[], explain_operations[], keys_operations[],
	leads_operations[], messages_operations[], numbers_operations[], people_operations[], prompts_operations[],
	providers_operations[], recovery_operations[], sites_operations[], suppress_operations[], transcripts_operations[],
	trunks_operations[], users_operations[], webhooks_operations[], workspaces_operations[];

/* ---- over HTTP (http.c) ---- */

struct reply;
struct request;

/* The answer to a request by what has become of the run: `rc` is op_run()'s. */
void operation_reply(struct request *rq, struct db *db, struct reply *re, const struct operation *o, struct op *op, int rc);

/* Events of assessments from those who have a secret instead of a key (assessment_senders.c). */
extern const struct route assessment_sender_route;

/* The routes below /v1/admin; to be freed with g_free(). */
struct route *admin_routes(size_t *n);
