/*
 * The commands: noun and verb, what they take, and the functions behind them. One file per noun.
 *
 * A command writes data to stdout and everything else to stderr, and returns an exit code of base/problem.h.
 */
#pragma once

#include "base/problem.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

struct db;

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

/* Prints a JSON answer: as it is with `json`, else the array `list` of it as a table with these columns. */
struct column {
	const char *key, *title;
};
void command_print(const json_t *answer, bool json, const char *list, const struct column *columns, size_t n);

/* init.c, serve.c, demo.c */
int init_run(int argc, char **argv);
int serve_run(int argc, char **argv);
int demo_run(int argc, char **argv);
/* keys.c */
int keys_create(int argc, char **argv);
int keys_list(int argc, char **argv);
int keys_revoke(int argc, char **argv);
int keys_op_create(struct db *db, const json_t *args, json_t **answer, struct problem *p);
int keys_op_list(struct db *db, const json_t *args, json_t **answer, struct problem *p);
int keys_op_revoke(struct db *db, const json_t *args, json_t **answer, struct problem *p);
/* leads.c, leads_import.c, leads_ops.c */
int leads_list_run(int argc, char **argv);
int leads_export_run(int argc, char **argv);
int leads_import_run(int argc, char **argv);
int leads_op_add(struct db *db, const json_t *args, json_t **answer, struct problem *p);
int leads_op_export(struct db *db, const json_t *args, json_t **answer, struct problem *p);
int leads_op_list(struct db *db, const json_t *args, json_t **answer, struct problem *p);
/* trunks.c */
int trunks_add(int argc, char **argv);
int trunks_list(int argc, char **argv);
int trunks_op_add(struct db *db, const json_t *args, json_t **answer, struct problem *p);
int trunks_op_list(struct db *db, const json_t *args, json_t **answer, struct problem *p);
