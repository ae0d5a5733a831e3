/*
 * The commands. Most are operations of admin/operation.h, described there and run by noun.c; the others have a function
 * of their own.
 *
 * A command writes data to stdout and everything else to stderr, and returns an exit code of base/problem.h.
 */
#pragma once

#include "base/problem.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* Finds the command and runs it. */
int command_main(int argc, char **argv);

/*
 * Reads the options of a command into the places `entries` name. Prints help or the fault; false means the command
 * ends with *code.
 */
bool command_options(int *argc, char ***argv, const GOptionEntry *entries, const char *usage, const char *about,
		     int *code);

/* "callsheet: …" on stderr; returns the exit code. */
int command_fail(const struct problem *p);

/* --data is missing; returns the exit code. */
int command_without_folder(const char *command);

/* init.c, serve.c, demo.c, rehearse.c, routes.c, suppress_import.c */
int init_run(int argc, char **argv);
int routes_run(int argc, char **argv);
int serve_run(int argc, char **argv);
int demo_run(int argc, char **argv);
int rehearse_run(int argc, char **argv);
int suppress_import_run(int argc, char **argv);

/* noun.c: the command an operation is. argv[0] is the verb. */
struct operation;
int noun_run(const struct operation *o, int argc, char **argv);

/* table.c: answers on stdout, as JSON or as the operation's row says. */
void print_json(const json_t *answer);
void print_answer(const struct operation *o, const json_t *answer);
/* providers_test.c */
int providers_test_run(int argc, char **argv);
/* audit.c, backup.c */
int audit_run(int argc, char **argv);
int backup_create_run(int argc, char **argv);
int backup_verify_run(int argc, char **argv);
int backup_restore_run(int argc, char **argv);

/* explained.c: the explanations, which are more than a table; false for other operations. */
bool print_explained(const char *operation, const json_t *answer);
/* leads.c, leads_import.c */
int leads_list_run(int argc, char **argv);
int leads_export_run(int argc, char **argv);
int leads_import_run(int argc, char **argv);
/* campaigns_say.c */
int campaigns_say_run(int argc, char **argv);
int campaigns_record_run(int argc, char **argv);
/* trunks_test.c */
int trunks_test_run(int argc, char **argv);
